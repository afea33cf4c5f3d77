"""Puts batteries into batteries, and tells the log what an intake has built."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max, Q

from passport.models import (
    Assembly,
    Battery,
    Concern,
    Custody,
    HandOver,
    HandOverState,
    Party,
)
from passport.queries.recall import recalled
from passport.rules.assembly import (
    AtAnotherPlace,
    PlaceTaken,
    check_assembly,
    check_not_offered,
)
from passport.rules.custody import NotTheHolder
from passport.rules.errors import NotFound, Refusal
from passport.rules.intake import AssemblyLine
from passport.rules.lifecycle import EventKind, next_state
from passport.rules.recall import check_not_recalled

Pair = tuple[Battery, Battery, str]
_MOMENT = timedelta(microseconds=1)


@dataclass
class _Ground:
    """What lines are held against; `inside` and `places` grow with each line that is good."""

    stock: dict[str, Battery]
    inside: dict[uuid.UUID, tuple[uuid.UUID, str]]
    places: dict[tuple[uuid.UUID, str], uuid.UUID]
    offered: Collection[uuid.UUID]
    danger: Collection[uuid.UUID]


@dataclass
class Placed:
    """What came of the assembly lines; `grown` are units of before that got something new."""

    count: int = 0
    repeated: int = 0
    refused: list[tuple[AssemblyLine, Refusal]] = field(default_factory=list)
    grown: dict[uuid.UUID, Battery] = field(default_factory=dict)


def known(*, identities: Iterable[str], by: Party) -> dict[str, Battery]:
    """Registered batteries by identity: those that this party made, and those that it holds."""
    wanted = set(identities)
    if not wanted:
        return {}
    mine = Q(maker=by) | Q(unit__holder=by)
    rows = Battery.objects.filter(mine, identity__in=wanted).select_related("unit")
    return {row.identity: row for row in rows}


def place(*, pairs: Sequence[Pair], at: datetime) -> None:
    """Write checked placements (parent, child, position) of batteries that stand in nothing."""
    Assembly.objects.bulk_create(
        [
            Assembly(parent=parent, child=child, position=position, since=at)
            for parent, child, position in pairs
        ],
        batch_size=1000,
    )


def assemble(
    *, lines: Sequence[AssemblyLine], intake_id: uuid.UUID, by: Party, at: datetime
) -> Placed:
    """Put registered batteries that this party holds into others of its own, in this order.

    A child's own contents move with it; its custody ends, since the unit carries it from now on.
    The file's moment is when its work began: what was moved since then goes in just after that.
    What this intake registered has not grown: it is told with all that is inside it.
    """
    placed, pairs = Placed(), []
    if not lines:
        return placed
    named = {end.canonical for line in lines for end in (line.parent, line.child)}
    stock = _locked(named, by=by)
    ground = _ground(lines, stock)
    for line in lines:
        try:
            pair = _checked(line, ground=ground, by=by)
        except Refusal as refusal:
            placed.refused.append((line, refusal))
            continue
        if pair is None:
            placed.repeated += 1
            continue
        pairs.append(pair)
        ground.inside[pair[1].pk] = pair[0].pk, line.position
    moment = after_all(battery_ids=[child.pk for _, child, _ in pairs], at=at)
    place(pairs=pairs, at=moment)
    _end_custody(pairs, at=moment)
    placed.count = len(pairs)
    for parent, _, _ in pairs:
        if parent.intake_id != intake_id:
            placed.grown[parent.unit_id] = parent.unit
    return placed


def _locked(named: Iterable[str], *, by: Party) -> dict[str, Battery]:
    """What is known under these names, and stays as it is until the transaction ends."""
    found = known(identities=named, by=by)
    ids = {each for row in found.values() for each in (row.pk, row.unit_id)}
    rows = Battery.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    list(rows.values_list("pk", flat=True))
    return known(identities=found, by=by)


def _ground(lines: Sequence[AssemblyLine], stock: dict[str, Battery]) -> _Ground:
    children = {line.child.canonical for line in lines} & stock.keys()
    return _Ground(
        stock=stock,
        inside=_parents(stock.values()),
        places=_places(stock.values()),
        offered=_offered(stock.values()),
        danger=recalled(batteries=[stock[each].pk for each in children]),
    )


def _check_stays(pair: Pair, offered: Collection[uuid.UUID]) -> None:
    for battery, pointer in zip(pair[:2], ("/parent", "/child"), strict=True):
        check_not_offered(offered=battery.unit_id in offered, pointer=pointer)


def _check_place(pair: Pair, places: dict[tuple[uuid.UUID, str], uuid.UUID]) -> None:
    parent, child, position = pair
    if position and places.setdefault((parent.pk, position), child.pk) != child.pk:
        raise PlaceTaken(
            f"another battery stands at position {position}",
            pointer="/position",
            remedy="correct the position, or record first that the other one was taken out",
        )


def _checked(line: AssemblyLine, *, ground: _Ground, by: Party) -> Pair | None:
    """None for what stands there already. [assembly-1 to -5, recall-4]"""
    parent = _found(line.parent.canonical, "/parent", ground.stock)
    child = _found(line.child.canonical, "/child", ground.stock)
    current, position = ground.inside.get(child.pk, (None, ""))
    if current == parent.pk:
        _check_same(position, line.position)
        return None
    if child.unit.holder_id != by.pk or parent.unit.holder_id != by.pk:
        raise NotTheHolder(
            "one of the two batteries is in another party's hands",
            pointer="/child",
            remedy="accept its hand-over first",
        )
    check_assembly(
        parent=parent.pk,
        child=child.pk,
        parent_level=parent.level,
        child_level=child.level,
        current_parent=current,
        above_parent=_above(parent.pk, ground.inside),
    )
    check_state(parent.unit, pointer="/parent")
    check_state(child, pointer="/child")
    check_not_recalled(recalled=child.pk in ground.danger, pointer="/child")
    pair = parent, child, line.position
    _check_stays(pair, ground.offered)
    _check_place(pair, ground.places)
    return pair


def _check_same(stands: str, named: str) -> None:
    if named and named != stands:
        raise AtAnotherPlace(
            f"it stands in this one already, {f'at position {stands}' if stands else 'unplaced'}",
            pointer="/position",
            remedy="correct the position; or move it, at the desk or through /assemblies",
        )


def check_state(battery: Battery, *, pointer: str) -> None:
    """Only what is in use is built in or built upon. Refuses NotPossibleNow, AlreadyRecycled."""
    check_state_of(battery.state, pointer=pointer)


def check_state_of(state: str, *, pointer: str) -> None:
    """The same of a state alone."""
    try:
        next_state(kind=EventKind.ASSEMBLED, state=state)
    except Refusal as refusal:
        raise refusal.pointing(pointer) from refusal


def _found(identity: str, pointer: str, stock: dict[str, Battery]) -> Battery:
    battery = stock.get(identity)
    if battery is None:
        raise NotFound(
            f"{identity} is neither in this file nor in your hands",
            pointer=pointer,
            remedy="register it, or accept its hand-over, before this line",
        )
    return battery


def _above(battery: uuid.UUID, inside: dict[uuid.UUID, tuple[uuid.UUID, str]]) -> list[uuid.UUID]:
    chain: list[uuid.UUID] = []
    while battery in inside and len(chain) < 4:
        battery, _ = inside[battery]
        chain.append(battery)
    return chain


def _parents(batteries: Iterable[Battery]) -> dict[uuid.UUID, tuple[uuid.UUID, str]]:
    """In what each of them, and all else in their units, stands, and where there."""
    units = {battery.unit_id for battery in batteries}
    rows = Assembly.objects.filter(child__unit_id__in=units, until__isnull=True)
    return {
        child: (parent, position)
        for child, parent, position in rows.values_list("child_id", "parent_id", "position")
    }


def _places(batteries: Iterable[Battery]) -> dict[tuple[uuid.UUID, str], uuid.UUID]:
    ids = [battery.pk for battery in batteries]
    rows = Assembly.objects.filter(parent_id__in=ids, until__isnull=True).exclude(position="")
    return {
        (parent, position): child
        for parent, position, child in rows.values_list("parent_id", "position", "child_id")
    }


def _offered(batteries: Iterable[Battery]) -> set[uuid.UUID]:
    units = {battery.unit_id for battery in batteries}
    rows = HandOver.objects.filter(battery_id__in=units, state=HandOverState.OFFERED)
    return set(rows.values_list("battery_id", flat=True))


def after_all(*, battery_ids: Sequence[uuid.UUID], at: datetime) -> datetime:
    """Then; or just after all that is recorded of where these stood and who had them."""
    places = Assembly.objects.filter(child_id__in=battery_ids).aggregate(
        since=Max("since"), until=Max("until")
    )
    held = Custody.objects.filter(battery_id__in=battery_ids).aggregate(
        since=Max("since"), until=Max("until")
    )
    known: list[datetime] = [
        each for found in (places, held) for each in found.values() if each is not None
    ]
    return max([at, *(each + _MOMENT for each in known)])


def _end_custody(pairs: Sequence[Pair], *, at: datetime) -> None:
    """`at` is after every `since` of these: after_all() saw to that."""
    moved = [child.pk for _, child, _ in pairs]
    for rows in (Custody.objects, Concern.objects):
        rows.filter(battery_id__in=moved, until__isnull=True).update(until=at)
