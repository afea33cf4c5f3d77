"""Figures and words of the sourcing desk as the pages write them; nothing is reckoned from them."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from django.template import Library
from django.utils.html import format_html

from api.pages import sourcing_desk_words as said
from api.pages.figures import figures
from api.pages.tags import UNKNOWN

register = Library()
_WHOLE = 100


def written(value: Fraction, places: int, rounding: str = ROUND_HALF_EVEN) -> str:
    """A fraction in decimal figures, thousands apart, as this reader writes them."""
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    cut = decimal.quantize(Decimal(1).scaleb(-places), rounding)
    return figures(f"{cut:,.{places}f}").replace("-", "−")


@register.filter
def dollars(value: Fraction | None) -> object:
    """Whole dollars."""
    if value is None:
        return UNKNOWN
    text = written(abs(value), 0)
    sign = "−" if value < 0 and text != "0" else ""
    return format_html('<span class="number nowrap">{}${}</span>', sign, text)


@register.filter
def ratio_percent(value: Fraction | None) -> object:
    """A ratio in percent, cut and never rounded up: what fails is not shown as passing."""
    if value is None:
        return UNKNOWN
    text = written(value * _WHOLE, 2, ROUND_FLOOR)
    return format_html('<span class="number nowrap">{} %</span>', text)


@register.filter
def percent_points(value: Fraction | None) -> object:
    """A percentage that is one already."""
    return ratio_percent(None if value is None else value / _WHOLE)


@register.filter
def amount(value: Fraction | None, places: int = 0) -> object:
    """How much of something, cut to so many places."""
    if value is None:
        return UNKNOWN
    return format_html('<span class="number">{}</span>', written(value, places, ROUND_FLOOR))


@register.filter
def coverage(value: Any) -> object:
    """Write what a cell comes to as a shape and a word."""
    glyph, word, tone = said.COVERAGES[str(value)]
    return format_html(
        '<span class="status {}"><span class="glyph" aria-hidden="true">{}</span>{}</span>',
        tone, glyph, word,
    )  # fmt: skip


@register.filter
def supply_proof(value: Any) -> str:
    """Say what stands behind a supplier's word."""
    return str(said.PROOFS[str(value)])


@register.filter
def supply_unit(value: Any) -> str:
    """Say what a price and a capacity are counted in."""
    return str(said.UNITS[str(value)])


@register.filter
def driver(value: Any) -> str:
    """Say what moves a net cost."""
    return str(said.DRIVERS[str(value)])


@register.filter
def supply_warning(value: Any) -> str:
    """Say what may go wrong with what was agreed."""
    return str(said.WARNINGS[str(value)])


@register.filter
def no_point(value: Any) -> str:
    """Say why two mixes cost the same nowhere."""
    return str(said.NO_POINTS[str(value)])


@register.filter
def named_in(value: Any, names: Any) -> str:
    """The name of what is called by an id; the id where it has none."""
    return str(names.get(str(value), value))


@register.filter
def coverage_tone(value: Any) -> str:
    """How a cell of the heat table is shaded; its word says the same."""
    return said.TONES[str(value)]


@register.filter
def recipe_field(place: int, category: str) -> str:
    """The id of the field of a recipe's category."""
    return f"recipes-{place}-goods-{category}"


@register.filter
def mix_field(place: int, name: str) -> str:
    """The id of the field of a mix: its name, or the percent of a recipe."""
    return f"mixes-{place}-name" if name == "name" else f"mixes-{place}-parts-{name}"


@register.filter
def years_field(name: str, row: int) -> dict[str, str]:
    """The ids of the fields of a row: a year and its amount, or a phase."""
    return {
        "year": f"{name}-year-{row}", "amount": f"{name}-{row}",
        "starts_on": f"{name}-{row}-starts_on", "percent": f"{name}-{row}-percent",
    }  # fmt: skip
