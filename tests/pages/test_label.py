"""The label holds what it says: an independent decoder reads the link back."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from api.pages import label
from passport.rules.identity import Identity, of_serial, parse

HOST = "https://batterypassport.example"
SERIALS = {
    "plain": "P-2024-000001",
    "lower and upper case": "aBcD.123",
    "twenty characters": "X" * 20,
    "characters that a path must escape": "A/B%C<D>&E\"F'",
    "one character": "1",
}


def named(serial: str) -> Identity:
    """The identity of a battery of the usual model."""
    return of_serial(gtin="09521234000020", serial=serial)


@pytest.mark.parametrize("case", SERIALS)
def test_an_independent_decoder_reads_the_png_back(case: str) -> None:
    made = label.make(identity=named(SERIALS[case]), host=HOST)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(label.png(made))).convert("L"))
    assert [each.text for each in found] == [made.uri]
    assert found[0].ec_level == "Q"
    assert parse(found[0].text) == named(SERIALS[case])


@pytest.mark.parametrize("case", SERIALS)
def test_the_drawing_holds_the_same_modules_as_the_dots(case: str) -> None:
    made = label.make(identity=named(SERIALS[case]), host=HOST)
    found = zxingcpp.read_barcodes(_painted(label.svg(made)))
    assert [each.text for each in found] == [made.uri]


def test_keeps_four_light_modules_around_and_the_size_of_a_module() -> None:
    made = label.make(identity=named("P1"), host=HOST, module_mm=Decimal("0.40"))
    drawing = ElementTree.fromstring(label.svg(made))
    width, height = made.size_mm
    assert drawing.get("width") == f"{width}mm"
    assert height == made.side * Decimal("0.40")
    starts = [int(x) for x in re.findall(r"M(\d+) ", drawing[2].get("d", ""))]
    assert min(starts) == label.QUIET
    picture = Image.open(io.BytesIO(label.png(made)))
    dots_per_module = picture.height / made.side
    assert picture.info["dpi"][0] == pytest.approx(dots_per_module * 25.4 / 0.40, rel=1e-3)


def test_prints_the_identity_for_people() -> None:
    made = label.make(identity=named("P-2024-000001"), host=HOST)
    assert made.lines[:2] == ("(01) 09521234000020", "(21) P-2024-000001")
    assert "batterypassport.example" in made.lines


@pytest.mark.parametrize("module_mm", ["0.34", "0", "-1", "5.01", "NaN"])
def test_refuses_a_module_that_no_phone_reads(module_mm: str) -> None:
    with pytest.raises(label.WrongModule):
        label.make(identity=named("P1"), host=HOST, module_mm=Decimal(module_mm))


def _painted(drawing: bytes) -> Image.Image:
    """The rectangles of the drawing's path as dots, four a module."""
    root = ElementTree.fromstring(drawing)
    _, _, width, height = (int(each) for each in root.get("viewBox", "").split())
    image = Image.new("L", (width * 4, height * 4), 255)
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1", root[2].get("d", "")):
        box = (int(x) * 4, int(y) * 4, (int(x) + int(run)) * 4, (int(y) + 1) * 4)
        image.paste(0, box)
    return image
