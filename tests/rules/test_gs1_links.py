"""Every link that says the same has one spelling, however it was written, and reads back."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from passport.rules import identity
from passport.rules.errors import Refusal
from passport.rules.gs1 import LENIENT, WrongPair, build, canonical, check_elements, read_link
from passport.rules.gs1_content import check_digit, check_pair
from passport.rules.gs1_elements import (
    element_string,
    pairs_of,
    read_element_string,
    scanner_data,
)
from passport.rules.gs1_values import NotADigitalLink, WrongValue
from passport.rules.identity_tables import IDENTIFIERS, KEYS, Part

DRAW = some.DrawFn
# Rules that a value drawn at random would nearly always break: these identifiers are left out.
EASY = {"mod10", "pair", "prefix", "plain", "zero"}


@some.composite
def values(draw: DRAW, ai: str) -> str:
    return "".join(draw(_piece(part)) for part in IDENTIFIERS[ai].parts)


def _piece(part: Part) -> some.SearchStrategy[str]:
    text = some.text(sorted(part.charset), min_size=part.shortest, max_size=part.longest)
    if "mod10" in part.rules:
        body = some.text("0123456789", min_size=part.longest - 1, max_size=part.longest - 1)
        text = body.map(lambda drawn: drawn + check_digit(drawn))
    elif "pair" in part.rules:
        body = some.text(sorted(part.charset), min_size=1, max_size=part.longest - 6)
        text = body.map(lambda drawn: f"9521{drawn}" + check_pair(f"9521{drawn}"))
    elif "prefix" in part.rules:
        text = some.text(sorted(part.charset), max_size=26).map(lambda drawn: f"9521{drawn}")
    elif "zero" in part.rules:
        text = some.just("0")
    elif "plain" in part.rules:
        text = some.integers(0, 10**12 - 1).map(str)
    return text | some.just("") if part.optional else text


PLAIN = [
    ai
    for ai, each in IDENTIFIERS.items()
    if each.attribute
    and ai not in KEYS
    and all(set(part.rules) <= EASY for part in each.parts)
    and not any(part.optional for part in each.parts[:-1])
]
LINKED = [
    ai for ai in KEYS if all(set(part.rules) <= EASY for part in IDENTIFIERS[ai].parts)
]  # fmt: skip


@some.composite
def links(draw: DRAW) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The pairs of a path, and those behind the question mark."""
    key = draw(some.sampled_from(LINKED))
    order = draw(some.sampled_from(KEYS[key]))
    chosen = [ai for ai in order if ai != "7040" and draw(some.booleans())]
    barred = {ai for each in KEYS[key] for ai in each} | {key}
    more = draw(some.lists(some.sampled_from(PLAIN), unique=True, max_size=4))
    path = [(ai, draw(values(ai))) for ai in (key, *chosen)]
    return path, [(ai, draw(values(ai))) for ai in more if ai not in barred]


def expected(path: list[tuple[str, str]], query: list[tuple[str, str]]) -> str:
    """The canonical link by other means: urllib's own percent-coding."""
    first = [pair for pair in query if IDENTIFIERS[pair[0]].predefined]
    rest = [pair for pair in query if not IDENTIFIERS[pair[0]].predefined]
    said = "&".join(f"{ai}={quote(value, safe='-._~')}" for ai, value in first + rest)
    middle = "".join(f"/{ai}/{quote(value, safe='-._~')}" for ai, value in path)
    return "https://id.gs1.org" + middle + ("?" + said if said else "")


@some.composite
def spellings(draw: DRAW) -> tuple[str, str]:
    """One way to write a link, and how it is written."""
    path, query = draw(links())

    def spelt(value: str, bare: str) -> str:
        return "".join(
            each if each in bare and draw(some.booleans()) else _hex(draw, each) for each in value
        )

    stem = draw(some.sampled_from(["https://a", "HTTP://b.example:80/p/q", "http://[::1]/01/x"]))
    noise = draw(some.sampled_from(["", "linkType=gs1:dpp", "&&", "lang=de&x"]))
    middle = "".join(f"/{ai}/{spelt(value, _PATH)}" for ai, value in path)
    said = "&".join([f"{ai}={spelt(value, _QUERY)}" for ai, value in query] + [noise])
    return f"{stem}{middle}?{said}{draw(some.sampled_from(['', '#', '#top']))}", expected(
        path, query
    )


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_PATH, _QUERY = _LETTERS + "!'()*+,;:=&", _LETTERS + "!'()*,;:/?"


