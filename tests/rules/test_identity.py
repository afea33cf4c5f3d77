"""Whatever a label, a scanner or a file says, a battery has one canonical name, or a refusal."""

import contextlib
import string
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as some

from passport.rules import gs1_elements, identity
from passport.rules.errors import Refusal
from passport.rules.gs1 import read_link
from passport.rules.gs1_values import NotADigitalLink, WrongCheckDigit, WrongValue, check_digit
from passport.rules.identity import IdentityKind, NotAnIdentity, NotOneBattery
from passport.rules.identity_tables import CSET82

GTIN = "09521234000013"
ITEM = f"https://id.gs1.org/01/{GTIN}/21/"
OWN = "https://maker.example/id/"


class Good(NamedTuple):
    text: str
    canonical: str
    kind: IdentityKind = IdentityKind.SERIAL


GOOD = {
    "a link on any host": Good(f"https://a.example/01/{GTIN}/21/B-1", ITEM + "B-1"),
    "a link on plain http": Good(f"http://127.0.0.1:8000/01/{GTIN}/21/B-1", ITEM + "B-1"),
    "an upper-case scheme": Good(f"HTTPS://a/01/{GTIN}/21/B-1", ITEM + "B-1"),
    "a link behind a stem": Good(f"https://a.example/p/v1/01/{GTIN}/21/B-1", ITEM + "B-1"),
    "a fake key in the stem": Good(f"https://a/00/faux/01/{GTIN}/21/B-1", ITEM + "B-1"),
    "a serial that looks like a key": Good(f"https://a/01/{GTIN}/21/00", ITEM + "00"),
    "a batch before the serial": Good(f"https://a/01/{GTIN}/10/L1/21/B-1", ITEM + "B-1"),
    "attributes behind the mark": Good(f"https://a/01/{GTIN}/21/B-1?11=250302", ITEM + "B-1"),
    "words behind the mark": Good(f"https://a/01/{GTIN}/21/B-1?linkType=all", ITEM + "B-1"),
    "a fragment": Good(f"https://a/01/{GTIN}/21/B-1#top", ITEM + "B-1"),
    "a literal plus": Good(f"https://a/01/{GTIN}/21/A+B", ITEM + "A%2BB"),
    "lower-case hex": Good(f"https://a/01/{GTIN}/21/S%2f1", ITEM + "S%2F1"),
    "needless hex": Good(f"https://a/01/{GTIN}/21/%41", ITEM + "A"),
    "brackets": Good(f"(01){GTIN}(21)B-1", ITEM + "B-1"),
    "brackets with spaces": Good(f"(01) {GTIN} (21) B-1", ITEM + "B-1"),
    "brackets in any order": Good(f"(21)B-1(01){GTIN}", ITEM + "B-1"),
    "a bracket in the serial": Good(f"(01){GTIN}(21)A(B", ITEM + "A%28B"),
    "a GS1 QR code": Good(f"]Q301{GTIN}21B-1", ITEM + "B-1"),
    "a GS1 Data Matrix": Good(f"]d2\x1d21B-1\x1d01{GTIN}", ITEM + "B-1"),
    "a plain QR code": Good(f"]Q1https://a/01/{GTIN}/21/B-1", ITEM + "B-1"),
    "a component part": Good(
        "https://a/8010/9521234CELL%23280/8011/1",
        "https://id.gs1.org/8010/9521234CELL%23280/8011/1",
        IdentityKind.COMPONENT,
    ),
    "an individual asset": Good(
        "(8004)9521234RACK7", "https://id.gs1.org/8004/9521234RACK7", IdentityKind.ASSET
    ),
    "a maker's own link": Good(OWN + "4711", OWN + "4711", IdentityKind.LINK),
    "an own link with a query": Good(OWN + "x?s=4711", OWN + "x?s=4711", IdentityKind.LINK),
    "an own link in capitals": Good("HTTPS://Maker.Example/id/Ab", OWN + "Ab", IdentityKind.LINK),
}


