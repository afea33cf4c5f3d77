"""Serials as a file tells them: read in pieces, counted, compared, and who attests them."""

from datetime import date
from decimal import Decimal

import pytest

from passport.rules.sourcing_case import Line, LineKind
from passport.rules.sourcing_filing import (
    FiledChange,
    FiledList,
    FiledOrigin,
    FiledSerials,
    NotTheSerials,
    Origin,
    agreement,
    attested,
    came_with,
    check_counted,
    origin_of,
    serials_in,
)
from passport.rules.sourcing_serials import Stage
from passport.rules.sourcing_shape import read, written

DIGEST = "ab" * 32
DELIVERED = FiledList("L", Stage.DELIVERED, 2, DIGEST)
INSTALLED = FiledList("L", Stage.INSTALLED, 3, "cd" * 32)


def test_a_list_is_read_however_it_is_cut():
    for size in (1, 2, 3, 5, 100):
        data = b"A1\nB22\nC\n"
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        assert list(serials_in(pieces)) == ["A1", "B22", "C"]
    assert list(serials_in([])) == []


@pytest.mark.parametrize("data", [b"A\n\nB\n", b"A\n\xc3\xa4\n", b"A\nB"])
def test_what_is_no_list_of_serials_is_refused(data):
    with pytest.raises(NotTheSerials):
        list(serials_in([data]))


def test_what_came_with_a_line_is_what_was_delivered_else_what_is_installed():
    certified = FiledList("L", Stage.CERTIFIED, 9, DIGEST)
    other = FiledList("M", Stage.INSTALLED, 3, DIGEST)

    assert came_with([certified, DELIVERED, INSTALLED, other]) == {"L": DELIVERED, "M": other}
    assert came_with([INSTALLED, DELIVERED])["L"] == DELIVERED
    assert came_with([certified]) == {}


def line(serials: int, digest: str) -> Line:
    return Line(
        "L", LineKind.PRODUCT, "p", "", "", "M", Decimal(1), (), None, None, None,
        serials=serials, serials_sha256=digest,
    )  # fmt: skip


def test_a_line_counts_the_serials_of_its_list():
    check_counted(line=line(2, DIGEST), came=DELIVERED)
    check_counted(line=line(0, ""), came=None)
    for wrong, came in (
        (line(3, DIGEST), DELIVERED),
        (line(2, "x"), DELIVERED),
        (line(1, ""), None),
    ):
        with pytest.raises(NotTheSerials, match="line L counts"):
            check_counted(line=wrong, came=came)


def test_lists_are_compared_with_the_changes_of_their_line():
    changes = (
        FiledChange("L", "A", "Z", date(2026, 5, 1), "broken", certified=True),
        FiledChange("M", "A", "Y", date(2026, 5, 1), "broken"),
    )
    lists = {each: ["A", "B"] for each in Stage}
    found = agreement(line="L", lists=lists, changes=changes, placed_on=date(2026, 4, 1))

    assert (found.agreed, found.replaced, found.mismatches) == (2, 1, {})
    apart = agreement(line="L", lists=lists | {Stage.INSTALLED: ["B"]}, placed_on=None)
    assert apart.mismatches == {"NOT_INSTALLED": 1}
    assert apart.examples == {"NOT_INSTALLED": ("A",)}
    told = FiledSerials(lists=(DELIVERED,), changes=changes, agreements=(found, apart))
    assert read(FiledSerials, written(told)) == told


def test_a_serial_is_attested_once_whoever_says_it_again():
    first, second = Origin("did:web:a"), Origin("did:web:b", frozenset({"did:web:c"}))
    known = attested(
        [
            (b"2", {"id": "https://a.example/21/A%2B1", "serial": 7}, second),
            (b"1", {"id": "urn:x", "serial": "A+1"}, first),
            (b"3", {"id": "urn:x", "serial": "A+1"}, second),
            (b"2", {"id": "urn:y/B"}, second),
        ]
    )

    assert known == {"A+1": first, "B": second}
    assert origin_of(line="L", serials=["A+1", "B", "C"], attested=known) == FiledOrigin(
        "L", 3, {"did:web:a": 1, "did:web:b": 1}, {"did:web:c": 1}
    )