def _hex(draw: DRAW, each: str) -> str:
    written = f"%{ord(each):02x}"
    return written.upper() if draw(some.booleans()) else written


@given(spellings())
def test_what_is_built_from_what_was_read_is_the_canonical_link(drawn: tuple[str, str]) -> None:
    text, due = drawn

    assert canonical(text) == due
    assert build(read_link(text), stem="https://id.gs1.org") == canonical(text)
    assert canonical(canonical(text)) == canonical(text)


@given(links())
def test_a_link_a_symbol_and_brackets_say_the_same(
    drawn: tuple[list[tuple[str, str]], list[tuple[str, str]]],
) -> None:
    elements = read_link(expected(*drawn))

    for text in (scanner_data(elements), f"]Q3{scanner_data(elements)[1:]}"):
        # Which key leads is the order's affair: an attribute may be a key of its own.
        assert read_element_string(text) == elements
    assert sorted(pairs_of(read_element_string(element_string(elements)))) == sorted(
        pairs_of(elements)
    )


@given(spellings())
def test_the_canonical_key_of_a_battery_has_one_spelling(drawn: tuple[str, str]) -> None:
    text, due = drawn
    try:
        found = identity.parse_any(text)
    except Refusal:
        return  # such keys name no battery, or an attribute lacks what it needs

    assert "?" not in found.canonical
    assert due.startswith(found.canonical.split("/21/")[0].split("/8011/")[0])
    assert identity.parse_any(found.canonical) == found
    assert identity.parse_any(found.canonical).canonical == found.canonical


PAIRS = {
    "a serial beside a third party's": "(01)09521234000013(21)A(235)B",
    "a count beside a single item": "(01)09521234000013(37)4",
    "net weights that differ in places": "(01)09521234000013(3102)000100(3103)000100",
}


@pytest.mark.parametrize("text", PAIRS.values(), ids=PAIRS)
def test_identifiers_that_exclude_one_another_are_refused(text: str) -> None:
    with pytest.raises((WrongPair, NotADigitalLink)) as caught:
        check_elements(read_element_string(text))

    assert "exclude" in caught.value.detail


def test_a_link_stands_alone_and_a_symbol_may_have_others_beside_it() -> None:
    symbol = "(01)09521234000013(21)A(7022)R2"

    assert identity.parse(symbol).serial == "A"
    with pytest.raises(WrongPair, match="7021"):
        identity.parse("https://a/01/09521234000013/21/A?7022=R2")
    assert identity.parse("https://a/01/09521234000013/21/A?7022=R2&7021=F").serial == "A"


def test_labels_of_earlier_versions_are_read_where_they_may_be() -> None:
    for text in (
        "https://a/gtin/09521234000013/ser/A",
        "https://a/01/9521234000013/21/A",
        "https://a/01/09521234000013/21/A?89=NEW",
    ):
        with pytest.raises((NotADigitalLink, WrongValue)):
            identity.parse(text)
        assert identity.parse(text, reading=LENIENT).serial == "A"


def test_says_at_which_character_something_is_wrong() -> None:
    for text, says in {
        "https://a/01/09521234000013/21/AB~C": "at character 3",
        "(01)0952123400O013(21)A": "at character 11",
        "]Q301095212340000138321A": "at character 20",
        "https://a/01/09521234000013/21/A\\B": "character 33",
    }.items():
        with pytest.raises(Refusal) as caught:
            identity.parse(text)
        assert says in caught.value.detail, caught.value.detail


def test_one_piece_of_several_is_a_battery() -> None:
    rack = identity.parse("https://a/8006/095212340000130316/21/R7")

    assert rack.kind is identity.IdentityKind.PIECE
    assert rack.canonical == "https://id.gs1.org/8006/095212340000130316/21/R7"
