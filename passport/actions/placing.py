"""Puts batteries into batteries, and tells the log what an intake has built."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from passport.actions import custody, event, outbox
from passport.models import Assembly, Battery, Concern, Custody, Level, Party
from passport.models.ids import new_id
from passport.proof.batch import component_root
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
    *, lines: Sequence[AssemblyLine], created: dict[str, Battery], by: Party, at: datetime
) -> Placed:
    """Put registered batteries that this party holds into others of its own.

    A child's own contents move with it; its custody ends, since the unit carries it from now on.
    """
    placed, pairs = Placed(), []
    if not lines:
        return placed
    named = {end.canonical for line in lines for end in (line.parent, line.child)}
    stock = known(identities=named - created.keys(), by=by) | created
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
        if parent.identity not in created:
            placed.grown[parent.unit_id] = parent.unit
    return placed


def announce(
    *,
    created: dict[str, Battery],
    grown: dict[uuid.UUID, Battery],
    intake_id: uuid.UUID,
    by: Party,
    at: datetime,
) -> None:
    """Record the registration: an event for each new unit, and one for all other new batteries."""
    if not created and not grown:
        return
    rows = list(Battery.objects.filter(intake_id=intake_id).select_related("model"))
    units = [row for row in rows if row.unit_id == row.pk and row.level != Level.CELL]
    alone = {row.pk for row in units}
    contents = _contents([*alone, *grown])
    for unit in units:
        _record(EventKind.REGISTERED, unit, contents[unit.pk], by=by, at=at)
    for unit in grown.values():
        _record(EventKind.ASSEMBLED, unit, contents[unit.pk], by=by, at=at)
    custody.open_custody(batteries=units, at=at)
    rest = [row for row in rows if row.pk not in alone]
    if rest:
        _record_rest(rest, intake_id=intake_id, by=by, at=at)


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
    try:
        next_state(kind=EventKind.ASSEMBLED, state=battery.state)
    except Refusal as refusal:
        raise type(refusal)(refusal.detail, pointer=pointer, remedy=refusal.remedy) from refusal


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


def _contents(units: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = {unit: [] for unit in units}
    rows = Battery.objects.filter(unit_id__in=units).exclude(pk=F("unit_id"))
    for unit, identity in rows.values_list("unit_id", "identity"):
        found[unit].append(identity)
    return found


def _record(
    kind: EventKind, unit: Battery, contents: list[str], *, by: Party, at: datetime
) -> None:
    facts: dict[str, object] = {
        "level": unit.level,
        "model": unit.model.code,
        "manufacturedOn": unit.manufactured_on.isoformat(),
        "components": component_root(contents),
    }
    content = event.words(
        kind=kind,
        subject={"battery": unit.identity},
        happened_at=at,
        event_id=new_id(),
        facts=facts,
    )
    event.keep(content=content, battery=unit, by=by, at=at)


def _record_rest(rest: Sequence[Battery], *, intake_id: uuid.UUID, by: Party, at: datetime) -> None:
    content = event.words(
        kind=EventKind.REGISTERED,
        subject={"batteries": component_root(row.identity for row in rest)},
        happened_at=at,
        event_id=new_id(),
        facts={"intake": str(intake_id)},
    )
    subjects = [outbox.subject_of(salt=row.salt, subject=row.identity) for row in rest]
    event.keep_of_many(content=content, intake_id=intake_id, subjects=subjects, by=by, at=at)
