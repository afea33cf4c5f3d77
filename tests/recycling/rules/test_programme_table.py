"""Programmes out of a table: what is read, and what is refused at which column."""

import datetime
from decimal import Decimal

import pytest

from passport.rules.errors import Refusal
from recycling.queries.tables import uses
from recycling.rules.feasibility import Kind
from recycling.rules.grading import TransportCase
from recycling.rules.lanes import USUAL_CASES, Lane
from recycling.rules.market import Route
from recycling.rules.programme import check_programme
from recycling.rules.programme_table import NoProgrammeTable, ask, read_line, read_table

ON = datetime.date(2026, 11, 29)
HEADING = "name;route;chemistries;capacity_packs;soh_min;lanes;recovery;accepts_damaged"
LINE = "Line two;recycle;LFP|NMC;40;;DE=31/tkm|FR=90000 flat+DAMAGED|PL;Li=0,85|P=0.9;yes"


def test_a_line_is_a_programme():
    table = read_table(f"\ufeff{HEADING}\n\n{LINE}\n")
    ((number, line),) = table.lines
    asked = read_line(line, table=table, on=ON)
    assert (number, asked.kind, asked.route) == (3, Kind.RECYCLER, Route.RECYCLE)
    assert (asked.chemistries, asked.capacity_packs, asked.opens_on) == (("LFP", "NMC"), 40, ON)
    assert asked.recovery == {"Li": Decimal("0.85"), "P": Decimal("0.9")}
    assert asked.lanes == (
        Lane(country="DE", cents_per_tonne_km=31),
        Lane(country="FR", flat_cents=90_000, cases=(TransportCase.DAMAGED,)),
        Lane(country="PL", cases=USUAL_CASES),
    )
    assert asked.accepts_damaged is True
    check_programme(asked, roles=["RECYCLER"])


WRONG = {
    "no name": ("chemistries", "", "/chemistries"),
    "a route that leads nowhere": ("route", "away", "/route"),
    "no whole number": ("capacity_packs", "4.5", "/capacity_packs"),
    "health in words": ("soh_min", "good", "/soh_min"),
    "a lane of nowhere": ("lanes", "Germany", "/lanes"),
    "a lane in no case": ("lanes", "DE+BROKEN", "/lanes"),
    "a share in words": ("recovery", "Li=much", "/recovery"),
    "maybe": ("accepts_damaged", "maybe", "/accepts_damaged"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_cell_that_cannot_be_read_is_named(case):
    field, text, pointer = WRONG[case]
    told = dict(zip(HEADING.split(";"), LINE.split(";"), strict=True)) | {field: text}
    with pytest.raises(Refusal) as refused:
        ask(told, on=ON)
    assert refused.value.pointer == pointer
    assert refused.value.remedy


@pytest.mark.parametrize(
    "heading", ["", "name;route", f"{HEADING};colour", f"{HEADING};name"], ids=repr
)
def test_a_heading_without_sense_is_no_table(heading):
    with pytest.raises(NoProgrammeTable):
        read_table(heading)


def test_a_line_with_more_cells_than_names_is_refused():
    table = read_table(f"{HEADING}\n{LINE};and more")
    with pytest.raises(Refusal, match="9 cells under 8 names"):
        read_line(table.lines[0][1], table=table, on=ON)


@pytest.mark.parametrize("use", uses(), ids=lambda use: use.use)
def test_each_use_begins_a_programme_that_can_be_published(use):
    told = {"name": use.use, "capacity_packs": "100", "use": use.use, **use.terms}
    asked = ask(told, on=ON)
    assert asked.route is use.route
    check_programme(asked, roles=["KEEPER", "RECYCLER"])
