"""A bad line of a file is told with its number, its field, and what to do; good lines land."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from passport.models import Battery, Intake
from tests.cast import PACK_GTIN, Cast, battery_line, model_line, packs, work_off

STEM = f"https://id.gs1.org/01/{PACK_GTIN}/21/"


def raw(line: Any) -> bytes:
    return line if isinstance(line, bytes) else json.dumps(line).encode()


# Sentence → (lines, {line number: (code, pointer)}). A model stands on line 1 of every file.
CASES: dict[str, tuple[list[Any], dict[int, tuple[str, str]]]] = {
    "unknown field": ([battery_line("A", colour="red")], {2: ("unknown-field", "/colour")}),
    "float where a decimal is due": (
        [b'{"type":"model","code":"X","mass_kg":72.5}'], {2: ("not-strict-json", "/mass_kg")},
    ),
    "JSON number where a decimal is due": (
        [model_line("X", mass_kg=72)], {2: ("not-a-decimal", "/mass_kg")},
    ),
    "wrong check digit": (
        [battery_line("A", id="https://id.gs1.org/01/09521234000021/21/A")],
        {2: ("wrong-check-digit", "/id")},
    ),
    "future date": (
        [battery_line("A", manufactured_on="2126-01-01")],
        {2: ("in-the-future", "/manufactured_on")},
    ),
    "duplicate serial in one file": (
        [battery_line("A"), battery_line("A", manufactured_on="2025-03-03")],
        {3: ("duplicate-serial", "/id")},
    ),
    "serial that is registered with other words": (
        [battery_line("P1", manufactured_on="2025-03-03")], {2: ("duplicate-serial", "/id")},
    ),
    "unknown parent": (
        [battery_line("A", model="CELL-1", parent=STEM + "NO")], {2: ("unknown-parent", "/parent")},
    ),
    "cycle": (
        [battery_line("A", parent=STEM + "B"), battery_line("B", parent=STEM + "A")],
        {2: ("", "/parent"), 3: ("", "/parent")},
    ),
    "itself inside": (
        [battery_line("A", parent=STEM + "A")], {2: ("inside-itself", "/parent")},
    ),
    "deep JSON": ([b'{"type":' + b"[" * 3000 + b"]" * 3000 + b"}"], {2: ("not-strict-json", "")}),
    "NUL": ([b'{"type":"model","code":"a\\u0000"}'], {2: ("not-strict-json", "/code")}),
    "duplicate names": ([b'{"type":"model","type":"model"}'], {2: ("not-strict-json", "/type")}),
    "bytes that are no text": ([b'{"type":"\xfc"}'], {2: ("not-utf-8", "")}),
    "a line of half a megabyte": ([b'"' + b"x" * 2**19 + b'"'], {2: ("line-too-long", "")}),
    "no JSON at all": ([b"serial;model"], {2: ("not-strict-json", "")}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_bad_line_is_told_beside_the_good_ones(
    cast: Cast, as_system: Callable[[], Any], case: Any
) -> None:
    lines, expected = case
    with as_system():
        packs(cast["maker"], "P1")
    body = b"".join(raw(each) + b"\n" for each in [model_line(), *lines, battery_line("GOOD")])
    sent = cast.speak("maker").send(
        "/api/v1/intakes", body, content_type="application/x-ndjson", idempotency_key="k"
    )
    with as_system():
        work_off(Intake.objects.get(pk=sent.json()["id"]))
        assert Battery.objects.filter(serial="GOOD").exists()
    told = cast.speak("maker").get(sent["Location"] + "/errors").getvalue().splitlines()
    faults = {each["line"]: each for each in map(json.loads, told)}
    assert set(faults) == set(expected), faults
    for number, (code, pointer) in expected.items():
        assert code in ("", faults[number]["code"]), faults
        assert faults[number]["pointer"] == pointer, faults
        assert faults[number]["remedy"] or code == "not-strict-json", faults
