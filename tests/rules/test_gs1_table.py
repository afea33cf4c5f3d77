"""Our table of application identifiers says what GS1's syntax dictionary says, of every one."""

import re
import runpy
from typing import NamedTuple

import pytest

from passport.rules import gs1_table, identity_tables
from passport.rules.gs1_content import RULES
from passport.rules.gs1_values import WrongCheckDigit, WrongValue, check_meaning, check_value
from passport.rules.identity_tables import (
    CSET39,
    CSET64,
    CSET82,
    DIGITS,
    IDENTIFIERS,
    KEYS,
    LENGTHS,
    Part,
)
from tests.oracle_data import oracle

SETS = {"N": DIGITS, "X": CSET82, "Y": CSET39, "Z": CSET64}
# The dictionary's name of a test, and ours.
OURS = {
    "csum": "mod10", "csumalpha": "pair", "gcppos1": "prefix", "yymmd0": "day0", "yymmdd": "day",
    "yyyymmdd": "date", "hhmi": "clock", "hh": "hour", "mi": "minute", "ss": "second",
    "pieceoftotal": "pieces", "nonzero": "positive", "zero": "zero", "winding": "winding",
    "nozeroprefix": "plain", "iso3166": "country", "iso3166999": "country",
    "iso3166alpha2": "letters", "pcenc": "percent", "hyphen": "minus", "yesno": "yes",
    "iso5218": "sex", "posinseqslash": "births", "latitude": "latitude",
    "longitude": "longitude", "importeridx": "index", "iban": "iban",
}  # fmt: skip
# Behind digits that have a check digit the prefix is digits anyhow; the others are kept by others.
NOT_OURS = {
    "gcppos2", "iso4217", "packagetype", "mediatype", "couponcode", "couponposoffer", "hasnondigit",
}  # fmt: skip


class Entry(NamedTuple):
    flags: str
    parts: list[str]
    attributes: dict[str, list[str]]


def dictionary() -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    text = oracle("digitallink/gs1-syntax-dictionary.txt").read_text()
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        first, *words = line.partition("#")[0].split()
        flags = words.pop(0) if set(words[0]) <= {"*", "?"} else ""
        parts = [each for each in words if re.match(r"\[?[NXYZ][0-9.]", each)]
        more: dict[str, list[str]] = {}
        for each in words[len(parts) :]:
            name, _, value = each.partition("=")
            more.setdefault(name, []).append(value)
        low, _, high = first.partition("-")
        for number in range(int(low), int(high or low) + 1):
            found[str(number).zfill(len(low))] = Entry(flags, parts, more)
    return found


def part_of(text: str) -> Part:
    inside, _, rest = text.strip("[").partition("]") if "[" in text else (text, "", text)
    names = (inside + rest if "[" in text else text).split(",")
    head = re.fullmatch(r"([NXYZ])(\.\.)?([0-9]+)", names[0])
    assert head, text
    most = int(head[3])
    rules = tuple(OURS[each] for each in names[1:] if each not in NOT_OURS)
    return Part(SETS[head[1]], 1 if head[2] else most, most, rules, "[" in text)


@pytest.mark.oracle
def test_knows_every_identifier_of_the_dictionary_and_no_other() -> None:
    assert len(IDENTIFIERS) == 541
    assert set(IDENTIFIERS) == set(dictionary())


@pytest.mark.oracle
def test_each_has_the_form_and_the_flags_of_the_dictionary() -> None:
    for ai, entry in dictionary().items():
        ours = IDENTIFIERS[ai]
        told = tuple(part_of(each) for each in entry.parts)
        assert len(ours.parts) == len(told), ai
        for mine, theirs in zip(ours.parts, told, strict=True):
            rules = set(theirs.rules)
            if "mod10" in rules:
                rules.discard("prefix")
            assert set(mine.rules) == rules, ai
            assert mine.charset == theirs.charset, ai
            assert (mine.shortest, mine.longest) == (theirs.shortest, theirs.longest), ai
            assert mine.optional == theirs.optional, ai
        assert ours.predefined == ("*" in entry.flags), ai
        assert ours.attribute == ("?" in entry.flags), ai


@pytest.mark.oracle
def test_each_needs_and_excludes_what_the_dictionary_says() -> None:
    for ai, entry in dictionary().items():
        needs = {
            tuple(each.rstrip("n") for each in group.split("+"))
            for value in entry.attributes.get("req", [])
            for group in value.split(",")
        }
        excludes = {
            each.rstrip("n")
            for value in entry.attributes.get("ex", [])
            for each in value.split(",")
        }
        assert set(IDENTIFIERS[ai].needs) == needs, ai
        assert set(IDENTIFIERS[ai].excludes) == excludes, ai


