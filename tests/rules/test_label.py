"""What a label holds: nothing overflows, and a refusal names the label that would do."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import QRData

from passport.rules import label, label_layout
from passport.rules.label import (
    MARGIN_MM,
    QUIET,
    SMALLEST_MODULE_MM,
    SMALLEST_TEXT_MM,
    Content,
    Correction,
    DoesNotFit,
    LinkTooLong,
    NotASize,
    NotThatMany,
    Stock,
)
from passport.rules.label_flow import Face, Piece
from passport.rules.label_layout import Layout

LEVELS = {Correction.Q: ERROR_CORRECT_Q, Correction.M: ERROR_CORRECT_M}
CODE = ("(01) 09521234000020", "(21) P-2024-000001")
FULL = Content(
    CODE,
    "passport.example",
    (
        ("Maker:", "Cells, Hamnringen 4, Norrvik, https://a-very-long-name-of-a-maker.example"),
        ("Mass:", "72 kg"),
        ("Extinguish with:", "Water in plenty; Class D extinguisher for small fires"),
    ),
    collected_apart=True,
    metals=("Cd", "Pb"),
)
BARE = Content(CODE, "passport.example")
STOCKS = (Stock("small", 36, 17), Stock("middle", 64, 38), Stock("large", 99, 68))


def measure(text: str, face: Face) -> float:
    """Letters as wide as Helvetica's on the average, bold ones somewhat wider."""
    return len(text) * {Face.MONO: 0.6, Face.PLAIN: 0.52, Face.BOLD: 0.57}[face]


def laid(content: Content, stock: Stock, *, side: int = 37, dot_mm: float = 0) -> Layout:
    return label_layout.lay_out(
        content=content, stock=stock, side=side, measure=measure, dot_mm=dot_mm
    )


@pytest.mark.parametrize("correction", Correction)
def test_knows_how_many_modules_an_encoder_needs_for_any_length(correction: Correction) -> None:
    for length in range(1, 482):
        code = QRCode(error_correction=LEVELS[correction], border=0)
        code.add_data(QRData(b"x" * length, 4), optimize=0)
        side = 17 + 4 * code.best_fit()
        assert label.side_of(length=length, correction=correction) == side, length


def test_refuses_a_link_that_no_label_carries() -> None:
    with pytest.raises(LinkTooLong, match="483 characters"):
        label.side_of(length=483, correction=Correction.Q)


def _boxes(layout: Layout) -> list[tuple[float, float, float, float, object]]:
    """What was placed as rectangles: left, top, right, bottom."""
    found: list[tuple[float, float, float, float, object]] = []
    for square in (layout.code, layout.mark):
        if square is not None:
            right, bottom = square.x_mm + square.side_mm, square.y_mm + square.side_mm
            found.append((square.x_mm, square.y_mm, right, bottom, square))
    for each in layout.pieces:
        top = each.y_mm - 0.78 * each.size_mm
        found.append((each.x_mm, top, each.x_mm + each.width_mm, top + each.size_mm, each))
    return found


def check(layout: Layout, content: Content, side: int) -> None:
    """Everything lies on the label, nothing over anything else, and nothing is left out."""
    boxes, slack = _boxes(layout), 1e-4
    for left, top, right, bottom, what in boxes:
        assert left >= MARGIN_MM - slack, what
        assert top >= MARGIN_MM - slack, what
        assert right <= layout.stock.width_mm - MARGIN_MM + slack, what
        assert bottom <= layout.stock.height_mm - MARGIN_MM + slack, what
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = (
                one[2] <= other[0] + slack or other[2] <= one[0] + slack
                or one[3] <= other[1] + slack or other[3] <= one[1] + slack
            )  # fmt: skip
            assert apart, (one, other)
    assert layout.module_mm >= SMALLEST_MODULE_MM - slack
    assert layout.code.side_mm == pytest.approx((side + 2 * QUIET) * layout.module_mm)
    assert all(each.size_mm >= SMALLEST_TEXT_MM for each in layout.pieces)
    assert _told(layout, content) == _meant(content)


def _told(layout: Layout, content: Content) -> str:
    return "".join("".join(each.said(content) for each in layout.pieces).split())


def _meant(content: Content) -> str:
    words = [*content.code, content.host]
    words += [part for pair in content.particulars for part in pair]
    words += content.metals if content.collected_apart else ()
    return "".join("".join(words).split())


@pytest.mark.parametrize("content", [BARE, FULL], ids=["bare", "full"])
@pytest.mark.parametrize("stock", [Stock("a", 99, 68), Stock("b", 40, 110), Stock("c", 190, 277)])
def test_places_everything_on_a_label_that_is_large_enough(content: Content, stock: Stock) -> None:
    check(laid(content, stock), content, 37)


_TEXT = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=60)
_CONTENTS = st.builds(
    Content,
    st.lists(st.text("0123456789-AX ()", min_size=1, max_size=30), max_size=2).map(tuple),
    st.text("abc.-", min_size=1, max_size=40),
    st.lists(st.tuples(st.sampled_from(["Mass:", "Made in:"]), _TEXT), max_size=6).map(tuple),
    st.booleans(),
    st.sampled_from([(), ("Pb",), ("Cd", "Pb")]),
)


