"""What stands on the desk of a signed-in party: its batteries, and what waits for a decision."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from passport.models import (
    Battery,
    BatteryState,
    HandOver,
    HandOverState,
    HealthReading,
    Intake,
    IntakeState,
)
from passport.queries.battery import unknown


@dataclass(frozen=True)
class Soh:
    """The newest state of health: an interval, how it was found, when."""

    value: Decimal
    low: Decimal
    high: Decimal
    method: str
    source: str
    measured_at: datetime


@dataclass(frozen=True)
class BatteryLine:
    id: uuid.UUID
    identity: str
    gtin: str
    serial: str
    model_name: str
    chemistry: str
    category: str
    level: str
    rated_energy_kwh: Decimal
    mass_kg: Decimal
    state: str
    status: str
    holder_id: uuid.UUID
    holder_name: str
    held: bool
    manufactured_on: date
    soh: Soh | None


@dataclass(frozen=True)
class BatteryPage:
    lines: tuple[BatteryLine, ...]
    next: str
    by_state: dict[str, int]


@dataclass(frozen=True)
class Home:
    by_state: dict[str, int]
    hand_overs_in: int
    intakes_running: int


def home(*, party_id: uuid.UUID) -> Home:
    """The counts that say what waits for a decision."""
    return Home(
        by_state=_by_state(_outermost()),
        hand_overs_in=HandOver.objects.filter(
            to_party_id=party_id, state=HandOverState.OFFERED
        ).count(),
        intakes_running=Intake.objects.filter(party_id=party_id)
        .exclude(state=IntakeState.DONE)
        .count(),
    )


def batteries(
    *, party_id: uuid.UUID, after: str = "", limit: int = 50, text: str = "", state: str = ""
) -> BatteryPage:
    """A page of the batteries that concern a party, newest first; parts stand in their whole.

    `text` is the beginning of a serial, or a part of a model's code or name; a text that finds
    no whole battery finds parts, so that a cell can be looked up by its serial.
    """
    rows = _outermost()
    if text:
        named = _named(text)
        rows = rows.filter(named) if rows.filter(named).exists() else _loaded().filter(named)
    by_state = _by_state(rows)
    if state:
        rows = rows.filter(state=state)
    if after:
        rows = rows.filter(id__lt=_cursor(after))
    found = list(rows.order_by("-id")[: limit + 1])
    return BatteryPage(
        lines=lines(found[:limit], party_id=party_id),
        next=str(found[limit - 1].id) if len(found) > limit else "",
        by_state=by_state,
    )


def lines(rows: Iterable[Battery], *, party_id: uuid.UUID) -> tuple[BatteryLine, ...]:
    """Batteries as lines of a list, each with its newest reading; one query for all readings."""
    found = list(rows)
    newest = _newest([row.pk for row in found])
    return tuple(_line(row, newest.get(row.pk), party_id) for row in found)


def _loaded() -> QuerySet[Battery]:
    return Battery.objects.select_related("model", "unit__holder")


def _outermost() -> QuerySet[Battery]:
    return _loaded().filter(unit_id=F("id"))


def _named(text: str) -> Q:
    return (
        Q(serial__startswith=text)
        | Q(identity=text)
        | Q(model__code__icontains=text)
        | Q(model__name__icontains=text)
    )


def _cursor(after: str) -> uuid.UUID:
    try:
        return uuid.UUID(after)
    except ValueError:
        raise unknown("page") from None


def _by_state(rows: QuerySet[Battery]) -> dict[str, int]:
    counted = rows.order_by().values_list("state").annotate(n=Count("id"))
    found = dict(counted.values_list("state", "n"))
    return {str(state): found.get(state, 0) for state in BatteryState}


def _newest(ids: list[uuid.UUID]) -> dict[uuid.UUID, HealthReading]:
    last = HealthReading.objects.filter(battery_id=OuterRef("id")).order_by("-measured_at")
    chosen = (
        Battery.objects.filter(id__in=ids)
        .annotate(reading=Subquery(last.values("id")[:1]))
        .values("reading")
    )
    return {row.battery_id: row for row in HealthReading.objects.filter(id__in=chosen)}


def soh_of(row: HealthReading | None) -> Soh | None:
    """A stored reading as the pages show it, in whole hundredths."""
    if row is None:
        return None
    value, low, high = (
        each.quantize(Decimal("0.01")) for each in (row.soh, row.soh_low, row.soh_high)
    )
    return Soh(value, low, high, row.method, row.source, row.measured_at)


def _line(row: Battery, reading: HealthReading | None, party_id: uuid.UUID) -> BatteryLine:
    return BatteryLine(
        id=row.id,
        identity=row.identity,
        gtin=row.model.gtin,
        serial=row.serial,
        model_name=row.model.name,
        chemistry=row.model.chemistry,
        category=row.model.category,
        level=row.level,
        rated_energy_kwh=row.model.rated_energy_kwh,
        mass_kg=row.model.mass_kg,
        state=row.state,
        status=row.status,
        holder_id=row.unit.holder_id,
        holder_name=row.unit.holder.name,
        held=row.unit.holder_id == party_id,
        manufactured_on=row.manufactured_on,
        soh=soh_of(reading),
    )
