"""Attestations that concern the acting party, how they stand, and what they build upon."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from django.db import connection
from django.db.models import Q

from passport.models import (
    Attestation,
    AttestationUpstream,
    Battery,
    LogEntry,
    Party,
    Withdrawal,
)
from passport.postgres import arrays
from passport.proof import batchtiles
from passport.proof.batchtiles import Place
from passport.proof.tree import Reader, levels, reader
from passport.queries import erasure, key, log
from passport.queries.audience import audiences
from passport.queries.battery import unknown
from passport.queries.key import Standing
from passport.queries.withdrawal import withdrawals
from passport.rules.disclosure import READERS, Access


@dataclass(frozen=True)
class Taken:
    """An attestation, what it builds upon, and which of that is not known here."""

    row: Attestation
    upstream: tuple[bytes, ...] = ()
    strange: tuple[bytes, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Line(Taken):
    """An attestation and how it stands: its place in the published log (None while it has none),
    its key, what was taken back of it.
    """

    index: int | None
    key: Standing | None
    withdrawals: tuple[Withdrawal, ...]

    @property
    def withdrawn(self) -> Withdrawal | None:
        """By what the whole of it was taken back; None while it stands, or parts of it do."""
        return next((each for each in self.withdrawals if each.items is None), None)


@dataclass(frozen=True)
class Upstream:
    """Something that an attestation builds upon, or (`withdraws`) what took such a thing back.

    `identity` and `salt` are of the lot or battery that it is about alone; None for a batch.
    """

    id: uuid.UUID
    withdraws: uuid.UUID | None
    issuer_id: uuid.UUID
    kind: str
    method: str
    access: str
    body: bytes
    sha256: bytes
    batch_size: int | None
    recorded_at: datetime
    identity: str | None
    salt: bytes | None


def listing(*, battery: Battery, by: Party, after: uuid.UUID | None, limit: int) -> list[Line]:
    """A page of the attestations of a battery, its own and those of its batches, by id.

    Of one that is not for the acting party, what it builds upon and why it was taken back is not
    told either.
    """
    rows = (
        Attestation.objects.filter(Q(battery=battery) | Q(items__battery=battery))
        .select_related("issuer", "lot")
        .annotate(**erasure.columns(named="sha256"))
        .distinct()
        .order_by("id")
    )
    page = list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])
    own = {each.pk for each in readable(signed=page, battery=battery, by=by)}
    return [each if each.row.pk in own else _closed(each) for each in lines(rows=page)]


def _closed(line: Line) -> Line:
    whole = line.withdrawn
    if whole is not None:
        whole.reason = ""
    return replace(line, upstream=(), strange=(), withdrawals=(whole,) if whole else ())


def by_id(*, attestation_id: uuid.UUID, by: Party) -> Line:
    """The attestation of this id, if it is for the acting party to read. Refuses NotFound."""
    rows = Attestation.objects.filter(id=attestation_id).select_related("issuer", "lot")
    found = rows.annotate(**erasure.columns(named="sha256")).first()
    about = Q(attestations=attestation_id) | Q(attestation_items__attestation=attestation_id)
    seen = Battery.objects.filter(about).first() if found else None
    mine = found is not None and found.issuer_id == by.pk
    if found is None or not (mine or (seen and readable(signed=[found], battery=seen, by=by))):
        raise unknown("attestation")
    return lines(rows=[found])[0]


def taken(*, row: Attestation) -> Taken:
    """An attestation as it was taken in."""
    (found,) = _taken([row])
    return found


def lines(*, rows: Iterable[Attestation]) -> list[Line]:
    """How some attestations stand, in their order."""
    kept = list(rows)
    back = withdrawals(of=[each.pk for each in kept])
    places = _places([bytes(each.sha256) for each in kept])
    standing = cache(lambda method: key.standing(method=method))
    return [
        Line(
            **vars(each),
            index=places.get(bytes(each.row.sha256)),
            key=standing(each.row.method),
            withdrawals=tuple(back.get(each.row.pk, ())),
        )
        for each in _taken(kept)
    ]


def readable(*, signed: Iterable[Attestation], battery: Battery, by: Party) -> list[Attestation]:
    """Those whose access set is for the acting party; its own are. [Art. 77(2)]"""
    readers = audiences(of=[battery], by=by)[battery.pk]
    return [
        each for each in signed if each.issuer_id == by.pk or readers & READERS[Access(each.access)]
    ]


def upstream_of(*, parts: Mapping[uuid.UUID, uuid.UUID]) -> list[Upstream]:
    """All that the attestations of some batteries build upon, at any depth, and its withdrawals.

    `parts` says in which battery asked about each stands; itself when in none. Begins at those that
    the acting party sees, in the qualities in which it reads the battery asked about; walks through
    nothing but what is for it, upstream without the qualities that it has by the battery alone. The
    attestations of the batteries themselves are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM upstream_v1(%s::uuid[], %s::uuid[])",
            [arrays.uuids(parts), arrays.uuids(parts.values())],
        )
        return [Upstream(*row) for row in cursor.fetchall()]


def batch_reader(*, attestation: Attestation, indices: Iterable[int] = ()) -> Reader:
    """Serve the tree of a batch; what the paths of `indices` need comes in one query.

    Whatever else is asked for is read when it is. The reader refuses BadTile.
    """
    size = attestation.batch_size or 0

    def fetch(places: Collection[Place]) -> Mapping[Place, bytes]:
        return _tiles(attestation.pk, places)

    kept = fetch(batchtiles.places_for(indices=indices, size=size))
    if not kept:
        # Recorded before trees were kept: it is made again from the leaves.
        return reader(levels(leaf_hashes(attestation_id=attestation.pk)))
    return batchtiles.reader(size=size, kept=kept, fetch=fetch)


def held(*, digests: Collection[bytes]) -> set[bytes]:
    """Which of these digests are of attestations that are kept here, whoever may read them."""
    if not digests:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT held_attestations_v1(%s)", [list(digests)])
        return {row[0] for row in cursor.fetchall()}


def leaf_hashes(*, attestation_id: uuid.UUID) -> list[bytes]:
    """Every leaf hash of a batch, in order: what its inclusion paths are made from."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT batch_leaf_hashes_v1(%s)", [attestation_id])
        return [bytes(row[0]) for row in cursor.fetchall()]


def _taken(rows: Sequence[Attestation]) -> list[Taken]:
    named: dict[uuid.UUID, list[bytes]] = {each.pk: [] for each in rows}
    links = AttestationUpstream.objects.filter(attestation_id__in=named).order_by("sha256")
    for attestation, digest in links.values_list("attestation_id", "sha256"):
        named[attestation].append(bytes(digest))
    known = held(digests={digest for digests in named.values() for digest in digests})
    return [
        Taken(
            row=row,
            upstream=tuple(named[row.pk]),
            strange=tuple(each for each in named[row.pk] if each not in known),
        )
        for row in rows
    ]


def _tiles(batch: uuid.UUID, places: Collection[Place]) -> dict[Place, bytes]:
    wanted = sorted(places)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, place, hashes FROM batch_tiles_v1(%s, %s::smallint[], %s::integer[])",
            [
                batch,
                arrays.integers(level for level, _ in wanted),
                arrays.integers(place for _, place in wanted),
            ],
        )
        return {(level, place): hashes for level, place, hashes in cursor.fetchall()}


def _places(digests: Sequence[bytes]) -> Mapping[bytes, int]:
    head = log.published()
    rows = LogEntry.objects.filter(digest__in=digests, index__lt=head.size if head else 0)
    return {bytes(digest): index for digest, index in rows.values_list("digest", "index")}
