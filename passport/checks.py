"""What must hold before the service starts; each check has an id, a sentence, a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string

from passport.audit import files
from passport.proof.errors import ProofError

# What a process looks at that serves nobody over HTTP, and need not load every address for it.
SERVICE = "service"
_MOST_TOLD = 10
_LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]", "testserver"}

ROLE_SQL = """
select r.rolname, r.rolsuper, r.rolbypassrls,
       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where c.relowner = r.oid and n.nspname = 'public')
from pg_roles r where r.rolname = current_user
"""


def check_role(
    *,
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    """E001: the service may not enter as somebody whom row-level security does not bind."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if settings.PASSPORT_DB_ROLE not in ("app", "system"):
            continue
        found += _role_errors(alias)
    return found


def _role_errors(alias: str) -> list[CheckMessage]:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(ROLE_SQL)
            name, superuser, bypass, owner = cursor.fetchone()
    except DatabaseError:
        # Whether the database answers is told by /health/ready, not here.
        return []
    powers = {"a superuser": superuser, "above row-level security": bypass, "the owner": owner}
    return [
        Error(
            f"The database role {name} is {power}, so row-level security does not bind it.",
            hint="Run `manage.py roles`, and let PASSPORT_DB_ROLE be app or system.",
            id="passport.E001",
        )
        for power, held in powers.items()
        if held
    ]


def check_addresses(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """E002: the public address must be one that a label can carry. E003: so must the log's name."""
    found: list[CheckMessage] = []
    public = urlsplit(settings.PASSPORT_PUBLIC_URL)
    if public.scheme not in ("http", "https") or not public.hostname or public.path:
        found.append(
            Error(
                f"PASSPORT_PUBLIC_URL is {settings.PASSPORT_PUBLIC_URL!r}.",
                hint="Write scheme and host, without a path: https://passport.example.",
                id="passport.E002",
            )
        )
    origin = settings.PASSPORT_LOG_ORIGIN
    if "://" in origin or "+" in origin or any(mark.isspace() for mark in origin):
        found.append(
            Error(
                f"PASSPORT_LOG_ORIGIN is {origin!r}, which no checkpoint can carry.",
                hint="Write it without scheme, blank or plus: batterypassport.example/log/2026.",
                id="passport.E003",
            )
        )
    return found


def check_openness(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """E004: debug pages show secrets, so they stay on this machine. W001: keys lie apart."""
    found: list[CheckMessage] = []
    if settings.DEBUG and not set(settings.ALLOWED_HOSTS) <= _LOOPBACK:
        found.append(
            Error(
                "PASSPORT_DEBUG is on and the service answers to a name beyond this machine.",
                hint="Switch PASSPORT_DEBUG off, or name only loopback in PASSPORT_ALLOWED_HOSTS.",
                id="passport.E004",
            )
        )
    if settings.PASSPORT_LOG_KEY and settings.PASSPORT_DB_ROLE != "system":
        found.append(
            Warning(
                "This process can read the log's signing key, though it is not the sequencer.",
                hint="Give PASSPORT_LOG_KEY to the sequencer alone.",
                id="passport.W001",
            )
        )
    return found


def check_keks(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """E005: what wraps the keys held for makers is there, whole, and its operator's alone."""
    folder = settings.PASSPORT_KEK_DIR
    try:
        ring = files.load_keks(folder) if folder else {}
    except (OSError, ProofError) as error:
        return [Error(f"PASSPORT_KEK_DIR cannot be used: {error}", id="passport.E005")]
    if settings.PASSPORT_KEK and settings.PASSPORT_KEK not in ring:
        return [
            Error(
                f"PASSPORT_KEK names {settings.PASSPORT_KEK!r}, and PASSPORT_KEK_DIR holds"
                f" {', '.join(ring) or 'no key'}.",
                hint="Put the file back, or make one that is new: manage.py kek new NAME.",
                id="passport.E005",
            )
        ]
    return []


def check_hosted_keys(
    *,
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    """E006: every key held for a maker opens; asked as the role that sees them all."""
    if not databases or settings.PASSPORT_DB_ROLE != "system":
        return []
    # By its name: models exist only once the apps are loaded, and this file is read before.
    all_troubles = import_string("passport.queries.keks.troubles")
    try:
        troubles = list(islice(all_troubles(), _MOST_TOLD))
    except (OSError, ProofError, DatabaseError):
        # What is wrong with the folder is told by E005; whether the database answers, elsewhere.
        return []
    return [Error(each.detail, hint=each.remedy, id="passport.E006") for each in troubles]


def check_authority(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W003: a time-stamping authority is asked only when somebody said whom to believe."""
    url, roots = settings.PASSPORT_TSA_URL, settings.PASSPORT_TSA_ROOTS
    if bool(url) == (roots is not None and Path(roots).is_file()):
        return []
    return [
        Warning(
            "Checkpoints are not stamped: PASSPORT_TSA_URL and PASSPORT_TSA_ROOTS go together.",
            hint="Name the authority's address, and a PEM file with its root certificate.",
            id="passport.W003",
        )
    ]


def check_reach(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W002: what is trusted besides the Internet is open to the DID of every maker."""
    if not settings.PASSPORT_DID_NETWORKS:
        return []
    named = ", ".join(map(str, settings.PASSPORT_DID_NETWORKS))
    return [
        Warning(
            f"DID documents are fetched from inside {named} too.",
            hint="Leave PASSPORT_DID_NETWORKS unset, unless makers lie in a network of yours.",
            id="passport.W002",
        )
    ]
