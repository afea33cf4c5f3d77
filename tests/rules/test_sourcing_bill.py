"""A bill of materials as people keep it: good lines are read, a fault has its row and column."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from passport.rules.sourcing_bill import COLUMNS, MOST_ROWS, NoBill, name_key, read_bill
from passport.rules.sourcing_case import Cost, CostKind, LineKind

HEADING = "line,kind,product,row,model,quantity,supplier,price,duty,incurred_on,invoice,made_in"
GOOD = "L-1,product,pack,,PK-300,3,Seller Inc,1000,50,2026-03-01,INV-1,KR"
COMPANIES = {"seller inc": "seller"}


def _read(*rows: str, heading: str = HEADING):
    return read_bill("\n".join((heading, *rows)), companies=COMPANIES)


def test_a_row_is_a_line_with_its_costs():
    bill = _read(GOOD, "", "L-2;x,site,,,,1,,,,,,")
    first, second = bill.lines
    assert (first.id, first.kind, first.supplier, first.made_in) == (
        "L-1", LineKind.PRODUCT, "seller", "KR",
    )  # fmt: skip
    assert first.costs == (
        Cost(CostKind.PRICE, Decimal(1000), "USD", date(2026, 3, 1), invoice="INV-1"),
        Cost(CostKind.DUTY, Decimal(50), "USD", date(2026, 3, 1), invoice="INV-1"),
    )
    assert (second.id, second.costs, bill.faults) == ("L-2;x", (), [])
    assert bill.rows == {"L-1": 2, "L-2;x": 4}


def test_further_rows_of_a_line_bring_further_costs():
    bill = _read(GOOD, "L-1,,,,PK-300,,,20,,2026-04-01,INV-2,")
    (line,) = bill.lines
    assert [each.invoice for each in line.costs] == ["INV-1", "INV-1", "INV-2"]
    other = _read(GOOD, "L-1,,,,PK-1,,,20,,2026-04-01,INV-2,")
    assert (other.lines, [(f.row, f.column) for f in other.faults]) == ([], [(3, "model")])


def test_spreadsheets_write_numbers_in_their_own_way():
    heading = (
        "Line;Kind;Quantity;Nameplate;Price;Currency;Rate;Rate on;Incurred on;Product;Assigned;"
        "Contracted on"
    )
    bill = _read(
        '"L-1\n2";PRODUCT;1,200;1 200.5;"3,000,000.25";eur;1.1;2026-03-01;2026-03-02;"a;b";yes;'
        "2025-06-01",
        "L-2;PRODUCT;1;;;;;;;x;no;",
        heading=heading,
    )
    assert [(f.row, f.column) for f in bill.faults] == [(2, "line")]
    bill = _read(
        "L-1;PRODUCT;1,200;1 200.5;3,000,000.25;eur;1.1;2026-03-01;2026-03-02;p;yes;2025-06-01",
        heading=heading,
    )
    (line,) = bill.lines
    assert (line.quantity, line.nameplate) == (Decimal(1200), Decimal("1200.5"))
    assert (line.assigned, line.contracted_on) == (True, date(2025, 6, 1))
    (cost,) = line.costs
    assert (cost.amount, cost.currency, cost.rate, cost.rate_on) == (
        Decimal("3000000.25"), "EUR", Decimal("1.1"), date(2026, 3, 1),
    )  # fmt: skip


# A row that is wrong → in which columns
WRONG = {
    ",product,pack,,PK,3,,,,,,": ["line"],
    "L-9,thing,pack,,PK,3,,,,,,": ["kind"],
    "L-9,product,pack,,PK,three,,,,,,": ["quantity"],
    "L-9,product,pack,,PK,0.00001,,,,,,": ["quantity"],
    "L-9,product,pack,,PK,,,,,,,": ["quantity"],
    "L-9,product,,,PK,0,,,,,,korea": ["product", "made_in", "quantity"],
    "L-9,product,pack,,PK,3,Nobody Ltd,,,,,": ["supplier"],
    "L-9,product,pack,,PK,3,,10,,,INV,": ["incurred_on"],
    "L-9,product,pack,,PK,3,,10,,1.3.2026,INV,": ["incurred_on"],
    "L-9,product,pack,,PK,3,,x,,2026-03-01,INV,": ["price"],
    f"L-9,product,pack,,PK,3,,10,,2026-03-01,{'I' * 81},": ["invoice"],
    f"L-9,product,pack,,{'P' * 121},3,,,,,,": ["model"],
    "L-9,product,pack,,PK,3,,,,,,,too much": [""],
    "L-9,product,pack,,PK,3,,-1,,2026-03-01,INV,": ["amount"],
}


@pytest.mark.parametrize("row", WRONG)
def test_one_bad_line_stops_no_other_and_says_where(row):
    bill = _read(GOOD, row)
    assert [line.id for line in bill.lines] == ["L-1"]
    assert sorted(each.column for each in bill.faults) == sorted(WRONG[row])
    assert {each.row for each in bill.faults} == {3}
    assert all(each.detail and each.remedy for each in bill.faults)


def test_neither_yes_nor_no():
    bill = _read("L-1,site,1,perhaps", heading="line,kind,quantity,assigned")
    assert [each.column for each in bill.faults] == ["assigned"]


HEADINGS = ("line,kind", "line,kind,quantity,colour", "line,kind,quantity,quantity", "")


@pytest.mark.parametrize("heading", HEADINGS)
def test_without_its_columns_it_is_no_bill(heading):
    with pytest.raises(NoBill) as refused:
        _read("a,b,c,d", heading=heading)
    assert COLUMNS[0] in refused.value.remedy


def test_neither_empty_nor_endless():
    for rows in ([], ["L-1,site,1"] * (MOST_ROWS + 1)):
        with pytest.raises(NoBill):
            _read(*rows, heading="line,kind,quantity")


def test_a_trailing_separator_is_no_column_and_a_name_is_known_in_any_case():
    assert len(_read("L-1,site,1,", heading="\ufeffline,kind,quantity,").lines) == 1
    assert name_key("  Seller   INC ") == "seller inc"
