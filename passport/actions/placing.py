"""Puts batteries into batteries, and tells the log what an intake has built."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from passport.models import Assembly, Battery, Concern, Custody, Party
from passport.rules.assembly import check_assembly
from passport.rules.custody import NotTheHolder
from passport.rules.errors import NotFound, Refusal
from passport.rules.intake import AssemblyLine
from passport.rules.lifecycle import EventKind, next_state

Pair = tuple[Battery, Battery, str]


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
    rows = Battery.objects.filter(mine, identity__in=wanted).select_related(
        "model", "unit", "holder"
    )
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
    What this intake registered has not grown: it is told with all that is inside it.
    """
    placed, pairs = Placed(), []
    if not lines:
        return placed
    named = {end.canonical for line in lines for end in (line.parent, line.child)}
    stock = known(identities=named, by=by)
    inside = _parents(stock.values())
    for line in lines:
        try:
            pair = _checked(line, stock=stock, inside=inside, by=by)
        except Refusal as refusal:
            placed.refused.append((line, refusal))
            continue
        if pair is None:
            placed.repeated += 1
            continue
        pairs.append(pair)
        inside[pair[1].pk] = pair[0].pk
    place(pairs=pairs, at=at)
    _move(pairs, at=at)
    placed.count = len(pairs)
    for parent, _, _ in pairs:
        if parent.intake_id != intake_id:
            placed.grown[parent.unit_id] = parent.unit
    return placed


def _checked(
    line: AssemblyLine, *, stock: dict[str, Battery], inside: dict[uuid.UUID, uuid.UUID], by: Party
) -> Pair | None:
    parent = _found(line.parent.canonical, "/parent", stock)
    child = _found(line.child.canonical, "/child", stock)
    current = inside.get(child.pk)
    if current == parent.pk:
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
        above_parent=_above(parent.pk, inside),
    )
    check_state(parent.unit, pointer="/parent")
    check_state(child, pointer="/child")
    return parent, child, line.position


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


def _above(battery: uuid.UUID, inside: dict[uuid.UUID, uuid.UUID]) -> list[uuid.UUID]:
    chain: list[uuid.UUID] = []
    while battery in inside and len(chain) < 4:
        battery = inside[battery]
        chain.append(battery)
    return chain


def _parents(batteries: Iterable[Battery]) -> dict[uuid.UUID, uuid.UUID]:
    ids = {battery.pk for battery in batteries} | {battery.unit_id for battery in batteries}
    rows = Assembly.objects.filter(
        Q(child_id__in=ids) | Q(child__unit_id__in=ids), until__isnull=True
    )
    return dict(rows.values_list("child_id", "parent_id"))


def _move(pairs: Sequence[Pair], *, at: datetime) -> None:
    by_unit: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for parent, child, _ in pairs:
        by_unit[parent.unit_id].append(child.pk)
    for unit, children in by_unit.items():
        Battery.objects.filter(unit_id__in=children).update(unit_id=unit)
    moved = [child.pk for _, child, _ in pairs]
    Custody.objects.filter(battery_id__in=moved, until__isnull=True).update(
        until=Greatest(F("since"), Value(at))
    )
    Concern.objects.filter(battery_id__in=moved, until__isnull=True).update(until=at)
