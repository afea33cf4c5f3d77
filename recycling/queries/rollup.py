"""Annex XII for the first recycler: its batteries through every step, here and elsewhere."""

import datetime
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from passport.models import Party
from passport.postgres.rollup import rolled_up
from recycling.models import Treatment
from recycling.queries import matter, tables
from recycling.rules.chemistry import family_of
from recycling.rules.rollup import (
    ALL,
    Drawn,
    Made,
    Reached,
    Stage,
    Way,
    chemistries,
    follow,
    held_against,
)

# Which steps of the party's own let their batteries count: told by id, kind, and the moment.
Counts = Callable[[uuid.UUID, datetime.datetime], bool]


@dataclass(frozen=True)
class Account:
    """What became of the batteries of one chemistry (or of all), and what the law asks for."""

    way: Way
    reached: tuple[Reached, ...]


def of_year(*, party: Party, year: int) -> tuple[Account, ...]:
    """The accounts of a calendar year: of all batteries that went in, then by chemistry.

    Floors are those in force when the year began.
    """
    stages = _stages(party, counts=lambda _, at: at.year == year)
    return _accounts(stages, on=datetime.date(year, 1, 1))


def of_batch(*, party: Party, batch_id: uuid.UUID, on: datetime.date) -> tuple[Account, ...]:
    """The same of the batteries of one batch, with what others made of them since."""
    steps = _steps_of(batch_id)
    return _accounts(_stages(party, counts=lambda step, _: step in steps), on=on)


def _accounts(stages: list[Stage], *, on: datetime.date) -> tuple[Account, ...]:
    known = tables.recovery()
    found = []
    for chemistry in (ALL, *chemistries(stages)):
        way = follow(stages=stages, chemistry=chemistry)
        floors = tables.efficiency_of(family=family_of(chemistry)) if chemistry else None
        reached = held_against(way, on=on, tables=known, efficiency=floors)
        found.append(Account(way=way, reached=reached))
    return tuple(found) if found[0].way.in_kg else ()


def _steps_of(batch_id: uuid.UUID) -> set[uuid.UUID]:
    return set(Treatment.objects.filter(batch_id=batch_id).values_list("pk", flat=True))


def _stages(party: Party, *, counts: Counts) -> list[Stage]:
    found = []
    for step, recycler, treated_at, inputs, outputs in rolled_up():
        own = recycler == party.pk and counts(step, treated_at)
        found.append(
            Stage(
                inputs=[_drawn(each, counts=own) for each in json.loads(inputs)],
                outputs=[_made(each) for each in json.loads(outputs)],
            )
        )
    return found


def _drawn(told: Mapping[str, Any], *, counts: bool) -> Drawn:
    mass = Decimal(told["mass_kg"])
    if told["battery"]:
        chemistry, rated = str(told["chemistry"]), Decimal(told["rated_kwh"])
        inside = matter.elements_of_battery(chemistry=chemistry, rated_kwh=rated)
        return Drawn(
            source=told["source"],
            mass_kg=mass,
            elements=inside or {},
            chemistry=chemistry if counts else None,
        )
    return Drawn(source=told["source"], mass_kg=mass, elements=_elements(told, mass))


def _made(told: Mapping[str, Any]) -> Made:
    mass = Decimal(told["mass_kg"])
    return Made(key=told["id"], mass_kg=mass, fate=told["fate"], elements=_elements(told, mass))


def _elements(told: Mapping[str, Any], mass: Decimal) -> Mapping[str, Decimal]:
    assay = matter.assay_of(told["assay"])
    return matter.elements(material=told["material"], mass_kg=mass, assay=assay) or {}
