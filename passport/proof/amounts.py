"""Masses and shares without rounding: sums and products of the decimals that makers signed."""

from collections.abc import Iterable
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from functools import lru_cache

# Wide enough for a product of shares at every level; it refuses to round rather than round.
_EXACT = Context(prec=512, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
ZERO = Decimal(0)


@lru_cache(maxsize=4096)
def read(text: str) -> Decimal:
    """Read a decimal that a claim gives as text; most batteries of a bundle give the same ones."""
    return Decimal(text)


def add(one: Decimal, other: Decimal) -> Decimal:
    """Return the exact sum."""
    return _EXACT.add(one, other)


def multiply(one: Decimal, other: Decimal) -> Decimal:
    """Return the exact product."""
    return _EXACT.multiply(one, other)


def excess(one: Decimal, other: Decimal) -> Decimal:
    """Return by how much one is more than the other, exactly; zero where it is not."""
    return max(ZERO, _EXACT.subtract(one, other))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the exact sum of all."""
    whole = ZERO
    for each in amounts:
        whole = _EXACT.add(whole, each)
    return whole


def written(amount: Decimal) -> str:
    """Write an amount as plain decimal text, without needless zeroes."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(part: Decimal, whole: Decimal | None) -> str | None:
    """Return part ÷ whole with four digits, cut off and never rounded up; None if unknown."""
    if not whole:
        return None
    tenthousandths = int(_EXACT.divide_int(_EXACT.multiply(part, Decimal(10_000)), whole))
    return f"{tenthousandths // 10_000}.{tenthousandths % 10_000:04d}"
