"""The dated tables of the end of life, read once from fixtures/reference."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from recycling.rules.ageing_table import Ageing, parse_ageing
from recycling.rules.gate_table import parse_gates
from recycling.rules.grading import parse_grades
from recycling.rules.market import Tables
from recycling.rules.recovery import RecoveryTables, Target, parse_dated, parse_tables
from recycling.rules.steps import StepTables, parse_steps
from recycling.rules.uses import Use, parse_uses
from recycling.rules.value import parse_prices

FOLDER = Path(__file__).resolve().parent.parent.parent / "fixtures" / "reference"


@cache
def planning() -> Tables:
    """Gates, grades and prices as they stand in this release."""
    gates = gate_document()
    return Tables(
        gates=parse_gates(gates),
        grades=parse_grades(gates),
        prices=parse_prices(price_document()),
    )


@cache
def price_document() -> Any:
    """The released price set as its file has it: what a party's own figures are laid over."""
    return _document("prices")


@cache
def uses() -> tuple[Use, ...]:
    """What second lives are for, with their usual terms."""
    return parse_uses(_document("uses"))


@cache
def ageing() -> Ageing:
    """What is usual for a chemistry."""
    return parse_ageing(_document("ageing"))


@cache
def gate_document() -> Any:
    """The released gates as their file has them: kept with every plan that was made by them."""
    return _document("gates")


@cache
def recovery() -> RecoveryTables:
    """Compositions, yields and the floors of the law."""
    return parse_tables(_document("chemistries"))


@cache
def steps() -> StepTables:
    """By how much the masses of a step may be apart."""
    return parse_steps(_document("mass_balance"))


@cache
def efficiency_of(*, family: str) -> tuple[Target, ...] | None:
    """The floors of a family that is not lithium-based; None of one that is."""
    found = _document("mass_balance")["efficiency_of_family"].get(family)
    return None if found is None else parse_dated(found)


def _document(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
