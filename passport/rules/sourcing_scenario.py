"""Mixes held against a pipeline: totals, what moves them, and at which premium or tariff one pays.

Break-even points are exact: with verdicts as they are, net cost is a straight line in a premium and
in a tariff. Where the verdict itself would turn on the way, there is no point and it is said so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from passport.rules.sourcing_mix import Mix, Planned, Standings, check_mix, check_recipe
from passport.rules.sourcing_net import outcome
from passport.rules.sourcing_outcome import Outcome, Shift, Terms
from passport.rules.sourcing_profile import Profile, profile_of
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_tables import CostTable

CURVE: Final = tuple(Fraction(points) for points in range(-40, 101, 20))


@dataclass(frozen=True)
class Scenario:
    """Mixes, the pipeline that each of them builds, and how it is reckoned."""

    mixes: tuple[Mix, ...]
    pipeline: tuple[Planned, ...]
    terms: Terms


@dataclass(frozen=True)
class Ground:
    """What a scenario stands on: a rule set, its table, and the standing of makers by day."""

    rules: RuleSet
    table: CostTable
    standings: Standings
    # What was worked out once: a profile does not depend on the size of a project.
    kept: dict[object, Profile] = field(default_factory=dict, compare=False, repr=False)

    def profile(self, *, mix: Mix, planned: Planned, terms: Terms) -> Profile:
        """The profile of a mix on a project's days."""
        column = self.table.variant(planned.kwh)
        days = planned.begins_on, planned.incurred_on
        key = (mix, days, column.key if column else "", terms.pro_rata)
        if key not in self.kept:
            self.kept[key] = profile_of(
                mix=mix, planned=planned, pro_rata=terms.pro_rata, rules=self.rules,
                table=self.table, standings=self.standings,
            )  # fmt: skip
        return self.kept[key]


@dataclass(frozen=True)
class Total:
    """A mix over the whole pipeline, in dollars. `lost` is the credit of projects that fail."""

    mix: str
    outcomes: tuple[Outcome, ...]

    @property
    def net(self) -> Fraction:
        """What is left to pay."""
        return sum((each.net for each in self.outcomes), Fraction(0))

    @property
    def capex(self) -> Fraction:
        """All that is paid."""
        return sum((each.bill.capex for each in self.outcomes), Fraction(0))

    @property
    def duty(self) -> Fraction:
        """The part of it that is duty."""
        return sum((each.bill.duty for each in self.outcomes), Fraction(0))

    @property
    def credit(self) -> Fraction:
        """What comes back, adders included."""
        return sum((each.credit + each.adder for each in self.outcomes), Fraction(0))

    @property
    def lost(self) -> Fraction:
        """The credit that failing projects do not get: the cost of failing."""
        return sum((each.at_stake for each in self.outcomes if not each.supported), Fraction(0))


@dataclass(frozen=True)
class Bar:
    """One bar of the tornado: the net cost with a driver low, and with it high."""

    driver: str
    low: Fraction
    high: Fraction
    turns: bool  # the verdict of some project is another at one of the ends

    @property
    def swing(self) -> Fraction:
        """How far apart the ends are."""
        return abs(self.high - self.low)


@dataclass(frozen=True)
class Point:
    """A break-even point; None where there is none, and why."""

    at: Fraction | None
    why: str = ""


def check(scenario: Scenario, *, table: CostTable) -> None:
    """Every recipe and mix can be reckoned with. Refuses NoRecipe, NoMix."""
    for mix in scenario.mixes:
        for part in mix.parts:
            check_recipe(part.recipe, table=table)
        check_mix(mix, table=table)


def totals(*, scenario: Scenario, ground: Ground, shift: Shift | None = None) -> tuple[Total, ...]:
    """Each mix over each project, in their orders."""
    return tuple(
        total(mix=mix, scenario=scenario, ground=ground, shift=shift) for mix in scenario.mixes
    )


