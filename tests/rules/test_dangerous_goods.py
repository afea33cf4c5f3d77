"""Which dangerous goods a shipment is: number, condition, packing and provisions have to fit."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from passport.rules import dangerous_goods as rule
from passport.rules.dangerous_goods import (
    ConditionDoesNotFit,
    Inside,
    MixedChemistries,
    NotAssessed,
    NotInTheTable,
    Statement,
    StatementMissing,
    WrongPacking,
    WrongProvisions,
    WrongUnNumber,
)
from passport.rules.dangerous_goods_table import Condition, Family, TableBroken, load

FILE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "dangerous_goods.json"
TABLE = load(FILE.read_bytes())
NOW = date(2026, 1, 5)
C = Condition


def pack(chemistry="LFP", *, energy="10.752", level="PACK", waste=False):
    return Inside(chemistry, level, Decimal(energy), waste)


def check(statement, *inside, on=NOW):
    return rule.check_statement(statement=statement, inside=inside, table=TABLE, on=on)


FAMILIES = {
    "LFP": Family.LITHIUM_ION, "nmc-622": Family.LITHIUM_ION, "Li-ion NMC": Family.LITHIUM_ION,
    "Lithium iron phosphate": Family.LITHIUM_ION, "LiCoO2": Family.LITHIUM_ION,
    "G/LFP": Family.LITHIUM_ION, "Graphite/NMC": Family.LITHIUM_ION, "LiMnO2": Family.LITHIUM_METAL,
    "Li metal": Family.LITHIUM_METAL, "NA_ION_NFM": Family.SODIUM_ION, "Pb": None, "": None,
}  # fmt: skip


@pytest.mark.parametrize("chemistry", FAMILIES)
def test_a_chemistry_has_a_family_however_it_is_spelt(chemistry):
    assert TABLE.family_of(chemistry) is FAMILIES[chemistry]


HOLDS = {
    "sound": (Statement("3480", C.SOUND, "P903"), ("P903", ("230",))),
    "sound and large": (
        Statement("3480", C.SOUND, "LP903", ("348", "230")),
        ("LP903", ("230", "348")),
    ),
    "in equipment": (Statement("3481", C.SOUND, "P903"), ("P903", ("230",))),
    "a prototype": (Statement("3480", C.PROTOTYPE, "P910"), ("P910", ("310",))),
    "damaged": (Statement("3480", C.DAMAGED, "P908", (), "expert"), ("P908", ("376",))),
    "critical": (Statement("3480", C.DAMAGED_CRITICAL, "LP906", (), "maker"), ("LP906", ("376",))),
    "waste, its only packing filled in": (Statement("3480", C.WASTE), ("P909", ("377",))),
    "nobody knows": (Statement("3480", C.NOT_KNOWN, "P911"), ("P911", ("376",))),
    "in a transport unit": (Statement("3536", C.SOUND), ("", ("389",))),
    "in a vehicle": (Statement("3556", C.DAMAGED, "", (), "expert"), ("", ("388", "667"))),
}


@pytest.mark.parametrize(("statement", "filled"), HOLDS.values(), ids=HOLDS)
def test_a_statement_that_fits_holds(statement, filled):
    case = check(statement, pack())
    told = case.statement
    assert (told.packing_instruction, told.special_provisions) == filled
    assert case.words()["unNumber"] == statement.un_number
    assert case.words()["table"] == TABLE.version
    assert json.loads(json.dumps(case.words())) == case.words()


def test_of_a_chemistry_that_nobody_knows_the_giver_says_what_it_is():
    found = pack("")
    assert check(None, found) is None
    assert check(Statement("3551", C.NOT_KNOWN, "P911"), found) is not None
    assert check(Statement("3480", C.NOT_KNOWN, "P911"), found, pack("NMC")) is not None
    with pytest.raises(WrongUnNumber, match="UN 3171 is no number for any batteries"):
        check(Statement("3171", C.SOUND), found)
    with pytest.raises(WrongUnNumber, match="no number for lithium ion batteries"):
        check(Statement("3551", C.NOT_KNOWN, "P911"), found, pack("NMC"))
    with pytest.raises(StatementMissing):
        check(None, found, pack("NMC"))
    assert rule.suggest(inside=[found, pack("NMC")], table=TABLE, on=NOW) is not None
    assert rule.suggest(inside=[found], table=TABLE, on=NOW) is None


def test_what_may_react_on_its_way_may_be_in_the_highest_transport_category():
    said = Statement("3480", C.DAMAGED_CRITICAL, "P911", ("376", "677"), "maker")
    assert check(said, pack()).statement.special_provisions == ("376", "677")


def test_what_an_incident_happened_to_does_not_travel_as_sound():
    harmed = Inside("LFP", "PACK", Decimal("10.752"), waste=True, harmed=True)
    for condition in (C.SOUND, C.PROTOTYPE, C.WASTE):
        with pytest.raises(ConditionDoesNotFit) as refused:
            check(Statement("3480", condition), harmed, pack())
        assert refused.value.pointer == "/dangerous_goods/condition"
    with pytest.raises(ConditionDoesNotFit, match="an incident stands on the record"):
        check(Statement("3480", C.WASTE), harmed)
    assert check(Statement("3480", C.NOT_KNOWN, "P911"), harmed) is not None
    suggested = rule.suggest(inside=[harmed], table=TABLE, on=NOW)
    assert suggested is not None
    assert suggested.condition is C.NOT_KNOWN


NUMBERS = {
    "lithium metal": ("LI_METAL", "3090", "3480"),
    "sodium": ("NA_ION", "3551", "3480"),
    "sodium in a unit": ("NA_ION", "3552", "3536"),
    "lithium ion": ("NMC811", "3480", "3551"),
}


@pytest.mark.parametrize(("chemistry", "right", "wrong"), NUMBERS.values(), ids=NUMBERS)
def test_the_number_fits_the_chemistry(chemistry, right, wrong):
    assert check(Statement(right, C.WASTE), pack(chemistry)).statement.un_number == right
    with pytest.raises(WrongUnNumber) as refused:
        check(Statement(wrong, C.WASTE), pack(chemistry))
    assert right in refused.value.remedy
    assert refused.value.pointer == "/dangerous_goods/un_number"


def test_the_table_is_dated():
    old = Statement("3171", C.SOUND)
    assert check(old, pack(), on=date(2025, 6, 30)).statement.un_number == "3171"
    with pytest.raises(WrongUnNumber):
        check(old, pack(), on=date(2025, 7, 1))
    with pytest.raises(WrongUnNumber):
        check(Statement("3551", C.WASTE), pack("NA_ION"), on=date(2024, 12, 31))


WRONG = {
    "damaged in a sound packing": (
        Statement("3480", C.DAMAGED, "P903", (), "x"),
        WrongPacking,
        "P908 or LP904",
    ),
    "no packing named": (Statement("3480", C.SOUND), WrongPacking, "P903 or LP903"),
    "waste in the packing of sound ones": (
        Statement("3480", C.WASTE, "P903"),
        WrongPacking,
        "P909",
    ),
    "a packing for a transport unit": (
        Statement("3536", C.SOUND, "P903"),
        WrongPacking,
        "leave P903 out",
    ),
    "damaged in a transport unit": (
        Statement("3536", C.DAMAGED, "", (), "x"),
        ConditionDoesNotFit,
        "SOUND",
    ),
    "waste with the provision of damaged": (
        Statement("3480", C.WASTE, "P909", ("376",)),
        WrongProvisions,
        "377",
    ),
    "damaged without its provision": (
        Statement("3480", C.DAMAGED, "P908", ("348",), "x"),
        WrongProvisions,
        "376",
    ),
    "a prototype in a unit of one": (
        Statement("3556", C.PROTOTYPE, "", ("388",)),
        WrongProvisions,
        "667",
    ),
    "transport unit with more": (Statement("3536", C.SOUND, "", ("230",)), WrongProvisions, "389"),
    "damage that nobody judged": (Statement("3480", C.DAMAGED, "P908"), NotAssessed, "NOT_KNOWN"),
    "damage judged by a space": (
        Statement("3480", C.DAMAGED_CRITICAL, "P911", (), " "),
        NotAssessed,
        "expert",
    ),
}


@pytest.mark.parametrize(("statement", "refusal", "right"), WRONG.values(), ids=WRONG)
def test_a_wrong_combination_is_refused_with_what_would_be_right(statement, refusal, right):
    with pytest.raises(refusal) as refused:
        check(statement, pack())
    assert right in refused.value.remedy
    assert refused.value.pointer.startswith("/dangerous_goods/")


@pytest.mark.parametrize("condition", [C.SOUND, C.PROTOTYPE])
def test_waste_does_not_travel_as_anything_better(condition):
    with pytest.raises(ConditionDoesNotFit, match="waste"):
        check(Statement("3480", condition, "P903"), pack(), pack(waste=True))
    assert check(Statement("3480", C.WASTE), pack(waste=True))


def test_small_ones_are_freed_by_provision_188():
    freed = Statement("3480", C.SOUND, "", ("188",))
    small = pack(energy="0.1"), pack(energy="0.02", level="CELL")
    assert check(freed, *small).statement.packing_instruction == ""
    with pytest.raises(WrongPacking, match="188"):
        check(Statement("3480", C.SOUND, "P903", ("188",)), *small)
    with pytest.raises(WrongProvisions):
        check(Statement("3480", C.SOUND, "", ("188", "377")), *small)
    for large in (pack(energy="0.101"), pack(energy="0.0201", level="CELL")):
        with pytest.raises(WrongProvisions, match="larger"):
            check(freed, *small, large)
    with pytest.raises(WrongProvisions):
        check(Statement("3090", C.SOUND, "", ("188",)), pack("LI_METAL", energy="0.01"))
    with pytest.raises(WrongProvisions):
        check(Statement("3480", C.WASTE, "", ("188",)), *small)


def test_what_the_table_knows_is_stated():
    with pytest.raises(StatementMissing) as refused:
        check(None, pack())
    assert "3480" in refused.value.remedy
    assert "NOT_KNOWN" in refused.value.remedy
    assert check(None, pack("Pb")) is None
    with pytest.raises(NotInTheTable, match="Pb"):
        check(Statement("2794", C.SOUND), pack("Pb"))


@pytest.mark.parametrize("other", ["NA_ION", "Pb", "LI_METAL"])
def test_chemistries_of_two_numbers_are_two_shipments(other):
    with pytest.raises(MixedChemistries, match="LFP"):
        check(Statement("3480", C.SOUND, "P903"), pack(), pack(other))


def suggested(*inside):
    return rule.suggest(inside=inside, table=TABLE, on=NOW)


def test_a_form_begins_with_what_is_known_and_no_better():
    assert suggested(pack()) == Statement("3480", C.NOT_KNOWN, "P911", ("376",))
    assert suggested(pack(), pack(waste=True)) == Statement("3480", C.WASTE, "P909", ("377",))
    assert suggested(pack("NA_ION")).un_number == "3551"
    assert suggested(pack(), pack("NA_ION")) is None
    assert suggested(pack("Pb")) is None
    assert suggested() is None
    assert check(suggested(pack()), pack())


BROKEN = {
    "no JSON": lambda found: None,
    "a number of three digits": lambda found: found["numbers"][0].update(un="348"),
    "a condition of nobody's": lambda found: found["conditions"][0].update(condition="FINE"),
    "a family of nobody's": lambda found: found["families"].update(LEAD=["PB"]),
    "a row twice": lambda found: found["numbers"].append(found["numbers"][0]),
    "a condition twice": lambda found: found["conditions"].append(found["conditions"][0]),
    "an end before the beginning": lambda found: found["numbers"][0].update(until="2000-01-01"),
    "an energy of no number": lambda found: found["small"].update(cell_kwh="little"),
    "no small ones": lambda found: found.pop("small"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_table_is_refused(name):
    found = json.loads(FILE.read_text())
    BROKEN[name](found)
    data = b"{" if name == "no JSON" else json.dumps(found).encode()
    with pytest.raises(TableBroken):
        load(data)


def test_the_released_table_says_where_each_row_comes_from():
    found = json.loads(FILE.read_text())
    rows = [*found["numbers"], *found["conditions"], found["small"]]
    assert {row["source"] for row in rows} <= set(found["sources"])
    for number in TABLE.numbers:
        for packing in TABLE.packings_for(carried=number.carried, on=NOW).values():
            assert packing.needs
