"""What is entered of a project holds together, and each fault has its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from passport.rules.errors import Refusal, Several
from passport.rules.sourcing_case import Credit, LineKind, Method
from passport.rules.sourcing_entry import (
    MOST_COSTS,
    check_line,
    check_names_once,
    check_terms,
)
from tests.rules.sourcing_papers import LINE, PRICE, PROJECT

BOTH = ("IDENTIFICATION", "COST_PERCENTAGE")
EURO = replace(PRICE, currency="EUR", rate=Decimal("1.1"), rate_on=date(2026, 3, 1))
TERMS = {
    "sound": (PROJECT, None),
    "no name": (replace(PROJECT, name=" "), "/name"),
    "no taxpayer": (replace(PROJECT, owner=""), "/taxpayer"),
    "a nameplate below zero": (replace(PROJECT, nameplate_kw=Decimal(-1)), "/nameplate_kw"),
    "storage without energy": (replace(PROJECT, nameplate_kwh=Decimal(0)), "/nameplate_kwh"),
    "a facility without energy": (
        replace(PROJECT, credit=Credit.FACILITY_48E, nameplate_kwh=Decimal(0)), None,
    ),
    "45X of nothing": (replace(PROJECT, credit=Credit.COMPONENT_45X), "/component"),
    "45X of modules": (
        replace(PROJECT, credit=Credit.COMPONENT_45X, component="battery_module"), None,
    ),
    "a tax year of no day": (replace(PROJECT, tax_year_starts="13-01"), "/tax_year_starts"),
    "a tax year of leap years": (replace(PROJECT, tax_year_starts="02-29"), "/tax_year_starts"),
    "no test of beginning": (replace(PROJECT, begins_by=""), "/begins_by"),
    "not begun": (replace(PROJECT, begins_on=None, begins_by=""), None),
    "in service before it began": (replace(PROJECT, placed_on=date(2026, 1, 1)), "/placed_on"),
    "in service after": (replace(PROJECT, placed_on=date(2027, 1, 1)), None),
    "an election of nobody": (replace(PROJECT, elections=("LENIENT",)), "/elections"),
    "percentages without both elections": (
        replace(PROJECT, method=Method.COST_PERCENTAGE, elections=BOTH[:1]), "/elections",
    ),
    "percentages with both": (
        replace(PROJECT, method=Method.COST_PERCENTAGE, elections=BOTH), None,
    ),
}  # fmt: skip
LINES = {
    "sound": (LINE, None),
    "no name": (replace(LINE, id=""), "/line"),
    "a long name": (replace(LINE, id="x" * 61), "/line"),
    "a product without a key": (replace(LINE, product=""), "/product"),
    "a component without a row": (replace(LINE, kind=LineKind.COMPONENT), "/row"),
    "a component of nothing": (
        replace(LINE, kind=LineKind.COMPONENT, product="", row="cells"), "/product",
    ),
    "a component": (replace(LINE, kind=LineKind.COMPONENT, row="cells"), None),
    "site labour": (replace(LINE, kind=LineKind.SITE, product=""), None),
    "packs called site labour": (replace(LINE, kind=LineKind.SITE), "/kind"),
    "no country": (replace(LINE, made_in="Korea"), "/made_in"),
    "made somewhere": (replace(LINE, made_in=""), None),
    "none of it": (replace(LINE, quantity=Decimal(0)), "/quantity"),
    "an empty nameplate": (replace(LINE, nameplate=Decimal(0)), "/nameplate"),
    "a nameplate": (replace(LINE, nameplate=Decimal(1)), None),
    "too many costs": (replace(LINE, costs=(PRICE,) * (MOST_COSTS + 1)), "/costs"),
    "a negative cost": (replace(LINE, costs=(PRICE, replace(PRICE, amount=Decimal(-1)))),
                        "/costs/1/amount"),
    "no currency": (replace(LINE, costs=(replace(PRICE, currency="$"),)), "/costs/0/currency"),
    "dollars at a rate": (replace(LINE, costs=(replace(PRICE, rate=Decimal(2)),)), "/costs/0/rate"),
    "euros at a rate": (replace(LINE, costs=(EURO,)), None),
    "euros of no day": (replace(LINE, costs=(replace(EURO, rate_on=None),)), "/costs/0/rate_on"),
    "euros for nothing": (replace(LINE, costs=(replace(EURO, rate=Decimal(0)),)), "/costs/0/rate"),
    "a digest": (replace(LINE, costs=(replace(PRICE, document_sha256="ab" * 32),)), None),
    "no digest": (replace(LINE, costs=(replace(PRICE, document_sha256="AB"),)),
                  "/costs/0/document_sha256"),
}  # fmt: skip


def _pointer(check, value) -> str | None:
    try:
        check(value)
    except Refusal as refusal:
        return refusal.pointer if refusal.detail and refusal.remedy else "says nothing"
    return None


@pytest.mark.parametrize("name", TERMS)
def test_terms(name):
    terms, pointer = TERMS[name]
    assert _pointer(check_terms, terms) == pointer


@pytest.mark.parametrize("name", LINES)
def test_lines(name):
    line, pointer = LINES[name]
    assert _pointer(check_line, line) == pointer


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(Several) as refused:
        check_line(replace(LINE, quantity=Decimal(0), made_in="x"))
    assert [each.pointer for each in refused.value.each] == ["/made_in", "/quantity"]


def test_a_name_is_of_one_line():
    check_names_once([LINE, replace(LINE, id="L-2")])
    assert _pointer(check_names_once, [LINE, LINE]) == "/line"
