"""What a person types into a form as a quantity."""

from decimal import Decimal

import pytest
from django.utils import translation

from api.pages.answers import Wrong, quantity


@pytest.mark.parametrize(("text", "value"), [("12.5", "12.5"), (" 12,5 ", "12.5"), ("0", "0")])
def test_a_point_and_a_comma_are_both_read(text, value):
    assert quantity(text, field="mass", name="Mass") == Decimal(value)


@pytest.mark.parametrize("text", ["", "x", "1e999999", "1e99999999", "NaN", "-1", "Infinity"])
def test_anything_else_says_how_to_write_it(text):
    assert isinstance(quantity(text, field="mass", name="Mass"), Wrong)


MARKED = {
    # What is typed, in which language, and what it is read as; None where it is asked again.
    "thousands in German": ("1.200", "de", None),
    "millions in German": ("1.200.000", "de", None),
    "a comma in German": ("1,200", "de", "1.200"),
    "less than one in German": ("0.896", "de", "0.896"),
    "two places in German": ("1.25", "de", "1.25"),
    "thousands in English": ("1,200", "en", None),
    "a point in English": ("1.200", "en", "1.200"),
}


@pytest.mark.parametrize("what", MARKED)
def test_a_mark_that_may_part_thousands_is_asked_about(what):
    text, language, value = MARKED[what]
    with translation.override(language):
        read = quantity(text, field="mass", name="Mass")
    if value is None:
        assert isinstance(read, Wrong)
        assert "1200" in read.remedy
    else:
        assert read == Decimal(value)


def test_a_model_typed_in_german_is_not_a_thousand_times_lighter(people):
    desk = people.at_desk("maker")
    typed = {"code": "M-1", "name": "M", "chemistry": "LFP", "level": "PACK", "mass_kg": "1.200"}
    answer = desk.post("/desk/models/?lang=de", typed)
    assert answer.status_code == 422
    assert 'href="#mass_kg"' in answer.text
    assert 'value="1.200"' in answer.text
