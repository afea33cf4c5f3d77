"""The logged bytes of captured events: what was received stands inside, as it was received."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from json.encoder import encode_basestring as quoted

from passport.actions.epcis_reading import Read
from passport.actions.event import BODY_FORMAT, stamp
from passport.actions.health import facts_of
from passport.models import Party
from passport.models.ids import new_salt
from passport.postgres.capturing import Named
from passport.proof import canonical
from passport.proof.batch import component_root
from passport.proof.encoding import b64u_encode
from passport.rules.lifecycle import EventKind


class Bodies:
    """Writes the bodies of the events that one party sends at one moment."""

    def __init__(self, *, by: Party, at: datetime) -> None:
        said = f'"recordedAt":"{stamp(at)}","recorder":{quoted(by.did or by.slug)},"salt":"'
        self._tail = said

    def one(self, read: Read, *, kind: EventKind, about: Named | None) -> bytes:
        """The body of an event about one battery, or about none that is registered here."""
        facts = _said(read)
        if kind is EventKind.HEALTH_READ and read.meaning.reading is not None:
            both = words_of(read) | facts_of(reading=read.meaning.reading)
            facts = canonical.encode(both).decode()
        subject = "" if about is None else f'"battery":{quoted(about.identity)},'
        return self._written(subject, read, kind, facts)

    def several(
        self, read: Read, *, kind: EventKind, members: Sequence[Named]
    ) -> tuple[bytes, bytes]:
        """The body of an event about several, and what it says of them, which stands apart.

        Whoever sees one of them reads the body, which names none: it holds the digest of the rest.
        """
        apart, said = set_apart(read)
        root = component_root(each.identity for each in members)
        subject = f'"batteries":{canonical.encode(root).decode()},'
        return self._written(subject, read, kind, f'{{"apart":"{said}"}}'), apart

    def _written(self, subject: str, read: Read, kind: EventKind, facts: str) -> bytes:
        # The names stand in their order and what needs escapes is quoted: this is what
        # canonical.encode() writes, and a document is as fast as its events.
        return (
            f'{{{subject}"eventId":"{_dashed(read.id.hex())}","facts":{facts},"format":"{BODY_FORMAT}",'
            f'"happenedAt":"{short(read.happened)}","kind":"{kind.value}",'
            f'{self._tail}{b64u_encode(new_salt())}"}}'
        ).encode()


def set_apart(read: Read) -> tuple[bytes, str]:
    """What an event says of several, and its digest, which the facts have instead."""
    salt = b64u_encode(new_salt())
    said = {"context": read.context, "epcis": read.text, "salt": salt}
    apart = canonical.encode(said | ({"received": read.received} if read.received else {}))
    return apart, b64u_encode(hashlib.sha256(apart).digest())


def words_of(read: Read) -> dict[str, object]:
    """What an event says of one battery, as facts."""
    said = _said(read).encode()
    facts = canonical.loads(said, max_bytes=len(said))
    assert isinstance(facts, dict)  # noqa: S101 - _said() writes one
    return dict(facts)


def _dashed(digits: str) -> str:
    """A UUID as it is written."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def utc(moment: datetime) -> str:
    """The moment in UTC to the millisecond, later ones after earlier ones."""
    said = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return said.removesuffix("+00:00") + "Z"


def short(moment: str) -> str:
    """A moment in UTC with three decimals, as the log writes it."""
    return moment[:-5] + "Z" if moment.endswith(".000Z") else moment[:-1] + "000Z"


def _said(read: Read) -> str:
    context = f'"context":{quoted(read.context)},' if read.context else ""
    received = f',"received":{quoted(read.received)}' if read.received else ""
    return (
        f'{{{context}"epcis":{quoted(read.text)},'
        f'"eventHash":"ni:///sha-256;{read.hash.hex()}?ver=CBV2.0"{received}}}'
    )
