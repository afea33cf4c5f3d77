"""Steps of a treatment are booked as they balance, once, and refused with their figures."""

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from passport.actions import attestation
from passport.actions.event import EventIdReused
from passport.models import Battery
from passport.models.ids import new_id
from passport.rules.errors import Refusal
from recycling.actions.step import Draw
from recycling.models import MassUse, Treatment
from recycling.queries import papers, rollup
from recycling.rules.material import LotNotAttested, MixedFates, SaysSomethingElse
from recycling.rules.recovery import MassDoesNotClose
from recycling.rules.steps import ElementFromNowhere, NotForThis, UsedTwice
from tests.cast import give
from tests.passport.acting import acting, run
from tests.recycling import loop as loops
from tests.recycling.loop import REFINED, SHREDDED
from tests.recycling.together import together

SHORT = (("black mass", "4100", "ONWARD", None), *SHREDDED[1:])


@pytest.fixture(scope="module")
def begun(begin):
    """Ten tonnes in the recycler's hands."""
    return begin(loops.begin)


@pytest.fixture
def loop(begun, database):
    return deepcopy(begun.made)


def test_three_percent_out_of_balance_is_refused_with_the_figures(loop, as_system):
    with acting(loop.cast["recycler"]), pytest.raises(MassDoesNotClose) as told:
        loop.shred(loop.open(), SHORT)
    assert told.value.detail == (
        "10000 kg went in with 10 inputs, 9700 kg came out, 1600 kg of it losses: 300 kg (3.00%)"
        " missing; the table mass-balance-2026-01 allows 2.00% (200 kg) on 2026-01-05"
    )
    with as_system():
        assert not Treatment.objects.exists()
        assert set(Battery.objects.values_list("state", flat=True)) == {"RETIRED"}


def test_many_batteries_are_treated_in_as_many_statements_as_few(loop):
    few, many = loop.old[:1], loop.old[1:]
    asked = []
    for number, some in enumerate((few, many)):
        loop.old = some
        rows = (("black mass", str(1000 * len(some)), "ONWARD", None),)
        with acting(loop.cast["recycler"]):
            opened = loop.open(f"B-{number}")
            with CaptureQueriesContext(connection) as seen:
                loop.shred(opened, rows)
            asked.append(len(seen))
            assert {row.state for row in Battery.objects.filter(pk__in=[b.pk for b in some])} == {
                "RECYCLED"
            }
    assert asked[0] == asked[1], asked


def test_a_battery_that_cannot_be_treated_is_named_by_its_place(loop, as_system):
    with as_system():
        give(loop.old[2], loop.cast["recycler"], loop.cast["keeper"])
    with acting(loop.cast["recycler"]), pytest.raises(Refusal) as told:
        loop.shred(loop.open())
    assert told.value.pointer == "/inputs/2/battery"


@pytest.fixture
def shredded(loop):
    """A batch with its first step."""
    with acting(loop.cast["recycler"]):
        opened, once = loop.open(), new_id()
        first = loop.shred(opened, booking_id=once)
        assert loop.shred(opened, booking_id=once) == first
        with pytest.raises(EventIdReused):
            loop.shred(opened, SHREDDED[:5], booking_id=once)
        # As many inputs that came to as much, but others, or of other masses.
        inside = [Draw(battery_id=each.pk, mass_kg=Decimal(1000)) for each in loop.old]
        for other in (Draw(battery_id=new_id()), replace(inside[0], mass_kg=Decimal(999))):
            with pytest.raises(EventIdReused):
                loop.book(opened, "SHRED", [other, *inside[1:]], SHREDDED, booking_id=once)
        return opened, {each.material: each for each in first.fractions.all()}


def test_a_fraction_goes_where_it_was_booked_to(loop, shredded):
    opened, found = shredded
    black, much = Draw(fraction_id=found["black mass"].pk), (("nickel", "4200", "RECYCLED", None),)
    with acting(loop.cast["recycler"]):
        with pytest.raises(NotForThis):
            loop.book(opened, "REFINE", [Draw(fraction_id=found["Cu"].pk)], REFINED)
        rich = (("nickel", "4200", "RECYCLED", {"Ni": "0.2"}),)
        with pytest.raises(ElementFromNowhere, match="Ni went in"):
            loop.book(opened, "REFINE", [black], rich)
        draw = Draw(fraction_id=found["black mass"].pk, mass_kg=Decimal(4000))
        loop.book(opened, "REFINE", [draw], (("nickel", "4000", "RECYCLED", None),))
        with pytest.raises(UsedTwice, match="200 kg are left"):
            loop.book(opened, "REFINE", [draw], much)
        assert loop.lot("X", found["Cu"]).fate == "RECYCLED"
        with pytest.raises(MixedFates):
            loop.lot("Y", found["plastics"])


