"""What stands on the desk of a signed-in party: its batteries, and what waits for a decision."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from passport.models import (
    Battery,
    BatteryState,
    HandOver,
    HandOverState,
    HealthReading,
    Intake,
    IntakeState,
    LabelPrint,
    Level,
    Party,
)
from passport.queries import party as parties
from passport.queries import shipment
from passport.queries.audience import audiences
from passport.queries.battery import unknown
from passport.queries.health import counting
from passport.rules.disclosure import Access, reads

MOST_COUNTED = 10_000


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
    """One battery in a list; `holder_name` is empty when the whole it sits in is not the
    reader's concern, as a cell maker sees a cell in somebody else's pack.

    `reads` says for which access sets the reader is; what is not for it is empty.
    """

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
    holder_name: str
    held: bool
    manufactured_on: date
    soh: Soh | None
    reads: frozenset[Access]

    @property
    def health_told(self) -> bool:
        """Whether readings and the status in law are for the reader. [Annex XIII 4]"""
        return Access.LEGITIMATE_INTEREST in self.reads

    @property
    def parties_told(self) -> bool:
        """Whether who holds the battery is for the reader."""
        return Access.PARTIES in self.reads


@dataclass(frozen=True)
class BatteryPage:
    lines: tuple[BatteryLine, ...]
    next: str
    by_state: dict[str, int]
    counted: int


@dataclass(frozen=True)
class Home:
    by_state: dict[str, int]
    hand_overs_in: int
    intakes_running: int
    to_label: int


def home(*, party_id: uuid.UUID) -> Home:
    """The counts that say what waits for a decision."""
    return Home(
        by_state=_by_state(_whole(party_id)),
        hand_overs_in=_waiting(party_id),
        intakes_running=Intake.objects.filter(party_id=party_id)
        .exclude(state=IntakeState.DONE)
        .count(),
        to_label=_to_label(party_id),
    )


def _waiting(party_id: uuid.UUID) -> int:
    """Hand-overs that wait for an answer: those by themselves, and shipments, each as one."""
    waiting = HandOver.objects.filter(to_party_id=party_id, state=HandOverState.OFFERED)
    return waiting.filter(shipment__isnull=True).count() + shipment.waiting(party_id=party_id)


def _to_label(party_id: uuid.UUID) -> int:
    """Files with something larger than a cell of which no label was printed yet."""
    of_it = Battery.objects.filter(intake_id=OuterRef("id")).exclude(level=Level.CELL)
    printed = LabelPrint.objects.filter(intake_id=OuterRef("id"))
    files = Intake.objects.filter(party_id=party_id, state=IntakeState.DONE)
    return files.filter(~Exists(printed), Exists(of_it)).count()


def batteries(
    *, party_id: uuid.UUID, after: str = "", limit: int = 50, text: str = "", state: str = ""
) -> BatteryPage:
    """A page of the batteries that concern a party, newest first; parts stand in their whole.

    `text` is the beginning of a serial, or a part of a model's code or name; a text that finds
    no whole battery finds parts, so that a cell can be looked up by its serial.
    """
    rows = _whole(party_id)
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
        counted=sum(by_state.values()),
    )


def lines(rows: Iterable[Battery], *, party_id: uuid.UUID) -> tuple[BatteryLine, ...]:
    """Batteries as lines of a list, each with its newest reading; one query for all readings."""
    found = list(rows)
    by = parties.by_id(party_id=party_id)
    readers = audiences(of=found, by=by)
    newest = _newest([row.pk for row in found])
    units = Battery.objects.select_related("holder").in_bulk({row.unit_id for row in found})
    return tuple(
        _line(
            row,
            newest.get(row.pk),
            holder=_holder(units.get(row.unit_id)),
            by=by,
            reads=reads(readers[row.pk]),
        )
        for row in found
    )


def _loaded() -> QuerySet[Battery]:
    # The unit is not joined: row-level security may hide it, and would hide the part with it.
    return Battery.objects.select_related("model")


def _whole(party_id: uuid.UUID) -> QuerySet[Battery]:
    """Whole units; and a maker's own batteries that went into something of another maker."""
    of_one_make = Battery.objects.filter(id=OuterRef("unit_id"), maker_id=party_id)
    sold_on = Q(maker_id=party_id) & ~Exists(of_one_make)
    return _loaded().filter(Q(unit_id=F("id")) | sold_on)


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
    """How many in each state, among the newest ten thousand: a count of all would take seconds."""
    found = Counter(rows.order_by("-id").values_list("state", flat=True)[:MOST_COUNTED])
    return {str(state): found[str(state)] for state in BatteryState}


def _newest(ids: list[uuid.UUID]) -> dict[uuid.UUID, HealthReading]:
    last = counting().filter(battery_id=OuterRef("id")).order_by("-measured_at")
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


def _holder(unit: Battery | None) -> Party | None:
    return unit.holder if unit else None


def _line(
    row: Battery,
    reading: HealthReading | None,
    *,
    holder: Party | None,
    by: Party,
    reads: frozenset[Access],
) -> BatteryLine:
    held = holder is not None and holder.pk == by.pk
    if held:
        # Who bought it reads of its health whatever its role. [Art. 77(2)(c)]
        reads |= {Access.LEGITIMATE_INTEREST}
    health, parties_too = Access.LEGITIMATE_INTEREST in reads, Access.PARTIES in reads
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
        status=row.status if health else "",
        holder_name=holder.name if holder and parties_too else "",
        held=held,
        manufactured_on=row.manufactured_on,
        soh=soh_of(reading) if health else None,
        reads=reads,
    )
