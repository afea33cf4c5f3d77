"""Who could supply what in which year: offers, ramps, compliant sources and gaps.

A source is counted when its maker is clean for the year and something better than its own word
says so. What is not known is shown beside the count and never in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from passport.rules.errors import Refusal
from passport.rules.sourcing_party import Standing

LAST_YEAR: Final = 2100


class Unit(StrEnum):
    """What a price and a capacity are counted in; a unit serves so many kWh of a project."""

    KWH = "KWH"
    KW = "KW"
    UNIT = "UNIT"


class Proof(StrEnum):
    """What stands behind a supplier's word that it is not prohibited."""

    OWN_WORD = "OWN_WORD"
    CERTIFICATE = "CERTIFICATE"  # signed under penalties of perjury, or promised in writing
    AUDIT = "AUDIT"
    OPINION = "OPINION"  # a legal opinion by somebody else


class Coverage(StrEnum):
    """What a cell of the heat table comes to."""

    NONE = "NONE"  # nobody
    SHORT = "SHORT"  # less than the pipeline needs
    SINGLE = "SINGLE"  # enough, from one alone
    COVERED = "COVERED"
    UNASKED = "UNASKED"  # nobody needs it


class NoPhase(Refusal):
    """A ramp starts nowhere, goes back, or leaves its scale."""

    code = "sourcing-ramp"
    title = "The phases of this ramp do not follow on each other"


class NoVolume(Refusal):
    """A capacity or volume is not of a year, or below zero."""

    code = "sourcing-volume"
    title = "The volumes by year cannot be read"


@dataclass(frozen=True)
class Phase:
    """From a day on, so many percent of the full volume come; until the next phase begins."""

    starts_on: date
    percent: Decimal


@dataclass(frozen=True)
class Offer:
    """What a supplier offers of a category: its price, its capacity by year, how it gets there.

    `category` is the key of a manufactured product or of a component's row of the table in force;
    `price` is in dollars a unit, before duty. `size_kwh` is what one UNIT serves. `duty_percent`
    is the buyer's own figure, for origins of which the rule set tells no tariff.
    """

    id: str
    supplier: str  # Entity.id
    maker: str  # Entity.id of whoever produces it; its standing counts
    category: str
    unit: Unit
    price: Decimal
    made_in: str
    capacity: Mapping[int, Decimal]
    size_kwh: Decimal = Decimal(1)
    ramp: tuple[Phase, ...] = ()
    proof: Proof = Proof.OWN_WORD
    duty_percent: Decimal | None = None

    def available(self, year: int) -> Fraction:
        """What it can deliver in a year, in its unit: the year's capacity by the ramp's part."""
        return Fraction(self.capacity.get(year, Decimal(0))) * ramped(self.ramp, year=year)

    def serves(self, year: int) -> Fraction:
        """The same in kWh or kW of projects."""
        whole = Fraction(self.size_kwh) if self.unit is Unit.UNIT else Fraction(1)
        return self.available(year) * whole

    @property
    def price_a_kwh(self) -> Fraction:
        """Dollars for what serves one kWh, or one kW where it is counted in kW."""
        whole = Fraction(self.size_kwh) if self.unit is Unit.UNIT else Fraction(1)
        return Fraction(self.price) / whole


@dataclass(frozen=True)
class Cell:
    """A category in a year: who could, who is not known to, how much, and how much is needed."""

    category: str
    year: int
    sources: tuple[str, ...]  # makers that count, each once
    open: tuple[str, ...]  # clean by their own word alone, not known, or for counsel
    prohibited: tuple[str, ...]
    supply: Fraction
    demand: Fraction

    @property
    def short(self) -> Fraction:
        """What is missing; 0 where nothing is."""
        return max(self.demand - self.supply, Fraction(0))

    @property
    def coverage(self) -> Coverage:
        """One word for it: a gap comes before a single source."""
        if self.short:
            return Coverage.SHORT if self.sources else Coverage.NONE
        if not self.demand:
            return Coverage.UNASKED
        return Coverage.SINGLE if len(self.sources) == 1 else Coverage.COVERED