@settings(max_examples=300, deadline=None)
@given(
    content=_CONTENTS,
    stock=st.builds(Stock, st.just("any"), st.floats(16, 120), st.floats(10, 120)),
    side=st.sampled_from([25, 37, 45]),
    dot_mm=st.sampled_from([0, 0.125, 25.4 / 300, 25.4 / 600]),
)
def test_nothing_overflows_whatever_is_printed(
    content: Content, stock: Stock, side: int, dot_mm: float
) -> None:
    try:
        layout = laid(content, stock, side=side, dot_mm=dot_mm)
    except DoesNotFit:
        assert not label_layout.holds(
            content=content, stock=stock, side=side, measure=measure, dot_mm=dot_mm
        )
        return
    check(layout, content, side)
    if dot_mm:
        assert layout.module_mm / dot_mm == pytest.approx(round(layout.module_mm / dot_mm))


def _shape(content: Content) -> Content:
    """The same with all values of the code alike, as labels are laid out."""
    return replace(content, code=tuple(map(label.blank, content.code)))


def test_one_layout_serves_every_serial_of_a_length_and_all_shorter_ones() -> None:
    layout = laid(_shape(BARE), STOCKS[0])
    other = Content(("(01) 11111111111111", "(21) Q-1111-111111"), BARE.host)
    assert asdict(layout) == asdict(laid(_shape(other), STOCKS[0]))
    assert _told(layout, other) == _meant(other)
    shorter = Content(("(01) 09521234000020", "(21) P-1"), BARE.host)
    assert _told(layout, shorter) == _meant(shorter)


def test_breaks_the_code_behind_the_name_of_its_key_rather_than_within_its_value() -> None:
    layout = laid(BARE, Stock("narrow", 36, 17), side=37)
    lines = [each.said(BARE) for each in layout.pieces if each.face is Face.MONO]
    assert lines[:2] == ["(01) ", "09521234000020"]


def test_a_refusal_names_the_smallest_label_that_would_hold_it() -> None:
    with pytest.raises(DoesNotFit) as refused:
        fit(FULL, STOCKS[0])
    assert "the smallest label that holds it is middle (64 × 38 mm)" in refused.value.remedy
    assert "leave the particulars" in refused.value.remedy
    check(laid(FULL, STOCKS[1]), FULL, 37)
    assert not label_layout.holds(content=FULL, stock=STOCKS[0], side=37, measure=measure, dot_mm=0)


def test_a_refusal_says_when_a_weaker_correction_would_do() -> None:
    # 66 bytes are 41 modules at Q and 37 at M.
    with pytest.raises(DoesNotFit, match="41 modules") as refused:
        fit(BARE, Stock("tight", 40, 16.9), length=66)
    assert "ask for correction M" in refused.value.remedy
    assert fit(BARE, Stock("tight", 40, 16.9), length=66, correction=Correction.M)


def test_where_no_label_would_do_it_says_so() -> None:
    with pytest.raises(DoesNotFit) as refused:
        fit(FULL, STOCKS[0], others=STOCKS[:1])
    assert refused.value.remedy.startswith("print it on A4")


def fit(content: Content, stock: Stock, **changed: Any) -> Layout:
    usual: dict[str, Any] = {"length": 60, "correction": Correction.Q, "others": STOCKS}
    return label_layout.fit(content=content, stock=stock, measure=measure, **(usual | changed))


def test_no_module_is_smaller_than_a_phone_reads_whatever_the_printer_could() -> None:
    for dpi, dots in ((203.2, 3), (300, 5), (600, 9)):
        least = label.modules_for(side=37, stock=STOCKS[2], dot_mm=25.4 / dpi)[-1]
        assert least == pytest.approx(dots * 25.4 / dpi)
        assert least >= SMALLEST_MODULE_MM


def test_a_printer_of_coarse_dots_takes_the_first_that_is_large_enough() -> None:
    assert label.modules_for(side=21, stock=STOCKS[2], dot_mm=1.5) == (1.5,)


@pytest.mark.parametrize(("dpi", "most"), [(203, 7), (300, 10), (600, 10)])
def test_a_module_has_ten_dots_at_most_and_a_millimetre(dpi: int, most: int) -> None:
    found = label.modules_for(side=21, stock=Stock("large", 99, 99), dot_mm=25.4 / dpi)
    assert found[0] == pytest.approx(most * 25.4 / dpi)


def test_the_metals_stand_under_the_bin_and_take_a_quarter_of_its_area() -> None:
    layout = laid(FULL, STOCKS[2])
    metals = [each for each in layout.pieces if each.text in ("Cd", "Pb")]
    assert layout.mark is not None
    assert len(metals) == 2
    for metal in metals:
        assert metal.y_mm > layout.mark.y_mm + layout.mark.side_mm
        assert metal.size_mm * 0.72 * metal.width_mm >= layout.mark.side_mm**2 / 4
    assert layout.mark.side_mm >= 5


@pytest.mark.parametrize("count", [0, -1, 4])
def test_one_print_job_has_no_more_labels_than_batteries(count: int) -> None:
    label.check_printed(count=3, of=3)
    with pytest.raises(NotThatMany, match="of 3 batteries"):
        label.check_printed(count=count, of=3)


@pytest.mark.parametrize("text", ["57x32", "57X32", "57×32", "57.0x32"])
def test_reads_a_size(text: str) -> None:
    assert label.stock_of(text) == Stock("57 × 32 mm", 57, 32)


@pytest.mark.parametrize(
    "text", ["", "57", "57x", "x", "57xa", "4x20", "nanx20", "20x501", "1x2x3"]
)
def test_refuses_what_is_no_size(text: str) -> None:
    with pytest.raises(NotASize) as refused:
        label.stock_of(text)
    assert "57x32" in refused.value.remedy


def test_a_text_of_its_own_is_the_same_on_every_label() -> None:
    assert Piece(0, 0, 2, 4, Face.PLAIN, "72 kg").said(BARE) == "72 kg"
    assert label.blank("https://a.example/x") == "0" * 19
    assert label.blank("(21) ABC") == "(21) 000"
