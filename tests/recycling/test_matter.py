"""Kilograms through steps, lots and claims: each balances, and none is used twice."""

from copy import deepcopy
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError

from passport.actions import attestation, bundle
from passport.models import Battery, Outbox
from passport.models.ids import new_id
from passport.proof import kinds, policy, verdict
from passport.rules.errors import NotFound
from recycling.actions import material, treatment
from recycling.actions.step import Draw
from recycling.models import MassTally, MaterialClaim, Process
from recycling.queries import batch as batches
from recycling.queries import lots
from recycling.rules.material import (
    ClaimedAlready,
    ClaimsMore,
    LotIsUnderWay,
    NotTheHolderOfTheLot,
)
from recycling.rules.recovery import Fate, Output
from recycling.rules.rollup import Standing
from recycling.rules.steps import BatchClosed
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import acting, run
from tests.passport.claiming import claim as signed_claim
from tests.passport.house import House
from tests.recycling import loop as loops
from tests.recycling.loop import OTHER_SALT, REFINED
from tests.recycling.together import together

CHEAT = (
    "INSERT INTO recycling_materialclaim (id, claim_id, lot_id, maker_id, attestation_id,"
    " mass_kg, claimed_at, body, body_sha256) VALUES (%s, %s, %s, %s, %s, 1, now(), '', sha256(''))"
)


@pytest.fixture(scope="module")
def taken_in(begin):
    return begin(loops.begin)


@pytest.fixture(scope="module")
def begun(begin, taken_in, tmp_path_factory):
    """The nickel in the maker's hands."""
    return begin(loops.go_on, after=taken_in)


@pytest.fixture
def made(begun, database):
    return deepcopy(begun.made)


@pytest.fixture
def house(made, tmp_path, as_system, settings):
    """A log of this test's own, with its witnesses."""
    here = House(tmp_path)
    settings.PASSPORT_LOG_DIR = here.press.folder
    settings.PASSPORT_RECORD_KEY = here.record_file
    with as_system():
        here.begin()
    return here


def test_ten_tonnes_are_what_came_out_of_them(made):
    with acting(made.cast["recycler"]):
        sheet = batches.balance(batch_id=made.batch.pk, party=made.cast["recycler"])
    assert (sheet.in_kg, sheet.losses_kg, len(sheet.inputs)) == (10000, 4200, 10)
    assert sheet.in_kg == sheet.kept_kg + sheet.losses_kg + sheet.missing_kg
    assert sheet.missing_kg == Decimal("228")
    assert [line.tolerance for line in sheet.steps] == [Decimal("0.02")] * 2
    nickel = next(each for each in sheet.elements if each.element == "Ni")
    assert (round(nickel.in_kg, 1), nickel.out_kg) == (Decimal("667.9"), 620)
    whole, *by_chemistry = sheet.accounts
    assert [each.way.chemistry for each in by_chemistry] == ["LFP", "NCA", "NMC622"]
    assert sum(each.way.in_kg for each in by_chemistry) == whole.way.in_kg == 10000
    reached = {each.subject: each for each in whole.reached}
    assert reached["recycling"].part_kg == 5572
    assert reached["recycling"].standing is Standing.MISSED
    assert reached["Ni"].standing is Standing.NOT_YET
    assert reached["Ni"].coming.share == Decimal("0.9")
    assert round(reached["Ni"].share, 3) == Decimal("0.928")
    recovered = sum(each.way.recovered.get("Ni", 0) for each in by_chemistry)
    assert round(recovered, 9) == 620
    assert by_chemistry[0].way.recovered["Ni"] == 0, "LFP has no nickel to give"
    assert sheet.certificate_sha256


