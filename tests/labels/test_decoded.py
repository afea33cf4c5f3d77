"""A thousand labels in each form, and an independent decoder reads exactly what was meant."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from api.labels import codes, png, svg
from passport.queries.label import Item
from passport.rules.identity import digital_link, parse
from passport.rules.label import QUIET, Correction
from tests.labels import printed

THOUSAND = printed.identities(1000)


def meant(items: list[Item]) -> list[str]:
    return [digital_link(parse(item.identity), printed.HOST) for item in items]


def test_a_thousand_labels_as_svg_and_as_png() -> None:
    press = printed.press(THOUSAND, label="57x32", contents="code")
    wrong = []
    for item, link in zip(THOUSAND, meant(THOUSAND), strict=True):
        label, rows = press.label(item), codes.careful(link, Correction.Q)
        said = {"rows": rows, "content": label.content, "layout": label.layout}
        drawn = printed.read(printed.svg(svg.draw(link=link, **said)))
        dotted = printed.read(printed.png(png.draw(**said)))
        if drawn != [link] or dotted != [link]:
            wrong.append((link, drawn, dotted))
    assert wrong == []


def test_a_thousand_labels_on_sheets_of_pdf() -> None:
    press = printed.press(THOUSAND, label="L7651", contents="code", start="7")
    pages = printed.pdf(b"".join(press.pdf(THOUSAND)))
    assert len(pages) == -(-(1000 + 6) // 65)
    found = [text for page in pages for text in printed.read(page, alone=False)]
    assert sorted(found) == sorted(meant(THOUSAND))


def test_what_the_fast_encoder_makes_another_library_reads() -> None:
    reader, wrong = cv2.QRCodeDetector(), []
    for link in meant(THOUSAND[:150]):
        rows = codes.fast(link, Correction.Q)
        dots = np.array([list(row) for row in rows], dtype=np.uint8)
        quiet = np.pad(dots, QUIET, constant_values=255)
        # It misses a code in a hundred at one size, and finds it at another.
        sizes = (np.kron(quiet, np.ones((each, each), np.uint8)) for each in (6, 9, 4))
        text = next((said for said, *_ in map(reader.detectAndDecode, sizes) if said), "")
        if text != link:
            wrong.append((link, text))
    assert wrong == []


@pytest.mark.parametrize("correction", Correction)
def test_both_encoders_keep_the_correction_and_stay_within_the_predicted_size(
    correction: Correction,
) -> None:
    for item, link in zip(THOUSAND[:60], meant(THOUSAND[:60]), strict=True):
        press = printed.press([item], label="57x32", contents="code", ec=correction.value)
        most = press.label(item).layout.code.side_mm / press.label(item).layout.module_mm
        for encode in (codes.fast, codes.careful):
            rows = encode(link, correction)
            assert len(rows) <= round(most) - 2 * QUIET
            assert {len(row) for row in rows} == {len(rows)}
    careful = codes.careful(link, correction)
    assert len(careful) == round(most) - 2 * QUIET
