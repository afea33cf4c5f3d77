"""Masses close, contents follow the rated energy, targets follow the day."""

import datetime
import json
from decimal import Decimal

import pytest

from recycling.queries.tables import recovery
from recycling.rules.recovery import (
    ChemistryUnknown,
    Fate,
    MassDoesNotClose,
    Output,
    balance,
    contents_kg,
    floor_on,
    material_recovery,
    recycling_efficiency,
)
from tests.oracle_data import oracle

TABLES = recovery()
DAY = datetime.date(2028, 1, 1)


def out(material: str, mass: str, fate: Fate = Fate.RECYCLED) -> Output:
    return Output(material=material, mass_kg=Decimal(mass), fate=fate)


def test_the_edge_of_the_tolerance_passes_and_a_gram_more_does_not():
    assert balance(inputs_kg=[Decimal(100)], outputs=[out("x", "98")]).missing_kg == 2
    assert balance(inputs_kg=[Decimal(100)], outputs=[out("x", "102")]).missing_kg == -2
    for mass in ("97.999", "102.001"):
        with pytest.raises(MassDoesNotClose):
            balance(inputs_kg=[Decimal(100)], outputs=[out("x", mass)])


def test_only_what_is_recycled_counts():
    outputs = [out("Cu", "70"), out("plastics", "20", Fate.ENERGY), out("gas", "10", Fate.EMITTED)]
    made = balance(inputs_kg=[Decimal(60), Decimal(40)], outputs=outputs)
    reached = recycling_efficiency(made=made, outputs=outputs, on=DAY, tables=TABLES)
    assert (reached.share, reached.floor, reached.met) == (Decimal("0.7"), Decimal("0.65"), True)


def test_each_material_is_held_against_its_own_floor():
    contained = {"Li": Decimal(10), "Cu": Decimal(10), "graphite": Decimal(10)}
    found = material_recovery(
        contained_kg=contained, outputs=[out("Li", "5"), out("Cu", "8.9")], on=DAY, tables=TABLES
    )
    assert {(each.subject, each.met) for each in found} == {("Cu", False), ("Li", True)}


@pytest.mark.parametrize(
    ("day", "floor"), [("2025-12-30", None), ("2025-12-31", "0.65"), ("2031-01-01", "0.7")]
)
def test_a_floor_begins_on_its_day(day, floor):
    found = floor_on(TABLES.efficiency_targets, on=datetime.date.fromisoformat(day))
    assert found == (Decimal(floor) if floor else None)


def test_health_changes_no_mass():
    held = contents_kg(chemistry="LFP", rated_kwh=Decimal(50), tables=TABLES)
    assert held["P"] == Decimal("19.805")
    assert contents_kg(chemistry="NMC", rated_kwh=Decimal(1), tables=TABLES)["Ni"] == Decimal(
        "0.5194"
    )
    with pytest.raises(ChemistryUnknown):
        contents_kg(chemistry="MAGIC", rated_kwh=Decimal(1), tables=TABLES)


def test_compositions_and_yields_are_those_of_the_published_tables():
    published = json.loads(oracle("eol/composition.json").read_text(), parse_float=Decimal)
    for chemistry, row in published["chemistries"].items():
        ours = TABLES.compositions[chemistry]
        assert ours.pack_kg_per_kwh == row["pack_kg_per_kwh"]["v"]
        for material, known in row["materials"].items():
            assert ours.kg_per_kwh[material] == known["v"], (chemistry, material)
    rates = json.loads(oracle("eol/recovery.json").read_text(), parse_float=Decimal)
    for process, row in rates["processes"].items():
        assert TABLES.yields[process] == {m: r["rate"] for m, r in row["recovery"].items()}
