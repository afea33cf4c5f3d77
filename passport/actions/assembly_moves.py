"""What every act of assembly does: lock the units, ask the rules, move batteries between them."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from passport.actions import custody, event
from passport.actions.placing import after_all
from passport.models import (
    Assembly,
    Battery,
    Concern,
    Custody,
    HandOver,
    HandOverState,
    Party,
)
from passport.queries.assembly import above, open_places
from passport.queries.recall import recalled
from passport.rules.assembly import (
    MovedMeanwhile,
    check_assembly,
    check_inside,
    check_not_offered,
    check_positions,
)
from passport.rules.custody import NotTheHolder
from passport.rules.errors import Refusal
from passport.rules.lifecycle import EventKind, next_state
from passport.rules.recall import check_not_recalled

_TRIES = 5
_MANY = 1000


@dataclass(frozen=True)
class Stock:
    """The batteries of an act, the units they are in, and where they stand: all locked."""

    batteries: dict[uuid.UUID, Battery]
    places: dict[uuid.UUID, Assembly]
    offered: frozenset[uuid.UUID]

    def unit(self, battery_id: uuid.UUID) -> Battery:
        """The unit that a battery is in."""
        return self.batteries[self.batteries[battery_id].unit_id]

    def parent_of(self, battery_id: uuid.UUID) -> uuid.UUID | None:
        """In what a battery directly stands."""
        place = self.places.get(battery_id)
        return place.parent_id if place else None

    def parents_of(self, battery_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
        """In what these directly stand."""
        return {self.places[each].parent_id for each in battery_ids if each in self.places}


@dataclass(frozen=True, slots=True)
class Move:
    """One battery that goes in, or comes out."""

    battery: Battery
    position: str
    into: bool


def lock(*, battery_ids: Sequence[uuid.UUID], others: bool = False) -> Stock:
    """Take the rows of batteries and of the units around them, until the transaction ends.

    In the order of their ids, so that two acts on the same batteries wait for one another in one
    direction; when a battery was moved while we waited, all are let go and taken anew. `others`
    takes the batteries in which they stand as well. Refuses NotFound, NotTheHolder, MovedMeanwhile.
    """
    for _ in range(_TRIES):
        mark = transaction.savepoint()
        wanted = _around(battery_ids, others=others)
        rows = Battery.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        found = {row.pk: row for row in rows}
        if len(found) < len(wanted):
            raise event.hidden(battery_ids=battery_ids)
        if _around(battery_ids, others=others) <= wanted:
            transaction.savepoint_commit(mark)
            return Stock(found, open_places(child_ids=list(found)), _offered(wanted))
        # What was moved meanwhile stands in another unit now: to take that as well, here and now,
        # would be out of order.
        transaction.savepoint_rollback(mark)
    raise MovedMeanwhile(
        "the batteries were moved while this was waiting for them",
        remedy="look at where they stand now, and send it again",
    )


def check(
    *,
    stock: Stock,
    parent_id: uuid.UUID,
    put: Sequence[tuple[uuid.UUID, str]],
    take: Sequence[uuid.UUID],
    kind: EventKind,
    gather: bool,
    by: Party,
) -> None:
    """Ask the rules about a whole act; refusals as assembly.change()."""
    _check_unit(stock, parent_id, kind=kind, by=by, pointer="")
    parent = stock.batteries[parent_id]
    over = above(battery_id=parent_id)
    danger = recalled(batteries=[each for each, _ in put])
    for number, each in enumerate(take):
        pointer = f"/take/{number}"
        check_inside(parent=parent_id, current=stock.parent_of(each), pointer=pointer)
    for number, (each, _) in enumerate(put):
        pointer, child = f"/put/{number}/child", stock.batteries[each]
        ask = partial(
            check_assembly,
            parent=parent_id,
            child=child.pk,
            parent_level=parent.level,
            child_level=child.level,
            current_parent=None if gather else stock.parent_of(each),
            above_parent=over,
            strict=True,
        )
        _asked(pointer, ask)
        _check_unit(stock, each, kind=kind, by=by, pointer=pointer)
        _asked(pointer, partial(next_state, kind=kind, state=child.state))
        check_not_recalled(recalled=each in danger, pointer=pointer)
    # What moves within the parent leaves its place as well.
    moved = {*take, *(each for each, _ in put)}
    standing = {
        place.position: place.child_id
        for place in Assembly.objects.filter(parent_id=parent_id, until__isnull=True)
        if place.child_id not in moved
    }
    check_positions(standing=standing, put=put)


def write(
    *,
    stock: Stock,
    parent_id: uuid.UUID,
    put: Sequence[tuple[uuid.UUID, str]],
    take: Sequence[uuid.UUID],
    by: Party,
    at: datetime,
) -> list[Move]:
    """End the places of what leaves, begin those of what goes in, and let custody follow."""
    into = [child for child, _ in put]
    moment = after_all(battery_ids=[*into, *take], at=at)
    ended = [stock.places[each].pk for each in (*take, *into) if each in stock.places]
    Assembly.objects.filter(pk__in=ended).update(until=moment)
    Assembly.objects.bulk_create(
        [
            Assembly(parent_id=parent_id, child_id=child, position=position, since=moment)
            for child, position in put
        ],
        batch_size=_MANY,
    )
    _end_custody(into, at=moment)
    loose = [stock.batteries[each] for each in take]
    for each in loose:
        each.unit_id, each.holder = each.pk, by
    custody.open_custody(batteries=loose, at=moment)
    moves = [Move(stock.batteries[child], position, into=True) for child, position in put]
    return moves + [Move(each, stock.places[each.pk].position, into=False) for each in loose]


def _around(battery_ids: Sequence[uuid.UUID], *, others: bool) -> set[uuid.UUID]:
    rows = Battery.objects.filter(pk__in=battery_ids).values_list("pk", "unit_id")
    found = {each for row in rows for each in row} | set(battery_ids)
    if others:
        stand = Assembly.objects.filter(child_id__in=battery_ids, until__isnull=True)
        found |= set(stand.values_list("parent_id", flat=True))
    return found


def _offered(units: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    rows = HandOver.objects.filter(battery_id__in=list(units), state=HandOverState.OFFERED)
    return frozenset(rows.values_list("battery_id", flat=True))


def _check_unit(
    stock: Stock, battery_id: uuid.UUID, *, kind: EventKind, by: Party, pointer: str
) -> None:
    """The unit around a battery is in the party's hands, stays there, and is in use."""
    unit = stock.unit(battery_id)
    if unit.holder_id != by.pk:
        raise NotTheHolder(
            "the battery is in another party's hands",
            pointer=pointer,
            remedy="ask its holder to do it, or to hand the battery over to you",
        )
    check_not_offered(offered=unit.pk in stock.offered, pointer=pointer)
    _asked(pointer, partial(next_state, kind=kind, state=unit.state))


def _asked(pointer: str, ask: Callable[[], object]) -> None:
    try:
        ask()
    except Refusal as refusal:
        raise refusal.pointing(pointer) from refusal


def _end_custody(battery_ids: Sequence[uuid.UUID], *, at: datetime) -> None:
    """`at` is after every `since` of these: after_all() saw to that."""
    for rows in (Custody.objects, Concern.objects):
        rows.filter(battery_id__in=battery_ids, until__isnull=True).update(until=at)
