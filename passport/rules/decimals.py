"""Reading a quantity: decimal numbers travel as strings, never as JSON numbers or floats."""

import math
import re
from decimal import Decimal
from fractions import Fraction

from passport.rules.errors import Malformed, Refusal

# No exponent, no sign plus, no thousands separator, no bare point: one spelling a number.
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?", re.ASCII)


class NotADecimal(Malformed):
    """The value is not a decimal number written as a string."""

    code = "not-a-decimal"
    title = "A decimal number written as a string is due"


class OutOfRange(Refusal):
    """The number cannot be right."""

    code = "out-of-range"
    title = "The number is outside its range"


class TooFine(Refusal):
    """The number has more decimal places than are kept."""

    code = "too-fine"
    title = "The number has too many decimal places"


def parse_decimal(text: object, pointer: str = "") -> Decimal:
    """The number in a string: no exponent, up to 18 digits before and 12 behind the point.

    Refuses NotADecimal for JSON numbers and floats (their digits change on the way).
    """
    if isinstance(text, (int, float, Decimal)) and not isinstance(text, bool):
        raise NotADecimal(
            f"{text} is a JSON number", pointer=pointer, remedy=f'write it as a string: "{text}"'
        )
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise NotADecimal(
            f"{_shown(text)} is not a decimal number",
            pointer=pointer,
            remedy='write digits with a point, as in "3.65"; no exponent, no comma, no unit',
        )
    number = Decimal(text)
    return number if number else abs(number)  # "-0" and "0" are one number


def parse_in_range(text: object, *, pointer: str, low: Decimal, high: Decimal) -> Decimal:
    """A decimal from `low` to `high`, both included.

    Refuses NotADecimal, OutOfRange.
    """
    number = parse_decimal(text, pointer)
    if low <= number <= high:
        return number
    raise OutOfRange(
        f"{number} is not between {low} and {high}",
        pointer=pointer,
        remedy="check the value and its unit",
    )


def check_places(number: Decimal, *, places: int, pointer: str) -> None:
    """Nothing is rounded in silence: zeros at the end do not count.

    Refuses TooFine.
    """
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        raise TooFine(
            f"{number} has more than {places} decimal places",
            pointer=pointer,
            remedy=f"round it to {places} places before it is signed and sent",
        )


def outwards(value: Fraction, *, places: int, up: bool) -> Decimal:
    """The nearest decimal of so many places that is no smaller, or no larger, than a fraction."""
    scaled = value * 10**places
    return Decimal(math.ceil(scaled) if up else math.floor(scaled)).scaleb(-places)


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value[:40]}"'
    return {type(None): "null", dict: "an object", list: "a list"}.get(
        type(value), repr(value)[:40]
    )
