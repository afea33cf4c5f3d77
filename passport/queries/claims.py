"""What was signed about the batteries of a bundle, as far as it is for the reader of the bundle."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from passport.models import Attestation, Battery, Concern, Party
from passport.queries.genealogy import Family
from passport.rules.disclosure import READERS, Access, Audience, audiences_of


@dataclass(frozen=True, slots=True)
class Item:
    """What a batch says of one battery, at its place in the batch."""

    index: int
    battery_id: uuid.UUID
    body: bytes


@dataclass(frozen=True)
class Claims:
    """Attestations for the reader, those withheld from it, and items of batches by attestation."""

    shown: tuple[Attestation, ...]
    withheld: tuple[Attestation, ...]
    items: Mapping[uuid.UUID, Sequence[Item]]

    @property
    def all(self) -> tuple[Attestation, ...]:
        """Those for the reader and those withheld."""
        return (*self.shown, *self.withheld)

    def joined(self, other: "Claims") -> "Claims":
        """Both together; what one of them may show is shown."""
        shown = {each.pk: each for each in (*self.shown, *other.shown)}
        withheld = {each.pk: each for each in (*self.withheld, *other.withheld)}
        items = {
            one: tuple(dict.fromkeys((*self.items.get(one, ()), *other.items.get(one, ()))))
            for one in {*self.items, *other.items}
        }
        apart = (each for one, each in withheld.items() if one not in shown)
        return Claims(tuple(shown.values()), tuple(apart), items)


NOTHING = Claims(shown=(), withheld=(), items={})


def claims(*, family: Family, by: Party) -> Claims:
    """All attestations of some batteries and what is inside them, parted by access. [Art. 77(2)]

    A part is read in the quality in which the reader reads the battery asked about.
    """
    ids = list(family.outermost)
    items = _items(ids)
    readers = _audiences(family.asked, by=by)
    shown: list[Attestation] = []
    withheld: list[Attestation] = []
    for each in _attestations(ids):
        about = [each.battery_id] if each.battery_id else [i.battery_id for i in items[each.pk]]
        tops = {family.outermost[battery].pk for battery in about if battery in family.outermost}
        may = frozenset[Audience]().union(*(readers[top] for top in tops))
        open_to = READERS[Access(each.access)]
        (shown if each.issuer_id == by.pk or may & open_to else withheld).append(each)
    return Claims(tuple(shown), tuple(withheld), items)


def _audiences(asked: Sequence[Battery], *, by: Party) -> dict[uuid.UUID, frozenset[Audience]]:
    sight = Concern.objects.filter(
        battery_id__in={each.unit_id for each in asked}, party=by, until__isnull=True
    )
    concerned = set(sight.values_list("battery_id", flat=True))
    return {
        each.pk: audiences_of(
            roles=by.roles,
            concerned=each.unit_id in concerned,
            responsible=each.maker_id == by.pk,
        )
        for each in asked
    }


def _attestations(ids: list[uuid.UUID]) -> list[Attestation]:
    rows = Attestation.objects.raw(
        "SELECT * FROM attestations_seen_v1(%s::uuid[]) ORDER BY id", [ids]
    )
    return list(rows)


def _items(ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Item]]:
    found: dict[uuid.UUID, list[Item]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attestation_id, index, battery_id, body FROM items_seen_v1(%s::uuid[])"
            " ORDER BY attestation_id, index",
            [ids],
        )
        for attestation, index, battery, body in cursor.fetchall():
            found[attestation].append(Item(index, battery, bytes(body)))
    return found