def test_a_battery_that_went_in_is_gone(made, as_system):
    old = made.old[0]
    with acting(made.cast["recycler"]), pytest.raises(Exception, match="recycled"):
        treatment.book(
            battery_id=old.pk, by=made.cast["recycler"], mass_in_kg=Decimal(1000),
            process=Process.HYDRO, event_id=new_id(), at=THEN,
            fractions=[Output(material="Cu", mass_kg=Decimal(1000), fate=Fate.RECYCLED)],
        )  # fmt: skip
    with as_system():
        assert {b.state for b in Battery.objects.filter(pk__in=[x.pk for x in made.old])} == {
            "RECYCLED"
        }
        with pytest.raises(IntegrityError, match=r"mass_use|duplicate"):
            run(
                "INSERT INTO recycling_massuse (id, party_id, battery_id, treatment_id, mass_kg)"
                " SELECT %s, party_id, battery_id, treatment_id, 1 FROM recycling_massuse"
                " WHERE battery_id IS NOT NULL LIMIT 1", new_id(),
            )  # fmt: skip


def test_a_certified_batch_takes_nothing_more(made, as_role):
    with acting(made.cast["recycler"]), pytest.raises(BatchClosed):
        made.book(made.batch, "REFINE", [Draw(fraction_id=new_id())], REFINED)
    with as_role("system"), pytest.raises(IntegrityError, match="takes no further step"):
        run(
            "INSERT INTO recycling_treatment (id, batch_id, step, booking_id, recycler_id, process,"
            " chemistry, mass_in_kg, mass_out_kg, tables_version, treated_at, booked_at, body,"
            " body_sha256) SELECT %s, batch_id, step, %s, recycler_id, process, chemistry, 1, 1,"
            " tables_version, treated_at, booked_at, body, body_sha256 FROM recycling_treatment"
            " LIMIT 1", new_id(), new_id(),
        )  # fmt: skip


@pytest.fixture
def claimed(made):
    """The maker claims all of it; the second maker holds the lot, and an attestation of its own."""
    with acting(made.cast["maker"]):
        salt, once = made.salt(made.origin), new_id()
        first = made.claim(made.nickel, salt, "620", claim_id=once)
        assert made.claim(made.nickel, salt, "620", claim_id=once) == first
        offered = made.offer(made.nickel, by="maker", to="second-maker")
    with acting(made.cast["second-maker"]):
        made.accept(offered, by="second-maker")
        return first, made.salt(made.origin, by="second-maker", about=OTHER_SALT)


def test_a_kilogram_is_claimed_by_one_maker(made, claimed, as_system):
    first, again = claimed
    second = made.cast["second-maker"]
    with acting(second), pytest.raises(ClaimedAlready) as told:
        made.claim(made.nickel, again, "1", by="second-maker")
    assert told.value.detail == (
        "1 kg are claimed of the lot NI-1; of its 620 kg 620 kg have been claimed or used before,"
        " 0 kg are left"
    )
    with as_system():
        assert Outbox.objects.filter(digest=bytes(first.body_sha256)).count() == 1
        assert MaterialClaim.objects.get().mass_kg == 620
    with acting(made.cast["recycler"]):
        assert MaterialClaim.objects.count() == 1, "who filled the lot sees every claim on it"
        told = lots.line(lot_id=made.nickel.pk, party=made.cast["recycler"]).claims
        for (each,) in (told, lots.claims(lot_id=made.nickel.pk), lots.claimed()):
            assert (each.maker, each.mass_kg) == (made.cast["maker"], 620)
            assert each.attestation_sha256 == bytes(first.attestation.sha256)
    with acting(second):
        assert not MaterialClaim.objects.exists()
        assert lots.claimed() == []


def test_a_kilogram_is_claimed_once_in_sql_too(made, claimed, as_system):
    second = made.cast["second-maker"]
    values = (new_id(), new_id(), made.nickel.pk, second.pk, claimed[1].pk)
    with acting(second), pytest.raises(IntegrityError, match=r"0\.00000 kg are"):
        run(CHEAT, *values)
    with as_system(), pytest.raises(IntegrityError, match="are left of it"):
        run(CHEAT, *values)


