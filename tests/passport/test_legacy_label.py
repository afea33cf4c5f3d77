"""The label of a battery that was found says what its plate says, and names what it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from passport.queries import label
from passport.rules.label_text import Words, words_of
from tests.passport.acting import acting
from tests.passport.test_legacy import PLATE, claim, find, keeper, old, work
from tests.passport.test_naming_right import prove

__all__ = ["keeper", "old"]

HOST = "https://passport.example"


def _label(party, made, as_system) -> Words:
    with as_system():
        work()
        made.refresh_from_db()
    with acting(party):
        item, job = label.of_battery(battery_id=made.battery_id, host=HOST)
        return words_of(job.makes[item.make])


def test_an_assumed_fact_and_its_finder_are_no_particulars(keeper, as_system):
    words = _label(keeper, find(keeper), as_system)
    assert dict(words.particulars) == {
        "Battery:": "stationary battery energy storage", "Mass:": "72 kg",
        "Capacity:": "280 Ah", "Chemistry:": "LFP",
    }  # fmt: skip
    assert words.unknown[:6] == (
        "Maker's address", "Model", "Energy", "Maker", "Made in", "Made",
    )  # fmt: skip


def test_what_stands_on_the_plate_stands_on_the_label(keeper, as_system):
    plate = replace(
        PLATE, maker_name="Old Works", model_name="OW-38", energy_kwh=Decimal("10.5"),
        manufactured_on=date(2016, 5, 4),
    )  # fmt: skip
    said = dict(_label(keeper, find(keeper, plate=plate), as_system).particulars)
    assert (said["Maker:"], said["Made:"]) == ("Old Works", "05/2016")
    assert said["Battery:"].endswith(", OW-38")
    assert said["Capacity:"] == "280 Ah, 10.5 kWh"


def test_once_its_maker_claims_it_the_label_is_its_maker_s(cast, keeper, old, as_system):
    with as_system():
        prove(cast["maker"])
        claim(cast)
    said = dict(_label(keeper, old, as_system).particulars)
    assert (said["Maker:"], said["Made:"]) == (cast["maker"].name, "03/2025")
    assert said["Battery:"].endswith(", PACK-12")
