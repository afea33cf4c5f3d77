"""Reckons scenarios over one's own offers and pipeline: what is kept is inputs, never results."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from passport.models import Party, SourcingScenario
from passport.queries import sourcing_rules, sourcing_supply
from passport.queries.battery import unknown
from passport.queries.sourcing_register import register_of
from passport.rules.errors import NotFound, Refusal
from passport.rules.sourcing_case import Credit
from passport.rules.sourcing_inputs import Inputs, read_inputs
from passport.rules.sourcing_mix import Standings
from passport.rules.sourcing_party import Register
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_scenario import (
    Bar,
    Ground,
    Point,
    Total,
    check,
    curve,
    sensitivity,
    tariff,
    totals,
)
from passport.rules.sourcing_tables import CostTable
from passport.rules.sourcing_what_if import Change, changes, pairs, standings, with_listing


class NoTable(NotFound):
    """The rule set says nothing of what a storage project is made of."""

    code = "sourcing-no-table"
    title = "The rule set has no table for storage projects"


class NoSuchList(NotFound):
    """The rule set names no such list of companies."""

    code = "sourcing-no-list"
    title = "The rule set has no such list"


class NothingPlanned(Refusal):
    """A scenario is reckoned over a pipeline, and there is none."""

    code = "sourcing-nothing-planned"
    title = "No project is planned"


@dataclass(frozen=True)
class Reckoned:
    """A scenario and all that comes of it, under the rule set and the day that are named."""

    inputs: Inputs
    rule_set: str
    as_of: date
    totals: tuple[Total, ...]
    bars: tuple[Bar, ...]
    curve: tuple[tuple[Fraction, Point], ...]
    tariff: Point

    @property
    def premium(self) -> Point:
        """The premium on clean goods at which the two mixes cost the same, at today's tariffs."""
        return next(point for points, point in self.curve if points == 0)

    @property
    def unverified(self) -> tuple[str, ...]:
        """Rules that were reckoned with and that nobody has read in their primary text."""
        return tuple(
            sorted(
                {id for total in self.totals for each in total.outcomes for id in each.unverified}
            )
        )

    @property
    def no_duty(self) -> tuple[str, ...]:
        """Origins of which neither the rule set nor an offer tells a duty."""
        return tuple(
            sorted({at for total in self.totals for each in total.outcomes for at in each.no_duty})
        )


@dataclass(frozen=True)
class Supposed:
    """What would happen if a maker came on a list on a day."""

    maker: str
    on: date
    changes: tuple[Change, ...]


def table_of(rules: RuleSet) -> CostTable:
    """The table of a rule set for storage projects. Refuses NoTable."""
    found = rules.table(Credit.STORAGE_48E)
    if found is None:
        raise NoTable(
            f"{rules.id} has no table for storage projects", remedy="name another rule set"
        )
    return found


def reckoned(*, inputs: Mapping[str, Any], owner: Party, as_of: date, rules: RuleSet) -> Reckoned:
    """What a scenario comes to, by the register as of a day.

    Refuses NoScenario, NoRecipe, NoMix, NotFound, NotADecimal, OutOfRange.
    """
    read = _read(inputs, owner)
    ground = _ground(read, register_of(owner=owner, as_of=as_of), rules)
    check(read.scenario, table=ground.table)
    clean, other, scenario = read.clean, read.other, read.scenario
    return Reckoned(
        inputs=read, rule_set=rules.id, as_of=as_of,
        totals=totals(scenario=scenario, ground=ground),
        bars=sensitivity(
            mix=clean, scenario=scenario, ground=ground, spread=read.spread, points=read.points
        ),
        curve=curve(clean=clean, other=other, scenario=scenario, ground=ground),
        tariff=tariff(clean=clean, other=other, scenario=scenario, ground=ground),
    )  # fmt: skip


