"""The inputs of a scenario as they are kept, and where each refusal points."""

from decimal import Decimal
from fractions import Fraction

import pytest

from passport.rules.decimals import NotADecimal, OutOfRange
from passport.rules.errors import NotFound
from passport.rules.sourcing_case import Method
from passport.rules.sourcing_inputs import NoScenario, read_inputs
from passport.rules.sourcing_outcome import Terms
from passport.rules.sourcing_supply import Offer, Proof, Unit
from tests.rules.sourcing_stage import BOX, INVERTER, PACK, planned

PIPELINE = tuple(planned(year) for year in (2026, 2027, 2028, 2030))


def offer(id, category, maker, unit=Unit.KWH, **more):
    return Offer(
        id=id, supplier=maker, maker=maker, category=category, unit=unit, price=Decimal(50),
        made_in="KR", capacity={2027: Decimal(1)}, proof=Proof.CERTIFICATE, **more,
    )  # fmt: skip


OFFERS = {
    each.id: each
    for each in (
        offer("o1", PACK, "clean"),
        offer("o2", PACK, "other"),
        offer("o3", INVERTER, "clean", Unit.KW),
    )
}
KNOWN = {each.id: each for each in PIPELINE}
INPUTS = {
    "recipes": [
        {"name": "A", "goods": {PACK: "o1", INVERTER: "o3"}}, {"name": "B", "goods": {PACK: "o2"}},
    ],
    "mixes": [
        {"name": "most", "parts": {"A": "75", "B": "25"}}, {"name": "all", "parts": {"A": "100"}},
    ],
}  # fmt: skip


def read(**more):
    return read_inputs({**INPUTS, **more}, offers=OFFERS, pipeline=KNOWN)


def test_inputs_are_read_with_what_is_usual_where_nothing_is_said():
    found = read()
    assert found.scenario.pipeline == PIPELINE
    assert found.scenario.terms == Terms()
    assert (found.clean.name, found.other.name) == ("most", "all")
    assert (found.spread, found.points) == (Fraction(1, 5), Fraction(10))
    first = found.scenario.mixes[0].parts[0]
    assert first.share == Fraction(3, 4)
    assert [each.by_kw for each in first.recipe.goods] == [False, True]


def test_inputs_say_which_projects_and_how():
    found = read(
        pipeline=["p2028", "p2026", "p2028"], method="COST_PERCENTAGE", pro_rata=True,
        credit_percent="6", adder_percent="2", clean="all", other="most", spread_percent="5",
        tariff_points="0",
    )  # fmt: skip
    assert [each.id for each in found.scenario.pipeline] == ["p2028", "p2026"]
    assert found.scenario.terms == Terms(Method.COST_PERCENTAGE, True, Decimal(6), Decimal(2))
    assert found.clean.name == "all"


WRONG = {
    "a field of no scenario": ({"soap": 1}, NoScenario, "/soap"),
    "no recipes": ({"recipes": []}, NoScenario, "/recipes"),
    "recipes that are no list": ({"recipes": "x"}, NoScenario, "/recipes"),
    "too many recipes": ({"recipes": [{}] * 13}, NoScenario, "/recipes"),
    "a recipe with more to say": (
        {"recipes": [{"name": "A", "goods": {PACK: "o1"}, "x": 1}]},
        NoScenario,
        "/recipes/0",
    ),
    "a recipe that is no object": ({"recipes": [1]}, NoScenario, "/recipes/0"),
    "goods that are none": (
        {"recipes": [{"name": "A", "goods": {}}]},
        NoScenario,
        "/recipes/0/goods",
    ),
    "goods that are no strings": (
        {"recipes": [{"name": "A", "goods": {PACK: 1}}]},
        NoScenario,
        "/recipes/0/goods",
    ),
    "goods that are no object": (
        {"recipes": [{"name": "A", "goods": []}]},
        NoScenario,
        "/recipes/0/goods",
    ),
    "an offer of nobody": (
        {"recipes": [{"name": "A", "goods": {PACK: "o9"}}]},
        NotFound,
        f"/recipes/0/goods/{PACK}",
    ),
    "an offer of something else": (
        {"recipes": [{"name": "A", "goods": {BOX: "o1"}}]},
        NotFound,
        f"/recipes/0/goods/{BOX}",
    ),
    "a recipe twice": (
        {"recipes": [{"name": "A", "goods": {PACK: "o1"}}] * 2},
        NoScenario,
        "/recipes/1/name",
    ),
    "a recipe without a name": (
        {"recipes": [{"name": " ", "goods": {PACK: "o1"}}]},
        NoScenario,
        "/recipes/0/name",
    ),
    "a name that is no text": (
        {"recipes": [{"name": 1, "goods": {PACK: "o1"}}]},
        NoScenario,
        "/recipes/0/name",
    ),
    "a mix of a recipe of nobody": (
        {"mixes": [{"name": "m", "parts": {"C": "100"}}]},
        NotFound,
        "/mixes/0/parts/C",
    ),
    "a share that is no number": (
        {"mixes": [{"name": "m", "parts": {"A": "much"}}]},
        NotADecimal,
        "/mixes/0/parts/A",
    ),
    "a share of more than all": (
        {"mixes": [{"name": "m", "parts": {"A": "101"}}]},
        OutOfRange,
        "/mixes/0/parts/A",
    ),
    "a project that is not planned": ({"pipeline": ["p9"]}, NotFound, "/pipeline/0"),
    "a project that is no id": ({"pipeline": [9]}, NotFound, "/pipeline/0"),
    "a method of nobody": ({"method": "GUESS"}, NoScenario, "/method"),
    "a flag that is none": ({"pro_rata": "yes"}, NoScenario, "/pro_rata"),
    "a credit of nearly all": ({"credit_percent": "91"}, OutOfRange, "/credit_percent"),
    "a credit that is a JSON number": ({"credit_percent": 30}, NotADecimal, "/credit_percent"),
    "a mix of no name to compare": ({"clean": "none"}, NotFound, "/clean"),
    "a comparison with no text": ({"other": 1}, NotFound, "/other"),
}


@pytest.mark.parametrize(("more", "kind", "pointer"), WRONG.values(), ids=WRONG)
def test_inputs_that_are_none_are_refused_where_they_break(more, kind, pointer):
    with pytest.raises(kind) as refused:
        read(**more)
    assert refused.value.pointer == pointer
