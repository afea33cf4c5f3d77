"""`sign --file` makes of a factory's file one that the service takes in and attests as it is."""

import json

import pytest

from passport.actions import intake
from passport.audit.__main__ import main
from passport.models import Attestation, AttestationItem, Battery
from passport.proof import keyfile
from tests.cast import THEN, battery_line, model_line, work_off
from tests.passport import signing

PACK, CELL = model_line(), model_line("CELL-1", level="CELL")
P1 = battery_line("P1")
CELLS = [battery_line(f"C{n}", model="CELL-1", parent=P1["id"], lot="L-1") for n in range(30)]


@pytest.fixture
def sign(cast, as_system, tmp_path, capsys):
    """`sign(lines, words...)` runs the command; its exit code, what it wrote, what it said."""
    with as_system():
        key, out = tmp_path / "key.json", tmp_path / "attested.ndjson"
        key.write_bytes(keyfile.encode(signing.enrolled(cast["maker"])))
        key.chmod(0o600)
        source = tmp_path / "line.ndjson"

        def run(lines, *words):
            source.write_text("".join(json.dumps(line) + "\n" for line in lines))
            code = main(
                ["sign", "--key", str(key), "--file", str(source), "--out", str(out), *words]
            )
            wrote = out.read_bytes() if out.exists() else b""
            return code, wrote, capsys.readouterr().err

        yield run


def take(by, data):
    taken = intake.receive(
        lines=data.splitlines(), media_type="application/x-ndjson", by=by, at=THEN
    )
    work_off(taken)
    taken.refresh_from_db()
    return taken


def test_what_comes_out_is_taken_in_and_attested(cast, sign):
    code, data, said = sign([PACK, CELL, P1, *CELLS], "--model", "CELL-1")
    assert (code, "30 items" in said) == (0, True)
    taken = take(cast["maker"], data)
    assert (taken.accepted, taken.rejected) == (34, 0), list(taken.errors.values())
    assert Attestation.objects.get().batch_size == 30
    items = AttestationItem.objects.select_related("battery")
    assert {item.battery.serial for item in items} == {f"C{n}" for n in range(30)}
    for item in items:
        said_salt = json.loads(bytes(item.body))["logSalt"]
        line = next(each for each in map(json.loads, data.splitlines())
                    if each.get("id") == item.battery.identity)  # fmt: skip
        assert line["log_salt"] == said_salt


def test_every_battery_is_attested_unless_a_model_is_named(sign):
    code, data, _ = sign([PACK, CELL, P1, *CELLS])
    lines = [json.loads(line) for line in data.splitlines()]
    assert code == 0
    assert [line["type"] for line in lines[:4]] == ["batch", "model", "model", "battery"]
    assert sum("item" in line for line in lines) == 31


def test_what_a_line_says_in_its_item_is_signed(cast, sign):
    said = CELLS[0] | {"item": {"manufacturedOn": "2025-03-02"}}
    code, data, _ = sign([PACK, CELL, P1, said], "--model", "CELL-1")
    assert code == 0
    take(cast["maker"], data)
    body = bytes(AttestationItem.objects.get().body)
    assert b'"manufacturedOn":"2025-03-02"' in body
    assert Battery.objects.count() == 2


@pytest.mark.parametrize(
    "line",
    [
        P1 | {"id": "https://id.gs1.org/01/09521234000021/21/P1"},
        P1 | {"item": {"colour": "red"}},
        {"type": "battery"},
        CELLS[1] | {"log_salt": "AAECAwQFBgcICQoLDA0ODw"},
        [1],
    ],
)
def test_a_line_that_cannot_be_signed_is_named_and_nothing_is_written(sign, line):
    code, data, said = sign([PACK, CELL, *CELLS[:2], line])
    assert (code, data) == (2, b"")
    assert "Line 5" in said


def test_a_file_without_a_battery_is_refused(sign):
    code, data, said = sign([PACK, CELL])
    assert (code, data) == (2, b"")
    assert "no battery" in said
