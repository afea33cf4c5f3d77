"""How alike two names of companies are, whatever their spelling, script or legal form.

Scores are hundredths, reckoned in whole numbers: 1.00 is the same name but for spelling.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

SAME = Decimal("1.00")
INSIDE = Decimal("0.90")  # one name holds the other whole: a daughter often bears its mother's name
INITIALS = Decimal("0.85")
# Legal forms, in Latin letters as they are left once points and accents are gone.
_FORMS = frozenset(
    re.findall(
        r"[a-z]+",
        "ab ag as bv co company corp corporation cv doo eurl gmbh inc incorporated jsc kg kk"
        " limited llc llp lp ltd nv oao ojsc ooo oy oyj pao pjsc plc pt pte pty sa sarl sas sdn"
        " bhd se sl spa spol sro srl ste kaisha kabushiki the and of",
    )
)
_CHINESE_FORMS = re.compile("股份有限公司|有限责任公司|有限公司|集團|集团|公司|株式会社|주식회사")
_CYRILLIC = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфцыэ", "abvgdeziyklmnoprstufcye", strict=True)),
        **{"ж": "zh", "х": "kh", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"},
        **{"ё": "e", "ъ": "", "ь": "", "і": "i", "ї": "i", "є": "ye", "ґ": "g"},
    }
)
_LATIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_WORDS = re.compile(r"[a-z0-9]+|[^\W\d_a-z]", re.UNICODE)


@dataclass(frozen=True)
class Spelled:
    """A name as it is compared: words in Latin letters without forms, and a pattern of initials."""

    words: tuple[str, ...]
    initials: str  # of all words, those of forms optional

    @property
    def whole(self) -> str:
        """The words run together: spaces and hyphens part one company's name differently."""
        return "".join(self.words)


@cache
def spelled(name: str) -> Spelled:
    """The words of a name that tell it from others, in order. [sourcing-21]

    Accents go, Cyrillic is written in Latin letters, other scripts stay by their characters;
    points inside abbreviations go, and legal forms, unless nothing else is left.
    """
    # Before the marks are taken off: some letters are one letter with a mark in their own script.
    text = name.casefold().translate(_CYRILLIC)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(each for each in text if not unicodedata.combining(each)).translate(_LATIN)
    text = _CHINESE_FORMS.sub(" ", unicodedata.normalize("NFKC", text))
    words = _WORDS.findall(re.sub(r"(?<=\w)[.'’](?=\w)", "", text))
    told = tuple(each for each in words if each not in _FORMS)
    initials = "".join(each[0] + ("?" if each in _FORMS else "") for each in words)
    return Spelled(told or tuple(words), initials)


def likeness(*, a: Spelled, b: Spelled) -> Decimal:
    """How alike two names are, 0 to 1 in hundredths. [sourcing-22]

    The same words in any order are one name. A name that holds the other whole, and one that is
    the other's initials, are near. Else each word is paired with its likest, and letters counted.
    """
    if not a.words or not b.words:
        return Decimal("0.00")
    if sorted(a.words) == sorted(b.words) or a.whole == b.whole:
        return SAME
    short, long = sorted((a, b), key=lambda each: len(each.words))
    if set(short.words) <= set(long.words) and len(short.whole) > 2:
        return INSIDE
    counted = _counted(short.words, long.words)
    if _initials(short, long):
        return max(INITIALS, counted)
    return counted


def _initials(short: Spelled, long: Spelled) -> bool:
    return (
        len(short.words) == 1
        and len(short.whole) > 2
        and re.fullmatch(long.initials, short.whole) is not None
    )


def _counted(short: Sequence[str], long: Sequence[str]) -> Decimal:
    """Letters in pairs of words that are alike, against all letters of both names."""
    left = list(long)
    alike = 0
    for word in sorted(short, key=len, reverse=True):
        same, at = max(
            ((_same(word, other), -index) for index, other in enumerate(left)), default=(0, 0)
        )
        if same:
            alike += same
            left.pop(-at)
    total = sum(map(len, short)) + sum(map(len, long))
    return Decimal(200 * alike // total) / 100


@cache
def _same(a: str, b: str) -> int:
    """How many letters two words have in common: none where more than a quarter differs."""
    longest = max(len(a), len(b))
    apart = _apart(a, b)
    return longest - apart if apart * 4 <= longest else 0


def _apart(a: str, b: str) -> int:
    """Letters put in, left out, changed, or swapped with the next (Damerau and Levenshtein)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, above, row = row, before, [i]
        for j, other in enumerate(b, 1):
            cost = min(row[-1] + 1, before[j] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
