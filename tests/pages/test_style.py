"""The stylesheet's own promises: contrast in light and dark, and nothing inline in any template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

API = Path(__file__).resolve().parents[2] / "api"
SHEET = (API / "static" / "passport.css").read_text()
TEMPLATES = sorted((API / "templates").rglob("*.html"))
# What is written on what. WCAG 2.2: 4.5 for text, 3 for the edge of a control.
TEXT = [
    (ink, paper)
    for ink in ("ink", "quiet", "accent", "attention", "refused")
    for paper in ("paper", "raised", "sunk")
] + [
    ("on-accent", "accent"), ("ink", "wash"), ("accent", "wash"),
    ("ink", "attention-wash"), ("attention", "attention-wash"), ("refused", "refused-wash"),
]  # fmt: skip
EDGES = [("edge", "paper"), ("edge", "raised"), ("accent", "paper"), ("refused", "raised")]


def tokens(part: str) -> dict[str, str]:
    """The colours that a part of the sheet names."""
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part))


LIGHT = tokens(SHEET[: SHEET.index("@media")])
DARK = LIGHT | tokens(SHEET[SHEET.index("@media") : SHEET.index("/* The sheet */")])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("scheme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_every_ink_can_be_read_on_every_paper(scheme: str, colours: dict[str, str]) -> None:
    for ink, paper in TEXT:
        assert contrast(colours[ink], colours[paper]) >= 4.5, (scheme, ink, paper)
    for edge, paper in EDGES:
        assert contrast(colours[edge], colours[paper]) >= 3, (scheme, edge, paper)


def test_dark_changes_every_colour_that_light_has() -> None:
    assert set(tokens(SHEET[SHEET.index("@media") : SHEET.index("/* The sheet */")])) == set(LIGHT)


def test_no_template_carries_script_or_style_of_its_own() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|https?://")
    for template in TEMPLATES:
        found = inline.search(template.read_text())
        assert not found, (template.name, found and found[0])


def test_the_sheet_loads_nothing_and_speaks_of_forms_once() -> None:
    assert "url(" not in SHEET
    assert "@import" not in SHEET


def test_every_control_is_large_enough_for_a_thumb() -> None:
    for selector in (r"\.button, button", r"\.choice", r"\.who a, \.tabs a"):
        rule = re.search(selector + r" \{[^}]*min-height: (\d+)px", SHEET)
        assert rule, selector
        assert int(rule[1]) >= 44, selector
