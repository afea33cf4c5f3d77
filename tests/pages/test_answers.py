"""What a person types into a form as a quantity."""

from decimal import Decimal

import pytest

from api.pages.answers import Wrong, quantity


@pytest.mark.parametrize(("text", "value"), [("12.5", "12.5"), (" 12,5 ", "12.5"), ("0", "0")])
def test_a_point_and_a_comma_are_both_read(text, value):
    assert quantity(text, field="mass", name="Mass") == Decimal(value)


@pytest.mark.parametrize("text", ["", "x", "1e999999", "1e99999999", "NaN", "-1", "Infinity"])
def test_anything_else_says_how_to_write_it(text):
    assert isinstance(quantity(text, field="mass", name="Mass"), Wrong)
