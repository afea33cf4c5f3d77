"""A market read pack by pack and put together by hand: what its columns must come to."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping

from passport.models import Facility, HealthReading, Party
from passport.queries.incident import set_apart
from passport.queries.legacy import untraced
from passport.queries.recall import recalled_units
from passport.rules.yard import Danger
from recycling.models import KeptOutlook, Offer, OfferState, Retirement, RetirementState
from recycling.queries.snapshot import facts_of, home_of, openings_for, place_of
from recycling.queries.standing import counts
from recycling.queries.tables import planning
from recycling.queries.tested import Tested, condition_of, passed, recorded_tests
from recycling.rules.grading import waste_code
from recycling.rules.inspection import aged, outweighed
from recycling.rules.market import PackFile, Snapshot


def of_market(*, keeper: Party, on: datetime.date) -> Snapshot:
    """The keeper's packs that wait for a plan, and what others offer to take, on that day."""
    return Snapshot(on=on, packs=_packs(keeper, on=on), openings=openings_for(keeper, on=on))


def _packs(keeper: Party, *, on: datetime.date) -> tuple[PackFile, ...]:
    rows = list(
        Retirement.objects.filter(keeper=keeper, state=RetirementState.OPEN, battery__holder=keeper)
        .select_related("battery__model", "facility")
        .order_by("id")
    )
    before = _offers_before([row.pk for row in rows])
    recalled = recalled_units(units=[row.battery_id for row in rows])
    found = untraced(battery_ids=[row.battery_id for row in rows])
    apart = set_apart(battery_ids=[row.battery_id for row in rows])
    home = home_of(keeper)
    tests = recorded_tests(retirement_ids=[row.pk for row in rows])
    return tuple(
        _pack(
            row,
            test=tests.get(row.pk),
            reading=counts(battery_id=row.battery_id, on=on),
            before=before[row.pk],
            recalled=row.battery_id in recalled,
            assumed=found.get(row.battery_id),
            dangers=apart.get(row.battery_id, frozenset()),
            home=home or keeper,
            on=on,
        )
        for row in rows
    )


def _offers_before(retirements: list[uuid.UUID]) -> Mapping[uuid.UUID, list[Offer]]:
    found: dict[uuid.UUID, list[Offer]] = defaultdict(list)
    for offer in Offer.objects.filter(retirement__in=retirements):
        found[offer.retirement_id].append(offer)
    return found


def _pack(
    row: Retirement,
    *,
    test: Tested | None,
    reading: HealthReading | None,
    before: list[Offer],
    recalled: bool,
    assumed: tuple[str, ...] | None,
    dangers: Collection[Danger],
    home: Facility | Party,
    on: datetime.date,
) -> PackFile:
    kept = KeptOutlook.objects.filter(battery=row.battery_id).first()
    model, stands = row.battery.model, row.facility or home
    declined = {str(o.programme_id) for o in before if o.state == OfferState.DECLINED}
    last = max(before, key=lambda o: o.pk, default=None)
    expired = last is not None and last.state == OfferState.EXPIRED
    return PackFile(
        id=str(row.pk),
        model=model.code,
        facts=facts_of(
            row.battery,
            reading=reading,
            condition=aged(
                outweighed(condition_of(row, test=test), dangers=dangers),
                knee=kept.knee if kept else None,
            ),
            recalled=recalled,
            assumed=assumed,
            test_passed=passed(test),
            on=on,
        ),
        soh=reading.soh if reading else None,
        rated_kwh=model.rated_energy_kwh,
        mass_kg=model.mass_kg,
        place=place_of(row.facility) or place_of(home),
        remaining_years_low=kept.years_low if kept else None,
        rounds=len(before),
        declined_by=frozenset(declined),
        country=stands.country,
        waste_code=waste_code(chemistry=model.chemistry, on=on, table=planning().grades),
        earlier=str(last.programme_id) if last is not None and expired else "",
        ready_on=row.ready_on,
        due_on=row.due_on,
    )
