"""Labels for label printers: the language has traps, and no serial can become a command."""

from __future__ import annotations

import base64
import io
import json
import re
from typing import Any

import pytest
from PIL import Image

from api.labels import zpl
from passport.queries.label import Item
from passport.rules.identity import digital_link, parse
from tests.labels import printed
from tests.oracles.nodejs import node

THOUSAND = printed.identities(1000, seed=2)
DOTS_PER_MM = {"203": 8, "300": 12, "600": 24}


def fields(label: str) -> list[tuple[str, str]]:
    """A label as its commands, read by the rules of the language: each with what follows it."""
    assert label.startswith("^XA")
    assert label.endswith("^XZ\n")
    return re.findall(r"[\^~](@|[A-Z][A-Z0-9@])([^\^~]*)", label)


def data(label: str) -> list[str]:
    """What each field says, with its escapes undone."""
    found, escaping = [], False
    for command, said in fields(label):
        if command == "FH":
            escaping = said == "_"
        elif command == "FD":
            found.append(_unescaped(said) if escaping else said)
            escaping = False
    return found


def _unescaped(said: str) -> str:
    raw = re.sub(rb"_([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), said.encode())
    return raw.decode("utf-8")


def link_of(item: Item) -> str:
    return digital_link(parse(item.identity), printed.HOST)


def test_a_thousand_labels_say_what_was_meant_and_hold_the_same_commands() -> None:
    press = printed.press(THOUSAND, dots=True, label="57x32", contents="marks")
    labels = press.zpl(THOUSAND).decode("ascii").splitlines(keepends=True)
    assert len(labels) == 1000
    shapes = set()
    for item, label in zip(THOUSAND, labels, strict=True):
        code, *lines = data(label)
        assert code == "QA," + link_of(item)
        assert f"(21) {parse(item.identity).serial}" in "".join(lines)
        shapes.add(tuple(command for command, _ in fields(label)))
    # One shape a size of code: nothing that a serial holds adds or takes away a command.
    assert len(shapes) == 1


@pytest.mark.parametrize("dpi", DOTS_PER_MM)
def test_a_module_has_no_more_dots_than_every_printer_draws(dpi: str) -> None:
    items = THOUSAND[:20]
    press = printed.press(items, dots=True, label="150x150", contents="code", dpi=dpi)
    for label in press.zpl(items).decode("ascii").splitlines(keepends=True):
        ((_, said),) = [each for each in fields(label) if each[0] == "BQ"]
        dots = int(said.split(",")[-1])
        assert 0.35 * DOTS_PER_MM[dpi] <= dots <= 10


@pytest.mark.parametrize("text", ["^XZ^XA~JR", "~DGR:X", "_5E", "a^FS", "ü%s{}", "\x1b\r\n\x00"])
def test_no_text_is_a_command(text: str) -> None:
    said = zpl.escaped(text)
    assert not re.search(r"[\^~\x00-\x1f\x7f-\uffff]", said)
    assert _unescaped(said) == text


def test_the_height_of_bars_is_said_before_each_code_and_taken_off_its_place() -> None:
    items = THOUSAND[:1]
    for dpi in DOTS_PER_MM:
        press = printed.press(items, dots=True, label="57x32", contents="code", dpi=dpi)
        layout = press.label(items[0]).layout
        told = dict(fields(press.zpl(items).decode()))
        names = [command for command, _ in fields(press.zpl(items).decode())]
        assert names.index("BY") < names.index("BQ")
        assert told["BY"] == "2,3,10"
        module = int(told["BQ"].split(",")[2])
        assert module / zpl.DOTS_PER_MM[int(dpi)] == pytest.approx(layout.module_mm)
        assert layout.module_mm >= 0.35
        _, y = (int(each) for each in re.findall(r"\^FO(\d+),(\d+)\^BQ", _first(press, items))[0])
        quiet = (layout.code.y_mm + 4 * layout.module_mm) * zpl.DOTS_PER_MM[int(dpi)]
        assert y + 10 == pytest.approx(quiet, abs=1)


def _first(press: Any, items: list[Item]) -> str:
    return str(press.zpl(items).decode())


def drawn(labels: list[str], *, size: tuple[int, int], dpi: str) -> list[Image.Image]:
    """What an emulator of others makes of labels; skips where it is absent."""
    told = {
        "labels": labels, "widthMm": size[0], "heightMm": size[1], "dotsPerMm": DOTS_PER_MM[dpi],
    }  # fmt: skip
    done = node("draw_zpl.mjs", told=json.dumps(told), library="zpl-renderer-js")
    assert done.returncode == 0, done.stderr
    pictures = [base64.b64decode(line) for line in done.stdout.split()]
    assert len(pictures) == len(labels)
    return [Image.open(io.BytesIO(each)).convert("L") for each in pictures]


def check(items: list[Item], *, dpi: str, label: str = "38x25", contents: str = "code") -> None:
    press = printed.press(items, dots=True, label=label, contents=contents, dpi=dpi)
    labels = [press.zpl([item]).decode() for item in items]
    width, height = (int(each) for each in label.split("x"))
    wrong = []
    for item, picture in zip(items, drawn(labels, size=(width, height), dpi=dpi), strict=True):
        if (found := printed.read(picture)) != [link_of(item)]:
            wrong.append((item.identity, found))
    assert wrong == []


@pytest.mark.oracle
def test_an_emulator_of_the_printer_draws_codes_that_decode() -> None:
    check(THOUSAND[:25], dpi="203")
    check(THOUSAND[25:28], dpi="300", label="57x32", contents="marks")
    check(THOUSAND[28:30], dpi="600")


@pytest.mark.fire
@pytest.mark.oracle
def test_a_thousand_labels_as_an_emulator_of_the_printer_draws_them() -> None:
    for start in range(0, 1000, 100):
        check(THOUSAND[start : start + 100], dpi="203")
