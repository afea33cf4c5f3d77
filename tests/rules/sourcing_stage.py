"""A small market for the tests of the sourcing desk: makers, goods, recipes, mixes, projects."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from passport.rules.sourcing_case import Method
from passport.rules.sourcing_mix import Good, Mix, Part, Planned, Recipe
from passport.rules.sourcing_outcome import Terms
from passport.rules.sourcing_party import Standing
from passport.rules.sourcing_rules import RuleSet, rule_set
from passport.rules.sourcing_scenario import Ground

REFERENCE = Path(__file__).resolve().parents[2] / "fixtures" / "reference"
DOCUMENT: dict[str, Any] = json.loads((REFERENCE / "feoc_2026_10.json").read_text())
RULES: RuleSet = rule_set(DOCUMENT)
TABLE = RULES.tables[0]
BY_TABLE = Terms(method=Method.COST_PERCENTAGE)
PACK, BOX, INVERTER = "battery_pack_module", "battery_container_housing", "inverter_converter"
PAID = date(2027, 3, 1)
STANDINGS = {
    (maker, PAID): standing
    for maker, standing in {
        "clean": Standing.CLEAN, "other": Standing.SPECIFIED, "influenced": Standing.INFLUENCED,
        "counsel": Standing.REVIEW,
    }.items()
}  # fmt: skip
GROUND = Ground(RULES, TABLE, STANDINGS)


def good(category: str, maker: str, price: int = 10, **more: Any) -> Good:
    """A good of a maker: the clean one makes in the US, the other in China."""
    made_in = more.pop("made_in", "CN" if maker == "other" else "US")
    return Good(category, maker, Fraction(price), made_in, **more)


def recipe(name: str, maker: str, **makers: str) -> Recipe:
    """All of one maker, but for what is named: a product or a component by its key."""
    wanted = {"cells": maker, PACK: maker, BOX: maker, INVERTER: maker} | makers
    return Recipe(
        name, tuple(good(each, who, by_kw=each == INVERTER) for each, who in wanted.items())
    )


CLEAN, OTHER = recipe("clean", "clean"), recipe("other", "other")


def mix(percent: int, *, first: Recipe = CLEAN, second: Recipe = OTHER) -> Mix:
    """So many percent of the first recipe, the rest of the second."""
    parts = [Part(first, Fraction(percent, 100)), Part(second, Fraction(100 - percent, 100))]
    return Mix(f"{percent} %", tuple(part for part in parts if part.share))


def planned(year: int = 2027, **more: Any) -> Planned:
    """A project of 400 MWh and 100 MW whose goods are paid for in March 2027."""
    return Planned(
        id=more.pop("id", f"p{year}"), name=f"Project {year}", begins_on=date(year, 6, 1),
        incurred_on=more.pop("incurred_on", PAID), kwh=more.pop("kwh", Decimal(400_000)),
        kw=Decimal(100_000), **more,
    )  # fmt: skip
