"""Gates: every one asked, the worst route wins, and not read is neither passed nor failed."""

import datetime
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from recycling.queries.tables import FOLDER, planning
from recycling.rules.gate_table import GateTableBroken, parse_gates
from recycling.rules.gates import Facts, GateRoute, Verdict, evaluate
from recycling.rules.grading import Grade, grade, transport, transport_case
from tests.oracle_data import oracle

ON = datetime.date(2026, 6, 1)
RULES = planning().gates
SOUND = Facts(
    chemistry="LFP",
    recall_open=False,
    thermal_event=False,
    case_damage=False,
    water_ingress=False,
    crash_severity="NONE",
    soh_low=Decimal("0.8"),
    resistance_ratio=Decimal("1.2"),
    reading_age_days=Decimal(10),
    soh_method="TESTED",
    traceability=True,
    waste=False,
)
CASES = {
    "sound: offered": ({}, "A", ""),
    "recall: quarantine": ({"recall_open": True}, "Q", "G01"),
    "smoke: quarantine": ({"thermal_event": True}, "Q", "G02"),
    "swollen: quarantine": ({"case_damage": True}, "Q", "G03"),
    "flooded: recycled": ({"water_ingress": True}, "R", "G04"),
    "light crash: offered": ({"crash_severity": "LIGHT"}, "A", ""),
    "airbag: tested": ({"crash_severity": "AIRBAG"}, "T", "G05"),
    "worse crash: tested": ({"crash_severity": "STRUCTURAL"}, "T", "G05"),
    "99 ohm a volt: quarantine": ({"isolation_ohm_per_v": Decimal(99)}, "Q", "G06"),
    "100 ohm a volt: tested": ({"isolation_ohm_per_v": Decimal(100)}, "T", "G07"),
    "500 ohm a volt: offered": ({"isolation_ohm_per_v": Decimal(500)}, "A", ""),
    "1.99 V: recycled": ({"minimum_cell_v": Decimal("1.99")}, "R", "G08"),
    "2.0 V: tested": ({"minimum_cell_v": Decimal("2.0")}, "T", "G09"),
    "sodium at 0 V: offered": ({"minimum_cell_v": Decimal(0), "chemistry": "NA_ION"}, "A", ""),
    "NMC622 at 2.6 V: tested": (
        {"minimum_cell_v": Decimal("2.6"), "chemistry": "NMC622"},
        "T",
        "G09",
    ),
    "spread 101 mV: tested": ({"cell_spread_mv": Decimal(101)}, "T", "G10"),
    "6 % a month: tested": ({"self_discharge_percent_per_month": Decimal(6)}, "T", "G11"),
    "16 % a month: recycled": ({"self_discharge_percent_per_month": Decimal(16)}, "R", "G12"),
    "health 0.39: recycled": ({"soh_low": Decimal("0.39")}, "R", "G13"),
    "health 0.40: tested": ({"soh_low": Decimal("0.40")}, "T", "G14"),
    "health 0.60: offered": ({"soh_low": Decimal("0.60")}, "A", ""),
    "resistance 2.01: tested": ({"resistance_ratio": Decimal("2.01")}, "T", "G15"),
    "16 years: tested": ({"age_years": Decimal(16)}, "T", "G16"),
    "16 of 20 years: offered": ({"age_years": Decimal(16), "expiry_years": Decimal(20)}, "A", ""),
    "knee: tested": ({"knee": True}, "T", "G17"),
    "reading of 181 days: tested": ({"reading_age_days": Decimal(181)}, "T", "G18"),
    "declared health: tested": ({"soh_method": "DECLARED"}, "T", "G19"),
    "reported health: tested": ({"soh_method": "BMS_REPORTED"}, "T", "G19"),
    "untraceable: recycled": ({"traceability": None}, "R", "G20"),
    "waste: tested": ({"waste": True}, "T", "G21"),
    "chemistry unknown: tested": ({"chemistry": None}, "T", "G22"),
    "the worst wins": ({"knee": True, "water_ingress": True, "thermal_event": True}, "Q", "G02"),
}


