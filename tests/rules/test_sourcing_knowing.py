"""What contradicts a file from within is told, and stays until somebody has resolved it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from passport.rules.sourcing_case import CostKind, Flag, Statement
from passport.rules.sourcing_knowing import (
    Clash,
    Seen,
    SeenApart,
    SeenPrefix,
    contradictions,
    flag_of,
    with_known,
)
from passport.rules.sourcing_party import (
    Determination,
    Holding,
    Listed,
    Measure,
    Register,
    Standing,
)
from tests.rules.sourcing_papers import (
    AS_OF,
    ENTITIES,
    ITEM,
    LINE,
    PAPER,
    PRICE,
    case,
)

DAY = date(2026, 5, 1)
SEEN = Seen("L-1", "Maker Co Ltd", "", "hall-1", "KR", 3, 3, "PK1", DAY)
LISTED = Listed("maker", "S1260H", "Maker", since=date(2026, 2, 1))
HELD = Holding("parent", "maker", Measure.VOTE, Decimal(60), since=date(2020, 1, 1))


def _found(the_case=None, **more):
    found = contradictions(case=the_case or case(), **more)
    assert [each.id for each in found] == sorted(each.id for each in found)
    return [(each.kind, each.about) for each in found]


def test_a_file_that_agrees_has_no_flag():
    assert _found(seen=[SEEN], prefixes=[SeenPrefix("L-1", "PK", "MCL", DAY)]) == []


REGISTRY = {
    "another country": (replace(SEEN, country="CN"), [(Clash.ORIGIN, "L-1")]),
    "no country": (replace(SEEN, country=""), []),
    "another maker": (replace(SEEN, maker="Other"), [(Clash.PRODUCER, "L-1")]),
    "its own producer": (replace(SEEN, maker="Other", producer="mcl"), []),
    "another producer": (replace(SEEN, producer="Other"), [(Clash.PRODUCER, "L-1")]),
    "another factory": (replace(SEEN, facility="Hall 2"), [(Clash.FACILITY, "L-1")]),
    "a line that is gone": (replace(SEEN, line="L-9", country="CN"), []),
}


@pytest.mark.parametrize("name", REGISTRY)
def test_what_is_recorded_of_the_serials_is_held_against_the_line(name):
    seen, flags = REGISTRY[name]
    assert _found(seen=[seen]) == flags


def test_a_line_that_says_nothing_is_contradicted_by_nothing():
    silent = replace(LINE, producer=None, product_producer=None, facility="", made_in="")
    seen = replace(SEEN, country="CN", maker="Other", facility="Hall 2")
    assert _found(case(silent), seen=[seen], prefixes=[SeenPrefix("L-1", "X", "Other", DAY)]) == []


def test_serials_that_begin_as_those_of_another_maker():
    other, own = SeenPrefix("L-1", "ZZ", "Other", DAY), SeenPrefix("L-1", "ZZ", "MCL", DAY)
    assert _found(prefixes=[other]) == [(Clash.PREFIX, "L-1")]
    assert _found(prefixes=[other, own]) == []
    assert _found(prefixes=[replace(other, line="L-9")]) == []
    strange = case(register=Register())
    assert _found(strange, prefixes=[replace(other, maker="MAKER")]) == []


def test_lists_that_do_not_agree_and_one_list_under_two_lines():
    apart = [SeenApart("L-1", "delivered 3 (5e), installed 3 (aa)", DAY), SeenApart("L-9", "", DAY)]
    assert _found(apart=apart) == [(Clash.SERIALS, "L-1")]
    twin = replace(LINE, id="L-2", certificates=())
    both = sorted(_found(case(LINE, twin)))
    assert both == [(Clash.SERIALS, "L-1"), (Clash.SERIALS, "L-2")]
    for other in ({"excluded": "spare"}, {"row": "cells"}, {"serials_sha256": ""}):
        assert _found(case(LINE, replace(twin, **other))) == []


def test_one_factory_of_two_producers():
    second = replace(
        LINE, id="L-2", producer="parent", facility="HALL 1.", certificates=(), serials_sha256=""
    )
    both = [(Clash.FACILITY, "L-1"), (Clash.FACILITY, "L-2")]
    assert sorted(_found(case(LINE, second))) == both
    assert _found(case(LINE, replace(second, excluded="not part of it"))) == []
    assert _found(case(LINE, replace(second, facility="Hall 7"))) == []


LISTS = {
    "the producer": (LISTED, (), [(Clash.LISTED, "maker")]),
    "dismissed": (replace(LISTED, decision="DISMISSED"), (), []),
    "not yet": (replace(LISTED, since=date(2026, 12, 1)), (), []),
    "no longer": (replace(LISTED, until=date(2026, 6, 1)), (), []),
    "a parent": (replace(LISTED, entity="parent"), (HELD,), [(Clash.LISTED, "maker")]),
    "a parent of a parent, in a circle": (
        replace(LISTED, entity="top"),
        (
            HELD, replace(HELD, owner="top", owned="parent"),
            replace(HELD, owner="maker", owned="top"),
        ),
        [(Clash.LISTED, "maker")],
    ),
    "a holder of half": (
        replace(LISTED, entity="parent"), (replace(HELD, percent=Decimal(50)),), [],
    ),
    "a former parent": (
        replace(LISTED, entity="parent"), (replace(HELD, until=date(2026, 1, 1)),), [],
    ),
    "a later parent": (
        replace(LISTED, entity="parent"), (replace(HELD, since=date(2026, 12, 1)),), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_who_stands_on_a_list(name):
    entry, holdings, flags = LISTS[name]
    register = Register(entities=ENTITIES, listed=(entry,), holdings=holdings)
    assert _found(case(register=register)) == flags


def test_a_certificate_that_clears_whom_the_register_finds_prohibited():
    def judged(standing):
        return {"maker": Determination("maker", standing, DAY, "7701(a)(51)(D)(i)(I)(bb)", ())}

    for standing in (Standing.SPECIFIED, Standing.INFLUENCED):
        assert _found(standings=judged(standing)) == [(Clash.STANDING, "C-1")]
    for standing in (Standing.CLEAN, Standing.UNKNOWN, Standing.REVIEW):
        assert _found(standings=judged(standing)) == []
    costs = replace(PAPER, statement=Statement.DIRECT_COSTS)
    assert _found(case(papers=(costs,)), standings=judged(Standing.SPECIFIED)) == []
    assert _found(case(papers=()), standings=judged(Standing.SPECIFIED)) == []
    unknown = case(replace(LINE, producer=None, product_producer=None))
    assert _found(unknown, standings=judged(Standing.SPECIFIED)) == []


def _priced(total="900", clean="400", tainted="500", **changed):
    def number(text):
        return None if text is None else Decimal(text)

    item = replace(
        ITEM, total_price=number(total), not_prohibited_cost=number(clean),
        prohibited_cost=number(tainted), **changed,
    )  # fmt: skip
    return replace(PAPER, items=(item,))


PRICES = {
    "adds up, below the invoice": (_priced(), 0),
    "no amounts": (_priced(None, None, None), 0),
    "one part": (_priced("900", "400", None), 0),
    "the other part": (_priced("900", None, "400"), 0),
    "parts above the total": (_priced("900", "950", None), 1),
    "parts below the total": (_priced("900", "1", "1"), 1),
    "above the invoice": (_priced("1001", "1001", None), 1),
    "both": (_priced("1001", "1", "1"), 2),
    "in another currency": (_priced("1001", "1001", None, currency="EUR"), 0),
}


@pytest.mark.parametrize("name", PRICES)
def test_amounts_of_a_certificate_are_held_against_invoices(name):
    paper, count = PRICES[name]
    assert _found(case(papers=(paper,))) == [(Clash.AMOUNT, "C-1")] * count


def test_duty_is_no_part_of_what_a_certificate_may_come_to():
    duty = replace(PRICE, kind=CostKind.DUTY)
    line = replace(LINE, costs=(PRICE, duty))
    assert _found(case(line, papers=(_priced("1001", "1001", None),))) == [(Clash.AMOUNT, "C-1")]
    elsewhere = replace(LINE, certificates=())
    assert _found(case(elsewhere, papers=(_priced("1001", "1001", None),))) == []


def test_a_certificate_in_the_name_of_somebody_else():
    strange = replace(PAPER, supplier_name="Another Inc.")
    assert _found(case(papers=(strange,))) == [(Clash.NAME, "C-1")]
    signed = replace(PAPER, signed_by="Another Inc.")
    assert _found(case(papers=(signed,))) == [(Clash.NAME, "C-1")]
    assert _found(case(papers=(replace(PAPER, signed_by="Seller Inc"),))) == []
    assert _found(case(papers=(strange,), register=Register())) == []


def test_a_certificate_that_names_another_maker_than_the_line():
    told = replace(PAPER, producer="Other Cells")
    assert _found(case(papers=(told,))) == [(Clash.PRODUCER, "C-1")]
    assert _found(case(papers=(replace(told, producer="M.C.L."),))) == []
    assert _found(case(replace(LINE, producer=None), papers=(told,))) == []
    assert _found(case(replace(LINE, certificates=()), papers=(told,))) == []


def test_a_flag_is_known_again_with_its_end():
    flag = flag_of(kind=Clash.TOLD, about="L-1", says="x" * 700, raised_on=DAY)
    assert len(flag.says) == 600
    assert flag == flag_of(kind=Clash.TOLD, about="L-1", says="x" * 700, raised_on=DAY)
    kept = replace(flag, raised_on=AS_OF, resolved_on=AS_OF, resolution="a namesake", reviewer="R")
    told = Flag("told", "TOLD", "C-1", "a letter", raised_on=DAY)
    fresh = flag_of(kind=Clash.TOLD, about="L-2", says="y", raised_on=DAY)
    both = with_known(found=[flag, fresh], known=[kept, told])
    assert set(both) == {replace(kept, raised_on=DAY), told, fresh}
