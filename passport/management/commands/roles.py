"""manage.py roles: makes the three database roles and gives each what it needs, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg import sql

from passport import env
from passport.env import DatabaseAddress

ROLES = ("passport_owner", "passport_app", "passport_system")
# Who may take another role takes it by name: nobody has its rights beside its own.
_BOUND = "login noinherit nosuperuser nocreatedb nocreaterole nobypassrls noreplication"


class Command(BaseCommand):
    """Creates passport_owner, passport_app and passport_system, and the database when it lacks."""

    help = (
        "Make the database roles that the service enters as. Needs an administrative DATABASE_URL."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Safe to repeat: what exists is set right, nothing is dropped."""
        address = administrative_address()
        try:
            with _enter(address, "postgres") as admin:
                make_roles(admin, passwords=given_passwords())
                make_database(admin, address.name)
            with _enter(address, address.name) as admin:
                grant(admin, address.name)
        except psycopg.Error as error:
            raise CommandError(
                f"The roles could not be made: {error}".strip()
                + "\nDATABASE_URL must enter as a role that may create roles and databases."
            ) from error
        if options["verbosity"]:
            self.stdout.write(f"Roles {', '.join(ROLES)} stand in database {address.name}.")


def administrative_address() -> DatabaseAddress:
    """DATABASE_URL as it was given; refuses when a process was told only its own role's."""
    address: DatabaseAddress | None = settings.PASSPORT_DB_ADDRESS
    if address is None:
        raise CommandError("DATABASE_URL is not set. Name a database as one who may make roles.")
    return address


def given_passwords() -> dict[str, str]:
    """The password of each role whose own address, DATABASE_APP_URL and so on, carries one."""
    found = {}
    for role in ROLES:
        address = env.database(f"DATABASE_{role.removeprefix('passport_').upper()}_URL")
        if address and address.user == role and address.password:
            found[role] = address.password
    return found


def make_roles(
    admin: psycopg.Connection[Any], *, passwords: Mapping[str, str] | None = None
) -> None:
    """Creates the roles that lack and takes from those that exist any power beyond their own."""
    for role in ROLES:
        exists = admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
        verb = "alter" if exists else "create"
        admin.execute(sql.SQL(f"{verb} role {{}} {_BOUND}").format(sql.Identifier(role)))
        if passwords and role in passwords:
            admin.execute(
                sql.SQL("alter role {} password {}").format(
                    sql.Identifier(role), sql.Literal(passwords[role])
                )
            )
        # Lets an administrator who is no superuser enter as the role by SET ROLE.
        admin.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(role)))
    # The worker steps down to the application's role where it reads in one party's name.
    admin.execute("grant passport_app to passport_system")


def make_database(admin: psycopg.Connection[Any], name: str) -> None:
    """Creates the database when it lacks."""
    if not admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def grant(admin: psycopg.Connection[Any], name: str) -> None:
    """Lets the owner make tables and the others use what the migrations grant them."""
    database, owner = sql.Identifier(name), sql.Identifier("passport_owner")
    others = sql.SQL(", ").join(map(sql.Identifier, ROLES))
    for statement in (
        sql.SQL("revoke all on database {} from public").format(database),
        sql.SQL("grant connect on database {} to {}").format(database, others),
        sql.SQL("grant create on database {} to {}").format(database, owner),
        sql.SQL("revoke create on schema public from public"),
        sql.SQL("grant usage on schema public to {}").format(others),
        sql.SQL("grant create on schema public to {}").format(owner),
    ):
        admin.execute(statement)


def _enter(address: DatabaseAddress, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=address.host or None,
        port=address.port or None,
        user=address.user or None,
        password=address.password or None,
        dbname=database,
        autocommit=True,
        connect_timeout=5,
    )
