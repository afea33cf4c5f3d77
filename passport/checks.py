"""What must hold before the service starts; each check has an id, a sentence, a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError, connections

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
