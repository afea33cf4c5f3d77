"""manage.py erase: takes content out of the service on lawful demand, and logs that it did."""

from __future__ import annotations

import re
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from passport.actions import erasure
from passport.management.entry import confirm, require_system
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadEncoding
from passport.queries import erasure as erasures
from passport.queries.erasure import Kind, Target
from passport.rules.errors import Refusal

NOTES = """\
What goes: the stored bytes, and with them the salt that kept their digest from being guessed; of an
event the health reading that it told of; kept answers to requests that quote it.
What stays: the row, its digest, its place in the log and in its batch; every other proof holds.
Everybody who could read the content reads from now on that it was erased, when, and the reason:
put nobody's name into the reason.

Out of reach of this command: what was given away before (bundles, exports); PostgreSQL's files,
which hold the old row until `VACUUM` has been over its table and until archived WAL is dropped; and
backups made before. A journal (PASSPORT_STATE/erasures) names what was erased, so that `manage.py
restore` erases it again: keep it as safe as checkpoint.lock.
"""
_STAYS = {
    Kind.EVENT: "its kind, battery, recorder and moments; what it brought about (hand-overs,"
    " retirements, treatments, and plans that were made meanwhile)",
    Kind.ATTESTATION: "its kind, issuer, key and battery; the digests that it builds upon",
    Kind.BATCH: "its kind, issuer and key; the salted hashes of its items",
    Kind.ITEM: "its place and its salted hash; the batch and its other items",
    Kind.WITHDRAWAL: "that the attestation was withdrawn, by whom and when",
    Kind.DOCUMENT: "its media type and size, and whose it is",
}


class Command(BaseCommand):
    """Looks the digest up, asks, erases, and says what stays."""

    help = "Erase content on lawful demand: an event, attestation, withdrawal or document."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """One digest in 64 begins with a dash in base64url: it is no option."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parse = parser.parse_args

        def parse_args(args: Any = None, namespace: Any = None) -> Any:
            return parse([_without_dash(word) for word in args or ()], namespace)

        parser.parse_args = parse_args  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The digest as this service shows it: 64 hex digits, or base64url."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = NOTES
        parser.add_argument("digest", help="SHA-256 of the content, hexadecimal or base64url")
        parser.add_argument("--reason", required=True, help="shown to whoever could read it")
        parser.add_argument("--battery", default="", help="only this battery's item of the batch")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """A crash leaves it undone or done; calling again does no harm."""
        require_system()
        named, battery = _digest(options["digest"]), options["battery"]
        try:
            found = erasures.target(digest=named, battery=battery)
            known = erasures.erased(digests=[found.digest]).get(found.digest)
            if known is not None:
                self.stdout.write(f"It was {erasures.in_words(erasure=known)}. Nothing changed.")
                return
            self.stdout.write(_preview(found))
            if not options["yes"]:
                confirm("ERASE", instead="--yes")
            fact = erasure.erase(
                digest=named,
                reason=options["reason"],
                at=datetime.now(UTC),
                battery=battery,
                journal=Path(settings.PASSPORT_STATE) / "erasures",
            )
        except Refusal as refusal:
            raise CommandError(f"{refusal.detail}. {refusal.remedy}") from refusal
        digest = b64u_encode(bytes(fact.sha256))
        self.stdout.write(
            f"Erased. The log will say so: entry `erasure`, digest {digest}."
            f"\nStays: {_STAYS[found.kind]}; its digest and its entry in the log."
            "\nBundles made before still hold it, and so do backups and files of PostgreSQL not"
            " vacuumed since."
        )


def _without_dash(word: str) -> str:
    try:
        return b64u_decode(word, size=32).hex() if word.startswith("-") else word
    except BadEncoding:
        return word


def _digest(text: str) -> bytes:
    if re.fullmatch(r"[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text)
    try:
        return b64u_decode(text, size=32)
    except BadEncoding as error:
        raise CommandError(
            f"{text[:80]!r} is not a SHA-256. Write 64 hexadecimal digits, or 43 of base64url."
        ) from error


def _preview(found: Target) -> str:
    about = found.battery.identity if found.battery else "no one battery alone"
    return (
        f"{found.kind}: {found.name}, about {about}\n"
        f"recorded {found.recorded_at:%Y-%m-%d %H:%M} UTC by {found.party.name}\n"
        f"{found.size_bytes} bytes in {found.bodies} stored contents go for good."
    )
