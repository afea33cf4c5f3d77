"""What is asked of a Digital Link: link types are read, and paths as a server gives them."""

from __future__ import annotations

import pytest

from passport.rules import identity
from passport.rules.errors import Refusal
from passport.rules.gs1_values import NotADigitalLink, WrongCheckDigit, WrongValue
from passport.rules.identity import NotAnIdentity
from passport.rules.resolving import (
    DEFAULT,
    LINKSET,
    VOCABULARY,
    AskedTwice,
    attributes,
    check_attributes,
    read_path,
    wanted,
)

MODEL = "/01/09521234000020"
STEM = "https://id.gs1.org"

WISHES = {
    (): DEFAULT,
    ("",): DEFAULT,
    ("all",): LINKSET,
    ("linkset",): LINKSET,
    ("gs1:dpp",): "gs1:dpp",
    (VOCABULARY + "dpp",): "gs1:dpp",
    ("https://gs1.org/voc/dpp",): "gs1:dpp",
    ("http://gs1.org/voc/defaultLink",): DEFAULT,
    ("gs1:defaultLink",): DEFAULT,
    ("dpp",): "dpp",
    ("schema:image",): "schema:image",
    ("LINKSET",): "LINKSET",
}


@pytest.mark.parametrize("values", WISHES, ids=repr)
def test_a_link_type_has_one_spelling(values: tuple[str, ...]) -> None:
    assert wanted(values) == WISHES[values]


def test_one_link_type_is_asked_for_at_a_time() -> None:
    with pytest.raises(AskedTwice, match="2 times"):
        wanted(["gs1:dpp", "gs1:dpp"])


READ = {
    MODEL: (MODEL, ""),
    MODEL + "/": (MODEL, ""),
    MODEL + "///": (MODEL, ""),
    MODEL + "/10/L": (MODEL + "/10/L", ""),
    MODEL + "/22/V/10/L/21/S": (MODEL + "/21/S", "/22/V/10/L/21/S"),
    MODEL + "/10/L/1/21/S": (MODEL + "/21/S", "/10/L%2F1/21/S"),
    MODEL + "/10/L/1/21/S/2": (MODEL + "/21/S%2F2", "/10/L%2F1/21/S%2F2"),
    MODEL + "/235/T": (None, "/235/T"),
    "/8004/9521234A/B": ("/8004/9521234A%2FB", ""),
    "/8010/9521234CELL#280/8011/1": ("/8010/9521234CELL%23280/8011/1", ""),
    "/8010/9521234CELL": (None, ""),
}


@pytest.mark.parametrize("path", READ)
def test_a_path_is_read_as_a_server_gives_it(path: str) -> None:
    named = read_path(path=path)
    short, qualifiers = READ[path]
    assert (named.identity and named.identity.canonical) == (short and STEM + short)
    assert named.gtin == ("09521234000020" if path.startswith(MODEL) else "")
    assert named.whole.endswith(qualifiers)
    assert not named.packed


def test_a_compressed_path_is_read_whole() -> None:
    named = read_path(path="/AQnYUc1gmiCNV4JGQhcNT6K6c/", query="17=x")
    assert named.packed
    assert named.whole == STEM + "/01/05412345000013/10/ABC123/21/72292641703"


REFUSED = {
    "/01/09521234000021": WrongCheckDigit,
    "/01/9521234000020": WrongValue,
    MODEL + "/10/L/22/V": NotADigitalLink,
    MODEL + "/235/T/21/S": NotADigitalLink,
    MODEL + "/10/A/21": NotADigitalLink,
    "/8004/9521234RACK/21/S": NotADigitalLink,
    "/nothing/at/all": NotADigitalLink,
    MODEL + "/10/" + "L" * 10_000: NotAnIdentity,
}


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path[:40])
def test_a_path_that_is_no_link_is_refused_by_its_plainest_reading(path: str) -> None:
    with pytest.raises(REFUSED[path]):
        read_path(path=path)


def test_of_a_query_only_numbers_speak_of_identifiers() -> None:
    assert attributes("") == attributes("linkType=all&a=1&=&x") == ""
    assert attributes("17=270101&lang=de&11=260101&٣=x") == "?17=270101&11=260101"
    named = identity.of_serial(gtin="09521234000020", serial="S")
    check_attributes(identity=named, query="lang=de")
    check_attributes(identity=named, query="lang=de&17=270101")
    for wrong in ("17=270132", "10=L", "21=S", "4711=x", "17=270101&17=270101", "17=%"):
        with pytest.raises(Refusal):
            check_attributes(identity=named, query=wrong)


@pytest.mark.parametrize("strange", ["中", "ü", "İ", "\ud800", "€2D"])
def test_what_gs1_does_not_have_never_reads_as_what_it_has(strange: str) -> None:
    """U+4E2D as %4E2D would be N2D, and one battery would have another one's page."""
    with pytest.raises(WrongValue):
        identity.of_serial(gtin="09521234000020", serial=strange)
    with pytest.raises(Refusal):
        read_path(path=f"{MODEL}/10/{strange}/x/21/S")
