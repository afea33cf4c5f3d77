"""What a plan is made from: what gates ask of a pack, and every programme with places left."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from passport.models import Battery, BatteryStatus, Facility, HealthReading, Party
from recycling.models import LIVE, Offer, Programme
from recycling.rules.feasibility import Kind, Place, ProgrammeTerms
from recycling.rules.gates import Facts
from recycling.rules.inspection import Condition
from recycling.rules.lanes import Permits, parse_lanes
from recycling.rules.market import LotTerms, Opening, Route
from recycling.rules.weeks import WEEKS, first_monday, week_of

_DAYS_A_YEAR = Decimal("365.25")
_HUNDREDTH = Decimal("0.01")


def facts_of(
    battery: Battery,
    *,
    reading: HealthReading | None,
    condition: Condition,
    recalled: bool,
    assumed: tuple[str, ...] | None,
    on: datetime.date,
    test_passed: bool = False,
) -> Facts:
    """What gates may ask of a pack; `assumed` is None unless it was found, without a known past."""
    # Registered by its maker and followed since: its life can be traced, unless somebody denies it.
    traced = True if condition.traceability is None else condition.traceability
    # One that was found begins with the day it was found, whatever its keeper believes.
    traced, aged = traced and assumed is None, "manufactured_on" not in (assumed or ())
    return Facts(
        chemistry=battery.model.chemistry or None,
        # What the register says of the pack, or of one cell in it, outweighs a no of who looked;
        # that it says nothing is no answer, since not every maker recalls here.
        recall_open=True if recalled else condition.recall_open,
        thermal_event=condition.thermal_event,
        case_damage=condition.case_damage,
        water_ingress=condition.water_ingress,
        crash_severity=condition.crash_severity,
        knee=condition.knee,
        traceability=traced,
        age_years=age_years(since=battery.manufactured_on, on=on) if aged else None,
        waste=battery.status == BatteryStatus.WASTE,
        reuse_test_passed=test_passed,
        **(_read(reading, on=on) if reading else {}),
    )


def age_years(*, since: datetime.date, on: datetime.date) -> Decimal:
    """Years between two days, to the hundredth."""
    return ((on - since).days / _DAYS_A_YEAR).quantize(_HUNDREDTH)


def _read(reading: HealthReading, *, on: datetime.date) -> dict[str, Any]:
    return {
        "isolation_ohm_per_v": reading.isolation_ohm_per_v,
        "minimum_cell_v": reading.minimum_cell_v,
        "cell_spread_mv": reading.cell_spread_mv,
        "self_discharge_percent_per_month": reading.self_discharge_percent_per_month,
        "soh_low": reading.soh_low,
        "resistance_ratio": reading.resistance_ratio,
        "reading_age_days": Decimal((on - reading.measured_at.date()).days),
        "soh_method": reading.method,
    }


def openings_for(keeper: Party, *, on: datetime.date) -> tuple[Opening, ...]:
    """What others offer to take in the weeks from that day on, with the places that are left."""
    since = first_monday(on)
    ends = since + datetime.timedelta(weeks=WEEKS)
    open_then = Q(opens_on__lt=ends) & (Q(closes_on__isnull=True) | Q(closes_on__gt=on))
    rows = (
        Programme.objects.filter(open_then)
        .exclude(party=keeper)
        .annotate(taken=Count("offers", filter=Q(offers__state__in=LIVE)))
        .order_by("id")
    )
    taken = _taken_by_week(since=since, ends=ends)
    return tuple(
        Opening(
            name=row.name,
            route=Route(row.route),
            terms=_terms(row),
            places=max(0, row.capacity_packs - row.taken),
            lot=_lot(row),
            partner=str(row.party_id),
            weekly_places=row.weekly_capacity_packs,
            weekly_taken=taken.get(row.pk, ()) if row.weekly_capacity_packs else (),
            opens_on=row.opens_on,
            closes_on=row.closes_on,
        )
        for row in rows
    )


def _taken_by_week(
    *, since: datetime.date, ends: datetime.date
) -> Mapping[uuid.UUID, tuple[int, ...]]:
    """How many packs every programme with a weekly limit takes already in each coming week."""
    live = Offer.objects.filter(state__in=LIVE, goes_by__gte=since, goes_by__lt=ends)
    live = live.filter(programme__weekly_capacity_packs__isnull=False)
    found: dict[uuid.UUID, list[int]] = defaultdict(lambda: [0] * WEEKS)
    counted = live.values_list("programme_id", "goes_by").annotate(packs=Count("id"))
    for programme, day, packs in counted.order_by():
        found[programme][week_of(day, since=since)] += packs
    return {programme: tuple(each) for programme, each in found.items()}


def _lot(row: Programme) -> LotTerms | None:
    """Every plan makes a lot of its own; what was accepted before is a lot by itself."""
    if row.band_width is None:
        return None
    return LotTerms(
        minimum=row.lot_minimum_packs, maximum=row.lot_maximum_packs, band_width=row.band_width
    )


def _terms(row: Programme) -> ProgrammeTerms:
    fee = row.fee_cents_per_kg
    return ProgrammeTerms(
        id=str(row.pk),
        kind=Kind(row.kind),
        chemistries=frozenset(row.chemistries),
        models=frozenset(row.model_codes),
        soh_min=row.soh_min,
        soh_max=row.soh_max,
        resistance_max=row.resistance_max,
        contract_years=row.contract_years,
        accepts_damaged=row.accepts_damaged,
        place=place_of(row),
        max_distance_km=row.max_distance_km,
        price_cents_per_kwh=Decimal(row.price_cents_per_kwh),
        fee_cents_per_kg=None if fee is None else Decimal(fee),
        lanes=parse_lanes(row.lanes),
        permits=Permits(
            waste_codes=frozenset(row.permit_waste_codes),
            countries=frozenset(row.permit_countries),
        ),
    )


def home_of(keeper: Party) -> Facility | None:
    """Where a pack stands when its retirement names no facility."""
    return Facility.objects.filter(party=keeper, latitude__isnull=False).order_by("name").first()


def place_of(row: Facility | Programme | Party | None) -> Place | None:
    """Where a facility or a programme lies, if both degrees are known."""
    if row is None or isinstance(row, Party) or row.latitude is None or row.longitude is None:
        return None
    return Place(latitude=row.latitude, longitude=row.longitude)
