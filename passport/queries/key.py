"""Signing keys: how each stands, what happened to it, and what the log holds of that."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, QuerySet

from passport.models import (
    Attestation,
    DidDocument,
    KeyCustody,
    KeyRevocation,
    LogEntry,
    Party,
    SigningKey,
)
from passport.proof.keyevent import ADD, REVOKE, ROTATE
from passport.proof.keys import multikey_encode
from passport.queries import log

# Told in the order of the columns of key_standing_v1(); _standing() says the same of rows read.
_STANDING = "SELECT * FROM key_standing_v1(%s)"


class State(StrEnum):
    """Whether a key may sign."""

    IN_FORCE = "IN_FORCE"
    REPLACED = "REPLACED"
    REVOKED = "REVOKED"

    @property
    def words(self) -> str:
        """The state as a sentence says it."""
        return self.value.lower().replace("_", " ")


@dataclass(frozen=True)
class Standing:
    """A key and whether it may sign; `suspect_from` is a log index, `reason` the newest one."""

    id: uuid.UUID
    party_id: uuid.UUID
    did: str
    method: str
    public_key: bytes
    hosted: bool
    enrolled_at: datetime
    state: State
    reason: str
    suspect_from: int | None
    replaces: str
    replaced_by: str

    @property
    def fragment(self) -> str:
        """The key's name within its DID."""
        return self.method.partition("#")[2]

    @property
    def multikey(self) -> str:
        """The public key as DID documents write it."""
        return multikey_encode(self.public_key)

    @property
    def in_force(self) -> bool:
        """Whether the key may sign now."""
        return self.state is State.IN_FORCE


@dataclass(frozen=True)
class EventLine:
    """A key event: `index` is its place in the published log, None while it is not there."""

    op: str
    at: datetime
    digest: bytes
    index: int | None
    signed_by: str
    reason: str = ""
    suspect_from: int | None = None


@dataclass(frozen=True)
class History:
    """A key with all events that brought it in and ended it, oldest first."""

    standing: Standing
    events: tuple[EventLine, ...]


