"""Readers of environment variables, with a clear sentence when a value is wrong."""

from __future__ import annotations

import json
import logging
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class WrongSetting(Exception):
    """An environment variable holds a value that cannot be used."""

    def __init__(self, name: str, wrong: str, remedy: str) -> None:
        super().__init__(f"{name} {wrong}. {remedy}")
        self.name = name


@dataclass(frozen=True)
class DatabaseAddress:
    """Where a PostgreSQL database is and as whom to enter it; a host that is a path is a socket."""

    host: str
    port: str
    name: str
    user: str
    password: str
    options: dict[str, str]


def text(name: str, default: str = "") -> str:
    """The value as it stands, or the default when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """A switch: 1, true, yes, on, or 0, false, no, off."""
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise WrongSetting(name, f"is {value!r}, which is neither on nor off", "Write 1 or 0.")


def integer(name: str, *, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number within bounds."""
    value = text(name)
    if not value:
        return default
    if not value.lstrip("-").isdecimal() or not least <= int(value) <= most:
        raise WrongSetting(name, f"is {value!r}", f"Write a whole number from {least} to {most}.")
    return int(value)


def choice(name: str, *, default: str, among: tuple[str, ...]) -> str:
    """One word of a short list."""
    value = text(name, default)
    if value not in among:
        raise WrongSetting(name, f"is {value!r}", f"Write one of: {', '.join(among)}.")
    return value


def words(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """A list separated by commas; blanks around a word do not count."""
    value = text(name)
    if not value:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def path(name: str, *, default: Path | None = None) -> Path | None:
    """A place in the file system, made absolute; it need not exist."""
    value = text(name)
    if not value:
        return default
    return Path(value).expanduser().absolute()


def folder(name: str, *, default: Path) -> Path:
    """A folder, made absolute; it need not exist yet."""
    return path(name) or default


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """A list of networks separated by commas: 10.1.0.0/16, fd00::/8."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise WrongSetting(name, f"is {text(name)!r}", "Write 10.1.0.0/16,fd00::/8.") from error


def pairs(name: str) -> dict[str, str]:
    """A list of name=value separated by commas."""
    found = {}
    for word in words(name):
        key, equals, value = word.partition("=")
        if not (key and equals and value):
            raise WrongSetting(name, f"holds {word!r}", "Write name=value, separated by commas.")
        found[key] = value
    return found


def kept_secret(file: Path) -> str:
    """A random secret that is made once and kept in a file which only its owner reads."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip() or _mended(file)
    except OSError as error:
        raise WrongSetting(
            "PASSPORT_STATE",
            f"is where {file} should be kept, and that failed ({error})",
            "Name a folder that can be written to, or set PASSPORT_SECRET_KEY_FILE.",
        ) from error
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(64))
    return file.read_text(encoding="ascii").strip()


def _mended(file: Path) -> str:
    # A crash between creating and writing leaves an empty file behind.
    file.write_text(secrets.token_urlsafe(64), encoding="ascii")
    return file.read_text(encoding="ascii").strip()


def secret(name: str) -> str:
    """A secret from NAME, or from the file that NAME_FILE names; empty when neither is set."""
    file = text(f"{name}_FILE")
    if not file:
        return text(name)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(
            f"{name}_FILE",
            f"names {file}, which cannot be read ({error})",
            "Name a readable text file that holds the secret.",
        ) from error


def database(name: str, *, default: str = "") -> DatabaseAddress | None:
    """A PostgreSQL address: postgresql://user:password@host:port/name, or ?host=/socket/folder."""
    value = secret(name) or default
    if not value:
        return None
    parts = _split(name, value, ("postgresql", "postgres"))
    options = dict(parse_qsl(parts.query))
    database_name = unquote(parts.path.lstrip("/")) or options.pop("dbname", "")
    if not database_name:
        raise WrongSetting(name, "names no database", "End the address with /name.")
    return DatabaseAddress(
        host=options.pop("host", "") or unquote(parts.hostname or ""),
        port=options.pop("port", "") or str(_port(name, parts) or ""),
        name=database_name,
        user=unquote(parts.username or "") or options.pop("user", ""),
        password=unquote(parts.password or "") or options.pop("password", ""),
        options=options,
    )


def django_database(
    *,
    admin: DatabaseAddress | None,
    own: DatabaseAddress | None,
    role: str,
    server_options: dict[str, int | str],
) -> dict[str, Any]:
    """Django's entry for one database, entered as `role`.

    The role's own address wins. Without one the role enters the administrative address by its own
    name where the server asks for no password, and by SET ROLE where it does.
    """
    address = own or admin
    if address is None:
        raise WrongSetting("DATABASE_URL", "is not set", "Name a PostgreSQL database.")
    options = dict(server_options)
    user = address.user
    if own is None and role != "admin":
        if address.password:
            options["role"] = f"passport_{role}"
        else:
            user = f"passport_{role}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.name,
        "USER": user,
        "PASSWORD": address.password,
        "HOST": address.host,
        "PORT": address.port,
        "OPTIONS": address.options
        | {
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "application_name": f"passport-{role}",
            "connect_timeout": 5,
        },
    }


def broker(name: str, *, default: str) -> tuple[str, str]:
    """A Redis address as two programs want it: (for redis-py, for Celery)."""
    value = secret(name) or default
    parts = _split(name, value, ("redis", "rediss", "unix", "redis+socket"))
    if parts.scheme in ("redis", "rediss"):
        _port(name, parts)
        return value, value
    if not parts.path.startswith("/"):
        raise WrongSetting(name, "names no socket", "Write unix:///path/to/socket?db=0.")
    options = dict(parse_qsl(parts.query))
    number = options.get("db") or options.get("virtual_host") or "0"
    return f"unix://{parts.path}?db={number}", f"redis+socket://{parts.path}?virtual_host={number}"


def _split(name: str, value: str, schemes: tuple[str, ...]) -> SplitResult:
    parts = urlsplit(value)
    if parts.scheme not in schemes:
        known = ", ".join(f"{scheme}://" for scheme in schemes)
        raise WrongSetting(
            name, f"begins with {parts.scheme or 'no'}://", f"Begin it with one of: {known}."
        )
    return parts


def _port(name: str, parts: SplitResult) -> int | None:
    try:
        port: int | None = parts.port
    except ValueError as error:
        raise WrongSetting(name, "has a port that is no port", "Write 1 to 65535.") from error
    return port


_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLine(logging.Formatter):
    """A log record as one line of JSON: time, level, who speaks, what, and the fields given."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; a traceback is a field of it."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _PLAIN}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)
