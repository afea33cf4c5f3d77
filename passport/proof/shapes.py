"""Shapes of what a claim may say: quantities with units, shares, countries, days, digests, lists.

Each shape takes a value and where it stands, and refuses what does not fit with BadCredential.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from difflib import get_close_matches
from typing import NoReturn

from passport.proof import integrity
from passport.proof.encoding import b64u_decode, b64u_pattern
from passport.proof.errors import BadCredential, BadEncoding

# A JSON pointer, or where something is inside and its last step: few pointers are ever written.
Where = str | tuple["Where", str | int]
Shape = Callable[[object, Where], None]

MAX_TEXT = 300
MAX_ID = 512
MAX_LIST = 4096
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?\Z")
_SHARE = re.compile(r"(?:0(?:\.[0-9]{1,12})?|1(?:\.0{1,12})?)\Z")
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


def _pointer(where: Where) -> str:
    """Write it as a JSON pointer (RFC 6901); the terms known here need no escapes."""
    steps = []
    while not isinstance(where, str):
        where, step = where
        steps.append(f"/{step}")
    return where + "".join(reversed(steps))


def _refuse(where: Where, said: str, remedy: str = "") -> NoReturn:
    pointer = _pointer(where)
    raise BadCredential(f"{pointer} {said}", pointer=pointer, remedy=remedy)


def text(most: int = MAX_TEXT) -> Shape:
    """A text of at least one and at most so many characters."""

    def check(value: object, where: Where) -> None:
        if not isinstance(value, str) or not 1 <= len(value) <= most:
            _refuse(where, f"is not a text of 1 to {most} characters.")

    return check


def one_of(*words: str) -> Shape:
    """One of these words."""

    def check(value: object, where: Where) -> None:
        if not isinstance(value, str) or value not in words:
            _refuse(where, f"must be one of {', '.join(words)}.")

    return check


def decimal(value: object, where: Where) -> None:
    """A decimal that is not negative, as text: 4.85, not 04.85, 4,85 or 4.85e0."""
    if not isinstance(value, str) or not _DECIMAL.match(value):
        _refuse(where, "is not a decimal written as text.", 'Write it like "4.85", in text.')


def share(value: object, where: Where) -> None:
    """A part of a whole, as a decimal text from 0 to 1."""
    if not isinstance(value, str) or not _SHARE.match(value):
        decimal(value, where)
        _refuse(where, "is not a share from 0 to 1.", "Write 16 % as 0.16.")


def quantity(*units: str) -> Shape:
    """A value with its unit, a code of UN/CEFACT Recommendation 20."""

    unit = one_of(*units)

    def check(value: object, where: Where) -> None:
        if not isinstance(value, dict) or value.keys() != {"value", "unit"}:
            example = f'{{"value": "4.85", "unit": "{units[0]}"}}'
            _refuse(where, "is not a value with a unit.", f"Write it like {example}.")
        decimal(value["value"], (where, "value"))
        unit(value["unit"], (where, "unit"))

    return check


def country(value: object, where: Where) -> None:
    """A country or territory by its two letters (ISO 3166-1)."""
    if not isinstance(value, str) or value not in _COUNTRIES:
        _refuse(where, "is not a country of ISO 3166-1.", "Write two capitals: FI.")


def moment(value: object, where: Where) -> None:
    """A moment in UTC (RFC 3339)."""
    if not integrity.is_moment(value):
        _refuse(where, "is not a moment in UTC.", "Write 2026-03-01T08:00:00Z.")


def day(value: object, where: Where) -> None:
    """A day of the calendar, written 2026-03-01."""
    try:
        if not isinstance(value, str) or not _DAY.match(value):
            raise ValueError(value)
        date.fromisoformat(value)
    except ValueError:
        _refuse(where, "is not a day.", "Write 2026-03-01.")


def number(value: object, where: Where) -> None:
    """A count: an integer that is not negative."""
    if type(value) is not int or value < 0:
        _refuse(where, "is not a count.")


def coded(size: int, remedy: str = "") -> Shape:
    """So many bytes as base64url without padding."""

    pattern = b64u_pattern(size)

    def check(value: object, where: Where) -> None:
        if isinstance(value, str) and pattern.match(value):
            return
        try:
            b64u_decode(value, size=size)
        except BadEncoding as error:
            pointer = _pointer(where)
            raise BadCredential(
                f"{pointer}: {error.detail}", pointer=pointer, remedy=remedy
            ) from error

    return check


def list_of(shape: Shape, *, least: int = 0, most: int = MAX_LIST) -> Shape:
    """A list of so many values of one shape."""

    def check(value: object, where: Where) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            _refuse(where, f"is not a list of {least} to {most} values.")
        for place, each in enumerate(value):
            shape(each, (where, place))

    return check


def either(first: Shape, second: Shape) -> Shape:
    """One of two shapes; what fits neither is told by the second."""

    def check(value: object, where: Where) -> None:
        try:
            first(value, where)
        except BadCredential:
            second(value, where)

    return check


def an_object(value: object, where: Where) -> None:
    """Any object: its terms are looked at elsewhere."""
    if not isinstance(value, dict):
        _refuse(where, "is not an object.")


def object_of(*, required: Mapping[str, Shape], allowed: Mapping[str, Shape]) -> Shape:
    """An object with these terms; those required must be there."""
    terms = {**required, **allowed}
    needed = frozenset(required)

    def check(value: object, where: Where) -> None:
        if not isinstance(value, dict):
            _refuse(where, "is not an object.")
        check_terms(value, terms=terms, required=needed, where=where)

    return check


def check_terms(
    value: Mapping[str, object],
    *,
    terms: Mapping[str, Shape],
    required: frozenset[str],
    where: Where,
) -> None:
    """Refuse an unknown term, a missing one, and one of another shape than it must have."""
    for name, each in value.items():
        shape = terms.get(name)
        if shape is None:
            raise unknown(name, terms, _pointer(where))
        shape(each, (where, name))
    if not required <= value.keys():
        missing = min(required - value.keys())
        raise BadCredential(f"The term {missing!r} is missing.", pointer=_pointer((where, missing)))


def unknown(name: str, terms: Collection[str], pointer: str) -> BadCredential:
    """What to say of a term that nobody knows: which known one comes near."""
    near = get_close_matches(name, terms, n=1)
    return BadCredential(
        f"The term {name[:64]!r} is unknown here, so a signature over it means nothing.",
        pointer=f"{pointer}/{name[:64]}",
        remedy=f"Did you mean {near[0]!r}?" if near else "Remove it before signing.",
    )