STEP = (
    "INSERT INTO recycling_treatment (id, batch_id, step, booking_id, recycler_id, process,"
    " chemistry, mass_in_kg, mass_out_kg, tables_version, treated_at, booked_at, body, body_sha256)"
    " SELECT %s, batch_id, step, %s, recycler_id, process, chemistry, 1, 1, tables_version,"
    " treated_at, booked_at, body, body_sha256 FROM recycling_treatment LIMIT 1"
)
USE = (
    "INSERT INTO recycling_massuse (id, party_id, fraction_id, treatment_id, mass_kg)"
    " SELECT %s, recycler_id, %s, id, %s FROM recycling_treatment"
)


def test_no_kilogram_is_drawn_twice_in_sql(loop, shredded, as_system):
    _, found = shredded
    with as_system():
        for source, kg, why in (
            ("black mass", 4201, r"4200\.00000 kg are left"),
            ("black mass", 1, "were drawn for an input"),
            ("Cu", 1, "does not go there"),
        ):
            with pytest.raises(IntegrityError, match=why):
                run(USE, new_id(), found[source].pk, kg)
        with pytest.raises(IntegrityError, match="stand against an output"):
            run(STEP, new_id(), new_id())
        assert MassUse.objects.filter(battery__isnull=False).count() == 10
    with acting(loop.cast["stranger"]):
        for table in ("massuse", "masstally", "treatmentbatch"):
            assert run(f"SELECT count(*) FROM recycling_{table}") == [(0,)]


def test_no_certificate_is_filed_of_less_than_was_booked_by_then(loop, shredded, monkeypatch):
    opened, found = shredded
    record = attestation.record

    def meanwhile(_):
        with acting(loop.cast["recycler"]):
            loop.book(opened, "REFINE", [Draw(fraction_id=found["black mass"].pk)], REFINED)

    def slow(**told):
        assert together(meanwhile, [None]) == [None]
        return record(**told)

    monkeypatch.setattr(attestation, "record", slow)
    with acting(loop.cast["recycler"]), pytest.raises(SaysSomethingElse):
        loop.certify(opened)
    monkeypatch.setattr(attestation, "record", record)
    with acting(loop.cast["recycler"]):
        loop.certify(opened)


@pytest.fixture
def fed(loop, shredded):
    """The black mass in a lot, certified and attested, in the refiner's hands."""
    opened, found = shredded
    with acting(loop.cast["recycler"]):
        lot = loop.lot("BM-1", found["black mass"])
        with pytest.raises(LotNotAttested):
            papers.lot_facts(lot=lot)
        with pytest.raises(SaysSomethingElse) as told:
            loop.certify(opened, mass={"value": "9999", "unit": "KGM"})
        assert told.value.pointer == "/credentialSubject/mass"
        loop.certify(opened)
        loop.attest(lot)
        whole = rollup.of_year(party=loop.cast["recycler"], year=2026)[0]
        assert whole.way.waiting_kg == 4200
        offered = loop.offer(lot, to="refiner")
    with acting(loop.cast["refiner"]):
        loop.accept(offered, by="refiner")
    return lot


def test_the_first_recycler_answers_for_what_another_made_of_its_black_mass(loop, fed):
    with acting(loop.cast["refiner"]):
        second = loop.open("W-1", by="refiner")
        loop.book(second, "REFINE", [Draw(lot_id=fed.pk)], REFINED, by="refiner")
        facts = papers.certificate_facts(batch=second)
        assert facts["inputs"] == [{"id": fed.identity, "mass": {"value": "4200", "unit": "KGM"}}]
        assert len(facts["upstream"]) == 1
        assert rollup.of_year(party=loop.cast["refiner"], year=2026) == ()
    with acting(loop.cast["recycler"]):
        whole = rollup.of_year(party=loop.cast["recycler"], year=2026)[0]
    assert whole.way.waiting_kg == 0
    assert whole.way.recovered["Ni"] == 620
    assert whole.way.by_fate["RECYCLED"] == 5572
