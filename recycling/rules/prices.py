"""A party's own figures over those of the released price set: which there are, and how written."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from passport.rules.decimals import parse_decimal
from passport.rules.errors import Malformed
from recycling.rules.value import PriceSet, parse_prices

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
# Below zero means that the holder pays; all other figures are costs or shares, written from 0 up.
_SIGNED = frozenset({"recycler_fee_cents_per_kg"})
_SHARES = frozenset({"discount_per_year"})
_MOST = Decimal(1_000_000)


class FiguresBroken(Malformed):
    """A figure that no price set has, or that cannot be."""

    code = "price-figures"
    title = "The figures of the price set cannot be read"


def figures_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a released table: a text, or texts by chemistry or transport case."""
    return {name: row["value"] for name, row in document.items() if _is_figure(row)}


def check_version(version: str) -> None:
    """A short name, as people write versions. [prices-1] Refuses FiguresBroken."""
    if not _VERSION.match(version):
        raise FiguresBroken(
            f"“{version[:40]}” is no version",
            pointer="/version",
            remedy="use up to 40 letters, digits, points, dashes and underscores, as in 2026-Q4",
        )


def check_figures(
    figures: Mapping[str, Any], *, document: Mapping[str, Any], pointer: str = "/figures"
) -> dict[str, Any]:
    """The figures that differ from the released ones, each in its shape and its range. [prices-2]

    Refuses FiguresBroken, NotADecimal.
    """
    released = figures_of(document)
    if not figures:
        raise FiguresBroken(
            "no figure differs", pointer=pointer, remedy="name one figure of yours at least"
        )
    return {
        name: _figure(name, value, released=released, pointer=f"{pointer}/{name}")
        for name, value in figures.items()
    }


def merged(
    *, document: Mapping[str, Any], figures: Mapping[str, Any], version: str, party: str
) -> PriceSet:
    """The released price set with the party's figures in it, under a version of both names."""
    changed = {
        name: document[name] | {"value": _laid_over(document[name]["value"], value)}
        for name, value in figures.items()
    }
    named = f"{document['price_set']}+{party}:{version}"
    return parse_prices({**document, **changed, "price_set": named[:60]})


def _is_figure(row: Any) -> bool:
    return isinstance(row, dict) and "value" in row


def _laid_over(released: Any, own: Any) -> Any:
    return released | own if isinstance(released, dict) else own


def _figure(name: str, value: Any, *, released: Mapping[str, Any], pointer: str) -> Any:
    if name not in released:
        raise FiguresBroken(
            f"no price set has {name[:60]}",
            pointer=pointer,
            remedy="use one of: " + ", ".join(released),
        )
    if not isinstance(released[name], dict):
        return _number(name, value, pointer=pointer)
    if not isinstance(value, dict) or not value:
        raise FiguresBroken(
            f"{name} has a figure for each of {', '.join(released[name])}",
            pointer=pointer,
            remedy="send an object with some of these names",
        )
    for key in value:
        if key not in released[name]:
            raise FiguresBroken(
                f"{name} has no figure for {str(key)[:40]}",
                pointer=f"{pointer}/{key}",
                remedy="use one of: " + ", ".join(released[name]),
            )
    return {key: _number(name, each, pointer=f"{pointer}/{key}") for key, each in value.items()}


def _number(name: str, value: object, *, pointer: str) -> str:
    number = parse_decimal(value, pointer)
    low = -_MOST if name in _SIGNED else Decimal(0)
    most = Decimal(1) if name in _SHARES else _MOST
    if low <= number <= most:
        return format(number.normalize(), "f")
    raise FiguresBroken(
        f"{number} is not from {low} to {most}",
        pointer=pointer,
        remedy="check the figure and its unit",
    )
