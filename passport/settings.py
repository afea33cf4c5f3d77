"""Every setting of the service, read once; code sees django.conf.settings only."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from passport import env

ROOT = Path(__file__).resolve().parent.parent

# --- where and what this instance is -----------------------------------------------------------

DEBUG = env.flag("PASSPORT_DEBUG", default=False)
PASSPORT_PUBLIC_URL = env.text("PASSPORT_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
PASSPORT_SERVICE_DID = env.text("PASSPORT_SERVICE_DID", "did:web:batterypassport.example")
PASSPORT_STATE = env.folder("PASSPORT_STATE", default=ROOT / ".local" / "state")
PASSPORT_REVISION = env.text("PASSPORT_REVISION", "unreleased")

_public = urlsplit(PASSPORT_PUBLIC_URL)
_encrypted = _public.scheme == "https"

SECRET_KEY = env.secret("PASSPORT_SECRET_KEY") or env.kept_secret(PASSPORT_STATE / "secret-key")
ALLOWED_HOSTS = env.words(
    "PASSPORT_ALLOWED_HOSTS", default=(_public.hostname or "127.0.0.1", "localhost", "127.0.0.1")
)

# --- the log, its keys and its witnesses -------------------------------------------------------

PASSPORT_LOG_ORIGIN = env.text("PASSPORT_LOG_ORIGIN", "batterypassport.example/log/2026")
PASSPORT_LOG_DIR = env.folder("PASSPORT_LOG_DIR", default=PASSPORT_STATE / "log")
# Only the sequencer is given this; every other process sees None.
PASSPORT_LOG_KEY = env.path("PASSPORT_LOG_KEY")
PASSPORT_RECORD_KEY = env.path("PASSPORT_RECORD_KEY")
PASSPORT_POLICY = env.path("PASSPORT_POLICY") or PASSPORT_STATE / "policy"
# One "name=url" a witness; its verification key stands in the policy file.
PASSPORT_WITNESSES = env.pairs("PASSPORT_WITNESSES")
# A log in which nothing happens says so this often, so that its checkpoint stays fresh.
PASSPORT_HEARTBEAT_S = env.integer("PASSPORT_HEARTBEAT_S", default=600, least=1)
# What is accepted now is in the log so many seconds later at the latest, says its receipt.
PASSPORT_LOG_WITHIN_S = env.integer("PASSPORT_LOG_WITHIN_S", default=60, least=1)
# Fewer than the threads of a web process: those that wait for a proof must leave some to answer.
PASSPORT_WAITING_THREADS = env.integer("PASSPORT_WAITING_THREADS", default=2, least=0)
# Snapshots of the index older than this lose their rows; their documents stay.
PASSPORT_INDEX_DAYS = env.integer("PASSPORT_INDEX_DAYS", default=14, least=1)

# A time-stamping authority (RFC 3161) that stamps the checkpoint hourly, and the PEM file with the
# root certificates that its tokens must end in. Off unless both are named.
PASSPORT_TSA_URL = env.text("PASSPORT_TSA_URL")
PASSPORT_TSA_ROOTS = env.path("PASSPORT_TSA_ROOTS")

# --- makers' keys --------------------------------------------------------------------------------

# DID documents are fetched from the public Internet. Where makers lie in a private network, or
# under an authority of their own, name both; what is named here is open to every maker's DID.
PASSPORT_DID_NETWORKS = env.networks("PASSPORT_DID_NETWORKS")
PASSPORT_DID_CA = env.path("PASSPORT_DID_CA")
# Keys that this service holds for makers are wrapped by files of this folder, which are named by
# their key's id; new ones by PASSPORT_KEK. Without them it holds none.
PASSPORT_KEK_DIR = env.path("PASSPORT_KEK_DIR")
PASSPORT_KEK = env.text("PASSPORT_KEK")

# --- webhooks ------------------------------------------------------------------------------------

# Secrets of webhooks are wrapped by files of this folder, new ones by the last by name. Another
# folder than makers' keys have, since the caller reads it. Without it nobody is called.
PASSPORT_WEBHOOK_KEK_DIR = env.path("PASSPORT_WEBHOOK_KEK_DIR")
# Receivers lie on the public Internet. Where some lie in a private network, or under an authority
# of their own, name both; what is named here can be reached by every party's endpoint.
PASSPORT_WEBHOOK_NETWORKS = env.networks("PASSPORT_WEBHOOK_NETWORKS")
PASSPORT_WEBHOOK_CA = env.path("PASSPORT_WEBHOOK_CA")
# Also http, to receivers on this very machine: for tests and for trying it out.
PASSPORT_WEBHOOK_LOOPBACK = env.flag("PASSPORT_WEBHOOK_LOOPBACK", default=False)
# An endpoint to which nothing came through for so many days is switched off.
PASSPORT_WEBHOOK_FAIL_DAYS = env.integer("PASSPORT_WEBHOOK_FAIL_DAYS", default=5, least=1)
# What was delivered, or given up, is listed for so many days.
PASSPORT_WEBHOOK_DAYS = env.integer("PASSPORT_WEBHOOK_DAYS", default=30, least=2)

# --- makers' files -------------------------------------------------------------------------------

# The largest file that is taken in one intake, as it is sent.
PASSPORT_INTAKE_MAX_BYTES = env.integer(
    "PASSPORT_INTAKE_MAX_BYTES", default=1 << 30, least=1, most=1 << 44
)
# A packed file may unfold into so many bytes in all, and into so many times its own size.
PASSPORT_INTAKE_UNPACKED_MAX_BYTES = env.integer(
    "PASSPORT_INTAKE_UNPACKED_MAX_BYTES", default=4 << 30, least=1, most=1 << 44
)
PASSPORT_INTAKE_RATIO_MAX = env.integer("PASSPORT_INTAKE_RATIO_MAX", default=500, least=1)

# --- what a request may ask ----------------------------------------------------------------------

# The largest body of a request to the API that is no file.
PASSPORT_BODY_MAX_BYTES = env.integer("PASSPORT_BODY_MAX_BYTES", default=1 << 20, least=1)
# Requests that one API key may send a second in each process, twice as many at once.
PASSPORT_REQUESTS_PER_SECOND = env.integer("PASSPORT_REQUESTS_PER_SECOND", default=500, least=1)
# With less of the disk of the log free, the service says that it is not ready.
PASSPORT_DISK_FREE_PERCENT = env.integer("PASSPORT_DISK_FREE_PERCENT", default=5, least=0, most=100)

# --- readings of labels ------------------------------------------------------------------------

# A header in which the proxy in front names the reader's country, such as CF-IPCountry; no address
# is kept. Without it a reading has no place but what the reader's phone sends with it.
PASSPORT_COUNTRY_HEADER = env.text("PASSPORT_COUNTRY_HEADER")
PASSPORT_SCAN_DAYS = env.integer("PASSPORT_SCAN_DAYS", default=30, least=2)

# --- the application ---------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "passport.apps.PassportConfig",
    "recycling.apps.RecyclingConfig",
    "api.apps.ApiConfig",
]
MIDDLEWARE = [
    "api.http.trace.Trace",
    "api.http.connections.Connections",
    "django.middleware.security.SecurityMiddleware",
    "api.http.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "api.http.language.Languages",
    "django.middleware.common.CommonMiddleware",
    "api.http.weight.Weights",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "api.http.plain.RefuseNul",
    "api.http.scanning.Scans",
    "api.http.errors.Problems",
]
ROOT_URLCONF = "api.urls"
WSGI_APPLICATION = "passport.wsgi.application"
AUTH_USER_MODEL = "passport.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "api.pages.tags",
                "api.pages.people_tags",
                "api.pages.end_tags",
                "api.pages.file_tags",
                "api.pages.language_tags",
                "api.pages.project_tags",
                "api.pages.sourcing_desk_tags",
                "api.pages.company_words",
            ],
            "context_processors": [
                "django.template.context_processors.i18n",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
LANGUAGE_CODE = "en"
# Pages speak these; what machines read is English.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [ROOT / "api" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = _encrypted
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- database ----------------------------------------------------------------------------------

PASSPORT_DB_ROLE = env.choice(
    "PASSPORT_DB_ROLE", default="app", among=("app", "system", "owner", "admin")
)
# A request may wait ten seconds for one statement, a background process five minutes; a migration
# has no limit, since half an index is worth nothing.
_STATEMENT_TIMEOUT_MS = {"app": 10_000, "system": 300_000, "owner": 0, "admin": 0}
# A background process hashes the tree of a million items between two statements.
_IDLE_TIMEOUT_MS = {"app": 30_000, "system": 300_000, "owner": 30_000, "admin": 30_000}
PASSPORT_DB_ADDRESS = env.database(
    "DATABASE_URL", default="postgresql:///passport?host=/var/run/postgresql"
)
DATABASES = {
    "default": env.django_database(
        admin=PASSPORT_DB_ADDRESS,
        own=env.database(f"DATABASE_{PASSPORT_DB_ROLE.upper()}_URL"),
        role=PASSPORT_DB_ROLE,
        server_options={
            "statement_timeout": _STATEMENT_TIMEOUT_MS[PASSPORT_DB_ROLE],
            "lock_timeout": 2_000 if PASSPORT_DB_ROLE in ("app", "system") else 30_000,
            "idle_in_transaction_session_timeout": _IDLE_TIMEOUT_MS[PASSPORT_DB_ROLE],
            # Compiling a statement takes longer than any of ours runs.
            "jit": "off",
            "timezone": "UTC",
        },
    )
    # Threads are bounded (granian --blocking-threads), hence connections are too.
    | {"ATOMIC_REQUESTS": True, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
}

# --- broker ------------------------------------------------------------------------------------

PASSPORT_REDIS_URL, PASSPORT_BROKER_URL = env.broker(
    "REDIS_URL", default="redis://127.0.0.1:6379/0"
)

# --- people, sessions, headers -----------------------------------------------------------------

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _encrypted
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "api.pages.refused.csrf"
CSRF_TRUSTED_ORIGINS = [PASSPORT_PUBLIC_URL]
SECURE_SSL_REDIRECT = _encrypted
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _encrypted else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _encrypted
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Believe X-Forwarded-Proto, and who X-Forwarded-For says asked, only behind a known proxy.
PASSPORT_BEHIND_PROXY = env.flag("PASSPORT_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PASSPORT_BEHIND_PROXY else None

# Links are mailed by the caller where this is set; else whoever makes one hands it over.
EMAIL_HOST = env.text("PASSPORT_EMAIL_HOST")
EMAIL_PORT = env.integer("PASSPORT_EMAIL_PORT", default=587, least=1, most=65_535)
EMAIL_HOST_USER = env.text("PASSPORT_EMAIL_USER")
EMAIL_HOST_PASSWORD = env.secret("PASSPORT_EMAIL_PASSWORD")
_mail_tls = env.choice("PASSPORT_EMAIL_TLS", default="starttls", among=("starttls", "tls", "none"))
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail_tls == "starttls", _mail_tls == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text(
    "PASSPORT_EMAIL_FROM", f"battery-passport@{_public.hostname or 'localhost'}"
)
PASSPORT_MAILS = bool(EMAIL_HOST)

# --- files -------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# Served out of the source tree: no collectstatic, no second copy to go stale.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- machine interface -------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.http.auth.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.http.permissions.DenyByDefault"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.http.parsers.StrictJsonParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.http.errors.problem",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Battery passport",
    "DESCRIPTION": "From cell line to second life or furnace, with proofs a stranger can check.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    # Choices stand where they are used: shared ones would need names that nobody asks for.
    "POSTPROCESSING_HOOKS": [],
}

# --- logging: one line an outcome, fields instead of prose --------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "passport.env.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.text("PASSPORT_LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Every answer has its own line already; here only what broke is of interest.
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
    },
}
