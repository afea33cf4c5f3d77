"""What is counted, what speaks against it, and what stays out of both sums."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from passport.rules.sourcing_case import LineKind, Method, Statement
from tests.rules.sourcing_cases import (
    HOUSING,
    INVERTER,
    PACK,
    case,
    certificate,
    cost,
    counted,
    doubts,
    flag,
    kwh,
    line,
    property_of,
    whole,
)

TABLE = ("IDENTIFICATION", "COST_PERCENTAGE")
CERTIFIED = (*TABLE, "CERTIFICATION")
WEIGHED = (*TABLE, "PRO_RATA")
ALL_CLEAN = Statement.NOT_PROHIBITED


def test_a_product_without_a_line_for_what_is_inside_is_not_shown_to_be_clean():
    told = case(line(PACK), *whole(HOUSING), *whole(INVERTER))
    assert doubts(told) == {
        "cells": {f"NOT_STATED:{PACK}/cells"}, "packaging": {f"NOT_STATED:{PACK}/packaging"},
    }  # fmt: skip
    figures = counted(told).strict
    assert (figures.supported, figures.potential) == (Fraction("42.4") / 100, 1)


def test_a_certificate_of_all_stands_for_what_is_inside():
    paper = certificate(statement=ALL_CLEAN)
    bought = line(PACK, by="unknown", costs=(cost(1),), certificates=("C1",))
    relied = case(bought, certificates=[paper], elections=CERTIFIED)
    assert doubts(relied) == {}
    assert counted(relied).base.steps[1].sources == (paper.sha256,)
    unelected = case(bought, certificates=[paper])
    assert doubts(unelected)["pack_production"] == {"UNKNOWN:unknown"}


def test_a_certificate_does_not_help_against_what_is_known():
    bought = line(PACK, by="listed", costs=(cost(1),), certificates=("C1",))
    told = case(bought, certificates=[certificate(statement=ALL_CLEAN)], elections=CERTIFIED)
    assert doubts(told)["pack_production"] == {"PROHIBITED:listed"}


def test_parts_without_a_line_of_the_whole_are_judged_by_the_maker_they_name():
    parts = [
        line("cells", PACK, "cells", inside="listed"),
        line("packaging", PACK, "packaging", inside="listed"),
    ]
    assert doubts(case(*parts)) == {
        row: {"PROHIBITED:listed"} for row in ("cells", "packaging", "pack_production")
    }
    assert doubts(case(*parts), lenient=True) == {"pack_production": {"PROHIBITED:listed"}}
    nobody = case(replace(parts[0], product_producer=None))
    assert doubts(nobody) == {
        "cells": {f"NO_MAKER:{PACK}/maker"},
        "packaging": {f"NO_MAKER:{PACK}/maker", f"NOT_STATED:{PACK}/packaging"},
        "pack_production": {f"NO_MAKER:{PACK}/maker"},
    }


def test_a_line_of_the_making_itself_is_judged_with_the_product():
    told = case(*whole(PACK), line("work", PACK, "pack_production", by="listed", inside="clean"))
    assert doubts(told) == {"pack_production": {"PROHIBITED:listed"}}


def test_an_open_reason_to_know_speaks_against_product_and_parts_until_it_is_resolved():
    told = property_of()
    assert set(doubts(case(*told, flags=[flag(PACK)]), lenient=True)) == {
        "cells", "packaging", "pack_production",
    }  # fmt: skip
    assert set(doubts(case(*told, flags=[flag("cells")]))) == {"cells"}
    assert len(doubts(case(*told, flags=[flag("clean")]))) == 12
    resolved = flag("clean", resolved_on=date(2026, 6, 1), resolution="another company")
    assert doubts(case(*told, flags=[resolved])) == {}


def test_lines_that_do_not_reach_the_nameplate_of_the_product_leave_the_rest_unshown():
    pack = line(PACK, nameplate=kwh(100))
    cells = line("cells", PACK, "cells", nameplate=kwh(80))
    assert doubts(case(pack, cells))["cells"] == {f"UNCOVERED:{PACK}/cells"}
    enough = replace(cells, nameplate=kwh(100))
    assert "cells" not in doubts(case(pack, enough))
    weighed = counted(case(pack, cells, elections=WEIGHED)).base.pieces
    assert [each.amount for each in weighed if each.id.startswith("counted:cells")] == [
        Fraction("41.6"), Fraction("10.4"),
    ]  # fmt: skip


WEIGHTS = {
    "by nameplate": ([kwh(300), kwh(100)], [Decimal(1), Decimal(1)], Fraction(13)),
    "by number where a nameplate is not told": ([kwh(300), None], [3, 1], Fraction(13)),
    "the worst where neither is told": ([None, None], [0, 0], Fraction(52)),
}


@pytest.mark.parametrize("how", WEIGHTS)
def test_a_row_partly_prohibited_is_weighed_only_where_it_is_elected(how):
    plates, numbers, prohibited = WEIGHTS[how]
    cells = [
        line(by, PACK, "cells", by=by, inside="clean", nameplate=plate, quantity=Decimal(number))
        for by, plate, number in zip(("clean", "listed"), plates, numbers, strict=True)
    ]
    rest = [each for each in property_of() if each.row != "cells"]
    assert counted(case(*cells, *rest, elections=WEIGHED)).strict.prohibited == prohibited
    assert counted(case(*cells, *rest)).strict.prohibited == 52


def test_products_are_not_weighed_against_components_of_others():
    told = case(
        line("pack", PACK, by="other", nameplate=kwh(100)),
        line("cells", PACK, "cells", by="listed", inside="clean", nameplate=kwh(100)),
        elections=WEIGHED,
    )
    cells = next(each for each in counted(told).base.pieces if each.id == "counted:cells")
    assert (cells.amount, len(cells.strict)) == (52, 2)


def test_makers_of_packs_weigh_as_much_as_what_they_are_made_of():
    told = case(
        line("a", PACK, "cells", nameplate=kwh(300), inside="listed"),
        line("b", PACK, "cells", nameplate=kwh(100), inside="clean"),
        elections=WEIGHED,
    )
    made = [p for p in counted(told).base.pieces if p.id.startswith("counted:pack_production")]
    assert [(p.amount, bool(p.strict)) for p in made] == [(2, False), (6, True)]


LEFT_OUT = {
    "steel": (line("x", "", kind=LineKind.STEEL_IRON), "STEEL_IRON"),
    "work on site": (line("x", "", kind=LineKind.SITE), "SITE"),
    "a material": (line("x", "", kind=LineKind.MATERIAL), "MATERIAL"),
    "a product of no table": (line("x", "transformer"), "NOT_LISTED"),
    "a component of no table": (line("x", PACK, "sensor"), "NOT_LISTED"),
    "a spare": (line("x", PACK, excluded="a spare"), "EXCLUDED"),
}


@pytest.mark.parametrize("what", LEFT_OUT)
@pytest.mark.parametrize("method", Method)
def test_what_is_not_part_of_the_property_is_in_neither_sum(what, method):
    out, reason = LEFT_OUT[what]
    told = case(
        *whole(HOUSING, costs=(cost(10),)), replace(out, costs=(cost(90),)),
        method=method, elections=("IDENTIFICATION",),
    )  # fmt: skip
    base = counted(told).base
    assert [(each.line, each.reason) for each in base.left_out] == [("x", reason)]
    assert {id for piece in base.pieces for id in piece.lines}.isdisjoint({"x"})