@pytest.mark.oracle
def test_the_keys_and_the_order_of_what_narrows_them_are_the_dictionarys() -> None:
    told = {
        ai: tuple(
            tuple(each.split(",")) if each else ()
            for each in entry.attributes["dlpkey"][0].split("|")
        )
        for ai, entry in dictionary().items()
        if "dlpkey" in entry.attributes
    }
    assert told == KEYS


def test_no_identifier_begins_another_and_two_digits_tell_the_length() -> None:
    for ai in IDENTIFIERS:
        assert LENGTHS[ai[:2]] == len(ai)


@pytest.mark.parametrize("form", ["q4", "n", "n4-", "n14,mod10", "n4:MOD10", "x1-20??"])
def test_a_row_whose_form_is_none_stops_the_reading_of_the_table(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = gs1_table.Row("00", "a name", "n18:mod10"), gs1_table.Row("02", "a name", form)
    monkeypatch.setattr(gs1_table, "ROWS", [good])
    assert list(runpy.run_path(identity_tables.__file__)["IDENTIFIERS"]) == ["00"]

    monkeypatch.setattr(gs1_table, "ROWS", [good, bad])
    with pytest.raises(ValueError, match=f"^no form of a part: {re.escape(form)}$"):
        runpy.run_path(identity_tables.__file__)


# Rule → an identifier that has it, values that obey and values that break it.
CONTENT = {
    "mod10": ("00", ["095212340000000174"], ["095212340000000175"]),
    "pair": ("8013", ["1987654Ad4X4bL5ttr2310c2K"], ["1987654Ad4X4bL5ttr2310c2L", "19"]),
    "prefix": ("8004", ["9521A"], ["952", "95A1"]),
    "plain": ("8011", ["1", "0", "10"], ["01", "00"]),
    "zero": ("8003", ["09521234000013"], ["19521234000013"]),
    "day": ("7006", ["240229"], ["250229", "240200", "241301"]),
    "day0": ("11", ["240229", "240200"], ["250229", "241300"]),
    "date": ("7250", ["19000228"], ["19000229", "00000101"]),
    "clock": ("7003", ["2402292359"], ["2402292400", "2402292360"]),
    "hour": ("8008", ["24022923"], ["24022924"]),
    "minute": ("8008", ["2402292359"], ["2402292360"]),
    "second": ("8008", ["240229235959"], ["240229235960"]),
    "pieces": ("8006", ["095212340000130316"], ["095212340000130016", "095212340000131703"]),
    "positive": ("8001", ["00010000100111"], ["00000000100111"]),
    "winding": ("8001", ["00010000100191"], ["00010000100121"]),
    "letters": ("4307", ["DE"], ["D1", "de"]),
    "percent": ("4300", ["A%20B", "AB"], ["A%2", "%"]),
    "minus": ("4330", ["001200-", "001200"], ["001200+"]),
    "latitude": ("4309", ["1800000000" + "0000000000"], ["1800000001" + "0000000000"]),
    "longitude": ("4309", ["0000000000" + "3600000000"], ["0000000000" + "3600000001"]),
    "yes": ("4321", ["0", "1"], ["2"]),
    "sex": ("7252", ["9"], ["3"]),
    "births": ("7258", ["1/2", "2/2"], ["3/2", "0/2", "123"]),
    "index": ("7040", ["1ABC"], ["1AB!"]),
    "iban": ("8007", ["DE89370400440532013000"], ["DE88370400440532013000", "de"]),
}


@pytest.mark.parametrize("rule", CONTENT)
def test_the_content_of_a_value_obeys_its_rule(rule: str) -> None:
    ai, good, bad = CONTENT[rule]
    assert any(rule in part.rules for part in IDENTIFIERS[ai].parts)
    for value in good:
        check_value(ai, value)
        check_meaning(ai, value)
    for value in bad:
        check_value(ai, value)
        with pytest.raises((WrongValue, WrongCheckDigit)) as caught:
            check_meaning(ai, value)
        assert caught.value.remedy


def test_every_rule_is_used_and_tried() -> None:
    used = {rule for each in IDENTIFIERS.values() for part in each.parts for rule in part.rules}
    assert used == set(RULES)
    assert used - set(CONTENT) == {"country"}  # any three digits pass
