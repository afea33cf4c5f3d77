"""manage.py naming_right: how an operator decides who may name batteries how, and logs it."""

from __future__ import annotations

import hashlib
import uuid
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from passport.actions import naming_right as rights
from passport.management.entry import require_system
from passport.models import NamingRight
from passport.proof.encoding import b64u_encode
from passport.queries import naming_right
from passport.rules.errors import Refusal

DECIDE: dict[str, Callable[..., Any]] = {
    "accept": rights.accept,
    "refuse": rights.refuse,
    "revoke": rights.revoke,
}


class Command(BaseCommand):
    """Lists what waits, or decides one claim."""

    help = "Decide claims to GS1 prefixes and domains: list, accept, refuse, revoke."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A decision names the operator and a reason: the claimant reads both."""
        parser.add_argument("what", choices=("list", *DECIDE))
        parser.add_argument("right", nargs="?", help="id of the claim, as `list` shows it")
        parser.add_argument("--operator", default="", help="your name; the claimant reads it")
        parser.add_argument("--reason", default="", help="why; the claimant reads it")
        parser.add_argument(
            "--document", type=Path, help="with accept: the paper that you looked at, as a file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """A crash leaves a claim undecided or decided; the decision and its log entry are one."""
        require_system()
        if options["what"] == "list":
            for right in naming_right.waiting():
                self.stdout.write(_line(right))
            return
        more = {}
        if options["document"] is not None:
            if options["what"] != "accept":
                raise CommandError("--document goes with accept.")
            more["document_sha256"] = hashlib.sha256(_read(options["document"])).digest()
        try:
            made = DECIDE[options["what"]](
                right_id=_id(options["right"]),
                operator=options["operator"],
                reason=options["reason"],
                at=datetime.now(UTC),
                **more,
            )
        except Refusal as refusal:
            raise CommandError(f"{refusal.detail}. {refusal.remedy}") from refusal
        digest = b64u_encode(bytes(made.sha256))
        self.stdout.write(
            f"{made.get_state_display().capitalize()}. The log will say so: entry `event`,"
            f" digest {digest}."
        )


def _id(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        raise CommandError(
            "Name the claim by its id: manage.py naming_right list shows them."
        ) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def _line(right: NamingRight) -> str:
    paper = bytes(right.document_sha256).hex() if right.document_sha256 else "no document"
    told = f", {right.trouble}" if right.trouble else ""
    return (
        f"{right.pk}  {right.get_kind_display()} {right.value}  {right.party.name}"
        f" ({right.party.slug}), claimed {right.claimed_at:%Y-%m-%d}, {paper}{told}"
    )
