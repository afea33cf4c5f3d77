"""Tables of readings as people keep them: names of columns, separators, decimals, units."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from passport.rules.decimals import NotADecimal
from passport.rules.errors import Refusal
from passport.rules.health import Kind, Method
from passport.rules.reading_table import NoKind, NoMethod, NoMoment, NoTable, read_line, read_table

AT = "2026-03-02T10:00:00Z"
LINE = f"P1;0,93;{AT};TESTED;cycler;12"
HEAD = "serial,soh,measured_at,method,source,cycles"
TABLES: dict[str, tuple[str, str]] = {
    "with commas": (HEAD, f"P1,0.93,{AT},tested,cycler,12"),
    "with semicolons and decimal commas": (HEAD.replace(",", ";"), LINE),
    "with tabs": (HEAD.replace(",", "\t"), f"P1\t0.93\t{AT}\ttested\tcycler\t12"),
    "in per cent by its heading": (
        "Battery;SoH (%);Time;Method;Source;EFC", f"P1;93;{AT};tested;cycler;12",
    ),
    "in per cent by its cells": (HEAD, f"P1,93 %,{AT},tested,cycler,12"),
    "in German, with a mark of its bytes": (
        "\ufeffSeriennummer;SoH;Zeitpunkt;Methode;Quelle;Zyklen", LINE,
    ),
    "with quotes and columns of others": (
        "x," + HEAD + ",y", f'"a,b",P1,0.93,{AT},tested,cycler,12,z',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("heading", "line"), TABLES.values(), ids=TABLES)
def test_a_table_is_read(heading: str, line: str) -> None:
    table = read_table(f"{heading}\n\n{line}\n")
    ((number, kept),) = table.lines
    battery, reading = read_line(kept, table=table, source="")
    assert (number, battery, reading.soh) == (3, "P1", Decimal("0.93"))
    assert (reading.method, reading.source) == (Method.TESTED, "cycler")
    assert (reading.equivalent_cycles, reading.soh_low) == (Decimal(12), Decimal("0.92"))
    assert reading.measured_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_what_a_line_does_not_say_is_filled() -> None:
    table = read_table("serial,soh,measured_at,isolation")
    battery, reading = read_line(f"P1,0.93,{AT}", table=table, source="BMS 4.1")
    assert (battery, reading.method, reading.source) == ("P1", Method.BMS_REPORTED, "BMS 4.1")
    assert reading.isolation_ohm_per_v is None


@pytest.mark.parametrize("text", ["", "\n", "serial,soh", "a,b,c\n1,2,3"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(NoTable) as caught:
        read_table(text)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("word", "kind"),
    [("soce", Kind.CERTIFIED_ENERGY), ("Energy", Kind.ENERGY), ("", Kind.CAPACITY)],
)
def test_a_line_may_say_of_what_its_health_is(word: str, kind: Kind) -> None:
    table = read_table(
        "serial;soh;measured_at;kind;module spread %;self-discharge;highest temperature"
    )
    _, reading = read_line(f"P1;0,93;{AT};{word};4,5;2,1;41", table=table, source="BMS")
    assert (reading.kind, reading.module_spread) == (kind, Decimal("0.045"))
    assert reading.self_discharge_percent_per_month == Decimal("2.1")
    assert reading.highest_temperature_c == 41
    with pytest.raises(NoKind, match="no state of health is called power"):
        read_line(f"P1;0,93;{AT};power;;;", table=table, source="BMS")


LINES: dict[str, tuple[str, type[Refusal]]] = {
    "no state of health": (f"P1,,{AT},,,", NoTable),
    "a word for a number": (f"P1,good,{AT},,,", NotADecimal),
    "two decimal marks": (f"P1,0.9.3,{AT},,,", NotADecimal),
    "no zone": ("P1,0.93,2026-03-02 10:00,,,", NoMoment),
    "no moment": ("P1,0.93,,,,", NoMoment),
    "a day that is none": ("P1,0.93,02.03.2026,,,", NoMoment),
    "an unknown method": (f"P1,0.93,{AT},guessed,,", NoMethod),
}


@pytest.mark.parametrize(("line", "refusal"), LINES.values(), ids=LINES)
def test_a_line_says_what_is_wrong_with_it(line: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as caught:
        read_line(line, table=read_table(HEAD), source="")
    assert caught.value.remedy
