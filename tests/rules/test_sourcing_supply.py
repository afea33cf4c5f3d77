"""Who could supply what in which year, and what was agreed for it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from passport.rules.sourcing_agreement import (
    Agreement,
    Allocation,
    Need,
    NoAllocation,
    OverAllocated,
    Warned,
    WarningKind,
    check_allocation,
    warnings,
)
from passport.rules.sourcing_party import Standing
from passport.rules.sourcing_supply import (
    Coverage,
    NoPhase,
    NoVolume,
    Offer,
    Phase,
    Proof,
    Unit,
    check_ramp,
    check_volumes,
    heat,
    ramped,
)

HALF_YEAR = (Phase(date(2027, 7, 2), Decimal(50)), Phase(date(2028, 1, 1), Decimal(100)))


def offer(maker, *, capacity="100", proof=Proof.CERTIFICATE, **more):
    return Offer(
        id=maker, supplier=maker, maker=maker, category=more.pop("category", "cells"),
        unit=more.pop("unit", Unit.KWH), price=Decimal(50), made_in="KR",
        capacity={2027: Decimal(capacity)}, proof=proof, **more,
    )  # fmt: skip


def cell(*offers, demand=0, year=2027, **standings):
    asked = {("cells", year): Fraction(demand)}
    known = {(maker, year): standing for maker, standing in standings.items()}
    ((found,),) = heat(
        offers=offers, standings=known, demand=asked, categories=["cells"], years=[year]
    )
    return found


def test_a_ramp_counts_the_days_of_its_phases():
    assert ramped((), year=2027) == 1
    assert ramped(HALF_YEAR, year=2026) == 0
    assert ramped(HALF_YEAR, year=2027) == Fraction(183, 365) / 2
    assert ramped(HALF_YEAR, year=2028) == 1


RAMPS = {
    "above all": ([Phase(date(2027, 1, 1), Decimal(101))], "/ramp/0/percent"),
    "below nothing": ([Phase(date(2027, 1, 1), Decimal(-1))], "/ramp/0/percent"),
    "back in time": (HALF_YEAR[::-1], "/ramp/1/starts_on"),
}


@pytest.mark.parametrize(("ramp", "pointer"), RAMPS.values(), ids=RAMPS)
def test_a_ramp_that_is_none_is_refused_where_it_breaks(ramp, pointer):
    with pytest.raises(NoPhase) as refused:
        check_ramp(ramp)
    assert refused.value.pointer == pointer
    assert check_ramp(HALF_YEAR) == HALF_YEAR


@pytest.mark.parametrize(
    "volumes", [{}, {2024: Decimal(1)}, {2101: Decimal(1)}, {2027: Decimal(-1)}]
)
def test_volumes_are_of_years_and_not_below_zero(volumes):
    with pytest.raises(NoVolume):
        check_volumes(volumes, pointer="/capacity")
    assert list(check_volumes({2028: Decimal(1), 2027: Decimal(0)}, pointer="")) == [2027, 2028]


def test_a_source_counts_when_its_maker_is_clean_and_somebody_else_says_so():
    found = cell(
        offer("a"), offer("a", capacity="20"), offer("b", proof=Proof.OWN_WORD), offer("c"),
        offer("d"), offer("e"), offer("f", capacity="0"), offer("g", category="bms"),
        demand=90, a=Standing.CLEAN, b=Standing.CLEAN, c=Standing.SPECIFIED,
        d=Standing.INFLUENCED, f=Standing.CLEAN, g=Standing.CLEAN,
    )  # fmt: skip
    assert (found.sources, found.open, found.prohibited) == (("a",), ("b", "e"), ("c", "d"))
    assert (found.supply, found.short, found.coverage) == (120, 0, Coverage.SINGLE)


def test_one_word_for_each_kind_of_cell():
    a, b = Standing.CLEAN, Standing.CLEAN
    assert cell(demand=5).coverage is Coverage.NONE
    assert cell().coverage is Coverage.UNASKED
    assert cell(offer("a"), a=a).coverage is Coverage.UNASKED
    assert cell(offer("a"), a=a, demand=101).coverage is Coverage.SHORT
    assert cell(offer("a"), a=a, demand=101).short == 1
    assert cell(offer("a"), offer("b"), a=a, b=b, demand=200).coverage is Coverage.COVERED


def test_a_unit_serves_as_many_kwh_as_it_is_large():
    large = offer("a", unit=Unit.UNIT, size_kwh=Decimal(5000), ramp=HALF_YEAR)
    assert large.serves(2027) == 5000 * 100 * Fraction(183, 730)
    assert large.price_a_kwh == Fraction(50, 5000)
    assert offer("a", size_kwh=Decimal(9)).price_a_kwh == 50


AGREED = Agreement("f", "Frame", "a", "cells", {2027: Decimal(365), 2028: Decimal(100)}, HALF_YEAR)


def test_what_is_left_of_a_year_goes_and_no_more():
    taken = [Allocation("f", "p", 2027, Decimal(90)), Allocation("f", "p", 2028, Decimal(99))]
    left = check_allocation(agreement=AGREED, year=2027, volume=Decimal("1.5"), allocated=taken)
    assert left == 0
    with pytest.raises(OverAllocated, match=r"1\.500 are left of 2027, 1\.6 were asked for"):
        check_allocation(agreement=AGREED, year=2027, volume=Decimal("1.6"), allocated=taken)


@pytest.mark.parametrize(("year", "volume"), [(2027, "0"), (2027, "-1"), (2029, "1")])
def test_nothing_is_allocated_of_nothing(year, volume):
    with pytest.raises(NoAllocation):
        check_allocation(agreement=AGREED, year=year, volume=Decimal(volume), allocated=[])


def test_warnings_come_from_makers_needs_ramps_and_what_is_left():
    clean = {("a", 2027): Standing.CLEAN}
    needs = [
        Need("p", "cells", 2027, Fraction(91), clean=True),
        Need("q", "cells", 2028, Fraction(10), clean=False),
        Need("r", "cells", 2028, Fraction(10), clean=True),
        Need("s", "bms", 2028, Fraction(0), clean=True),
    ]
    given = [
        Allocation("f", "p", 2027, Decimal(91)), Allocation("f", "q", 2028, Decimal(10)),
        Allocation("f", "r", 2028, Decimal(10)), Allocation("gone", "r", 2028, Decimal(10)),
        Allocation("f", "p", 2028, Decimal(1)),
    ]  # fmt: skip
    told = warnings(agreements=[AGREED], allocations=given, needs=needs, standings=clean)
    assert told == (
        Warned(WarningKind.NOT_CLEAN, "f", "cells", 2028, Fraction(100), Standing.UNKNOWN),
        Warned(WarningKind.SHORT, "r", "cells", 2028, Fraction(10)),
        Warned(WarningKind.RAMP, "f", "cells", 2027, Fraction(547, 2)),
        Warned(WarningKind.LEFT, "f", "cells", 2027, Fraction(1, 2)),
        Warned(WarningKind.LEFT, "f", "cells", 2028, Fraction(79)),
    )
    exact = Agreement("g", "G", "a", "cells", {2027: Decimal(5)})
    full = [Allocation("g", "p", 2027, Decimal(5))]
    assert warnings(agreements=[exact], allocations=full, needs=[], standings=clean) == ()
