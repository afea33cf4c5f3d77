"""What was erased on lawful demand, and what a digest names that could be."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Length

from passport.models import (
    Attestation,
    AttestationItem,
    Battery,
    Document,
    Erasure,
    LifecycleEvent,
    LogEntry,
    Outbox,
    Party,
    Withdrawal,
)
from passport.proof.leaf import decode as decode_leaf
from passport.rules.errors import NotFound


class Kind(StrEnum):
    """What can be erased; log entries and checkpoints cannot, and hold nothing of anybody's."""

    EVENT = "event"
    ATTESTATION = "attestation"
    BATCH = "batch"
    ITEM = "item"
    WITHDRAWAL = "withdrawal"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Target:
    """What a digest names. `bodies` stored contents of `size_bytes` in all would go.

    `battery` is whom it is about alone; an item's `digest` is the leaf hash that its batch signs.
    """

    kind: Kind
    key: Any
    digest: bytes
    name: str
    party: Party
    battery: Battery | None
    recorded_at: datetime
    bodies: int
    size_bytes: int


@dataclass(frozen=True)
class Place:
    """Whom the log entry of a digest is about: one salted subject, a root over many, nobody."""

    count: int
    subject: bytes


@dataclass(frozen=True)
class Told:
    """That a public attestation was erased, as anybody may know."""

    digest: bytes
    erased_at: datetime
    reason: str


def erased(*, digests: Iterable[bytes]) -> dict[bytes, Erasure]:
    """The erasures of contents with these digests, by digest; those that stand are left out."""
    rows = Erasure.objects.filter(digest__in=list(digests)).select_related("battery")
    return {bytes(row.digest): row for row in rows}


def documents(*, digests: Iterable[bytes]) -> dict[bytes, bytes]:
    """The logged bytes of erasures, by their own digests: those that log entries `erasure` name."""
    rows = Erasure.objects.filter(sha256__in=list(digests)).values_list("sha256", "body")
    return {bytes(sha256): bytes(body) for sha256, body in rows}


def count() -> int:
    """How many erasures there were: a copy made meanwhile may hold what the newest took away."""
    return Erasure.objects.count()


def columns(*, named: str) -> dict[str, Subquery]:
    """What to annotate rows with that may have been erased: `erased_at`, `erased_because`.

    `named` is the column that holds the digest of their content.
    """
    facts = Erasure.objects.filter(digest=OuterRef(named))
    return {
        "erased_at": Subquery(facts.values("erased_at")[:1]),
        "erased_because": Subquery(facts.values("reason")[:1]),
    }


def of_public(*, battery_id: uuid.UUID) -> dict[bytes, Told]:
    """Which public attestations of a battery were erased, by digest; needs no tenant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, erased_at, reason FROM public_erasures_v1(%s)", [battery_id])
        return {bytes(row[0]): Told(bytes(row[0]), row[1], row[2]) for row in cursor.fetchall()}


def in_words(*, erasure: Erasure | Told) -> str:
    """What stands where the content stood."""
    return f"erased on {erasure.erased_at:%Y-%m-%d}: {erasure.reason}"


def target(*, digest: bytes, battery: str = "") -> Target:
    """What this digest names; with `battery`, its item of the batch that the digest names.

    Refuses NotFound.
    """
    if battery:
        found = _item(digest, battery)
    else:
        found = next((each for look in _LOOKS if (each := look(digest)) is not None), None)
    if found is None:
        raise NotFound(
            "nothing that could be erased has this digest",
            pointer="/digest",
            remedy="give the SHA-256 of an event, attestation, withdrawal or document;"
            " for one battery of a batch, the batch's digest and the battery",
        )
    return found


def place_of(*, digest: bytes) -> Place:
    """Whom the entry of this digest is about: in the log, or on its way there; nobody without."""
    entry = LogEntry.objects.filter(digest=digest).order_by("index").first()
    if entry is not None:
        leaf = decode_leaf(bytes(entry.leaf))
        return Place(leaf.count, leaf.subject or b"")
    waiting = Outbox.objects.filter(digest=digest).order_by("id").first()
    return Place(waiting.subjects, bytes(waiting.subject)) if waiting else Place(0, b"")


def _event(digest: bytes) -> Target | None:
    rows = LifecycleEvent.objects.select_related("recorder", "battery")
    row = rows.filter(body_sha256=digest).first()
    if row is None:
        return None
    return Target(
        kind=Kind.EVENT, key=row.pk, digest=digest, name=row.kind, party=row.recorder,
        battery=row.battery, recorded_at=row.recorded_at, bodies=1, size_bytes=len(row.body),
    )  # fmt: skip


def _attestation(digest: bytes) -> Target | None:
    row = Attestation.objects.select_related("issuer", "battery").filter(sha256=digest).first()
    if row is None:
        return None
    inside = row.items.aggregate(bytes=Sum(Length("body")))["bytes"] or 0
    return Target(
        kind=Kind.ATTESTATION if row.batch_size is None else Kind.BATCH,
        key=row.pk, digest=digest, name=row.kind, party=row.issuer, battery=row.battery,
        recorded_at=row.recorded_at, bodies=1 + (row.batch_size or 0),
        size_bytes=len(row.body) + inside,
    )  # fmt: skip


def _item(digest: bytes, battery: str) -> Target | None:
    rows = AttestationItem.objects.select_related("attestation__issuer", "battery")
    row = rows.filter(attestation__sha256=digest, battery__identity=battery).first()
    if row is None:
        return None
    return Target(
        kind=Kind.ITEM, key=row.pk, digest=bytes(row.leaf_hash),
        name=f"{row.attestation.kind}, item {row.index}", party=row.attestation.issuer,
        battery=row.battery, recorded_at=row.attestation.recorded_at, bodies=1,
        size_bytes=len(row.body),
    )  # fmt: skip


def _withdrawal(digest: bytes) -> Target | None:
    rows = Withdrawal.objects.select_related("issuer", "attestation__battery")
    row = rows.filter(sha256=digest).first()
    if row is None:
        return None
    return Target(
        kind=Kind.WITHDRAWAL, key=row.pk, digest=digest, name=f"of a {row.attestation.kind}",
        party=row.issuer, battery=row.attestation.battery, recorded_at=row.recorded_at, bodies=1,
        size_bytes=len(row.body),
    )  # fmt: skip


def _document(digest: bytes) -> Target | None:
    row = Document.objects.select_related("party").filter(sha256=digest).first()
    if row is None:
        return None
    return Target(
        kind=Kind.DOCUMENT, key=bytes(row.sha256), digest=digest, name=row.media_type,
        party=row.party, battery=None, recorded_at=row.stored_at, bodies=1,
        size_bytes=len(row.content),
    )  # fmt: skip


_LOOKS: tuple[Callable[[bytes], Target | None], ...] = (
    _event,
    _attestation,
    _withdrawal,
    _document,
)
