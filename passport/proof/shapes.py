"""Shapes of what a claim may say: quantities with units, shares, countries, days, digests, lists.

Each shape takes a value and its JSON pointer, and refuses what does not fit with BadCredential.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from difflib import get_close_matches

from passport.proof import integrity
from passport.proof.encoding import b64u_decode
from passport.proof.errors import BadCredential, BadEncoding

Shape = Callable[[object, str], None]

MAX_TEXT = 300
MAX_ID = 512
MAX_LIST = 4096
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
# ISO 3166-1 alpha-2.
_COUNTRY_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR"
    " BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ"
    " EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW"
    " GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY"
    " KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV"
    " MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY"
    " QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG"
    " TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM"
    " ZW"
)
_COUNTRIES = frozenset(_COUNTRY_CODES.split())


def _refuse(detail: str, pointer: str, remedy: str = "") -> None:
    raise BadCredential(detail, pointer=pointer, remedy=remedy)


def text(most: int = MAX_TEXT) -> Shape:
    """A text of at least one and at most so many characters."""

    def check(value: object, pointer: str) -> None:
        if not isinstance(value, str) or not 1 <= len(value) <= most:
            _refuse(f"{pointer} is not a text of 1 to {most} characters.", pointer)

    return check


def one_of(*words: str) -> Shape:
    """One of these words."""

    def check(value: object, pointer: str) -> None:
        if not isinstance(value, str) or value not in words:
            _refuse(f"{pointer} must be one of {', '.join(words)}.", pointer)

    return check


def decimal(value: object, pointer: str) -> None:
    """A decimal that is not negative, as text: 4.85, not 04.85, 4,85 or 4.85e0."""
    if not isinstance(value, str) or not _DECIMAL.match(value):
        _refuse(
            f"{pointer} is not a decimal written as text.",
            pointer,
            'Write it like "4.85", in text.',
        )


def share(value: object, pointer: str) -> None:
    """A part of a whole, as a decimal text from 0 to 1."""
    decimal(value, pointer)
    whole, _, rest = str(value).partition(".")
    if whole not in ("0", "1") or (whole == "1" and rest.strip("0")):
        _refuse(f"{pointer} is not a share from 0 to 1.", pointer, "Write 16 % as 0.16.")


def quantity(*units: str) -> Shape:
    """A value with its unit, a code of UN/CEFACT Recommendation 20."""

    unit = one_of(*units)

    def check(value: object, pointer: str) -> None:
        if not isinstance(value, dict) or value.keys() != {"value", "unit"}:
            example = f'{{"value": "4.85", "unit": "{units[0]}"}}'
            _refuse(f"{pointer} is not a value with a unit.", pointer, f"Write it like {example}.")
        else:
            decimal(value["value"], f"{pointer}/value")
            unit(value["unit"], f"{pointer}/unit")

    return check


def country(value: object, pointer: str) -> None:
    """A country or territory by its two letters (ISO 3166-1)."""
    if not isinstance(value, str) or value not in _COUNTRIES:
        _refuse(f"{pointer} is not a country of ISO 3166-1.", pointer, "Write two capitals: FI.")


def moment(value: object, pointer: str) -> None:
    """A moment in UTC (RFC 3339)."""
    if not integrity.is_moment(value):
        _refuse(f"{pointer} is not a moment in UTC.", pointer, "Write 2026-03-01T08:00:00Z.")


def day(value: object, pointer: str) -> None:
    """A day of the calendar, written 2026-03-01."""
    try:
        if not isinstance(value, str) or not _DAY.match(value):
            raise ValueError(value)
        date.fromisoformat(value)
    except ValueError as error:
        raise BadCredential(
            f"{pointer} is not a day.", pointer=pointer, remedy="Write 2026-03-01."
        ) from error


def number(value: object, pointer: str) -> None:
    """A count: an integer that is not negative."""
    if type(value) is not int or value < 0:
        _refuse(f"{pointer} is not a count.", pointer)


def coded(size: int, remedy: str = "") -> Shape:
    """So many bytes as base64url without padding."""

    def check(value: object, pointer: str) -> None:
        try:
            b64u_decode(value, size=size)
        except BadEncoding as error:
            raise BadCredential(
                f"{pointer}: {error.detail}", pointer=pointer, remedy=remedy
            ) from error

    return check


def list_of(shape: Shape, *, least: int = 0, most: int = MAX_LIST) -> Shape:
    """A list of so many values of one shape."""

    def check(value: object, pointer: str) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            _refuse(f"{pointer} is not a list of {least} to {most} values.", pointer)
        else:
            for place, each in enumerate(value):
                shape(each, f"{pointer}/{place}")

    return check


def either(first: Shape, second: Shape) -> Shape:
    """One of two shapes; what fits neither is told by the second."""

    def check(value: object, pointer: str) -> None:
        try:
            first(value, pointer)
        except BadCredential:
            second(value, pointer)

    return check


def an_object(value: object, pointer: str) -> None:
    """Any object: its terms are looked at elsewhere."""
    if not isinstance(value, dict):
        _refuse(f"{pointer} is not an object.", pointer)


def object_of(*, required: Mapping[str, Shape], allowed: Mapping[str, Shape]) -> Shape:
    """An object with these terms; those required must be there."""
    terms = {**required, **allowed}
    needed = frozenset(required)

    def check(value: object, pointer: str) -> None:
        if not isinstance(value, dict):
            _refuse(f"{pointer} is not an object.", pointer)
        else:
            check_terms(value, terms=terms, required=needed, pointer=pointer)

    return check


def check_terms(
    value: Mapping[str, object],
    *,
    terms: Mapping[str, Shape],
    required: frozenset[str],
    pointer: str,
) -> None:
    """Refuse an unknown term, a missing one, and one of another shape than it must have."""
    for name, each in value.items():
        shape = terms.get(name)
        if shape is None:
            raise unknown(name, terms, pointer)
        shape(each, f"{pointer}/{name}")
    if not required <= value.keys():
        missing = min(required - value.keys())
        _refuse(f"The term {missing!r} is missing.", f"{pointer}/{missing}")


def unknown(name: str, terms: Collection[str], pointer: str) -> BadCredential:
    """What to say of a term that nobody knows: which known one comes near."""
    near = get_close_matches(name, terms, n=1)
    return BadCredential(
        f"The term {name[:64]!r} is unknown here, so a signature over it means nothing.",
        pointer=f"{pointer}/{name[:64]}",
        remedy=f"Did you mean {near[0]!r}?" if near else "Remove it before signing.",
    )
