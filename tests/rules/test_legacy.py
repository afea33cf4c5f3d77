"""What a plate may say, what is assumed from it, and when two records are of one battery."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from passport.rules import legacy
from passport.rules.decimals import TooFine
from passport.rules.legacy import NotAFinder, NotItsMaker, NotMergedSo, Plate, WrongPlate
from passport.rules.wording import BadWording

ON = date(2026, 3, 2)
PLATE = Plate(
    level="PACK", category="EV", nominal_voltage_v=Decimal("360"), capacity_ah=Decimal("66"),
    mass_kg=Decimal("294"), chemistry="LMO", manufactured_on=date(2012, 5, 1),
)  # fmt: skip
FINER = {"nominal_voltage_v": 4, "capacity_ah": 5, "mass_kg": 6, "energy_kwh": 6}
WRONG = {
    "no voltage": {"nominal_voltage_v": Decimal(0)},
    "a capacity below nothing": {"capacity_ah": Decimal("-1")},
    "a mass that is infinite": {"mass_kg": Decimal("Infinity")},
    "a mass that is no number": {"mass_kg": Decimal("NaN")},
    "an energy of nothing": {"energy_kwh": Decimal(0)},
    "a voltage whose window is no window": {"nominal_voltage_v": Decimal("0.099")},
    "a voltage above any": {"nominal_voltage_v": Decimal("5000.001")},
    "a capacity above any": {"capacity_ah": Decimal("100000.1")},
    "a mass above any": {"mass_kg": Decimal(1_000_001)},
    "an energy above any": {"energy_kwh": Decimal(100_001)},
    "a chemistry of its own": {"chemistry": "unobtainium"},
    "made tomorrow": {"manufactured_on": date(2026, 3, 3)},
    "made before there were any": {"manufactured_on": date(1979, 12, 31)},
}


def test_a_plate_that_says_enough_passes():
    legacy.check_plate(plate=PLATE, on=ON)
    legacy.check_plate(plate=replace(PLATE, chemistry="", manufactured_on=None), on=ON)


@pytest.mark.parametrize("what", WRONG)
def test_what_no_plate_says_is_refused(what):
    with pytest.raises(WrongPlate) as refused:
        legacy.check_plate(plate=replace(PLATE, **WRONG[what]), on=ON)
    (name,) = WRONG[what]
    assert refused.value.pointer == f"/{name}"
    assert refused.value.remedy


@pytest.mark.parametrize("name", FINER)
def test_nothing_on_a_plate_is_rounded_in_silence(name):
    plate = replace(PLATE, **{name: 3 + Decimal(10) ** -FINER[name]})
    with pytest.raises(TooFine) as refused:
        legacy.check_plate(plate=plate, on=ON)
    assert refused.value.pointer == f"/{name}"


def test_an_energy_that_follows_is_bounded_as_one_that_is_read():
    plate = replace(PLATE, nominal_voltage_v=Decimal(5000), capacity_ah=Decimal(20_001))
    with pytest.raises(WrongPlate, match="100005 kWh") as refused:
        legacy.check_plate(plate=plate, on=ON)
    assert (refused.value.pointer, "V and Ah" in refused.value.remedy) == ("/capacity_ah", True)
    legacy.check_plate(plate=replace(plate, energy_kwh=Decimal(24)), on=ON)


@pytest.mark.parametrize("family", ["", *legacy.FAMILIES])
def test_what_passes_has_voltages_and_an_energy_that_a_model_can_have(family):
    for voltage, capacity in (("0.1", "0.0001"), ("5000", "20000"), ("1000", "100000")):
        plate = replace(
            PLATE, chemistry=family, nominal_voltage_v=Decimal(voltage),
            capacity_ah=Decimal(capacity),
        )  # fmt: skip
        legacy.check_plate(plate=plate, on=ON)
        told = legacy.complete(plate=plate, on=ON)
        assert 0 < told.minimum_voltage_v < plate.nominal_voltage_v < told.maximum_voltage_v
        assert told.maximum_voltage_v < 1_000_000
        assert 0 < told.energy_kwh <= 100_000


def test_words_on_a_plate_are_lines_that_people_can_read():
    for name in ("maker_name", "model_name", "serial"):
        with pytest.raises(BadWording):
            legacy.check_plate(plate=replace(PLATE, **{name: "a\u202eb"}), on=ON)


def test_what_the_plate_does_not_say_is_named_as_assumed():
    told = legacy.complete(plate=replace(PLATE, energy_kwh=Decimal("24")), on=ON)
    assert (told.energy_kwh, told.manufactured_on) == (24, date(2012, 5, 1))
    assert told.assumed == ("minimum_voltage_v", "maximum_voltage_v")
    bare = legacy.complete(plate=replace(PLATE, manufactured_on=None, chemistry=""), on=ON)
    assert (bare.energy_kwh, bare.manufactured_on) == (Decimal("23.76"), ON)
    assert set(bare.assumed) == {
        "minimum_voltage_v", "maximum_voltage_v", "energy_kwh", "manufactured_on",
    }  # fmt: skip


@pytest.mark.parametrize("family", ["", *legacy.FAMILIES])
def test_assumed_voltages_stand_in_order(family):
    told = legacy.complete(plate=replace(PLATE, chemistry=family), on=ON)
    assert told.minimum_voltage_v < PLATE.nominal_voltage_v < told.maximum_voltage_v


def test_who_has_batteries_in_hand_finds_them():
    for role in ("KEEPER", "WORKSHOP", "RECYCLER"):
        legacy.check_finder(roles=["MAKER", role])
    for role in ("MAKER", "AUDITOR", "AUTHORITY"):
        with pytest.raises(NotAFinder):
            legacy.check_finder(roles=[role])


def test_a_maker_takes_over_only_what_it_has_proven_and_as_it_was_found():
    fine = {"proven": True, "inside": False, "same_level": True, "same_salt": True}
    legacy.check_takeover(**fine)
    with pytest.raises(NotItsMaker):
        legacy.check_takeover(**(fine | {"proven": False}))
    for name, value in {"inside": True, "same_level": False, "same_salt": False}.items():
        with pytest.raises(NotMergedSo):
            legacy.check_takeover(**(fine | {name: value}))


def test_two_records_become_one_in_one_hand():
    fine = {"holds_both": True, "states": ("REGISTERED", "RETIRED"), "levels": ("PACK", "PACK")}
    legacy.check_merge(**fine)
    for wrong in ({"holds_both": False}, {"states": ("RECYCLED", "RETIRED")},
                  {"states": ("MERGED", "RETIRED")}, {"levels": ("PACK", "CELL")}):  # fmt: skip
        with pytest.raises(NotMergedSo):
            legacy.check_merge(**(fine | wrong))
