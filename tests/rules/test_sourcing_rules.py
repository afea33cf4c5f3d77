"""A rule set is a document: strict, dated, and a new table is one more of them."""

import copy
import json
from decimal import Decimal

import pytest

from passport.rules.decimals import NotADecimal
from passport.rules.sourcing_case import Credit
from passport.rules.sourcing_rules import RuleSetBroken, rule_set
from passport.rules.sourcing_shape import WrongShape, written
from tests.oracle_data import oracle
from tests.rules.sourcing_cases import DOCUMENT, RULES

TABLE = RULES.tables[0]


def changed(*path, to):
    document = copy.deepcopy(DOCUMENT)
    *way, last = path
    at = document
    for each in way:
        at = at[each]
    at[last] = to
    return document


def test_what_is_read_is_what_is_written():
    assert written(RULES) == DOCUMENT


BROKEN = {
    "a gap between years": (
        changed("thresholds", 0, "years", 1, "since", to=2028), "/thresholds/0/years",
    ),
    "an open row before the last": (
        changed("thresholds", 0, "years", 0, "until", to=None), "/thresholds/0/years",
    ),
    "rows that do not sum to what the table says": (
        changed("tables", 0, "rows", 0, "percent", "grid_scale", to="52.1"), "/tables/0/variants",
    ),
    "a row of a product of no table": (
        changed("tables", 0, "rows", 0, "product", to="rotor"), "/tables/0/rows/0",
    ),
    "a row in a column of no table": (
        changed("tables", 0, "rows", 0, "percent", "micro", to="0"), "/tables/0/rows/0",
    ),
    "a row twice": (changed("tables", 0, "rows", 1, "key", to="cells"), "/tables/0/rows/1"),
    "a clause that nobody tells": (changed("counted", 0, "clause", to="R-77"), "/clauses"),
    "a clause under another name": (
        changed("clauses", "R-4", "id", to="R-04"), "/clauses/R-4",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_refuses_a_rule_set_that_contradicts_itself(case):
    document, pointer = BROKEN[case]
    with pytest.raises(RuleSetBroken) as refused:
        rule_set(document)
    assert refused.value.pointer == pointer


SHAPES = {
    "a member that is not known": (changed("dates/x", to=1), "/dates~1x"),
    "no object": (changed("dates", to="2026"), "/dates"),
    "no list": (changed("thresholds", to={}), "/thresholds"),
    "no text": (changed("title", to=7), "/title"),
    "no whole number": (changed("dates", "recapture_years", to="10"), "/dates/recapture_years"),
    "truth for a number": (changed("dates", "recapture_years", to=True), "/dates/recapture_years"),
    "no truth": (changed("thresholds", 0, "verified", to="yes"), "/thresholds/0/verified"),
    "no choice": (changed("thresholds", 0, "credits", 0, to="48C"), "/thresholds/0/credits/0"),
    "no day": (changed("published_on", to="5 Oct 2026"), "/published_on"),
    "no day of the calendar": (changed("published_on", to="2026-02-30"), "/published_on"),
}


@pytest.mark.parametrize("case", SHAPES)
def test_refuses_another_shape_and_says_where(case):
    document, pointer = SHAPES[case]
    with pytest.raises(WrongShape) as refused:
        rule_set(document)
    assert (refused.value.pointer, bool(refused.value.remedy)) == (pointer, True)


def test_refuses_a_missing_member_and_a_number_that_is_no_text():
    document = copy.deepcopy(DOCUMENT)
    del document["tests"]["debt_percent"]
    with pytest.raises(WrongShape) as refused:
        rule_set(document)
    assert refused.value.pointer == "/tests/debt_percent"
    with pytest.raises(NotADecimal):
        rule_set(changed("tests", "debt_percent", to=15))


def test_thresholds_tables_and_lists_are_found_by_what_they_are_for():
    def found(credit, component=""):
        row = RULES.threshold(credit=credit, component=component)
        return row and row.id

    assert found(Credit.STORAGE_48E) == "EST_48E"
    assert found(Credit.COMPONENT_45X, "battery_module") == "C45X_BATTERY"
    assert found(Credit.COMPONENT_45X, "rotor") is None
    assert RULES.table(Credit.STORAGE_48E) is TABLE
    assert RULES.table(Credit.FACILITY_45Y) is None
    assert RULES.entity_list("NDAA_154B").clause == "7701(a)(51)(B)(iv)"
    assert RULES.entity_list("SDN") is None


def test_the_column_follows_the_nameplate_and_a_table_may_have_none():
    told = [TABLE.variant(Decimal(kwh)).key for kwh in ("1", "1000", "1000.001", "400000")]
    assert told == ["distributed", "distributed", "grid_scale", "grid_scale"]
    large = rule_set(
        changed("tables", 0, "variants", 0, "above_kwh", to="500"),
    ).tables[0]
    assert large.variant(Decimal(500)) is None


def test_the_table_is_the_published_one():
    published = json.loads(oracle("feoc/bess_table_2025_08.json").read_bytes())
    ours = {
        row.key: (row.product, row.percent.get("grid_scale"), row.percent.get("distributed"))
        for row in TABLE.rows
    }
    theirs = {
        row["key"]: (
            row["mp"], *(row[v] and Decimal(row[v]) for v in ("grid_scale", "distributed"))
        )
        for row in published["rows"]
    }  # fmt: skip
    assert ours == theirs


def test_thresholds_are_the_published_ones_and_say_which_nobody_has_read():
    published = json.loads(oracle("feoc/thresholds.json").read_bytes())
    names = dict(zip(list(published)[1:], RULES.thresholds, strict=True))
    for name, ours in names.items():
        theirs = published[name]
        assert {year_words(row): row.percent for row in ours.years} == theirs["values"]
        assert ours.verified == (theirs.get("status") != "from memory, unverified")
        assert ours.pin == theirs["cite"]


def year_words(row):
    if row.until is None:
        return f"{row.since}+"
    return f"{row.since}-{row.until}" if row.until > row.since else f"{row.since}"


def test_layers_of_duty_sum_to_the_published_totals():
    published = json.loads(oracle("feoc/tariff_stack.json").read_bytes())
    ours = [(str(row.since), row.until and str(row.until), row.total()) for row in RULES.tariffs]
    assert ours == [(row["start"], row["end"], Decimal(row["total"])) for row in published["rows"]]
