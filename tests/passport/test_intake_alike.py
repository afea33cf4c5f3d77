"""A line like one taken before is taken without parsing, and says what the strict way says."""

import json
from datetime import date
from random import Random

import pytest

from passport.actions.intake_alike import SALT, Patterns, like, text_of
from passport.actions.intake_lines import Reader
from passport.actions.intake_text import unreadable
from passport.proof import canonical, credential
from passport.rules.errors import Malformed
from tests.cast import battery_line
from tests.simulator import CELLMAKER, cell_items, key_of, sign_batch

TODAY = date(2026, 1, 5)
HIDDEN, DRAWN = "AAECAwQFBgcICQoLDA0ODw", "EBESExQVFhcYGRobHB0eHw"
OPEN = {"id": text_of(20), "salt": SALT}
_, _SIGNED = sign_batch(key_of("issuer", CELLMAKER + "#key-1"), cell_items(1))
SIGNED = credential.read(_SIGNED)


def cell(serial="C1", *, salt=DRAWN, **changed):
    line = battery_line(
        serial, model="CELL-1", parent=battery_line("P1")["id"], position="7", lot="L-7",
        log_salt=HIDDEN,
    )  # fmt: skip
    item = {"id": line["id"], "logSalt": HIDDEN, "salt": salt}
    return line | {"item": item | changed.pop("item", {})} | changed


def written(line):
    return canonical.encode(line)


def reader(*seen, signed=SIGNED):
    made = Reader(today=TODAY)
    made.sign(signed)
    chunk = made.read([(number, written(line)) for number, line in enumerate(seen, start=1)])
    assert len(chunk.rows) == len(seen)
    return made


def said(chunk):
    refused = [(bad.number, bad.refusal.code, bad.refusal.pointer) for bad in chunk.bad]
    return chunk.rows, refused, chunk.items, chunk.leaves, chunk.named


# --- patterns ------------------------------------------------------------------------------------


def test_a_pattern_fits_what_differs_in_open_members_only():
    pattern = like('{"id":"a","kind":"x.y"}', open=OPEN)
    assert pattern.fullmatch('{"id":"b c","kind":"x.y"}').group("id", "salt") == ("b c", "")
    for other in ('{"id":"b","kind":"xzy"}', '{"id":"","kind":"x.y"}', '{"id": "b","kind":"x.y"}'):
        assert pattern.fullmatch(other) is None


@pytest.mark.parametrize("text", ['{"id":"a","m":{"id":"b"}}', '{"id":"a\\n"}', '{"id":"ü"}', "\n"])
def test_no_pattern_is_made_of_a_name_that_stands_twice_or_of_what_is_not_plain(text):
    assert like(text, open=OPEN) is None


def test_between_two_parts_stands_the_gap():
    pattern = like('{"m":', ',"id":"a"}', open=OPEN, gap="(?P<m>[0-9]+)")
    assert pattern.fullmatch('{"m":12,"id":"z"}').group("m", "id") == ("12", "z")


def test_only_the_last_patterns_are_known_and_few_are_learned():
    patterns, texts = Patterns(), [f'{{"id":"a","n":"{number}"}}' for number in range(40)]
    learned = 0
    for text in texts:
        assert patterns.fit(text) is None
        if patterns.may_learn(text):
            patterns.learn(like(text, open=OPEN), text)
            learned += 1
    assert 8 <= learned < 12
    assert sum(patterns.fit(text) is not None for text in texts) == 8
    assert not patterns.may_learn("x" * 3000)
    patterns.forget()
    assert patterns.fit(texts[learned - 1]) is None


def test_a_pattern_that_does_not_fit_its_own_text_is_not_learned():
    patterns, text = Patterns(), '{"id":"a","salt":"short"}'
    patterns.learn(like(text, open=OPEN), text)
    assert patterns.fit(text) is None


# --- lines ---------------------------------------------------------------------------------------


def test_cells_of_a_file_go_the_fast_way(monkeypatch):
    made = reader(cell("C1"))
    monkeypatch.setattr(Reader, "_strictly", None)
    lines = [(n, written(cell(f"C{n}", position=str(n)))) for n in range(2, 40)]
    varied = [(n, written(cell(f"D{n}", item={"ocv": f"3.{n}"}))) for n in range(40, 60)]
    chunk = made.read([*lines, *varied])
    assert len(chunk.items) == len(chunk.leaves) == len(chunk.rows) == 58


def test_several_makes_of_lines_stay_known(monkeypatch):
    made = reader(cell("C1"), battery_line("P2"), battery_line("P3", facility="Line 1"))
    monkeypatch.setattr(Reader, "_strictly", None)
    others = (cell("C2"), battery_line("P4"), battery_line("P5", facility="Line 2"), cell("C3"))
    assert len(made.read(list(enumerate(map(written, others), start=9))).rows) == 4


