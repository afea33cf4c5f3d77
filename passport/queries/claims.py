"""What was signed about the batteries of a bundle, as far as it is for the reader of the bundle."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from django.db import connection

from passport.models import Attestation, Party, Withdrawal
from passport.postgres import arrays
from passport.queries.attestation import Upstream, upstream_of
from passport.queries.audience import audiences
from passport.queries.genealogy import Family
from passport.rules.disclosure import READERS, Access, Audience


class _Identified(Protocol):
    @property
    def id(self) -> uuid.UUID: ...


Row = TypeVar("Row", bound=_Identified)


@dataclass(frozen=True, slots=True)
class Item:
    """What a batch says of one battery, at its place; without a body it was erased, or is `closed`:
    not for the reader, though the batch is.
    """

    index: int
    battery_id: uuid.UUID
    body: bytes
    leaf_hash: bytes
    closed: bool = False


@dataclass(frozen=True)
class Claims:
    """Attestations for the reader, and those withheld from it; what was taken back of both; items
    of batches, by attestation; and what those for the reader build upon, at any depth.
    """

    shown: tuple[Attestation, ...] = ()
    withheld: tuple[Attestation, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    upstream: tuple[Upstream, ...] = ()
    items: Mapping[uuid.UUID, Sequence[Item]] = field(default_factory=dict)

    def joined(self, other: "Claims") -> "Claims":
        """Both together; what one of them may show is shown."""
        shown = _once(self.shown, other.shown)
        seen = {each.pk for each in shown}
        withheld = _once(self.withheld, other.withheld)
        items = {
            one: _opened((*self.items.get(one, ()), *other.items.get(one, ())))
            for one in {*self.items, *other.items}
        }
        return Claims(
            shown=shown,
            withheld=tuple(each for each in withheld if each.pk not in seen),
            withdrawals=_once(self.withdrawals, other.withdrawals),
            upstream=_once(self.upstream, other.upstream),
            items=items,
        )


def _once(some: Sequence[Row], others: Sequence[Row]) -> tuple[Row, ...]:
    return tuple({each.id: each for each in (*some, *others)}.values())


def _opened(items: Iterable[Item]) -> tuple[Item, ...]:
    """Each once, open where one of them is, in order."""
    found = {each.index: each for each in sorted(items, key=lambda each: not each.closed)}
    return tuple(found[index] for index in sorted(found))


NOTHING = Claims()


def claims(*, family: Family, by: Party) -> Claims:
    """All attestations of some batteries and what is inside them, parted by access. [Art. 77(2)]

    A part is read in the quality in which the reader reads the battery asked about.
    """
    ids = arrays.uuids(family.outermost)
    items = _items(ids)
    readers = audiences(of=family.asked, by=by)
    shown: list[Attestation] = []
    withheld: list[Attestation] = []
    for each in Attestation.objects.raw(
        "SELECT * FROM attestations_seen_v1(%s::uuid[]) ORDER BY id", [ids]
    ):
        if each.issuer_id == by.pk:
            shown.append(each)
            continue
        about = [each.battery_id] if each.battery_id else [i.battery_id for i in items[each.pk]]
        may = {one for one in about if one in family.outermost and _may(each, one, family, readers)}
        (shown if may else withheld).append(each)
        items[each.pk] = [i if i.battery_id in may else _close(i) for i in items[each.pk]]
    withdrawals = Withdrawal.objects.raw(
        "SELECT * FROM withdrawals_seen_v1(%s::uuid[]) ORDER BY id", [ids]
    )
    return Claims(
        shown=tuple(shown),
        withheld=tuple(withheld),
        withdrawals=tuple(withdrawals),
        upstream=tuple(upstream_of(parts={one: top.pk for one, top in family.outermost.items()})),
        items=items,
    )


def _may(
    signed: Attestation,
    battery: uuid.UUID,
    family: Family,
    readers: Mapping[uuid.UUID, frozenset[Audience]],
) -> bool:
    top = family.outermost[battery]
    return bool(readers[top.pk] & READERS[Access(signed.access)])


def _close(item: Item) -> Item:
    return replace(item, body=b"", closed=True) if item.body else item


def _items(ids: str) -> dict[uuid.UUID, list[Item]]:
    found: dict[uuid.UUID, list[Item]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attestation_id, index, battery_id, body, leaf_hash"
            " FROM items_seen_v1(%s::uuid[]) ORDER BY attestation_id, index",
            [ids],
        )
        for attestation, index, battery, body, hashed in cursor.fetchall():
            found[attestation].append(Item(index, battery, bytes(body), bytes(hashed)))
    return found
