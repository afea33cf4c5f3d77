"""Takes back in the words of EPCIS what the party said of a battery that is in other hands by now.

Nobody records of another party's battery, so the declaration that acts here holds these words: it
is told to whoever the wrong event was told to, and by it the declaration is found.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from passport.actions import epcis_declarations
from passport.actions.epcis_bodies import set_apart, words_of
from passport.actions.epcis_declarations import Said
from passport.actions.epcis_reading import Read
from passport.models import EpcisEvent, LifecycleEvent, Party
from passport.postgres import capturing
from passport.postgres.capturing import Row, literal


@dataclass(frozen=True)
class Taking:
    """One party at one moment, with the document that it sent."""

    by: Party
    at: datetime
    capture: uuid.UUID | None

    def back(self, read: Read, *, several: bool) -> tuple[bytes, bool]:
        """Declare an own event wrong; the id of the declaration, and whether it is new.

        Refuses what epcis_declarations.declare() refuses.
        """
        apart, words = _words(read, several)
        said = Said(read.uri, read.hash, read.terms)
        made = epcis_declarations.declare(said=said, by=self.by, at=self.at, words=words)
        assert made is not None  # noqa: S101 - is_own() found the event, and none goes away
        if EpcisEvent.objects.filter(pk=made.pk).exists():
            return made.pk.bytes, False
        row = _row(read, made, apart)
        capturing.find(row=row, recorder=self.by.pk, capture=self.capture, at=made.recorded_at)
        return made.pk.bytes, True


def _words(read: Read, several: bool) -> tuple[bytes | None, dict[str, object]]:
    if not several:
        return None, words_of(read)
    apart, digest = set_apart(read)
    return apart, {"apart": digest}


def _row(read: Read, made: LifecycleEvent, apart: bytes | None) -> Row:
    return Row(
        id=made.pk.bytes, event_id=made.event_id.bytes, kind=made.kind, battery=None, members="",
        happened=read.happened, body=b"", digest=bytes(made.body_sha256), uri=read.uri,
        declares=1, hash=read.hash, type=read.type, terms=literal(read.terms),
        measured=read.measured, apart=apart, subjects=0, subject=b"",
    )  # fmt: skip