@pytest.mark.parametrize(("change", "route", "gate"), CASES.values(), ids=CASES)
def test_a_reading_decides_its_route(change, route, gate):
    outcome = evaluate(replace(SOUND, **change), rules=RULES, on=ON)
    assert outcome.route == route
    assert len(outcome.results) == 22
    assert {result.gate for result in outcome.deciding} >= ({gate} if gate else set())
    assert all(result.why for result in outcome.deciding)


def test_not_read_has_its_own_word():
    results = {r.gate: r for r in evaluate(Facts(), rules=RULES, on=ON).results}
    assert results["G06"].verdict is Verdict.NOT_READ
    assert results["G06"].route is GateRoute.OFFER
    assert (results["G02"].verdict, results["G02"].route) == (Verdict.NOT_READ, GateRoute.TEST)
    assert results["G08"].verdict is Verdict.NOT_APPLICABLE
    assert results["G20"].verdict is Verdict.FAILED


def test_a_passed_test_clears_what_a_test_can_clear():
    tested = replace(SOUND, soh_low=Decimal("0.5"), reuse_test_passed=True)
    assert evaluate(tested, rules=RULES, on=ON).route is GateRoute.OFFER
    burnt = replace(tested, thermal_event=True)
    assert evaluate(burnt, rules=RULES, on=ON).route is GateRoute.QUARANTINE


def test_a_gate_holds_from_its_day():
    before = evaluate(SOUND, rules=RULES, on=datetime.date(2025, 12, 31))
    assert before.results == ()


OPS = {
    "is": "is",
    "<": "below",
    ">": "above",
    ">=": "at_least",
    "in": "one_of",
    "missing": "missing",
}


def test_thresholds_are_those_of_the_published_table():
    published = json.loads(oracle("eol/gates.json").read_text(), parse_float=Decimal)
    ours = {gate.id: gate for gate in RULES.gates}
    assert set(ours) == {row["id"] for row in published["gates"]}
    for row in published["gates"]:
        gate, value = ours[row["id"]], row["value"]
        assert gate.comparison.value == OPS[row["op"]], row["id"]
        assert gate.route.value == row["route"][0], row["id"]
        if isinstance(value, dict):
            assert gate.threshold == {k: Decimal(str(v)) for k, v in value.items()}
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            assert gate.threshold == Decimal(str(value)), row["id"]
    grades = {row["grade"]: Decimal(str(row["soh_min"])) for row in published["grades"]}
    assert grades == {name.value: floor for name, floor in planning().grades.floors}


def test_a_broken_table_is_refused():
    document = json.loads((FOLDER / "gates.json").read_text())
    for change in ({"field": "colour"}, {"comparison": "near"}, {"route": "X"}, {"id": "G02"}):
        broken = [document["gates"][0] | change, *document["gates"][1:]]
        with pytest.raises(GateTableBroken):
            parse_gates(document | {"gates": broken})


@pytest.mark.parametrize(
    ("soh", "expected"),
    [("1.05", "A"), ("0.8", "A"), ("0.799", "B"), ("0.6", "C"), ("0.5", "D"), ("0.1", "E")],
)
def test_a_grade_is_of_the_lower_bound(soh, expected):
    assert grade(soh_low=Decimal(soh), table=planning().grades) == expected
    assert grade(soh_low=None, table=planning().grades) is Grade.NONE


@pytest.mark.parametrize(
    ("damaged", "critical", "to_recycling", "packing"),
    [
        (False, False, False, "P903"),
        (False, False, True, "P909"),
        (True, False, True, "P908"),
        (True, True, True, "P911"),
    ],
)
def test_the_condition_decides_the_packing(damaged, critical, to_recycling, packing):
    case = transport_case(damaged=damaged, critical=critical, to_recycling=to_recycling)
    entry = transport(case=case, chemistry="NMC622", table=planning().grades)
    assert (entry.un, entry.packing) == ("UN3480", packing)
    sodium = transport(case=case, chemistry="NA_ION_NFM", table=planning().grades)
    assert sodium.un == "UN3551"
