"""Lines that differ from one taken before in nothing but what each battery has of its own.

A text that was read strictly is kept as a pattern: its names, their order and its spacing stand;
values of some members are left open, within what the strict way takes. What fits needs no parsing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# Text without escapes, in which a quotation mark always begins or ends a string.
PLAIN: Final = r"[ -\[\]-~]*"
SALT: Final = "[A-Za-z0-9_-]{21}[AQgw]"
SERIAL: Final = "[A-Za-z0-9._-]{1,20}"
_PLAIN: Final = re.compile(PLAIN, re.ASCII)
_MEMBER: Final = re.compile(r'"([A-Za-z_]+)" ?: ?"([^"]*)"', re.ASCII)
_MOST_PATTERNS: Final = 8
_LONGEST: Final = 2000
# A pattern costs as much as so many lines read strictly.
_LINES_A_PATTERN: Final = 50


def text_of(most: int) -> str:
    """What takes a text of 1 to `most` characters without quotation marks and escapes."""
    return f"[ !#-\\[\\]-~]{{1,{most}}}"


def like(*parts: str, open: Mapping[str, str], gap: str = "") -> re.Pattern[str] | None:
    """What fits texts like this one: members of these names have any value that their expression
    takes, a group of that name; groups of names that the text has not are empty. Between its parts
    stands what `gap` takes. None where the text has escapes, or a name twice.
    """
    met = [each[1] for part in parts for each in _MEMBER.finditer(part) if each[1] in open]
    if len(set(met)) < len(met) or not all(map(_PLAIN.fullmatch, parts)):
        return None
    missing = "".join(f"(?P<{name}>)" for name in open if name not in met)
    return re.compile(gap.join(_opened(part, open) for part in parts) + missing, re.ASCII)


def _opened(text: str, open: Mapping[str, str]) -> str:
    pieces, at = [], 0
    for member in _MEMBER.finditer(text):
        name = member[1]
        if name in open:
            pieces += [re.escape(text[at : member.start(2)]), f"(?P<{name}>{open[name]})"]
            at = member.end(2)
    return "".join(pieces) + re.escape(text[at:])


@dataclass
class Patterns:
    """The last few patterns that were learned, each with what texts like it name."""

    _known: list[tuple[re.Pattern[str], frozenset[bytes]]] = field(default_factory=list)
    _asked: int = 0
    _learned: int = 0

    def fit(self, text: str) -> tuple[re.Match[str], frozenset[bytes]] | None:
        """The match of the whole text with a pattern; that one is looked at first from then on."""
        self._asked += 1
        for at, (pattern, named) in enumerate(self._known):
            found = pattern.fullmatch(text)
            if found is not None:
                if at:
                    self._known.insert(0, self._known.pop(at))
                return found, named
        return None

    def may_learn(self, text: str) -> bool:
        """Whether a pattern of this text is worth its price."""
        seldom = self._learned <= self._asked // _LINES_A_PATTERN + _MOST_PATTERNS
        return seldom and len(text) <= _LONGEST

    def learn(
        self, pattern: re.Pattern[str] | None, text: str, named: frozenset[bytes] = frozenset()
    ) -> None:
        """Keep a pattern, if it fits the text that it is made of."""
        if pattern is not None and pattern.fullmatch(text):
            self._learned += 1
            self._known.insert(0, (pattern, named))
            del self._known[_MOST_PATTERNS:]

    def forget(self) -> None:
        """Nothing fits any more."""
        self._known.clear()
