"""The energy feed of a battery: what is known of its health and limits, and nothing that is not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from passport.actions import custody, health, recall
from passport.actions.recall import Notice, Scope
from passport.models import Battery
from passport.models.ids import new_id
from passport.rules.health import Method, make_reading
from tests import cast as casting
from tests.cast import THEN
from tests.passport import hooking

FACTS = {"31": "6000", "33": "80", "36": "95.2", "34": {"lowest": "-20", "highest": "45"}}


@pytest.fixture
def kept(cast, as_system):
    """A pack in the keeper's hands whose model says something of its life."""
    with as_system():
        lines = [
            casting.model_line("PACK-E", facts=FACTS),
            casting.battery_line("E2", model="PACK-E"),
        ]
        done = casting.take_in(cast["maker"], lines)
        assert not done.rejected, [each.detail for each in done.errors.all()]
        pack = Battery.objects.get(serial="E2")
        hooking.give(pack, cast["maker"], cast["keeper"])
    return pack


def read(pack, by, *, days: int, soh: str, cycles: str | None) -> None:
    reading = make_reading(
        soh=Decimal(soh), method=Method.TESTED, source="bench",
        measured_at=THEN + timedelta(days=days),
        equivalent_cycles=None if cycles is None else Decimal(cycles),
    )  # fmt: skip
    at = THEN + timedelta(days=days, hours=1)
    health.read(battery_id=pack.pk, event_id=new_id(), reading=reading, by=by, at=at)


@pytest.fixture
def read_thrice(cast, kept, as_system):
    with as_system():
        for days, soh, cycles in ((0, "0.99", "100"), (60, "0.95", "500"), (120, "0.9", "1000")):
            read(kept, cast["keeper"], days=days, soh=soh, cycles=cycles)
    return kept


def ask(cast, pack, who="keeper", *, query="", **headers):
    return cast.speak(who).get(f"/api/v1/batteries/{pack.pk}/energy{query}", **headers)


def test_a_battery_that_nobody_read_says_so(cast, kept):
    said = ask(cast, kept).json()
    assert (said["health"], said["withheld"]) == (None, False)
    assert "health" in said["unknown"]
    assert said["remaining"]["level"] is None
    assert said["remaining"]["reason"].startswith("not enough data")
    assert said["remaining"]["cycles_low"] is None
    assert said["degradation"]["reason"] == "the remaining throughput is not known"
    assert said["degradation"]["cost_high_per_kwh"] is None


def test_limits_are_what_the_model_says(cast, kept):
    said = ask(cast, kept).json()
    limits = said["limits"]
    assert (limits["rated_energy_kwh"], limits["nominal_voltage_v"]) == ("10.752", "38.4")
    assert (limits["temperature_low_c"], limits["temperature_high_c"]) == ("-20", "45")
    assert limits["round_trip_percent"] == "95.2"
    assert limits["charge_c"] is None
    assert "charge_c" in said["unknown"]
    assert "round_trip_percent" not in said["unknown"]


def test_health_is_an_interval_with_method_source_and_age(cast, read_thrice, monkeypatch):
    monkeypatch.setattr("api.http.trace.now", lambda: THEN + timedelta(days=125))
    said = ask(cast, read_thrice).json()["health"]
    assert (said["soh_low"], said["soh"], said["soh_high"]) == ("0.89", "0.9", "0.91")
    assert (said["method"], said["origin"], said["age_days"]) == ("TESTED", "bench", 5)
    assert said["usable_energy_low_kwh"] == "9.56928"


def test_the_cost_of_a_kilowatt_hour_comes_with_its_operands(cast, read_thrice):
    said = ask(cast, read_thrice, query="?replacement_price=4200.00&currency=EUR").json()
    remaining, cost = said["remaining"], said["degradation"]
    assert (remaining["level"], remaining["n"], remaining["unit"]) == ("POWER_LAW", 3, "CYCLES")
    cycles = (Decimal(remaining["cycles_low"]), Decimal(remaining["cycles_high"]))
    assert 0 < cycles[0] < Decimal(remaining["middle"]) < cycles[1]
    assert remaining["threshold_soh"] == "0.8"
    assert Decimal(remaining["years_low"]) < Decimal(remaining["years_high"])
    assert (remaining["knee"], remaining["knee_rule"]) == (None, "fewer than 6 readings")
    assert (cost["replacement_price"], cost["currency"]) == ("4200", "EUR")
    assert cost["formula"].startswith("degradation-1")
    low, high = Decimal(cost["throughput_low_kwh"]), Decimal(cost["throughput_high_kwh"])
    assert (low, high) == (cycles[0] * Decimal("10.752"), cycles[1] * Decimal("10.752"))
    assert 0 <= 4200 / high - Decimal(cost["cost_low_per_kwh"]) < Decimal("0.00001")
    assert 0 <= Decimal(cost["cost_high_per_kwh"]) - 4200 / low < Decimal("0.00001")


