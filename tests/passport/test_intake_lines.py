"""The fast way of reading lines gives the answer of the strict one, whatever stands on the line."""

import json
from datetime import date
from random import Random

import pytest

from passport.actions.intake_chunk import Row
from passport.actions.intake_lines import Reader, _row
from passport.proof import canonical
from passport.proof.errors import ProofError
from passport.rules import intake as rules
from passport.rules.errors import Refusal
from tests.cast import battery_line, model_line

TODAY = date(2026, 1, 5)
SEEN = battery_line(
    "A1", model="CELL-1", parent=battery_line("P1")["id"], position="7", facility="Line 1",
    lot="L-7", log_salt="AAECAwQFBgcICQoLDA0ODw",
)  # fmt: skip


def strictly(raw):
    try:
        value = canonical.loads(raw, max_bytes=256 * 1024)
        line = rules.parse_line(value, number=2, today=TODAY)
    except (Refusal, ProofError) as refusal:
        return refusal.code, refusal.pointer, refusal.detail
    return _row(line, raw) if isinstance(line, rules.BatteryLine) else line


def fast(raw):
    reader = Reader(today=TODAY)
    # What was seen once may be taken the fast way.
    reader.read([(1, json.dumps(SEEN, separators=(",", ":")).encode())])
    chunk = reader.read([(2, raw)])
    if chunk.bad:
        (bad,) = chunk.bad
        return bad.refusal.code, bad.refusal.pointer, bad.refusal.detail
    found = [*chunk.rows, *(line for line, _ in (*chunk.models, *chunk.assemblies))]
    assert len(found) == 1
    return found[0]


TEXTS = (
    "", " ", "7", "L-7", "Line 1", "x" * 61, "x" * 256, "a\u0000", "ü", "\u2028", "a\\b",
    'a"b', "a :b",
    "2025-03-02", "2025-02-30", "2026-01-06", "2126-01-01", "1989-12-31", "CELL-1", "NO",
    "AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODx", SEEN["id"], SEEN["parent"],
    SEEN["id"] + "?x=1", "https://id.gs1.org/01/09521234000021/21/A",
    "https://id.gs1.org/01/09521234000013/21/A%2FB", "https://maker.example/b/1",
    "HTTPS://ID.GS1.ORG/01/09521234000013/21/A2", "(01)09521234000013(21)A3",
    "https://id.gs1.org/01/09521234000013/21/" + "A" * 21,
    "https://id.gs1.org/01/09521234000013/21/A.b_c-1",
)  # fmt: skip
OTHERS = (None, 1, 1.5, True, [], {}, ["x"], {"id": "x"})
NAMES = (*SEEN, "colour", "item", "credential", "log salt")


def _mutated(chance):
    line = dict(SEEN)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        name = chance.choice(NAMES)
        what = chance.random()
        if what < 0.25:
            line.pop(name, None)
        elif what < 0.9:
            line[name] = chance.choice(TEXTS)
        else:
            line[name] = chance.choice(OTHERS)
    return line


def _spelled(chance, line):
    spaced = chance.choice(((",", ":"), (", ", ": "), (",", " :"), (" ,", ":")))
    data = json.dumps(line, separators=spaced, ensure_ascii=chance.random() < 0.5)
    raw = data.encode("utf-8", "surrogatepass")
    what = chance.random()
    if what < 0.1:
        name = chance.choice(NAMES)
        raw = raw[:-1] + b',"%b":"x"}' % name.encode()
    elif what < 0.15:
        raw = raw[: chance.randrange(len(raw))]
    elif what < 0.2:
        at = chance.randrange(len(raw))
        raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
    return raw.replace(b"\n", b" ")


@pytest.mark.parametrize("seed", range(40))
def test_fast_and_strict_agree(seed):
    chance = Random(seed)
    taken = 0
    for _ in range(250):
        raw = _spelled(chance, _mutated(chance))
        found = fast(raw)
        assert found == strictly(raw), raw
        taken += isinstance(found, Row)
    assert taken > 20


def test_lines_are_read_together_as_they_are_alone():
    chance = Random(77)
    raws = [_spelled(chance, _mutated(chance)) for _ in range(400)]
    together = Reader(today=TODAY).read(list(enumerate(raws, start=1)))
    alone = [Reader(today=TODAY).read([(number, raw)]) for number, raw in enumerate(raws, start=1)]
    assert together.rows == [row for each in alone for row in each.rows]
    assert [b.number for b in together.bad] == [b.number for each in alone for b in each.bad]


def test_the_usual_line_goes_the_fast_way(monkeypatch):
    reader = Reader(today=TODAY)
    reader.read([(1, json.dumps(SEEN, separators=(",", ":")).encode())])
    monkeypatch.setattr(Reader, "_strictly", None)
    lines = [
        (n, json.dumps(SEEN | {"id": SEEN["id"][:-2] + f"B{n}"}, separators=(",", ":")).encode())
        for n in range(2, 50)
    ]
    assert len(reader.read(lines).rows) == 48


def test_a_model_line_is_a_model_line():
    found = fast(json.dumps(model_line()).encode())
    assert isinstance(found, rules.ModelLine)
