"""Good lines become values, bad ones name their field, their fault and the way out."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from passport.rules import intake, intake_fields
from passport.rules.assembly import InsideItself, Level
from passport.rules.decimals import NotADecimal, OutOfRange, TooFine
from passport.rules.errors import Refusal
from passport.rules.gs1_values import WrongCheckDigit, WrongValue
from passport.rules.identity import NotOneBattery
from passport.rules.intake import AssemblyLine, BatteryLine, ModelLine, OtherGtin
from passport.rules.intake_facts import NoSuchFact, NotAFact, SaidElsewhere
from passport.rules.intake_fields import (
    MissingField,
    NotADay,
    NotASalt,
    NotAWord,
    UnknownField,
    WrongType,
)
from passport.rules.lifecycle import InTheFuture

TODAY = date(2026, 11, 23)
CELL = "https://id.example/01/09521234000013/21/C000001"
PACK = "https://id.example/01/09521234000020/21/P000001"
MODEL: dict[str, Any] = {
    "type": "model",
    "code": "LFP-280",
    "name": "Prismatic 280",
    "level": "CELL",
    "category": "STATIONARY",
    "chemistry": "LFP",
    "gtin": "09521234000013",
    "rated_capacity_ah": "280",
    "rated_energy_kwh": "0.896",
    "nominal_voltage_v": "3.2",
    "minimum_voltage_v": "2.5",
    "maximum_voltage_v": "3.65",
    "mass_kg": "5.42",
    "facts": {"3": "Amber Cells", "14": ["water mist"], "41": False},
}
BATTERY = {"type": "battery", "model": "LFP-280", "id": CELL, "manufactured_on": "2025-03-02"}
ASSEMBLY = {"type": "assembly", "parent": PACK, "child": CELL}


def parse(value: object) -> intake.Line:
    return intake.parse_line(value, number=7, today=TODAY)


def test_reads_a_model() -> None:
    line = parse(MODEL)

    assert isinstance(line, ModelLine)
    assert (line.number, line.level, line.mass_kg) == (7, Level.CELL, Decimal("5.42"))
    assert line.facts == MODEL["facts"]


def test_reads_a_battery() -> None:
    line = parse({**BATTERY, "parent": PACK, "position": "1/12"})

    assert isinstance(line, BatteryLine)
    assert line.identity.canonical == CELL.replace("id.example", "id.gs1.org")
    assert line.parent is not None
    assert (line.manufactured_on, line.position) == (date(2025, 3, 2), "1/12")


def test_reads_the_salt_that_a_maker_draws() -> None:
    line, without = parse({**BATTERY, "log_salt": SALT}), parse(BATTERY)

    assert isinstance(line, BatteryLine)
    assert line.log_salt == bytes(range(16))
    # Lines of before this field have the digest that they had.
    assert intake.digest(without).hex().startswith("f5ce45a1e158129b")


def test_reads_an_assembly() -> None:
    line = parse(ASSEMBLY)

    assert isinstance(line, AssemblyLine)
    assert (line.parent.serial, line.child.serial) == ("P000001", "C000001")


SALT = "AAECAwQFBgcICQoLDA0ODw"
DAY, VOLTS, DEEP = "/manufactured_on", "/nominal_voltage_v", "/facts/13/0/x"
WRONG, ELSEWHERE = CELL.replace("0013", "0014"), CELL.replace("id.", "x.")


def made(day: object) -> dict[str, Any]:
    return {"manufactured_on": day}


Bad = tuple[dict[str, Any], dict[str, Any], type[Refusal], str, str]
BAD: dict[str, Bad] = {
    "an unknown field": (BATTERY, {"serial_no": "1"}, UnknownField, "/serial_no", "leave it out"),
    "a slip in a field": (BATTERY, {"postion": "1"}, UnknownField, "/postion", "\"position\""),
    "a field with a slash": (BATTERY, {"a/b~": 1}, UnknownField, "/a~1b~0", "leave it out"),
    "an unknown type": (BATTERY, {"type": "item"}, NotAWord, "/type", "model, battery, assembly"),
    "a type that is a list": (BATTERY, {"type": []}, NotAWord, "/type", "model"),
    "a float for a decimal": (MODEL, {"mass_kg": 5.42}, NotADecimal, "/mass_kg", '"5.42"'),
    "an integer for a decimal": (MODEL, {"mass_kg": 5}, NotADecimal, "/mass_kg", '"5"'),
    "no mass": (MODEL, {"mass_kg": "0"}, OutOfRange, "/mass_kg", "unit"),
    "a mass that is too fine": (MODEL, {"mass_kg": "5.4200001"}, TooFine, "/mass_kg", "5 places"),
    "voltages that fall": (MODEL, {"minimum_voltage_v": "3.3"}, OutOfRange, VOLTS, "<"),
    "Wh for kWh": (MODEL, {"rated_energy_kwh": "896"}, OutOfRange, "/rated_energy_kwh", "units"),
    "a level in small letters": (MODEL, {"level": "cell"}, NotAWord, "/level", "CELL, MODULE"),
    "a category that is a number": (MODEL, {"category": 1}, NotAWord, "/category", "LMT"),
    "an empty code": (MODEL, {"code": " "}, WrongType, "/code", "stands"),
    "a NUL": (MODEL, {"name": "a\x00b"}, WrongType, "/name", "printable"),
    "half a surrogate pair": (MODEL, {"name": "a\ud800"}, WrongType, "/name", "printable"),
    "a name that is too long": (MODEL, {"name": "x" * 121}, WrongType, "/name", "120"),
    "null for a text": (BATTERY, {"facility": None}, WrongType, "/facility", "quotation"),
    "a wrong GTIN": (MODEL, {"gtin": "09521234000014"}, WrongCheckDigit, "/gtin", "0013"),
    "thirteen digits": (MODEL, {"gtin": "9521234000013"}, WrongValue, "/gtin", "0952"),
    "a wrong check digit": (BATTERY, {"id": WRONG}, WrongCheckDigit, "/id", "0013"),
    "a model for a battery": (BATTERY, {"id": CELL[:-11]}, NotOneBattery, "/id", "serial"),
    "a bad parent": (BATTERY, {"parent": "P1"}, Refusal, "/parent", "send"),
    "itself as parent": (BATTERY, {"parent": ELSEWHERE}, InsideItself, "/parent", "another"),
    "itself as child": (ASSEMBLY, {"child": PACK}, InsideItself, "/parent", "another"),
    "a day that is none": (BATTERY, made("2025-02-30"), NotADay, DAY, "check"),
    "a day as in letters": (BATTERY, made("2.3.2025"), NotADay, DAY, "2025-03-02"),
    "a day as a number": (BATTERY, made(20250302), NotADay, DAY, "2025-03-02"),
    "a day in the last century": (BATTERY, made("1925-03-02"), NotADay, DAY, "year"),
    "a day to come": (BATTERY, made("2026-11-25"), InTheFuture, DAY, "made"),
    "a short salt": (BATTERY, {"log_salt": "AAAA"}, NotASalt, "/log_salt", "16 random bytes"),
    "a salt with stray bits": (BATTERY, {"log_salt": SALT[:-1] + "B"}, NotASalt, "/log_salt", "22"),
    "a salt with a line end": (BATTERY, {"log_salt": SALT + "\n"}, NotASalt, "/log_salt", "22"),
    "null for a salt": (BATTERY, {"log_salt": None}, NotASalt, "/log_salt", "leave it out"),
    "a salt of an assembly": (ASSEMBLY, {"log_salt": SALT}, UnknownField, "/log_salt", "leave"),
    "facts in a list": (MODEL, {"facts": []}, NotAFact, "/facts", "write"),
    "a number as a fact": (MODEL, {"facts": {"24": 3.5}}, NotAFact, "/facts/24", "texts"),
    "a number deep in a fact": (MODEL, {"facts": {"13": [{"x": 1}]}}, NotAFact, DEEP, "texts"),
    "a NUL in a fact": (MODEL, {"facts": {"13": "\x00"}}, NotAFact, "/facts/13", "document"),
    "no such data point": (MODEL, {"facts": {"72": "x"}}, NoSuchFact, "/facts/72", "71"),
    "a data point in words": (MODEL, {"facts": {"mass": "x"}}, NoSuchFact, "/facts/mass", "71"),
    "a data point with a zero": (MODEL, {"facts": {"03": "x"}}, NoSuchFact, "/facts/03", "71"),
    "the mass a second time": (MODEL, {"facts": {"10": "5"}}, SaidElsewhere, "/facts/10", "leave"),
    "a status of a model": (MODEL, {"facts": {"67": "x"}}, SaidElsewhere, "/facts/67", "battery"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "change", "refused", "pointer", "says"), BAD.values(), ids=BAD)
def test_refuses(
    line: dict[str, Any], change: dict[str, Any], refused: type[Refusal], pointer: str, says: str
) -> None:
    with pytest.raises(refused) as caught:
        parse({**line, **change})
    assert caught.value.pointer == pointer
    assert says in caught.value.remedy


@pytest.mark.parametrize("line", [MODEL, BATTERY, ASSEMBLY], ids=lambda line: line["type"])
def test_names_each_field_that_is_missing(line: dict[str, Any]) -> None:
    optional = {"type", "gtin", "facts"}
    for name in line.keys() - optional:
        with pytest.raises(MissingField) as caught:
            parse({key: value for key, value in line.items() if key != name})
        assert caught.value.pointer == f"/{name}"


@pytest.mark.parametrize("value", [None, [], "x", 1, {}])
def test_refuses_what_is_no_line(value: object) -> None:
    with pytest.raises(Refusal) as caught:
        parse(value)
    assert caught.value.remedy


def test_a_nest_of_lists_is_no_fact() -> None:
    nest: object = "x"
    for _ in range(30):
        nest = [nest]
    with pytest.raises(NotAFact, match="too deep"):
        parse({**MODEL, "facts": {"13": nest}})


JSON = some.recursive(
    some.none() | some.booleans() | some.text(max_size=5) | some.integers(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(max_size=5), inner),
    max_leaves=5,
)


@given(line=some.sampled_from([MODEL, BATTERY, ASSEMBLY]), data=some.data())
def test_any_value_in_any_field_is_read_or_refused(line: dict[str, Any], data: Any) -> None:
    name = data.draw(some.sampled_from(sorted(line)))
    try:
        parse({**line, name: data.draw(JSON)})
    except Refusal as refusal:
        told = (refusal.detail, refusal.remedy)
    else:
        told = ("read", "read")
    assert all(told)


SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "zeros at the end": (MODEL, {"mass_kg": "5.4200"}),
    "facts in another order": (MODEL, {"facts": dict(reversed(MODEL["facts"].items()))}),
    "another host": (BATTERY, {"id": CELL.replace("id.example", "b.example")}),
    "an element string": (BATTERY, {"id": "(01)09521234000013(21)C000001"}),
    "no position": (ASSEMBLY, {"position": ""}),
}


@pytest.mark.parametrize(("line", "change"), SAME.values(), ids=SAME)
def test_a_resend_spelled_otherwise_has_the_same_digest(
    line: dict[str, Any], change: dict[str, Any]
) -> None:
    again = intake.parse_line({**line, **change}, number=99)

    assert intake.digest(again) == intake.digest(parse(line))
    assert len(intake.digest(again)) == 32


OTHER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another mass": (MODEL, {"mass_kg": "5.43"}),
    "another fact": (MODEL, {"facts": {"3": "Amber Cells"}}),
    "a word for a yes": (MODEL, {"facts": {**MODEL["facts"], "41": "False"}}),
    "another day": (BATTERY, {"manufactured_on": "2025-03-03"}),
    "another place": (BATTERY, {"facility": "Hall 2"}),
    "a parent": (BATTERY, {"parent": PACK}),
    "a position": (ASSEMBLY, {"position": "1"}),
    "a salt": (BATTERY, {"log_salt": SALT}),
    "another salt": ({**BATTERY, "log_salt": SALT[:-1] + "g"}, {"log_salt": SALT}),
}


@pytest.mark.parametrize(("line", "change"), OTHER.values(), ids=OTHER)
def test_a_line_that_says_something_else_has_another_digest(
    line: dict[str, Any], change: dict[str, Any]
) -> None:
    assert intake.digest(parse({**line, **change})) != intake.digest(parse(line))


def test_a_battery_carries_its_models_gtin() -> None:
    identity = intake_fields.identity({"id": CELL}, "id")

    intake.check_gtin(identity=identity, model_gtin="09521234000013")
    intake.check_gtin(identity=identity, model_gtin="")
    with pytest.raises(OtherGtin):
        intake.check_gtin(identity=identity, model_gtin="09521234000020")
