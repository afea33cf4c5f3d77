"""The state of health of many batteries, drawn small: one strip a site, all on one scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

_LOWEST, _STEP = Decimal("0.45"), Decimal("0.05")
_COLUMN, _HEIGHT = 16, 48


@dataclass(frozen=True)
class Column:
    """Batteries of one band: the reported ones stand on the measured ones."""

    x: int
    top: int
    reported: int
    middle: int
    measured: int


@dataclass(frozen=True)
class Strip:
    """What a template needs to draw the strip of one site; it computes nothing."""

    width: int
    height: int
    columns: tuple[Column, ...]
    start: str
    span: str
    mark: str
    below: int


def strip(
    *,
    bands: Iterable[tuple[int, int]],
    most: int,
    middle: tuple[Decimal, Decimal, Decimal] | None,
) -> Strip:
    """Draw counts of bands of five points from 0.45 up, on the scale of the largest one, `most`."""
    kept = tuple(bands)
    columns = tuple(
        _column(place, measured, reported, most)
        for place, (measured, reported) in enumerate(kept)
        if measured or reported
    )
    low, mark, high = (_across(each) for each in (middle[1], middle[0], middle[2])) if middle else (
        0.0, 0.0, 0.0,
    )  # fmt: skip
    return Strip(
        width=_COLUMN * len(kept),
        height=_HEIGHT,
        columns=columns,
        start=f"{low:.1f}" if middle else "",
        span=f"{max(high - low, 2):.1f}",
        mark=f"{mark:.1f}",
        below=_HEIGHT + 8,
    )


def _column(place: int, measured: int, reported: int, most: int) -> Column:
    whole = max(2, round(_HEIGHT * (measured + reported) / max(most, 1)))
    solid = round(whole * measured / (measured + reported))
    return Column(
        x=place * _COLUMN + 1,
        top=_HEIGHT - whole,
        reported=whole - solid,
        middle=_HEIGHT - solid,
        measured=solid,
    )


def _across(value: Decimal) -> float:
    bounded = min(max(value, _LOWEST), Decimal("1.1"))
    return float((bounded - _LOWEST) / _STEP) * _COLUMN
