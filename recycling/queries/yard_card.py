"""What somebody in the yard must know of a battery: what it is, is it safe, how to open it."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from passport.models import (
    Battery,
    BatteryAlias,
    HandOver,
    HandOverState,
    HealthReading,
)
from passport.queries.desk import BatteryLine, lines
from passport.queries.desk_inbox import HandOverLine, hand_over_line
from passport.queries.health import counting
from passport.queries.incident import set_apart
from passport.queries.legacy import untraced
from passport.queries.public_points import text_of
from passport.queries.recall import Hit, of_battery, recalled_units
from passport.rules.disclosure import Access
from passport.rules.yard import Danger
from recycling.queries.snapshot import facts_of
from recycling.queries.tables import planning
from recycling.queries.tested import NOBODY_LOOKED, LookedAt, looked_at
from recycling.rules.gates import GateOutcome, evaluate
from recycling.rules.inspection import outweighed

# Data points of the model that a hand in a glove needs, by their numbers.
_HAZARDS, _AGENT, _OPENING, _SAFETY = "13", "14", "48", "49"


@dataclass(frozen=True)
class Opening:
    """How to take it apart, as its maker says; `other` is all that is no order of steps."""

    steps: tuple[str, ...]
    other: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class YardCard:
    """One battery for the yard; what is not for the reader is empty.

    `names` are the texts under which a scan finds it. `gates` is None where its health is not for
    the reader, or where it is part of another.
    """

    line: BatteryLine
    names: tuple[str, ...]
    maker_name: str
    nominal_voltage_v: Any
    maximum_voltage_v: Any
    extinguishing_agent: str
    hazards: str
    safety: str
    opening: Opening | None
    recalls: tuple[Hit, ...]
    offered: HandOverLine | None
    gates: GateOutcome | None


def cards(
    *, party_id: uuid.UUID, battery_ids: Sequence[uuid.UUID], on: datetime.date
) -> tuple[YardCard, ...]:
    """What the yard must know of these batteries, as far as the party sees them, in their order."""
    rows = {
        row.pk: row
        for row in Battery.objects.filter(pk__in=battery_ids).select_related("model", "maker")
    }
    found = [rows[each] for each in battery_ids if each in rows]
    units = [row.unit_id for row in found]
    about = _About(
        lines={line.id: line for line in lines(found, party_id=party_id)},
        names=_names([row.pk for row in found]),
        recalled=recalled_units(units=units),
        offered={
            row.battery_id: row
            for row in HandOver.objects.filter(
                battery_id__in=units, to_party_id=party_id, state=HandOverState.OFFERED
            ).select_related("battery__model", "from_party", "to_party")
        },
        readings=_readings([row.pk for row in found]),
        conditions=looked_at(battery_ids=[row.pk for row in found]),
        found=untraced(battery_ids=[row.pk for row in found]),
        dangers=set_apart(battery_ids=[row.pk for row in found]),
    )
    return tuple(_card(row, about, on=on) for row in found)


@dataclass(frozen=True)
class _About:
    """What is asked once for all of them."""

    lines: dict[uuid.UUID, BatteryLine]
    names: dict[uuid.UUID, list[str]]
    recalled: set[uuid.UUID]
    offered: dict[uuid.UUID, HandOver]
    readings: dict[uuid.UUID, HealthReading]
    conditions: dict[uuid.UUID, LookedAt]
    found: dict[uuid.UUID, tuple[str, ...]]
    dangers: Mapping[uuid.UUID, frozenset[Danger]]


def _card(row: Battery, about: _About, *, on: datetime.date) -> YardCard:
    line, facts = about.lines[row.pk], row.model.facts
    told = Access.INTEREST_AND_AUTHORITY in line.reads or line.held
    offer = about.offered.get(row.unit_id)
    recalled = row.unit_id in about.recalled
    return YardCard(
        line=line,
        names=(row.identity, *about.names[row.pk]),
        maker_name=row.maker.name,
        nominal_voltage_v=row.model.nominal_voltage_v,
        maximum_voltage_v=row.model.maximum_voltage_v,
        extinguishing_agent=text_of(facts.get(_AGENT)) or "",
        hazards=text_of(facts.get(_HAZARDS)) or "",
        safety=text_of(facts.get(_SAFETY)) or "" if told else "",
        opening=_opening(facts.get(_OPENING)) if told else None,
        recalls=tuple(of_battery(battery_id=row.pk)) if recalled else (),
        offered=None if offer is None else hand_over_line(offer),
        gates=_gates(row, about, on=on) if line.health_told and row.pk == row.unit_id else None,
    )


def _gates(row: Battery, about: _About, *, on: datetime.date) -> GateOutcome:
    facts = facts_of(
        row,
        reading=about.readings.get(row.pk),
        condition=outweighed(
            about.conditions.get(row.pk, NOBODY_LOOKED).condition,
            dangers=about.dangers.get(row.pk, frozenset()),
        ),
        recalled=row.unit_id in about.recalled,
        assumed=about.found.get(row.pk),
        test_passed=about.conditions.get(row.pk, NOBODY_LOOKED).test_passed,
        on=on,
    )
    return evaluate(facts, rules=planning().gates, on=on)


def _opening(fact: object) -> Opening | None:
    if fact is None:
        return None
    if not isinstance(fact, dict):
        return Opening((), (("", text_of(fact) or ""),))
    order = fact.get("order")
    steps = tuple(str(each) for each in order) if isinstance(order, list) else ()
    other = {name: value for name, value in fact.items() if name != "order" or not steps}
    return Opening(steps, tuple((name, text_of(value) or "") for name, value in other.items()))


def _names(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for row in BatteryAlias.objects.filter(battery_id__in=ids).order_by("id"):
        found[row.battery_id].append(row.value)
    return found


def _readings(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, HealthReading]:
    rows = counting().filter(battery_id__in=ids)
    newest = rows.order_by("battery_id", "-measured_at").distinct("battery_id")
    return {row.battery_id: row for row in newest}