ANOTHER = cell("C2")["id"]
WRONG = {
    "item of another battery": cell(item={"id": ANOTHER}),
    "another salt hides it": cell(item={"logSalt": DRAWN}),
    "no salt of its own": cell(item={"salt": "short"}),
    "a salt with letters too many": cell(salt=DRAWN + "A"),
    "a salt spelled otherwise": cell(salt=DRAWN[:-1] + "x"),
    "an unknown claim": cell(item={"colour": "red"}),
    "what all share": cell(item={"chemistry": "NMC"}),
    "inside itself": cell(parent=cell()["id"]),
    "another day": cell(manufactured_on="2025-02-30"),
    "a day to come": cell(manufactured_on="2026-03-01"),
    "a position too long": cell(position="7" * 61),
    "a lot too long": cell(lot="L" * 21),
    "a lot with a letter of no label": cell(lot="L#7"),
    "a check digit": cell() | {"id": cell()["id"].replace("013/21", "014/21")},
    "a serial too long": cell("C" * 21),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_as_the_strict_way_refuses_it(name):
    raw = [(9, written(WRONG[name]))]
    found = said(reader(cell("C1"), battery_line("P2")).read(raw))
    assert found == said(reader().read(raw))
    assert found[1]


FORGED = {
    "two items": (b'"item":{', b'"item":{"id":"x"},"item":{'),
    "two ids": (b'"id":', b'"id":"x","id":'),
    "another member in the item": (b'"salt":', b'"x":"y","salt":'),
    "an item that ends early": (b'"salt":', b'"a":"b"},"salt":'),
    "names in another order": (b'"logSalt":"' + HIDDEN.encode() + b'",', b""),
    "an escape": (b'"position":"7"', b'"position":"\\u0037"'),
    "a letter beyond ASCII": (b'"position":"7"', '"position":"ü"'.encode()),
    "bytes that are no text": (b'"position":"7"', b'"position":"\xff"'),
    "half a line": (b'"salt":', b""),
    "something behind it": (b'"battery"}', b'"battery"} {}'),
    "a line break in a text": (b'"position":"7"', b'"position":"\r"'),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_lines_get_the_answer_of_the_strict_way(name):
    old, new = FORGED[name]
    plain = written(cell("C3"))
    assert old in plain
    raw = [(9, plain.replace(old, new))]
    assert said(reader(cell("C1")).read(raw)) == said(reader().read(raw))


def test_a_line_refused_before_it_was_read_stays_so():
    refusal = Malformed("it was not to be read")
    chunk = reader(cell("C1")).read([(9, unreadable(written(cell("C2")), refusal))])
    assert [bad.refusal for bad in chunk.bad] == [refusal]
    assert not chunk.rows


def test_what_items_build_upon_is_told_of_each_chunk():
    upstream = "A" * 43
    made = reader(cell("C1", item={"upstream": [upstream]}), cell("C2"))
    assert made.read([(9, written(cell("C3")))]).named == set()
    assert made.read([(9, written(cell("C4", item={"upstream": [upstream]})))]).named == {bytes(32)}


# --- anything ------------------------------------------------------------------------------------

VALUES = (
    "", " ", "7", "x" * 61, "L-7", "L-8", HIDDEN, DRAWN, "CELL-1", "NO", "2025-03-02", ANOTHER,
)  # fmt: skip


def _mutated(chance):
    line = cell(f"C{chance.randrange(5)}")
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        inside = "item" in line and chance.random() < 0.5
        into = line["item"] if inside else line
        name = chance.choice((*into, "ocv" if inside else "facility"))
        if chance.random() < 0.2:
            into.pop(name, None)
        elif isinstance(into.get(name, ""), str):
            into[name] = chance.choice(VALUES)
    raw = written(line) if chance.random() < 0.8 else json.dumps(line).encode()
    if chance.random() < 0.2:
        at = chance.randrange(len(raw))
        raw = raw[:at] + bytes([chance.randrange(32, 256)]) + raw[at + 1 :]
    return raw


@pytest.mark.parametrize("seed", range(20))
def test_both_ways_agree_whatever_was_read_before(seed):
    chance = Random(seed)
    lines = [(number, _mutated(chance)) for number in range(1, 300)]
    apart = [said(reader().read([each])) for each in lines]
    rows, bad, items, leaves, _ = said(reader(cell("C1")).read(lines))
    assert rows == [row for each in apart for row in each[0]]
    assert bad == [each for part in apart for each in part[1]]
    assert items == [row for each in apart for row in each[2]]
    assert leaves == [leaf for each in apart for leaf in each[3]]
    assert len(rows) > 50
    assert len(bad) > 50
