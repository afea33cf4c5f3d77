"""The table of GS1 application identifiers, read into what the parser and the builder ask for."""

import re
from dataclasses import dataclass

from passport.rules.gs1_table import KEYS, ROWS, Row

__all__ = ["FORMER_WORDS", "HOST", "IDENTIFIERS", "KEYS"]

# The 82 characters of GS1 file-safe text, the 39 of component part numbers, and base64url.
CSET82 = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
CSET39 = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
CSET64 = frozenset("-0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
DIGITS = frozenset("0123456789")
_CHARSETS = {"n": DIGITS, "x": CSET82, "y": CSET39, "z": CSET64}
_PART = re.compile(r"([nxyz])([0-9]+)(?:-([0-9]+))?(?::([a-z0-9,]+))?(\?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a value: so many characters of a set, which follow these rules."""

    charset: frozenset[str]
    shortest: int
    longest: int
    rules: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Identifier:
    """One application identifier: what its value looks like and where in a link it may stand."""

    ai: str
    name: str
    parts: tuple[Part, ...]
    attribute: bool
    predefined: bool
    needs: tuple[tuple[str, ...], ...] = ()
    excludes: tuple[str, ...] = ()

    @property
    def longest(self) -> int:
        return sum(part.longest for part in self.parts)

    @property
    def shortest(self) -> int:
        return sum(part.shortest for part in self.parts if not part.optional)

    def split(self, value: str) -> list[tuple[Part, str]]:
        """The parts of a value, each as long as it can be; absent optional ones are left out."""
        found = []
        for part in self.parts:
            if value or not part.optional:
                found.append((part, value[: part.longest]))
                value = value[part.longest :]
        return found


def _read(row: Row) -> Identifier:
    return Identifier(
        row.ai,
        row.name,
        tuple(_part(each) for each in row.form.split()),
        row.attribute,
        row.predefined,
        tuple(tuple(group.split("+")) for group in row.needs),
        row.excludes,
    )


def _part(text: str) -> Part:
    found = _PART.fullmatch(text)
    if found is None:
        raise ValueError(f"no form of a part: {text}")
    charset, least, most, rules, optional = found.groups()
    return Part(
        _CHARSETS[charset],
        int(least),
        int(most or least),
        tuple(rules.split(",")) if rules else (),
        optional is not None,
    )


IDENTIFIERS: dict[str, Identifier] = {row.ai: _read(row) for row in ROWS}

# How many digits an identifier has follows from its first two.
LENGTHS: dict[str, int] = {ai[:2]: len(ai) for ai in IDENTIFIERS}

# The words that stood for identifiers before version 1.3 of the Digital Link standard.
FORMER_WORDS = {
    "sscc": "00", "gtin": "01", "lot": "10", "ser": "21", "cpv": "22", "gdti": "253",
    "glnx": "254", "gcn": "255", "ginc": "401", "gsin": "402", "gln": "414", "payTo": "415",
    "partyGln": "417", "grai": "8003", "giai": "8004", "itip": "8006", "cpid": "8010",
    "cpsn": "8011", "gmn": "8013", "gsrnp": "8017", "gsrn": "8018", "srin": "8019",
    "refno": "8020",
}  # fmt: skip

HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)*[A-Za-z0-9][A-Za-z0-9-]{0,62}\.?(?::[0-9]{1,5})?"
    r"|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?",
    re.ASCII,
)
