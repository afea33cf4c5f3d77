"""What was agreed with suppliers for years ahead, which project gets it, and what is short."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from passport.rules.decimals import outwards
from passport.rules.errors import Conflict, Refusal
from passport.rules.sourcing_party import Standing
from passport.rules.sourcing_supply import Phase, ramped


class OverAllocated(Conflict):
    """A volume is given away twice."""

    code = "sourcing-over-allocated"
    title = "The agreement does not hold so much for that year"


class NoAllocation(Refusal):
    """Nothing is allocated, or in a year that the agreement does not name."""

    code = "sourcing-allocation"
    title = "This cannot be allocated"


@dataclass(frozen=True)
class Agreement:
    """A framework agreement: a volume for each year, in the unit of its offer, and its ramp."""

    id: str
    name: str
    maker: str
    category: str
    volumes: Mapping[int, Decimal]
    ramp: tuple[Phase, ...] = ()
    size_kwh: Decimal = Decimal(1)

    def deliverable(self, year: int) -> Fraction:
        """What comes in that year by the ramp, in the agreement's unit."""
        return Fraction(self.volumes.get(year, Decimal(0))) * ramped(self.ramp, year=year)


@dataclass(frozen=True)
class Allocation:
    """So much of an agreement's year for a planned project."""

    agreement: str
    project: str
    year: int
    volume: Decimal


@dataclass(frozen=True)
class Need:
    """What a planned project needs of a category, in kWh or kW, and in which year it is bought."""

    project: str
    category: str
    year: int
    quantity: Fraction
    clean: bool  # its mix counts on a source that is not prohibited


class WarningKind(StrEnum):
    """What may go wrong with what was agreed."""

    RAMP = "RAMP"  # less comes in a year than its full volume
    SHORT = "SHORT"  # a project has less than it needs
    NOT_CLEAN = "NOT_CLEAN"  # the maker is prohibited, or not known to be clean, in that year
    LEFT = "LEFT"  # volume that no project has


@dataclass(frozen=True)
class Warned:
    """One warning; `amount` is what is missing or left, in the unit of what it is about."""

    kind: WarningKind
    about: str  # Agreement.id, or the project's
    category: str
    year: int
    amount: Fraction
    standing: Standing = Standing.CLEAN


def check_allocation(
    *, agreement: Agreement, year: int, volume: Decimal, allocated: Iterable[Allocation]
) -> Fraction:
    """What is left once this volume goes; more than comes in a year goes nowhere. [supply-4]

    `allocated` is what stands of the agreement already. Refuses NoAllocation, OverAllocated.
    """
    if volume <= 0:
        raise NoAllocation(
            "nothing is allocated", pointer="/quantity", remedy="send a volume above zero"
        )
    if year not in agreement.volumes:
        known = ", ".join(str(each) for each in sorted(agreement.volumes))
        raise NoAllocation(
            f"the agreement holds nothing for {year}",
            pointer="/year",
            remedy=f"choose one of its years: {known}",
        )
    left = agreement.deliverable(year) - sum(
        (Fraction(each.volume) for each in allocated if each.year == year), Fraction(0)
    )
    if volume > left:
        raise OverAllocated(
            f"{outwards(left, places=3, up=False)} are left of {year}, {volume} were asked for",
            pointer="/quantity",
            remedy="allocate less, free what another project has, or agree on more",
        )
    return left - Fraction(volume)


def warnings(
    *,
    agreements: Sequence[Agreement],
    allocations: Sequence[Allocation],
    needs: Sequence[Need],
    standings: Mapping[tuple[str, int], Standing],
) -> tuple[Warned, ...]:
    """All that may go wrong: makers first, then what projects miss, ramps, and what is left."""
    return (
        *_makers(agreements, standings),
        *_missing(agreements, allocations, needs, standings),
        *_ramps(agreements),
        *_left(agreements, allocations),
    )


def _makers(
    agreements: Sequence[Agreement], standings: Mapping[tuple[str, int], Standing]
) -> Iterable[Warned]:
    for each in agreements:
        for year, volume in sorted(each.volumes.items()):
            standing = standings.get((each.maker, year), Standing.UNKNOWN)
            if standing is not Standing.CLEAN:
                amount = Fraction(volume)
                yield Warned(WarningKind.NOT_CLEAN, each.id, each.category, year, amount, standing)


def _missing(
    agreements: Sequence[Agreement],
    allocations: Sequence[Allocation],
    needs: Sequence[Need],
    standings: Mapping[tuple[str, int], Standing],
) -> Iterable[Warned]:
    """What a project needs from clean makers, less what it has from them."""
    by_id = {each.id: each for each in agreements}
    for need in needs:
        has = Fraction(0)
        for each in allocations:
            agreed = by_id.get(each.agreement)
            if agreed is None or (each.project, agreed.category) != (need.project, need.category):
                continue
            standing = standings.get((agreed.maker, each.year), Standing.UNKNOWN)
            if each.year <= need.year and (standing is Standing.CLEAN or not need.clean):
                has += Fraction(each.volume) * Fraction(agreed.size_kwh)
        if has < need.quantity:
            missing = need.quantity - has
            yield Warned(WarningKind.SHORT, need.project, need.category, need.year, missing)


def _ramps(agreements: Sequence[Agreement]) -> Iterable[Warned]:
    for each in agreements:
        for year, volume in sorted(each.volumes.items()):
            missing = Fraction(volume) - each.deliverable(year)
            if missing:
                yield Warned(WarningKind.RAMP, each.id, each.category, year, missing)


def _left(agreements: Sequence[Agreement], allocations: Sequence[Allocation]) -> Iterable[Warned]:
    for each in agreements:
        for year in sorted(each.volumes):
            given = sum(
                (
                    Fraction(one.volume)
                    for one in allocations
                    if (one.agreement, one.year) == (each.id, year)
                ),
                Fraction(0),
            )
            left = each.deliverable(year) - given
            if left:
                yield Warned(WarningKind.LEFT, each.id, each.category, year, left)
