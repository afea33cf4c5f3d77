"""What may be asked under a name, and how it is written down."""

from __future__ import annotations

from typing import Any

import pytest

from passport.rules.epcis_conditions import QueryParameter
from passport.rules.epcis_named import NotAQuery, asked_of, check_name
from passport.rules.errors import Refusal


def test_values_are_written_as_an_address_says_them() -> None:
    asked = {
        "@context": [], "EQ_action": "ADD", "GE_quantity": 5, "LT_value_CEL": [4.5],
        "EXISTS_errorDeclaration": True,
    }  # fmt: skip
    assert asked_of(asked, prefixes={}) == {
        "EQ_action": ["ADD"], "GE_quantity": ["5"], "LT_value_CEL": ["4.5"],
        "EXISTS_errorDeclaration": ["true"],
    }  # fmt: skip


REFUSED: dict[str, tuple[dict[str, Any], type[Refusal]]] = {
    "an object": ({"EQ_action": {"x": 1}}, NotAQuery),
    "nothing": ({"EQ_action": []}, NotAQuery),
    "null": ({"EQ_action": None}, NotAQuery),
    "a page": ({"nextPageToken": "x"}, NotAQuery),
    "no such parameter": ({"EQ_colour": ["red"]}, QueryParameter),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_query_is_refused(case: str) -> None:
    asked, refusal = REFUSED[case]
    with pytest.raises(refusal):
        asked_of(asked, prefixes={})
    assert asked_of({"EQ_ex:colour": ["red"]}, prefixes={"ex": "https://example.org/"})


@pytest.mark.parametrize("name", ["", "a/b", ".x", "ä", "x" * 101])
def test_a_name_stands_in_an_address(name: str) -> None:
    assert check_name("Damaged.2026_~-") == "Damaged.2026_~-"
    with pytest.raises(NotAQuery):
        check_name(name)
