"""What procurement looks at: compliant sources by category and year, agreements and warnings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from passport.models import FrameworkAgreement, Party, SupplyAllocation
from passport.queries import sourcing_rules, sourcing_supply
from passport.queries.sourcing_register import register_of
from passport.queries.sourcing_scenario import standings_by_year, table_of
from passport.rules.sourcing_agreement import Need, Warned, warnings
from passport.rules.sourcing_mix import Planned
from passport.rules.sourcing_offering import categories
from passport.rules.sourcing_supply import Cell, Offer, Unit, heat


@dataclass(frozen=True)
class Supply:
    """A category as a row of the table: its name, its unit, and a cell for each year."""

    category: str
    label: str
    unit: str  # kWh or kW
    apart: bool  # False: nobody offers it apart, it comes inside its product
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """The table of compliant sources, as of a day and under a rule set."""

    rule_set: str
    as_of: date
    years: tuple[int, ...]
    rows: tuple[Supply, ...]
    names: Mapping[str, str]  # of companies, by id


@dataclass(frozen=True)
class Year:
    """A year of an agreement: agreed, what the ramp lets come, given away, left."""

    year: int
    volume: Fraction
    deliverable: Fraction
    allocated: Fraction

    @property
    def left(self) -> Fraction:
        """What no project has yet."""
        return self.deliverable - self.allocated


@dataclass(frozen=True)
class Agreed:
    """An agreement with its years and its allocations."""

    row: FrameworkAgreement
    unit: str
    years: tuple[Year, ...]
    allocations: tuple[SupplyAllocation, ...]


@dataclass(frozen=True)
class Agreements:
    """All agreements that go on, and what may go wrong with them."""

    agreed: tuple[Agreed, ...]
    warnings: tuple[Warned, ...]
    names: Mapping[str, str]  # of companies, agreements and planned projects, by id
    labels: Mapping[str, str]  # of categories
    by_kw: frozenset[str]  # categories that are counted in kW


def sources(*, owner: Party, as_of: date) -> Table:
    """How many compliant sources there are, by category and year, and where gaps are."""
    rules = sourcing_rules.newest()
    offers = [sourcing_supply.offer_of(each) for each in sourcing_supply.offers(owner=owner)]
    planned = [sourcing_supply.planned_of(each) for each in sourcing_supply.pipeline(owner=owner)]
    years = sourcing_supply.years_of(planned=planned, offers=offers)
    named = categories(table_of(rules))
    apart = {each.category for each in offers} | set(table_of(rules).products)
    by_kw = kw_of(offers)
    standings = standings_by_year(
        owner=owner, as_of=as_of, rules=rules, makers={each.maker for each in offers}, years=years
    )
    cells = heat(
        offers=offers, standings=standings, demand=_demand(planned, apart, by_kw),
        categories=named, years=years,
    )  # fmt: skip
    return Table(
        rule_set=rules.id, as_of=as_of, years=tuple(years), names=names(owner=owner, as_of=as_of),
        rows=tuple(
            Supply(key, label, "kW" if key in by_kw else "kWh", key in apart, row)
            for (key, label), row in zip(named.items(), cells, strict=True)
        ),
    )  # fmt: skip


def agreements(*, owner: Party, as_of: date) -> Agreements:
    """Agreements with their volumes, ramps and allocations, and all warnings about them."""
    rules = sourcing_rules.newest()
    rows = sourcing_supply.agreements(owner=owner)
    given = sourcing_supply.allocations(owner=owner)
    planned = sourcing_supply.pipeline(owner=owner)
    agreed = [sourcing_supply.agreement_of(each) for each in rows]
    by_kw = frozenset(each.offer.category for each in rows if each.offer.unit == Unit.KW)
    years = sorted({year for each in agreed for year in each.volumes})
    wanted = {each.category for each in agreed}
    told = warnings(
        agreements=agreed,
        allocations=[sourcing_supply.allocation_of(each) for each in given],
        needs=_needs([sourcing_supply.planned_of(each) for each in planned], wanted, by_kw),
        standings=standings_by_year(
            owner=owner, as_of=as_of, rules=rules, makers={each.maker for each in agreed},
            years=years,
        ),
    )  # fmt: skip
    known = names(owner=owner, as_of=as_of)
    return Agreements(
        agreed=tuple(_agreed(each, given) for each in rows), warnings=told,
        names={
            **known, **{str(each.pk): each.name for each in rows},
            **{str(each.pk): each.name for each in planned},
        },
        labels=categories(table_of(rules)), by_kw=by_kw,
    )  # fmt: skip


def names(*, owner: Party, as_of: date) -> dict[str, str]:
    """The companies of a party's register, by id."""
    found = register_of(owner=owner, as_of=as_of).entities
    return {id: each.name for id, each in sorted(found.items(), key=lambda item: item[1].name)}


def kw_of(offers: Sequence[Offer]) -> frozenset[str]:
    """The categories that are counted in kW."""
    return frozenset(each.category for each in offers if each.unit is Unit.KW)


def _demand(
    planned: Sequence[Planned], wanted: set[str], by_kw: frozenset[str]
) -> dict[tuple[str, int], Fraction]:
    found: dict[tuple[str, int], Fraction] = {}
    for need in _needs(planned, wanted, by_kw):
        key = need.category, need.year
        found[key] = found.get(key, Fraction(0)) + need.quantity
    return found


def _needs(planned: Sequence[Planned], wanted: set[str], by_kw: frozenset[str]) -> list[Need]:
    """What each project needs of each category, bought in the year in which it is paid for."""
    return [
        Need(
            each.id, category, each.incurred_on.year,
            Fraction(each.kw if category in by_kw else each.kwh), clean=True,
        )
        for each in planned
        for category in sorted(wanted)
    ]  # fmt: skip


def _agreed(row: FrameworkAgreement, given: Sequence[SupplyAllocation]) -> Agreed:
    own = tuple(each for each in given if each.volume.agreement_id == row.pk)
    years = []
    for volume in sorted(row.volumes.all(), key=lambda each: each.year):
        taken = (Fraction(each.quantity) for each in own if each.volume_id == volume.pk)
        years.append(
            Year(
                volume.year, Fraction(volume.volume), Fraction(volume.deliverable),
                sum(taken, Fraction(0)),
            )
        )  # fmt: skip
    return Agreed(row, row.offer.unit, tuple(years), own)