@pytest.mark.parametrize("case", GOOD.values(), ids=GOOD)
def test_gives_each_battery_one_name(case: Good) -> None:
    found = identity.parse(case.text)

    assert (found.canonical, found.kind) == (case.canonical, case.kind)
    assert identity.parse(found.canonical) == found


class Bad(NamedTuple):
    text: str
    refused: type[Refusal]
    says: str


BAD = {
    "a wrong check digit": Bad(f"https://a/01/{GTIN[:-1]}4/21/B", WrongCheckDigit, "would be 3"),
    "a wrong digit in brackets": Bad("(01)09521234000014(21)B", WrongCheckDigit, "would be 3"),
    "thirteen digits": Bad(f"https://a/01/{GTIN[1:]}/21/B", WrongValue, GTIN),
    "letters in a GTIN": Bad("https://a/01/0952123400001X/21/B", WrongValue, "'X'"),
    "a serial of 21 characters": Bad(f"{ITEM}{'1' * 21}", WrongValue, "1 to 20"),
    "an empty serial": Bad(f"(01){GTIN}(21)", WrongValue, "0 characters"),
    "a space": Bad(f"{ITEM}A%20B", WrongValue, "' '"),
    "a tilde": Bad(f"{ITEM}A~B", WrongValue, "'~'"),
    "a letter with an accent": Bad(f"{ITEM}é", NotADigitalLink, "character"),
    "a NUL": Bad(f"{ITEM}A%00", WrongValue, "x00"),
    "a stray percent sign": Bad(f"{ITEM}A%2", NotADigitalLink, "%25"),
    "a slash at the end": Bad(f"{ITEM}A/", NotADigitalLink, "slash"),
    "an identifier twice": Bad(f"{ITEM}A/21/A", NotADigitalLink, "at most once"),
    "an identifier twice, behind": Bad(f"{ITEM}A?01={GTIN}", NotADigitalLink, "twice"),
    "serials that differ": Bad(f"(01){GTIN}(21)A(21)B", NotADigitalLink, "twice"),
    "the wrong order": Bad(f"{ITEM}A/10/L", NotADigitalLink, "22/10/21"),
    "a batch behind the mark": Bad(f"{ITEM}A?10=L", NotADigitalLink, "/10/"),
    "a day that is none": Bad(f"{ITEM}A?11=261332", WrongValue, "not a day"),
    "an unknown number behind": Bad(f"{ITEM}A?89=1", NotADigitalLink, "(89)"),
    "a key's part behind": Bad(f"{ITEM}A?8011=1", NotADigitalLink, "(8011) is not an attribute"),
    "a time that breaks off": Bad(f"(01){GTIN}(21)A(8008)240229235", WrongValue, "character 9 on"),
    "words of an early version": Bad(f"https://a/gtin/{GTIN}/ser/1", NotADigitalLink, "01"),
    "a scheme in mixed case": Bad(f"HttpS://a/01/{GTIN}/21/A", NotADigitalLink, "https://"),
    "no host": Bad(f"https:///01/{GTIN}/21/A", NotADigitalLink, "host"),
    "a component serial with a zero": Bad("(8010)9521234C(8011)01", WrongValue, "zero"),
    "an asset without a prefix": Bad("(8004)ABC123", WrongValue, "digits"),
    "a model": Bad(f"https://a/01/{GTIN}", NotOneBattery, "/21/"),
    "a batch": Bad(f"https://a/01/{GTIN}/10/L1", NotOneBattery, "batch"),
    "a place": Bad("(414)9521234000006", NotOneBattery, "place"),
    "a serial of a place": Bad("(414)9521234000006(21)A", NotADigitalLink, "does not go with"),
    "a part made for one customer": Bad(f"(01){GTIN}(235)A", NotADigitalLink, "names no battery"),
    "a maker's plain text": Bad("SN-4711", NotAnIdentity, "whole content"),
    "nothing": Bad("", NotAnIdentity, "whole content"),
    "too much": Bad("https://a.example/" + "x" * 2000, NotAnIdentity, "characters"),
    "an own link over http": Bad("http://maker.example/id/1", NotADigitalLink, "/01/"),
    "an own link of 256 characters": Bad(OWN.ljust(256, "x"), NotAnIdentity, "255"),
    "an own link without a path": Bad("https://maker.example/", NotAnIdentity, "path"),
    "an own link with a slash": Bad(OWN + "1/", NotAnIdentity, "slash"),
    "an own link that climbs": Bad(OWN + "../1", NotAnIdentity, ".."),
    "an own link to an address": Bad("https://127.0.0.1/id/1", NotAnIdentity, "domain"),
    "an own link with a port": Bad("https://maker.example:8443/1", NotAnIdentity, "domain"),
    "an own link with a user": Bad("https://a@maker.example/1", NotAnIdentity, "domain"),
    "an own link with a fragment": Bad(OWN + "1#x", NotAnIdentity, "characters"),
    "an own link spelled twice": Bad(OWN + "%41", NotAnIdentity, "two names"),
    "an own link in lower hex": Bad(OWN + "a%2fb", NotAnIdentity, "%XX"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_refuses_with_a_reason_and_a_remedy(case: Bad) -> None:
    with pytest.raises(case.refused) as caught:
        identity.parse(case.text)

    assert case.says in f"{caught.value.detail} {caught.value.remedy}"
    assert caught.value.detail
    assert caught.value.remedy


GTINS = some.text(string.digits, min_size=13, max_size=13).map(lambda b: b + check_digit(b))
SERIALS = some.text(sorted(CSET82), min_size=1, max_size=20)


@given(gtin=GTINS, serial=SERIALS)
def test_every_serial_survives_the_way_through_a_label(gtin: str, serial: str) -> None:
    made = identity.of_serial(gtin=gtin, serial=serial)
    printed = identity.digital_link(made, "passport.example")
    text = gs1_elements.element_string(read_link(printed))

    assert (made.gtin, made.serial) == (gtin, serial)
    assert identity.parse(printed) == identity.parse(made.canonical) == made
    assert identity.parse(text) == identity.parse(f"]Q301{gtin}21{serial}") == made


@given(some.text(max_size=60) | some.text("htps:/.0123(01)21%]Q3~?=&#\x1d", max_size=80))
def test_any_text_is_a_name_or_a_refusal(text: str) -> None:
    with contextlib.suppress(Refusal):
        found = identity.parse_any(text)
        assert identity.parse_any(found.canonical) == found


def test_shows_people_what_the_label_says() -> None:
    assert identity.display(identity.parse(ITEM + "C%2F1")) == f"(01) {GTIN} (21) C/1"
    assert identity.display(identity.parse(OWN + "7")) == OWN + "7"


def test_prints_a_link_that_opens_at_the_host() -> None:
    item, own = identity.parse(ITEM + "C1"), identity.parse(OWN + "7")

    assert identity.digital_link(item, "p.example") == f"https://p.example/01/{GTIN}/21/C1"
    assert identity.digital_link(item, "http://127.0.0.1:8000/").startswith(
        "http://127.0.0.1:8000/01"
    )
    assert identity.digital_link(own, "p.example") == OWN + "7"


@pytest.mark.parametrize("host", ["", "a b", "ftp://a", "a/../b", "a?x"])
def test_prints_no_link_at_what_is_no_host(host: str) -> None:
    with pytest.raises(NotAnIdentity):
        identity.digital_link(identity.parse(ITEM + "C1"), host)


HERE = {
    f"https://a.example/01/{GTIN}/10/L/21/C%2F1?11=250302": f"/01/{GTIN}/21/C%2F1",
    "(8004)9521234RACK7": "/8004/9521234RACK7",
    "HTTPS://Maker.Example/id/Ab?s=2": "/id/maker.example/id/Ab?s=2",
}


@pytest.mark.parametrize("text", HERE)
def test_each_name_has_a_path_here(text: str) -> None:
    assert identity.path_here(identity.parse(text)) == HERE[text]
