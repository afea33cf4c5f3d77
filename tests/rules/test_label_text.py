"""The words of a label: what Annex VI asks for, as far as it is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from passport.rules.identity import digital_link, parse
from passport.rules.label import Contents
from passport.rules.label_text import Make, code_lines, content_of, link_length, words_of

FACTS: dict[str, object] = {
    "3": "Nordlicht Cells", "4": "Hamnringen 4,\nNorrvik", "5": "https://nordlicht.example",
    "13": {"electrolyte": "LiPF6", "recycled": True}, "14": "Water", "15": ["lithium", "copper"],
    "41": False,
}  # fmt: skip
USUAL: dict[str, Any] = {
    "maker": "Maker", "category": "electric vehicle battery", "model_code": "P-12",
    "chemistry": "LFP", "capacity_ah": Decimal("280.0000"), "energy_kwh": Decimal("10.75200"),
    "mass_kg": Decimal("72.00000"), "place": "Line 1, DE", "made_on": date(2025, 3, 2),
    "facts": FACTS,
}  # fmt: skip


def made(**changed: Any) -> Make:
    return Make(**(USUAL | changed))


def test_says_the_ten_particulars_in_the_order_of_the_annex() -> None:
    words = words_of(made())
    assert words.particulars == (
        ("Maker:", "Nordlicht Cells, Hamnringen 4, Norrvik, https://nordlicht.example"),
        ("Battery:", "electric vehicle battery, P-12"),
        ("Made in:", "Line 1, DE"),
        ("Made:", "03/2025"),
        ("Mass:", "72 kg"),
        ("Capacity:", "280 Ah, 10.752 kWh"),
        ("Chemistry:", "LFP"),
        ("Hazardous:", "electrolyte: LiPF6, recycled: yes"),
        ("Extinguish with:", "Water"),
        ("Critical materials:", "lithium, copper"),
    )
    assert (words.metals, words.unknown) == ((), ())


def test_leaves_out_what_is_not_known_and_says_which() -> None:
    words = words_of(made(facts={}, place=""))
    assert dict(words.particulars)["Maker:"] == "Maker"
    assert words.unknown == (
        "Maker's address", "Made in", "Hazardous", "Extinguish with", "Critical materials",
    )  # fmt: skip


def test_what_nobody_has_said_is_not_assumed() -> None:
    words = words_of(made(maker="", model_code="", energy_kwh=None, made_on=None, facts={}))
    said = dict(words.particulars)
    assert (said["Battery:"], said["Capacity:"]) == ("electric vehicle battery", "280 Ah")
    assert not {"Maker:", "Made:"} & set(said)
    assert words.unknown == (
        "Maker's address", "Model", "Energy", "Maker", "Made", "Hazardous", "Extinguish with",
        "Critical materials",
    )  # fmt: skip


def test_a_light_battery_is_weighed_in_grams() -> None:
    assert dict(words_of(made(mass_kg=Decimal("0.04500"))).particulars)["Mass:"] == "45 g"


METALS = {
    "NiCd": ("Cd",), "NI-CD": ("Cd",), "Lead-acid": ("Pb",), "PbA": ("Pb",), "VRLA": ("Pb",),
    "LEAD_ACID": ("Pb",), "leadacid": ("Pb",), "lead": ("Pb",), "lead and cadmium": ("Cd", "Pb"),
    "LFP": (), "NMC622": (), "LCO": (), "NMC (leadership line)": (), "LFP, misleading": (),
    "NMC, lead-free": (), "LFP leadfree": (), "LFP, cadmium-free": (),
}  # fmt: skip


@pytest.mark.parametrize("chemistry", METALS)
def test_names_cadmium_and_lead_where_the_chemistry_has_them(chemistry: str) -> None:
    assert words_of(made(chemistry=chemistry)).metals == METALS[chemistry]


def test_names_the_metals_that_the_maker_says() -> None:
    assert words_of(made(facts=FACTS | {"41": ["Cd", "Pb"]})).metals == ("Cd", "Pb")


def test_the_code_alone_carries_no_mark_and_no_words() -> None:
    words = words_of(made(chemistry="NiCd"))
    seen = {
        each: content_of(code=("x",), host="https://a.example", contents=each, words=words)
        for each in Contents
    }
    assert (seen[Contents.CODE].particulars, seen[Contents.CODE].metals) == ((), ())
    assert not seen[Contents.CODE].collected_apart
    assert seen[Contents.MARKS].collected_apart
    assert (seen[Contents.MARKS].particulars, seen[Contents.MARKS].metals) == ((), ("Cd",))
    assert seen[Contents.FULL].particulars == words.particulars
    assert seen[Contents.FULL].host == "a.example"


LINES = {
    "https://id.gs1.org/01/09521234000020/21/A%2FB": ("(01) 09521234000020", "(21) A/B"),
    "https://id.gs1.org/8004/9521234ABC": ("(8004) 9521234ABC",),
    "https://id.gs1.org/8010/9521234CELL/8011/7": ("(8010) 9521234CELL", "(8011) 7"),
    "https://maker.example/b/7": ("https://maker.example/b/7",),
}


@pytest.mark.parametrize("identity", LINES)
def test_the_identity_stands_there_by_its_keys(identity: str) -> None:
    assert code_lines(parse(identity)) == LINES[identity]


@pytest.mark.parametrize("identity", LINES)
@pytest.mark.parametrize("host", ["https://passport.example", "passport.example"])
def test_the_length_of_a_link_is_known_without_writing_it(identity: str, host: str) -> None:
    link = digital_link(parse(identity), host)
    assert link_length(identity=identity, host=host) == len(link)
