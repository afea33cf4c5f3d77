"""From waste to a second life: tested, filed, and going on under new passports; cheats refused."""

import uuid
from copy import deepcopy

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from passport.actions import document
from passport.models import Battery, Job, LifecycleEvent, PassportLink
from passport.queries.second_life import onwards
from passport.queries.tenancy import act_as
from passport.rules.dangerous_goods_table import Condition
from recycling import models
from recycling.actions import gate_check, quarantine, second_life, testing, waste
from recycling.actions.waste import EvidenceIncomplete
from recycling.rules.second_life import EvidenceMissing, HeldByAnother, SecondLifeBroken
from tests.recycling.stage import AT, cast, lease, packs, retire, uid

PASSED = {
    name: {"passed": True}
    for name in (
        *("inspection", "bms", "history", "voltage", "capacity", "resistance", "self_discharge"),
    )
}
ITEMS = PASSED | {
    "capacity": {"passed": True, "soh": "0.78", "soh_low": "0.77", "soh_high": "0.79"},
    "resistance": {"passed": True, "resistance_ratio": "1.3"},
}


@pytest.fixture(scope="module")
def begun(begin):
    """Four retired packs: nobody asked whether one is recalled."""

    def _retired(_):
        made = cast()
        for pack in packs(made, ["0.80", "0.81", "0.82", "0.83"]):
            retire(pack, by=made.keeper, recall_open=None)
        return made

    return begin(_retired)


@pytest.fixture
def stage(begun, database):
    return deepcopy(begun.made)


def _packs():
    return list(Battery.objects.filter(level="PACK").order_by("serial"))


def _tested(pack, keeper, *, country="DE", answers=None, **items):
    ordered = testing.order(battery_id=pack.pk, tester_id=keeper.pk, by=keeper, at=AT)
    result = testing.Result(
        items=ITEMS | items,
        answers={"recall_open": False} if answers is None else answers,
        facility="Bench 4",
        country=country,
        certificate="UL-1974-77",
    )
    return testing.record(
        order_id=ordered.pk,
        result=result,
        by=keeper,
        at=AT,
        event_id=uid(),
    )


def _papers(keeper):
    return {
        name: bytes(
            document.store(
                content=f"%PDF-1.7 {name}".encode(),
                media_type="application/pdf",
                by=keeper,
                at=AT,
            ).sha256
        )
        for name in ("contract", "transport")
    }


def _filed(pack, keeper, test):
    return waste.assemble(battery_id=pack.pk, test_id=test.pk, by=keeper, at=AT, **_papers(keeper))


def _sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def _begin(stage, originals, lines, *, status="repurposed"):
    asked = second_life.ask(status=status, originals=originals, lines=lines, by=stage.keeper, at=AT)
    second_life.run(job=lease(Job.objects.get(dedupe_key=f"second-life {asked.pk}")), at=AT)
    asked.refresh_from_db()
    return asked


def test_gates_are_kept_and_a_test_opens_them(stage, as_system):
    with as_system():
        pack = _packs()[0]
        (first,) = models.GateCheck.objects.filter(battery=pack)
        assert (first.because, first.route, len(first.results)) == ("RETIRED", "T", 22)
        recall = first.results[0]
        assert (recall["verdict"], recall["from"]) == ("NOT_READ", "inspection")
        health = next(each for each in first.results if each["field"] == "soh_low")
        assert health["source"] == str(pack.readings.get().pk)

        done = _tested(pack, stage.keeper)
        assert (done.state, done.verdict) == ("RECORDED", "PASSED")
        after = models.GateCheck.objects.filter(battery=pack).latest("id")
        assert (after.because, after.route, after.test) == ("TESTED", "A", done)
        assert after.reading == done.reading
        assert after.results[0]["source"] == str(done.pk)
        crashed = retire_less(stage, crash_severity="AIRBAG")
        assert gate_check.check(battery_id=crashed.pk, by=stage.keeper, at=AT).route == "T"


def retire_less(stage, **condition):
    """Another pack, retired with what is said of it."""
    (pack,) = packs(stage, ["0.85"])
    retire(pack, by=stage.keeper, **condition)
    return pack


def test_a_failed_item_and_what_was_found_send_it_elsewhere(stage, as_system):
    with as_system():
        failed, swollen = _packs()[:2]
        _tested(failed, stage.keeper, self_discharge={"passed": False})
        wet = _tested(swollen, stage.keeper, answers={"case_damage": True})
        assert wet.verdict == "PASSED"
        newest = models.GateCheck.objects.filter(battery=swollen).latest("id")
        assert newest.route == "Q"
        found = quarantine.judge(
            battery_id=swollen.pk, condition=Condition.DAMAGED, assessed_by="an expert",
            by=stage.keeper, at=AT, event_id=uid(),
        )  # fmt: skip
        case = found.case
        assert (case["unNumber"], case["packingInstruction"]) == ("3480", "P908")
        assert (case["specialProvisions"], case["assessedBy"]) == (["376"], "an expert")