def supposed(
    *, inputs: Mapping[str, Any], owner: Party, as_of: date, rules: RuleSet, maker: str,
    list_id: str, on: date,
) -> Supposed:  # fmt: skip
    """The same scenario if a maker came on a list on a day. Refuses also NotFound for the maker."""
    read = _read(inputs, owner)
    register = register_of(owner=owner, as_of=as_of)
    ground = _ground(read, register, rules)
    check(read.scenario, table=ground.table)
    changed = with_listing(register=register, maker=maker, list_id=list_id, on=on)
    then = standings(register=changed, rules=rules, asked=pairs(read.scenario))
    return Supposed(maker, on, changes(scenario=read.scenario, ground=ground, supposed=then))


def listing(
    *, owner: Party, after: uuid.UUID | None = None, limit: int = 100
) -> list[SourcingScenario]:
    """A page of the scenarios that a party has saved, newest first."""
    rows = SourcingScenario.objects.filter(owner=owner).order_by("-id")
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def by_id(*, scenario_id: uuid.UUID, owner: Party) -> SourcingScenario:
    """A scenario that the party saved. Refuses NotFound."""
    found = (
        SourcingScenario.objects.filter(owner=owner, pk=scenario_id).select_related("owner").first()
    )
    if found is None:
        raise unknown("scenario")
    return found


def of_saved(kept: SourcingScenario) -> Reckoned:
    """What a saved scenario comes to, by its rule set and its day. Refuses what reckoned() does."""
    rules = sourcing_rules.rules_of(kept.rule_set)
    return reckoned(inputs=kept.inputs, owner=kept.owner, as_of=kept.as_of, rules=rules)


def suppose_saved(kept: SourcingScenario, *, maker: str, list_id: str, on: date) -> Supposed:
    """A saved scenario if a maker came on a list on a day. Refuses NoSuchList, NotFound."""
    rules = sourcing_rules.rules_of(kept.rule_set)
    if rules.entity_list(list_id) is None:
        known = ", ".join(each.id for each in rules.lists)
        raise NoSuchList(
            f"{rules.id} has no list {list_id[:40]}", pointer="/list", remedy=f"use one of: {known}"
        )
    return supposed(
        inputs=kept.inputs, owner=kept.owner, as_of=kept.as_of, rules=rules, maker=maker,
        list_id=list_id, on=on,
    )  # fmt: skip


def standings_by_year(
    *, owner: Party, as_of: date, rules: RuleSet, makers: Iterable[str], years: Sequence[int]
) -> Mapping[tuple[str, int], Any]:
    """What makers are for costs of the middle of each year."""
    register = register_of(owner=owner, as_of=as_of)
    asked = [(maker, date(year, 7, 1)) for maker in makers for year in years]
    found = standings(register=register, rules=rules, asked=asked)
    return {(maker, on.year): standing for (maker, on), standing in found.items()}


def _read(inputs: Mapping[str, Any], owner: Party) -> Inputs:
    # A saved scenario still finds the offers and plans that have ended since.
    offers = sourcing_supply.offers(owner=owner, ended=True)
    planned = sourcing_supply.pipeline(owner=owner, ended=True)
    return read_inputs(
        with_pipeline(inputs, owner=owner),
        offers={str(each.pk): sourcing_supply.offer_of(each) for each in offers},
        pipeline={str(each.pk): sourcing_supply.planned_of(each) for each in planned},
    )


def with_pipeline(inputs: Mapping[str, Any], *, owner: Party) -> dict[str, Any]:
    """The inputs with their projects named: all that are planned now, by the day they begin, where
    they name none. Refuses NothingPlanned.
    """
    if "pipeline" in inputs:
        return dict(inputs)
    planned = sorted(
        sourcing_supply.pipeline(owner=owner), key=lambda each: (each.begins_on, each.name)
    )
    if not planned:
        raise NothingPlanned(
            "your pipeline is empty", pointer="/pipeline", remedy="plan a project first"
        )
    return {**inputs, "pipeline": [str(each.pk) for each in planned]}


def _ground(read: Inputs, register: Register, rules: RuleSet) -> Ground:
    found: Standings = standings(register=register, rules=rules, asked=pairs(read.scenario))
    return Ground(rules, table_of(rules), found)
