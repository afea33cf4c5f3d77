"""What is a prefix and what a domain, which names a right covers, and how a claim goes on."""

from __future__ import annotations

import pytest

from passport.rules import identity, naming_right
from passport.rules.naming_right import NotADomain, NotAPrefix, NotDecidedSo, Standing

SPELT = {
    ("GS1_PREFIX", " 9521234 "): "9521234",
    ("GS1_PREFIX", "0614"): "0614",
    ("GS1_PREFIX", "061414112345"): "061414112345",
    ("DOMAIN", "Maker.Example."): "maker.example",
    ("DOMAIN", "id.xn--maker-kva.example"): "id.xn--maker-kva.example",
}
REFUSED = {
    "too short": ("GS1_PREFIX", "952"),
    "a whole GTIN": ("GS1_PREFIX", "9521234000013"),
    "letters": ("GS1_PREFIX", "95212x"),
    "digits of another script": ("GS1_PREFIX", "٩٥٢١"),
    "for use inside a company": ("GS1_PREFIX", "2000000"),
    "for use inside a region": ("GS1_PREFIX", "0212345"),
    "of books": ("GS1_PREFIX", "9783161"),
    "of coupons": ("GS1_PREFIX", "9912345"),
    "no prefix": ("GS1_PREFIX", ""),
    "one label": ("DOMAIN", "localhost"),
    "an address": ("DOMAIN", "192.0.2.7"),
    "a port": ("DOMAIN", "maker.example:8443"),
    "a scheme": ("DOMAIN", "https://maker.example"),
    "a path": ("DOMAIN", "maker.example/id"),
    "an empty label": ("DOMAIN", "maker..example"),
    "a line break": ("DOMAIN", "maker.example\n.evil"),
    "a label that ends in a dash": ("DOMAIN", "maker-.example"),
    "longer than any domain": ("DOMAIN", "a." * 130 + "example"),
}


def test_a_party_waits_with_so_many_claims():
    naming_right.check_waiting(count=naming_right.MOST_WAITING - 1)
    with pytest.raises(naming_right.TooManyClaims):
        naming_right.check_waiting(count=naming_right.MOST_WAITING)


@pytest.mark.parametrize("said", SPELT)
def test_one_spelling(said):
    assert naming_right.read_value(kind=said[0], value=said[1]) == SPELT[said]


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_neither_prefix_nor_domain(what):
    kind, value = REFUSED[what]
    with pytest.raises((NotAPrefix, NotADomain)) as refused:
        naming_right.read_value(kind=kind, value=value)
    assert refused.value.pointer == "/value"
    assert refused.value.remedy


STEMS = {
    "https://id.gs1.org/01/09521234000013/21/C1": "gs1:952123400001",
    "https://id.gs1.org/01/19521234000010/21/C1": "gs1:952123400001",  # another packaging level
    "https://maker.example/01/09521234000013/21/C1": "gs1:952123400001",
    "https://id.gs1.org/8004/9521234A7": "gs1:9521234",
    "https://id.gs1.org/8010/9521234AB/8011/7": "gs1:9521234",
    "https://id.gs1.org/8006/095212340000130102/21/7": "gs1:952123400001",
    "https://id.Maker.example/b/7": "dns:example.maker.id.",
}


@pytest.mark.parametrize("name", STEMS)
def test_the_stem_of_a_name(name):
    assert naming_right.stem_of(identity=identity.parse(name)) == STEMS[name]


COVERS = {
    ("GS1_PREFIX", "9521234", "https://id.gs1.org/01/09521234000013/21/C1"): True,
    ("GS1_PREFIX", "9521", "https://id.gs1.org/01/09521234000013/21/C1"): True,
    ("GS1_PREFIX", "952123400001", "https://id.gs1.org/01/09521234000013/21/C1"): True,
    ("GS1_PREFIX", "0952", "https://id.gs1.org/01/09521234000013/21/C1"): False,
    ("GS1_PREFIX", "95212340", "https://id.gs1.org/8004/9521234A7"): False,
    ("DOMAIN", "maker.example", "https://maker.example/b/7"): True,
    ("DOMAIN", "maker.example", "https://id.maker.example/b/7"): True,
    ("DOMAIN", "maker.example", "https://notmaker.example/b/7"): False,
    ("DOMAIN", "id.maker.example", "https://maker.example/b/7"): False,
    ("DOMAIN", "maker.example", "https://maker.example.evil.example/b/7"): False,
}


@pytest.mark.parametrize("case", COVERS)
def test_which_names_a_right_covers(case):
    kind, value, name = case
    right = naming_right.stem_of_right(kind=kind, value=value)
    stem = naming_right.stem_of(identity=identity.parse(name))
    assert (right in naming_right.covering(stem=stem)) is COVERS[case]
    assert stem.startswith(right) is COVERS[case]


STEPS = {("CLAIMED", "PROVEN"), ("CLAIMED", "REFUSED"), ("PROVEN", "REVOKED")}


def test_a_claim_is_decided_once_and_a_right_taken_away_once():
    states = list(naming_right.State)
    for before in states:
        for after in states:
            if (before, after) in STEPS:
                naming_right.check_step(before=before, after=after)
            else:
                with pytest.raises(NotDecidedSo):
                    naming_right.check_step(before=before, after=after)


def test_every_standing_but_the_proven_says_what_to_do():
    assert [each for each in Standing if not naming_right.advice(standing=each)] == ["PROVEN"]
    told = naming_right.under_another(stem="dns:example.maker.id.")
    assert "the domain id.maker.example" in told.detail
    assert "the GS1 prefix of 952123400001" in (
        naming_right.under_another(stem="gs1:952123400001").detail
    )