def test_waste_is_left_with_its_file_alone(stage, as_system, as_role):
    with as_system():
        pack, other = _packs()[:2]
        waste.declare(battery_id=pack.pk, by=stage.keeper, at=AT, event_id=uid())
        with pytest.raises(EvidenceMissing):
            second_life.ask(
                status="repurposed", originals=[pack.pk], lines=[{}], by=stage.keeper, at=AT
            )
    _no_cheat_leads_out(stage, pack, other, as_system, as_role)
    _the_file_is_whole(stage, pack, other, as_system)
    with as_system():
        done = _begin(stage, [pack.pk], [{}])
        assert (done.state, done.refusal) == ("REGISTERED", "")
        pack.refresh_from_db()
        assert (pack.status, pack.state) == ("repurposed", "MERGED")


def _no_cheat_leads_out(stage, pack, other, as_system, as_role):
    """By SQL, as any role, with a status or with a link: it stays waste."""
    leave = "UPDATE passport_battery SET status = 'repurposed' WHERE id = %s"
    for role in ("system", "owner"):
        with as_role(role), pytest.raises(IntegrityError, match="without the file of Article 73"):
            _sql(leave, pack.pk)
    with transaction.atomic():
        act_as(stage.keeper.pk)
        with pytest.raises(DatabaseError, match="without the file of Article 73"):
            _sql(leave, pack.pk)
    link = (
        "INSERT INTO passport_passportlink (id, original_id, successor_id, since)"
        " VALUES (%s, %s, %s, now())"
    )
    with as_system(), pytest.raises(IntegrityError, match="goes on as no other passport"):
        _sql(link, uuid.uuid4(), pack.pk, other.pk)


def _the_file_is_whole(stage, pack, other, as_system):
    """Tested abroad, failed, of another battery, one paper for both: no file."""
    with as_system():
        abroad = _tested(other, stage.keeper, country="CH")
        failed = _tested(pack, stage.keeper, bms={"passed": False})
        for battery, test in ((other, abroad), (pack, failed)):
            with pytest.raises(EvidenceIncomplete):
                _filed(battery, stage.keeper, test)
        papers = _papers(stage.keeper)
        file = (
            "INSERT INTO recycling_evidencefile (id, battery_id, party_id, test_id, contract_id,"
            " transport_id, made_at) VALUES (%s, %s, %s, %s, %s, %s, now())"
        )
        told = (pack.pk, stage.keeper.pk, abroad.pk, papers["contract"], papers["transport"])
        with pytest.raises(IntegrityError, match="passed in a Member State"):
            _sql(file, uuid.uuid4(), *told)
        good = _tested(pack, stage.keeper)
        same = {"contract": papers["contract"], "transport": papers["contract"]}
        with pytest.raises(EvidenceIncomplete):
            waste.assemble(battery_id=pack.pk, test_id=good.pk, by=stage.keeper, at=AT, **same)
        assert _filed(pack, stage.keeper, good).pk == _filed(pack, stage.keeper, good).pk


def test_several_go_on_as_one_and_one_as_several(stage, as_system):
    with as_system():
        first, second, third, fourth = _packs()
        with pytest.raises(SecondLifeBroken):
            _begin(stage, [first.pk, second.pk], [{}])
        figures = {
            "rated_capacity_ah": "160", "rated_energy_kwh": "80", "nominal_voltage_v": "500",
            "minimum_voltage_v": "400", "maximum_voltage_v": "600", "mass_kg": "640",
        }  # fmt: skip
        name = "https://keeper.example/rack/1"
        merged = _begin(
            stage, [first.pk, second.pk], [figures | {"level": "SYSTEM", "identity": name}]
        )
        made = Battery.objects.get(pk=merged.made[0])
        assert (made.identity, made.level, made.status) == (name, "SYSTEM", "repurposed")
        assert (made.maker, made.holder, made.state) == (stage.keeper, stage.keeper, "REGISTERED")
        assert onwards(identity=name) == ((first.identity, second.identity), ())
        assert onwards(identity=first.identity) == ((), (name,))
        assert _begin_again(stage, first) == "REFUSED"
        _split(stage, third, fourth, as_system)


def _split(stage, third, fourth, as_system):
    with as_system():
        half = {"rated_energy_kwh": "25", "rated_capacity_ah": "50", "mass_kg": "150"}
        split = _begin(stage, [third.pk], [half, half], status="remanufactured")
        assert len(split.made) == PassportLink.objects.filter(original=third).count() == 2
        regraded = LifecycleEvent.objects.filter(battery=third, kind="REGRADED")
        assert regraded.count() == 2
        with pytest.raises(SecondLifeBroken, match="rated_energy_kwh"):
            _begin(stage, [fourth.pk], [{}, {}])
        closed = models.Retirement.objects.filter(battery=third).values_list("state", flat=True)
        assert set(closed) == {"CLOSED"}
        assert models.Retirement.objects.filter(state="OPEN").count() == 1


def _begin_again(stage, pack):
    """Asked for while it still could, done when it can no more: refused, nothing changed."""
    asked = models.SecondLife.objects.create(
        party=stage.keeper, status="re-used", originals=[pack.pk], lines=[{}], asked_at=AT
    )
    second_life._settle(asked, at=AT)
    asked.refresh_from_db()
    return asked.state


def test_nobody_begins_a_second_life_of_what_another_holds(stage, as_system):
    with as_system():
        pack = _packs()[0]
        with pytest.raises(HeldByAnother):
            second_life.ask(
                status="re-used", originals=[pack.pk], lines=[{}], by=stage.storage, at=AT
            )