def test_without_a_price_there_is_no_cost(cast, read_thrice):
    cost = ask(cast, read_thrice).json()["degradation"]
    assert (cost["cost_low_per_kwh"], cost["cost_high_per_kwh"]) == (None, None)
    assert cost["reason"] == "the price of a replacement is not known"


WRONG = (
    "?replacement_price=4200", "?currency=EUR", "?replacement_price=x&currency=EUR",
    "?replacement_price=0&currency=EUR", "?replacement_price=1&currency=euro",
    "?replacement_price=1&currency=eur", "?replacement_price=-1&currency=EUR",
)  # fmt: skip


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_price_is_told(cast, kept, query):
    answer = ask(cast, kept, query=query)
    assert answer.status_code in (400, 422), answer.content
    assert answer.json()["detail"]


def test_who_may_not_read_its_health_gets_the_rest(cast, read_thrice, as_system):
    with as_system():
        custody.grant(
            battery_id=read_thrice.pk, to_id=cast["auditor"].pk, by=cast["keeper"], at=THEN
        )
    for who in ("auditor", "authority"):
        answer = ask(cast, read_thrice, who, query="?replacement_price=1&currency=EUR")
        said = answer.json()
        assert (said["withheld"], said["health"], said["status"]) == (True, None, None)
        assert said["remaining"]["cycles_low"] is None
        assert said["degradation"]["cost_low_per_kwh"] is None
        assert said["limits"]["rated_energy_kwh"] == "10.752"
        assert '"0.9"' not in answer.content.decode()
    assert ask(cast, read_thrice, "stranger").status_code == 404


def test_an_open_recall_is_told(cast, kept, as_system):
    before = ask(cast, kept).json()
    assert (before["recall_open"], before["recalls"]) == (False, [])
    with as_system():
        opened = recall.open_recall(
            maker=cast["maker"], notice=Notice(reason="may leak"),
            scope=Scope(batteries=[kept.pk]), by=cast["maker"], at=THEN,
        )  # fmt: skip
    said = ask(cast, kept).json()
    assert (said["recall_open"], said["recalls"]) == (True, [str(opened.pk)])


def test_the_same_answer_is_not_sent_twice(cast, read_thrice, as_system):
    first = ask(cast, read_thrice)
    again = ask(cast, read_thrice, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    with as_system():
        read(read_thrice, cast["keeper"], days=130, soh="0.89", cycles="1100")
    assert ask(cast, read_thrice, if_none_match=first["ETag"]).status_code == 200
    priced = ask(cast, read_thrice, query="?replacement_price=1&currency=EUR")
    assert priced["ETag"] != first["ETag"]


def test_a_fleet_in_the_asker_s_own_hands_counts_and_another_s_does_not(
    cast, read_thrice, as_system
):
    with as_system():
        lines = [casting.battery_line(f"F{n}", model="PACK-E") for n in range(10)]
        casting.take_in(cast["maker"], lines)
        fleet = list(Battery.objects.filter(serial__startswith="F").order_by("serial"))
        for pack in fleet:
            for days, soh, cycles in ((0, "1", "0"), (50, "0.9", "1500"), (100, "0.79", "3000")):
                read(pack, cast["maker"], days=days, soh=soh, cycles=cycles)
        for pack in fleet[1:]:
            hooking.give(pack, cast["maker"], cast["keeper"], at=THEN + timedelta(days=101))
    assert ask(cast, read_thrice).json()["remaining"]["level"] == "POWER_LAW", "nine of its own"
    with as_system():
        hooking.give(fleet[0], cast["maker"], cast["keeper"], at=THEN + timedelta(days=101))
    said = ask(cast, read_thrice).json()["remaining"]
    assert (said["level"], said["n"], said["coverage"]) == ("FLEET", 10, "0.8")
    assert Decimal(said["cycles_low"]) < Decimal(said["cycles_high"])
