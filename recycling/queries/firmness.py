"""Whether an indicative offer has become firm: what a test since has found."""

import datetime
from dataclasses import dataclass

from passport.models import HealthReading
from passport.queries.incident import incidents, set_apart
from passport.rules.health import Method
from recycling.models import Offer
from recycling.queries import gate_check, standing, tables
from recycling.queries.snapshot import facts_of
from recycling.queries.tested import condition_of, passed, recorded_tests
from recycling.rules.gates import GateOutcome, GateRoute, evaluate
from recycling.rules.inspection import aged, outweighed
from recycling.rules.market import Route


def tested_at(*, offer: Offer, on: datetime.date) -> datetime.datetime | None:
    """When the reading that counts was measured, if that was by a test."""
    reading = _counts(offer, on=on)
    return reading.measured_at if reading and reading.method == Method.TESTED else None


def shaken(*, offer: Offer) -> bool:
    """Whether the pack is wanted for another use, and its test has not seen what happened since."""
    if offer.programme.route == Route.RECYCLE:
        return False
    test = recorded_tests(retirement_ids=[offer.retirement_id]).get(offer.retirement_id)
    return test is not None and test.undone


@dataclass(frozen=True)
class Gates:
    """What the gates say by now of an offered pack, and whether something happened since."""

    outcome: GateOutcome
    harmed: bool

    @property
    def why(self) -> str:
        """What closes them, in sentences."""
        return " ".join(result.why for result in self.outcome.deciding)


def gates(*, offer: Offer, on: datetime.date) -> Gates:
    """The gates of that day, and whether an incident was recorded since the offer was made."""
    battery = offer.retirement.battery
    known = incidents(battery_ids=[battery.pk]).get(battery.pk, ())
    return Gates(
        outcome=gate_check.ask(battery=battery, on=on).outcome,
        harmed=any(each.recorded_at >= offer.proposed_at for each in known),
    )


def fits(*, offer: Offer, on: datetime.date) -> bool:
    """Whether the pack, as it was measured, passes the gates, lies in the programme's own window,
    and lasts as long as its contract.
    """
    reading, terms = _counts(offer, on=on), offer.programme
    if reading is None:
        return False
    retirement = offer.retirement
    test = recorded_tests(retirement_ids=[retirement.pk]).get(retirement.pk)
    ahead = standing.of_battery(battery=retirement.battery, on=on)
    dangers = set_apart(battery_ids=[retirement.battery_id])
    seen = outweighed(
        condition_of(retirement, test=test),
        dangers=dangers.get(retirement.battery_id, frozenset()),
    )
    facts = facts_of(
        retirement.battery,
        reading=reading,
        condition=aged(seen, knee=ahead.knee),
        recalled=False,
        assumed=None,
        test_passed=passed(test),
        on=on,
    )
    route = evaluate(facts, rules=tables.planning().gates, on=on).route
    inside = terms.soh_min <= reading.soh_low and reading.soh < terms.soh_max
    left = ahead.rul_low_years
    lasts = left is None or left >= terms.contract_years
    return route is GateRoute.OFFER and inside and lasts


def _counts(offer: Offer, *, on: datetime.date) -> HealthReading | None:
    return standing.counts(battery_id=offer.retirement.battery_id, on=on)
