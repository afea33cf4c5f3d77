"""What a model says of itself is kept as it was told, to the depth that a document has."""

from datetime import date

import pytest

from passport.rules import intake
from passport.rules.intake_facts import LONGEST, NotAFact, parse_facts

MODEL = {
    "type": "model", "code": "LFP-280", "name": "Prismatic 280", "level": "CELL",
    "category": "STATIONARY", "chemistry": "LFP", "rated_capacity_ah": "280",
    "rated_energy_kwh": "0.896", "nominal_voltage_v": "3.2", "minimum_voltage_v": "2.5",
    "maximum_voltage_v": "3.65", "mass_kg": "5.42",
}  # fmt: skip
TOLD = {"13": [{"name": "cobalt", "parts": [{"share": "0.06", "critical": True}]}], "41": False}


def test_facts_may_be_lists_of_objects() -> None:
    assert parse_facts(TOLD) == TOLD


def test_a_model_of_a_maker_without_gs1_keys_has_no_gtin() -> None:
    line = intake.parse_line({**MODEL, "facts": TOLD}, number=1, today=date(2026, 11, 23))

    assert isinstance(line, intake.ModelLine)
    assert (line.gtin, line.facts) == ("", TOLD)


def test_the_longest_text_is_a_fact_and_one_letter_more_is_none() -> None:
    assert parse_facts({"13": "x" * LONGEST})
    with pytest.raises(NotAFact, match=str(LONGEST)):
        parse_facts({"13": "x" * (LONGEST + 1)})


def test_a_name_inside_a_fact_is_a_text_of_that_length_too() -> None:
    with pytest.raises(NotAFact) as refused:
        parse_facts({"13": {"x" * (LONGEST + 1): "y"}})
    assert refused.value.pointer == "/facts/13"
    with pytest.raises(NotAFact) as refused:
        parse_facts({"13": {"a/b~c": {"d": 1}}})
    assert refused.value.pointer == "/facts/13/a~1b~0c/d"