def total(*, mix: Mix, scenario: Scenario, ground: Ground, shift: Shift | None = None) -> Total:
    """One mix over the whole pipeline."""
    return Total(
        mix.name,
        tuple(
            outcome(
                mix=mix, planned=each, terms=scenario.terms, rules=ground.rules,
                table=ground.table, standings=ground.standings, shift=shift,
                profile=ground.profile(mix=mix, planned=each, terms=scenario.terms),
            )
            for each in scenario.pipeline
        ),
    )  # fmt: skip


def sensitivity(
    *, mix: Mix, scenario: Scenario, ground: Ground, spread: Fraction, points: Fraction
) -> tuple[Bar, ...]:
    """What moves the net cost of a mix, the strongest driver first. [supply-10]

    Prices and other costs move by `spread`, a part of them; tariffs and credit by `points`.
    """
    now = total(mix=mix, scenario=scenario, ground=ground)
    drivers: Mapping[str, Fraction] = {
        "clean_price": spread, "other_price": spread, "other_cost": spread,
        "tariff_points": points, "credit_points": points,
    }  # fmt: skip
    bars = []
    for name, reach in drivers.items():
        low, high = (
            total(mix=mix, scenario=scenario, ground=ground, shift=_moved(name, end))
            for end in (-reach, reach)
        )
        turns = any(_verdicts(each) != _verdicts(now) for each in (low, high))
        bars.append(Bar(name, low.net, high.net, turns))
    return tuple(sorted(bars, key=lambda each: -each.swing))


def premium(
    *, clean: Mix, other: Mix, scenario: Scenario, ground: Ground, tariff_points: Fraction
) -> Point:
    """By which part the clean goods of one mix may be dearer until it costs as much as another.

    Below zero they would have to be cheaper. Tariffs stand so many points above the rule set's.
    [supply-11]
    """
    tariffed = Shift(tariff_points=tariff_points)
    here = total(mix=clean, scenario=scenario, ground=ground, shift=tariffed)
    there = total(mix=other, scenario=scenario, ground=ground, shift=tariffed)
    slope = sum((each.kept * each.bill.clean for each in here.outcomes), Fraction(0))
    if not slope:
        return Point(None, "no-clean-goods")
    at = (there.net - here.net) / slope
    if at < -1:
        return Point(None, "not-even-for-nothing")
    moved = replace(tariffed, clean_price=at)
    then = total(mix=clean, scenario=scenario, ground=ground, shift=moved)
    return Point(at) if _verdicts(then) == _verdicts(here) else Point(None, "verdict-turns")


def tariff(*, clean: Mix, other: Mix, scenario: Scenario, ground: Ground) -> Point:
    """By how many points tariffs would have to stand elsewhere until two mixes cost the same.

    [supply-12]
    """
    here = total(mix=clean, scenario=scenario, ground=ground)
    there = total(mix=other, scenario=scenario, ground=ground)
    slope = (_dutiable(there) - _dutiable(here)) / 100
    if not slope:
        return Point(None, "same-tariffs")
    at = (here.net - there.net) / slope
    ends = totals(
        scenario=replace(scenario, mixes=(clean, other)), ground=ground,
        shift=Shift(tariff_points=at),
    )  # fmt: skip
    if ends[0].net != ends[1].net:
        # A verdict turns on the way, or some tariff would have to be below nothing.
        return Point(None, "verdict-turns")
    return Point(at)


def curve(
    *, clean: Mix, other: Mix, scenario: Scenario, ground: Ground,
    points: Sequence[Fraction] = CURVE,
) -> tuple[tuple[Fraction, Point], ...]:  # fmt: skip
    """The premium that pays, by points of tariff above or below the rule set's."""
    return tuple(
        (
            each,
            premium(clean=clean, other=other, scenario=scenario, ground=ground, tariff_points=each),
        )
        for each in points
    )


def _dutiable(found: Total) -> Fraction:
    return sum((each.kept * each.bill.dutiable for each in found.outcomes), Fraction(0))


def _moved(name: str, by: Fraction) -> Shift:
    return replace(Shift(), **{name: by})


def _verdicts(found: Total) -> list[bool]:
    return [each.supported for each in found.outcomes]
