"""manage.py first_link: a fresh link to the first administrator, or to a new password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from passport.actions import link
from passport.actions.token import Issued
from passport.rules.errors import Refusal

FIRST = "Become the first administrator"


class Command(BaseCommand):
    """For whoever runs the machine: while nobody administers, or when nobody else can help."""

    help = "Print a one-time link to the first administrator, or with --for to a new password."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """`--for`: the address of an account whose owner has lost the password."""
        parser.add_argument("--for", dest="email", help="whose password to set anew, by e-mail")

    def handle(self, *args: Any, **options: Any) -> None:
        """The token stands in this output and nowhere else; an earlier link dies."""
        email = options["email"]
        try:
            made = link.rescue(email=email) if email else link.first()
        except Refusal as refusal:
            raise CommandError(
                f"{refusal.detail.capitalize()}. {refusal.remedy.capitalize()}."
            ) from refusal
        what = f"Set a new password for {email}" if email else FIRST
        self.stdout.write(told(made, what))


def told(made: Issued, what: str) -> str:
    """What is printed: the purpose, the address, how long and how often it works."""
    address = f"{settings.PASSPORT_PUBLIC_URL}/link?token={made.token}"
    until = f"{made.expires_at:%d %b %Y %H:%M} UTC"
    return f"{what}, once, until {until}:\n\n  {address}\n"
