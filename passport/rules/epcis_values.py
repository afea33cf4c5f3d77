"""The single values that fields of an event hold; each rule passes a value or refuses it."""

import re
from collections.abc import Callable
from difflib import get_close_matches

from passport.rules.epcis_json import Json, Number
from passport.rules.epcis_moments import NotAMoment, utc_text
from passport.rules.epcis_refusals import NotAUri, UnknownWord, WrongKind
from passport.rules.epcis_words import Vocabulary

# Passes a value or raises; the pointer of what it raises begins at the value.
Rule = Callable[[Json], None]

_OF_PATHS = r"A-Za-z0-9\-._~!$&'()*+,;=:@/"
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*+:"
    r"(?://(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*+@)?"
    r"(?:\[[0-9A-Fa-f:.]*\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*+)(?::[0-9]*+)?"
    rf"(?:/(?:[{_OF_PATHS}]|%[0-9A-Fa-f]{{2}})*+)?"
    rf"|(?!//)(?:[{_OF_PATHS}]|%[0-9A-Fa-f]{{2}})*+)"
    rf"(?:\?(?:[{_OF_PATHS}?]|%[0-9A-Fa-f]{{2}})*+)?"
    rf"(?:#(?:[{_OF_PATHS}?]|%[0-9A-Fa-f]{{2}})*+)?",
    re.ASCII,
)
_CBV = re.compile(r"urn:epcglobal:cbv|https?://ns\.gs1\.org/cbv/")
_WEB = re.compile(r"https?://(?:www\.)?gs1\.org/voc/")


def is_uri(text: str) -> bool:
    """Whether a text is an absolute URI; a prefix with a colon and a name is one. [RFC 3986]"""
    return _URI.fullmatch(text) is not None


def shown(value: Json) -> str:
    """A value in a sentence."""
    if isinstance(value, str):
        return f'"{value[:60]}"'
    if isinstance(value, Number):
        return f"the number {value.text}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else "a list" if isinstance(value, list) else "an object"


def uri(value: Json) -> None:
    """A URI. Refuses NotAUri."""
    if not isinstance(value, str) or _URI.fullmatch(value) is None:
        raise NotAUri(
            f"{shown(value)} is no URI",
            remedy="write it with its scheme, such as https: or urn:, and everything but "
            "A-Z a-z 0-9 - . _ ~ and the signs of a URI as %XX",
        )


def moment(value: Json) -> None:
    """A date and time with its offset. Refuses NotAMoment."""
    if not isinstance(value, str):
        raise NotAMoment(
            f"{shown(value)} is no date and time", remedy='write "2026-03-02T06:00:00.000Z"'
        )
    utc_text(value)


def number(value: Json) -> None:
    """A JSON number. Refuses WrongKind."""
    if not isinstance(value, Number):
        raise WrongKind(
            f"{shown(value)} is no number", remedy="write the number without quotation marks"
        )


def text(value: Json) -> None:
    """A string. Refuses WrongKind."""
    if not isinstance(value, str):
        raise WrongKind(f"{shown(value)} is no text", remedy="write it between quotation marks")


def boolean(value: Json) -> None:
    """true or false. Refuses WrongKind."""
    if not isinstance(value, bool):
        raise WrongKind(f"{shown(value)} is neither true nor false", remedy="write true or false")


def any_of_kinds(value: Json) -> None:
    """The value of an attribute of master data: number, text or object. Refuses WrongKind."""
    if not isinstance(value, Number | str | dict):
        raise WrongKind(
            f"{shown(value)} is neither number nor text nor object", remedy="write it as a text"
        )


def matching(pattern: str, what: str, remedy: str) -> Rule:
    """A string of this form. Refuses WrongKind."""
    compiled = re.compile(pattern, re.ASCII)

    def rule(value: Json) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise WrongKind(f"{shown(value)} is no {what}", remedy=remedy)

    return rule


def one_of(words: frozenset[str], what: str) -> Rule:
    """One of these words and nothing else. Refuses UnknownWord."""

    def rule(value: Json) -> None:
        if not isinstance(value, str) or value not in words:
            raise UnknownWord(f"{shown(value)} is no {what}", remedy=_advice(value, words))

    return rule


def word(vocabulary: Vocabulary, *, foreign: re.Pattern[str] = _CBV) -> Rule:
    """A bare word of the vocabulary, or a URI of somebody's own. Refuses UnknownWord.

    The standard's own words are never written as URIs of these forms (`foreign`).
    """
    words = vocabulary.words

    def rule(value: Json) -> None:
        if not isinstance(value, str):
            raise UnknownWord(f"{shown(value)} is no {vocabulary.name}", remedy="write a word")
        if value in words:
            return
        if not is_uri(value):
            raise UnknownWord(
                f"{shown(value)} is no {vocabulary.name}", remedy=_advice(value, words, own=True)
            )
        if foreign.match(value):
            raise UnknownWord(
                f"{shown(value)} is not how JSON writes a {vocabulary.name}",
                remedy="write the bare word, such as " + ", ".join(sorted(words)[:3]),
            )

    return rule


def measured(vocabulary: Vocabulary) -> Rule:
    """As word(), for the words of the GS1 Web Vocabulary. Refuses UnknownWord."""
    return word(vocabulary, foreign=_WEB)


def _advice(value: Json, words: frozenset[str], *, own: bool = False) -> str:
    near = get_close_matches(value[:60], words, n=1) if isinstance(value, str) else []
    several = f'write "{near[0]}"' if near else "write one of " + ", ".join(sorted(words)[:12])
    own_word = ", or a word of your own as prefix:word or URI" if own else ""
    return several + ("" if near or len(words) <= 12 else " …") + own_word