def test_two_claims_at_one_moment_are_one_after_the_other(made, as_system):
    with acting(made.cast["maker"]):
        salts = [made.salt(made.origin, about=f"https://maker.example/lot/s-{n}") for n in range(3)]

    def go(salt):
        with acting(made.cast["maker"]):
            return made.claim(made.nickel, salt, "400")

    outcomes = together(go, salts)
    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert [type(each) for each in refused] == [ClaimedAlready, ClaimedAlready]
    with as_system():
        assert MassTally.objects.get(pk=made.nickel.pk).used_kg == 400


CLAIMS = {
    "more than the attestation counts": ("0.1", "101", ClaimsMore),
    "more than there is": ("1", "621", ClaimedAlready),
}


@pytest.mark.parametrize(("share", "kg", "refused"), CLAIMS.values(), ids=CLAIMS)
def test_a_claim_is_no_more_than_both_say(made, share, kg, refused):
    with acting(made.cast["maker"]):
        salt = made.salt(made.origin, share=share)
        with pytest.raises(refused):
            made.claim(made.nickel, salt, kg)


def test_who_does_not_hold_a_lot_claims_nothing_of_it(made, as_role):
    with acting(made.cast["second-maker"]):
        other = made.salt(made.origin, by="second-maker", about=OTHER_SALT)
        with pytest.raises(NotFound):
            made.claim(made.nickel, other, "1", by="second-maker")
    with acting(made.cast["maker"]):
        salt = made.salt(made.origin)
        offered = material.offer(
            lot_id=made.nickel.pk, to_id=made.cast["second-maker"].pk, by=made.cast["maker"],
            at=THEN,
        )  # fmt: skip
        with pytest.raises(LotIsUnderWay):
            made.claim(made.nickel, salt, "1")
    with acting(made.cast["second-maker"]), pytest.raises(NotTheHolderOfTheLot):
        made.claim(made.nickel, other, "1", by="second-maker")
    with acting(made.cast["second-maker"]), pytest.raises(DatabaseError, match="row-level"):
        run(
            CHEAT, new_id(), new_id(), made.nickel.pk, made.cast["second-maker"].pk, other.pk,
        )  # fmt: skip
    with as_role("owner"), pytest.raises(DatabaseError, match="answered once"):
        run("UPDATE recycling_lothandover SET place = 9")
    assert offered.state == "OFFERED"


def _new_pack(made):
    """A pack of the maker's, of a material that is partly the recycler's nickel; as the system."""
    maker, salt = made.cast["maker"], made.salt(made.origin)
    made.claim(made.nickel, salt, "620")
    done = take_in(maker, [model_line(), battery_line("NEW-1")])
    (pack,) = Battery.objects.filter(intake=done)
    part = {
        "material": "nickel salt", "massFraction": "0.1", "recycledShare": "0.62",
        "attestation": loops.named(bytes(salt.body)),
    }  # fmt: skip
    signed = signed_claim(
        made.keys["maker"], kinds.ORIGIN, pack.identity, mass={"value": "72", "unit": "KGM"},
        materials=[part],
    )  # fmt: skip
    attestation.record(credential_bytes=signed, items=None, by=maker, at=THEN)
    return pack


def test_a_new_pack_leads_down_to_the_treatment(made, house, as_system):
    """Pack, the maker's material, the recycler's lot, its certificate: checked offline."""
    with as_system():
        pack = _new_pack(made)
        house.turn()
    with acting(made.cast["maker"]):
        data = bundle.assemble(battery_ids=[pack.pk], by=made.cast["maker"], at=THEN)
    trusted = policy.parse(house.policy_text(made.keys["maker"], made.keys["recycler"]).encode())
    report = verdict.verify(data, policy=trusted)
    assert report.doubts == []
    nickel, own = sorted(report.recycled, key=lambda each: each.index)
    (treated,) = own.treatments
    assert (treated.about, treated.inputs, treated.mass) == (made.batch.identity, 10, 10000)
    assert treated.issuer == made.cast["recycler"].did
    assert (nickel.about, nickel.mass) == (made.nickel.identity, 620)
    assert own.used == Decimal("7.2") * Decimal("0.62")
