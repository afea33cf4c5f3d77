"""The record of one battery as a party concerned sees it: one identity, one timeline, one seal."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from passport.models import (
    Assembly,
    Battery,
    HandOver,
    HandOverState,
    HealthReading,
)
from passport.queries import battery as batteries
from passport.queries import custody, desk, health
from passport.queries import party as parties
from passport.queries.desk_assembly import AssemblyPanel, panel
from passport.queries.desk_inbox import HandOverLine, hand_over_line
from passport.queries.desk_provenance import Provenance, provenance
from passport.queries.desk_timeline import Timeline, timeline
from passport.queries.naming_right import standing_of
from passport.queries.seal import Seal, seal_of
from passport.rules.naming_right import Standing


@dataclass(frozen=True)
class ReadingLine:
    soh: Decimal
    soh_low: Decimal
    soh_high: Decimal
    method: str
    source: str
    measured_at: datetime
    resistance_ratio: Decimal | None
    capacity_ah: Decimal | None
    equivalent_cycles: Decimal | None
    minimum_cell_v: Decimal | None
    cell_spread_mv: Decimal | None
    isolation_ohm_per_v: Decimal | None
    self_discharge_percent_per_month: Decimal | None
    module_spread: Decimal | None
    highest_temperature_c: Decimal | None
    kind: str


@dataclass(frozen=True)
class Part:
    battery_id: uuid.UUID
    serial: str
    model_name: str
    level: str
    position: str
    since: datetime


@dataclass(frozen=True)
class CustodyLine:
    holder_name: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class BatteryRecord:
    line: desk.BatteryLine
    maker_name: str
    maker_did: str
    facility_name: str
    nominal_voltage_v: Decimal
    rated_capacity_ah: Decimal
    registered_at: datetime
    naming: Standing
    seal: Seal
    provenance: Provenance
    timeline: Timeline
    readings: tuple[ReadingLine, ...]
    inside_of: tuple[Part, ...]
    assembly: AssemblyPanel
    custody: tuple[CustodyLine, ...]
    hand_over: HandOverLine | None


def record(*, party_id: uuid.UUID, battery_id: uuid.UUID, before: str = "") -> BatteryRecord:
    """All that is for a party of a battery that it sees, on one page. Refuses NotFound.

    `before` is the `older` of a page of its life.
    """
    battery = _battery(battery_id)
    unit = Battery.objects.filter(id=battery.unit_id).first()
    line = desk.lines([battery], party_id=party_id)[0]
    by = parties.by_id(party_id=party_id)
    return BatteryRecord(
        line=line,
        maker_name=battery.maker.name,
        maker_did=battery.maker.did or "",
        facility_name=battery.facility.name if battery.facility else "",
        nominal_voltage_v=battery.model.nominal_voltage_v,
        rated_capacity_ah=battery.model.rated_capacity_ah,
        registered_at=battery.registered_at,
        naming=standing_of(identity=battery.identity, by=battery.maker_id),
        seal=seal_of(battery=battery),
        provenance=provenance(battery=battery, by=by),
        timeline=timeline(battery=battery, by=by, before=before),
        readings=_readings(battery) if line.health_told else (),
        inside_of=tuple(_part(place.parent, place) for place in batteries.parents(battery=battery)),
        assembly=panel(battery=battery, party_id=party_id, held=line.held),
        custody=_custody(unit) if unit and line.parties_told else (),
        hand_over=_open_hand_over(unit) if unit and line.parties_told else None,
    )


def _battery(battery_id: uuid.UUID) -> Battery:
    # The unit is not joined: row-level security may hide it, and would hide the part with it.
    rows = Battery.objects.select_related("model", "maker", "facility")
    battery = rows.filter(id=battery_id).first()
    if battery is None:
        raise batteries.unknown()
    return battery


def _readings(battery: Battery) -> tuple[ReadingLine, ...]:
    return tuple(_reading(row) for row in health.drawn(battery=battery))


def _reading(row: HealthReading) -> ReadingLine:
    return ReadingLine(
        soh=row.soh.quantize(Decimal("0.001")),
        soh_low=row.soh_low.quantize(Decimal("0.001")),
        soh_high=row.soh_high.quantize(Decimal("0.001")),
        method=row.method,
        source=row.source,
        measured_at=row.measured_at,
        resistance_ratio=row.resistance_ratio,
        capacity_ah=row.capacity_ah,
        equivalent_cycles=row.equivalent_cycles,
        minimum_cell_v=row.minimum_cell_v,
        cell_spread_mv=row.cell_spread_mv,
        isolation_ohm_per_v=row.isolation_ohm_per_v,
        self_discharge_percent_per_month=row.self_discharge_percent_per_month,
        module_spread=row.module_spread,
        highest_temperature_c=row.highest_temperature_c,
        kind=row.kind,
    )


def _part(battery: Battery, place: Assembly) -> Part:
    return Part(
        battery_id=battery.id,
        serial=battery.serial,
        model_name=battery.model.name,
        level=battery.level,
        position=place.position,
        since=place.since,
    )


def _custody(unit: Battery) -> tuple[CustodyLine, ...]:
    held = custody.holders(battery=unit)
    return tuple(CustodyLine(row.holder.name, row.since, row.until) for row in reversed(held))


def _open_hand_over(unit: Battery) -> HandOverLine | None:
    row = (
        HandOver.objects.filter(battery=unit, state=HandOverState.OFFERED)
        .select_related("battery__model", "from_party", "to_party")
        .first()
    )
    return None if row is None else hand_over_line(row)