def check_ramp(ramp: Sequence[Phase]) -> tuple[Phase, ...]:
    """Phases begin one after another, each at 0 to 100 percent. [supply-1] Refuses NoPhase."""
    for place, phase in enumerate(ramp):
        if not 0 <= phase.percent <= 100:
            raise NoPhase(
                f"a phase delivers {phase.percent} %",
                pointer=f"/ramp/{place}/percent",
                remedy="send 0 to 100",
            )
        if place and phase.starts_on <= ramp[place - 1].starts_on:
            raise NoPhase(
                f"phase {place + 1} does not begin after the one before it",
                pointer=f"/ramp/{place}/starts_on",
                remedy="send the phases in the order of their days, each day once",
            )
    return tuple(ramp)


def check_volumes(volumes: Mapping[int, Decimal], *, pointer: str) -> dict[int, Decimal]:
    """Volumes of years from 2025 on, none below zero. [supply-2] Refuses NoVolume."""
    if not volumes:
        raise NoVolume("no year has a volume", pointer=pointer, remedy="name one year at least")
    for year, volume in volumes.items():
        if not 2025 <= year <= LAST_YEAR or volume < 0:
            raise NoVolume(
                f"{volume} in {year} is no volume",
                pointer=f"{pointer}/{year}",
                remedy=f"name years from 2025 to {LAST_YEAR}, and volumes from 0 upwards",
            )
    return dict(sorted(volumes.items()))


def ramped(ramp: Sequence[Phase], *, year: int) -> Fraction:
    """The part of a full volume that a year sees, by the days of its phases; 1 without phases.

    Before its first phase nothing comes.
    """
    if not ramp:
        return Fraction(1)
    begins, ends = date(year, 1, 1), date(year + 1, 1, 1)
    starts = [*(phase.starts_on for phase in ramp), ends]
    came = Fraction(0)
    for phase, until in zip(ramp, starts[1:], strict=True):
        days = (min(until, ends) - max(phase.starts_on, begins)).days
        came += Fraction(phase.percent) / 100 * max(days, 0)
    return came / (ends - begins).days


def counts(*, standing: Standing, proof: Proof) -> bool:
    """Whether a source is compliant: its maker is clean, and not by its own word alone."""
    return standing is Standing.CLEAN and proof is not Proof.OWN_WORD


def heat(
    *,
    offers: Sequence[Offer],
    standings: Mapping[tuple[str, int], Standing],
    demand: Mapping[tuple[str, int], Fraction],
    categories: Iterable[str],
    years: Sequence[int],
) -> tuple[tuple[Cell, ...], ...]:
    """The table of compliant sources: a row a category, a cell a year. [supply-3]

    `standings` is by maker and year; a maker without one is not known. `demand` is in kWh (kW for
    what is counted in kW) by category and year. Capacity counts in the year in which it comes.
    """
    return tuple(
        tuple(_cell(offers, standings, demand, category, year) for year in years)
        for category in categories
    )


def _cell(
    offers: Sequence[Offer],
    standings: Mapping[tuple[str, int], Standing],
    demand: Mapping[tuple[str, int], Fraction],
    category: str,
    year: int,
) -> Cell:
    counted: dict[str, Fraction] = {}
    open_: set[str] = set()
    prohibited: set[str] = set()
    for offer in offers:
        if offer.category != category or not offer.available(year):
            continue
        standing = standings.get((offer.maker, year), Standing.UNKNOWN)
        if counts(standing=standing, proof=offer.proof):
            counted[offer.maker] = counted.get(offer.maker, Fraction(0)) + offer.serves(year)
        elif standing in (Standing.SPECIFIED, Standing.INFLUENCED):
            prohibited.add(offer.maker)
        else:
            open_.add(offer.maker)
    return Cell(
        category=category,
        year=year,
        sources=tuple(sorted(counted)),
        open=tuple(sorted(open_ - counted.keys())),
        prohibited=tuple(sorted(prohibited)),
        supply=sum(counted.values(), Fraction(0)),
        demand=demand.get((category, year), Fraction(0)),
    )