def standing(*, method: str) -> Standing | None:
    """How the key of this verification method stands, or None when nobody enrolled it."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [method])
        row = cursor.fetchone()
    return None if row is None else told(row)


def told(row: Sequence[Any]) -> Standing:
    """The standing that a row of key_standing_v1() tells."""
    key, party, did, method, public_key, custody, enrolled_at, reason, suspect_from, *others = row
    before, after = others
    state = State.IN_FORCE if after is None else State.REPLACED
    return Standing(
        id=key,
        party_id=party,
        did=did,
        method=method,
        public_key=bytes(public_key),
        hosted=custody == KeyCustody.HOSTED,
        enrolled_at=enrolled_at,
        state=state if reason is None else State.REVOKED,
        reason=reason or "",
        suspect_from=suspect_from,
        replaces=before or "",
        replaced_by=after or "",
    )


def of_issuer(*, did: str) -> tuple[History, ...]:
    """All keys of an issuer with their events, oldest first."""
    return _histories(_keys().filter(did=did))


def of_party(*, party_id: uuid.UUID) -> tuple[History, ...]:
    """The keys that a party has enrolled, with their events, oldest first."""
    return _histories(_keys().filter(party_id=party_id))


def issuers_in_force() -> list[Party]:
    """The parties that have a key of their own in force, by id; for who acts for all parties."""
    rows = SigningKey.objects.filter(
        custody=KeyCustody.OWN, revocations=None, replaced_by=None
    ).values("party_id")
    return list(Party.objects.filter(pk__in=rows).order_by("pk"))


def event_documents(*, dids: Iterable[str]) -> list[bytes]:
    """The signed bytes of all key events of these issuers: what a bundle must show."""
    wanted = list(dids)
    enrolled = SigningKey.objects.filter(did__in=wanted).order_by("id")
    revoked = KeyRevocation.objects.filter(key__did__in=wanted).order_by("id")
    return [
        *map(bytes, enrolled.values_list("enrolment", flat=True)),
        *map(bytes, revoked.values_list("body", flat=True)),
    ]


def evidence_documents(*, dids: Iterable[str]) -> list[bytes]:
    """What the domains of these issuers answered, in the bytes that were logged, oldest first.

    They stand in the issuers' chains beside the key events: a bundle without them has gaps there.
    """
    rows = DidDocument.objects.filter(did__in=list(dids)).order_by("id")
    return [bytes(body) for body in rows.values_list("body", flat=True)]


def signed_with(*, methods: Sequence[str]) -> dict[str, int]:
    """How many attestations that the acting party may see were signed with each of these keys."""
    rows = Attestation.objects.filter(method__in=methods).order_by().values_list("method")
    return dict.fromkeys(methods, 0) | dict(rows.annotate(n=Count("id")))


def _keys() -> QuerySet[SigningKey]:
    revocations = KeyRevocation.objects.order_by("id").defer("body")
    return (
        SigningKey.objects.select_related("replaces", "replaced_by")
        .defer("enrolment", "replaces__enrolment", "replaced_by__enrolment")
        .prefetch_related(Prefetch("revocations", queryset=revocations))
    )


def _standing(row: SigningKey) -> Standing:
    after = _after(row)
    revocations = list(row.revocations.all())
    suspected = [each.suspect_from for each in revocations if each.suspect_from is not None]
    state = State.IN_FORCE if after is None else State.REPLACED
    return Standing(
        id=row.pk,
        party_id=row.party_id,
        did=row.did,
        method=row.method,
        public_key=bytes(row.public_key),
        hosted=row.custody == KeyCustody.HOSTED,
        enrolled_at=row.enrolled_at,
        state=State.REVOKED if revocations else state,
        reason=revocations[-1].reason if revocations else "",
        suspect_from=min(suspected, default=None),
        replaces=row.replaces.method if row.replaces else "",
        replaced_by=after.method if after else "",
    )


def _histories(rows: QuerySet[SigningKey]) -> tuple[History, ...]:
    found = list(rows.order_by("id"))
    indices = _indices({digest for row in found for digest in _digests(row)})
    return tuple(History(_standing(row), tuple(_events(row, indices))) for row in found)


def _digests(row: SigningKey) -> Iterable[bytes]:
    yield bytes(row.enrolment_sha256)
    if (after := _after(row)) is not None:
        yield bytes(after.enrolment_sha256)
    yield from (bytes(each.sha256) for each in row.revocations.all())


def _after(row: SigningKey) -> SigningKey | None:
    after: SigningKey | None = getattr(row, "replaced_by", None)
    return after


def _indices(digests: Iterable[bytes]) -> Mapping[bytes, int]:
    head = log.published()
    size = 0 if head is None else head.size
    rows = LogEntry.objects.filter(digest__in=list(digests), kind="key", index__lt=size)
    return {bytes(digest): index for digest, index in rows.values_list("digest", "index")}


def _events(row: SigningKey, indices: Mapping[bytes, int]) -> list[EventLine]:
    """How the key came, then how it went: by the key that replaced it, by revocations."""
    came, after = bytes(row.enrolment_sha256), _after(row)
    by = row.replaces.method if row.replaces else row.method
    events = [
        EventLine(ROTATE if row.replaces else ADD, row.enrolled_at, came, indices.get(came), by)
    ]
    if after is not None:
        came = bytes(after.enrolment_sha256)
        events.append(EventLine(ROTATE, after.enrolled_at, came, indices.get(came), row.method))
    for each in row.revocations.all():
        went = bytes(each.sha256)
        index, suspect = indices.get(went), each.suspect_from
        events.append(
            EventLine(REVOKE, each.recorded_at, went, index, each.signed_by, each.reason, suspect)
        )
    return sorted(events, key=lambda event: event.at)
