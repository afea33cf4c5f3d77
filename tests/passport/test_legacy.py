"""Batteries born before passports: found, registered by the worker, merged with their maker's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError

from passport import tasks
from passport.actions import alarm, attestation, custody, document, job, legacy
from passport.models import Battery, Job, LegacyBattery, LifecycleEvent, LogEntry, Party
from passport.models.ids import new_id
from passport.proof import canonical
from passport.queries import legacy as queries
from passport.queries.passport import public_record
from passport.rules.attestation import NotYourBattery, NotYourRole
from passport.rules.errors import Refusal
from passport.rules.legacy import Plate
from tests.cast import THEN, battery_line, model_line, packs, take_in
from tests.passport import signing
from tests.passport.acting import REFUSED_BELOW, acting, run
from tests.passport.test_naming_right import prove

NAME = "https://id.gs1.org/01/09521234000020/21/OLD1"
PLATE = Plate(
    level="PACK", category="STATIONARY", nominal_voltage_v=Decimal("38.4"),
    capacity_ah=Decimal("280"), mass_kg=Decimal("72"), chemistry="LFP",
)  # fmt: skip
LATER = THEN + timedelta(hours=1)


def find(by, identity=NAME, *, plate=PLATE, **more):
    """One request of the finder, and what the worker makes of it."""
    with acting(by):
        return legacy.find(plate=plate, identity=identity, by=by, at=THEN, **more)


def work(at=THEN):
    """What the worker does with each job of this kind."""
    due = Job.objects.filter(kind=legacy.KIND, state="READY")
    return [tasks.perform(each.pk, clock=lambda: at) for each in due]


@pytest.fixture
def keeper(cast):
    return cast["keeper"]


@pytest.fixture
def old(keeper, as_system):
    """A battery that the keeper has found, registered."""
    made = find(keeper)
    with as_system():
        assert work() == ["done"]
        made.refresh_from_db()
    return made


def claim(cast, serial="OLD1", **changed):
    """Its maker's line for it, in a file."""
    return take_in(cast["maker"], [model_line(), battery_line(serial, **changed)], at=LATER)


# --- found -------------------------------------------------------------------------------------


def test_what_was_found_waits_and_is_registered_with_its_provenance_from_today(
    cast, keeper, house, as_system
):
    made = find(keeper, plate=replace(PLATE, maker_name="Old Works", serial="77"))
    assert (made.state, made.battery_id) == ("WAITING", None)
    with as_system():
        assert work() == ["done"]
        made.refresh_from_db()
        battery = Battery.objects.get(pk=made.battery_id)
        assert (battery.identity, battery.serial, battery.holder) == (NAME, "77", keeper)
        told = LifecycleEvent.objects.get(battery=battery)
        facts = canonical.loads(bytes(told.body))["facts"]
        assert (facts["legacy"], facts["origin"], facts["maker"]) == (
            True, "not attested", "Old Works",
        )  # fmt: skip
        assert facts["assumed"] == made.assumed
        house.turn()
        assert LogEntry.objects.filter(digest=told.body_sha256).exists()
    with acting(keeper):
        assert custody.Custody.objects.get(battery=battery).holder == keeper


def test_the_same_again_is_the_same_and_another_plate_is_refused(keeper, old, as_system):
    assert find(keeper).pk == old.pk
    with pytest.raises(legacy.RegisteredAlready):
        find(keeper, plate=replace(PLATE, mass_kg=Decimal(71)))
    with as_system():
        assert Battery.objects.count() == LegacyBattery.objects.count() == 1


def test_without_a_readable_label_it_gets_a_link_of_the_service_s_own(keeper, settings):
    settings.PASSPORT_PUBLIC_URL = "https://passport.example"
    one, two = find(keeper, ""), find(keeper, "")
    assert one.identity.startswith("https://passport.example/id/found/")
    assert one.identity != two.identity
    settings.PASSPORT_PUBLIC_URL = "http://127.0.0.1:8000"
    assert find(keeper, "").identity.startswith("https://batterypassport.example/id/found/")


def test_what_its_maker_has_registered_is_not_found(cast, keeper, as_system):
    with as_system():
        packs(cast["maker"], "OLD1")
    made = find(keeper)
    with as_system():
        work()
        made.refresh_from_db()
        assert made.state == "REFUSED"
        assert "registered already" in made.refusal
        assert Battery.objects.get().maker == cast["maker"]


def test_a_picture_is_one_that_the_party_stored(cast, keeper, as_system):
    with acting(keeper):
        photo = document.store(
            content=b"\xff\xd8\xff plate", media_type="image/jpeg", by=keeper, at=THEN
        )
    with pytest.raises(legacy.NoSuchPhoto):
        find(cast["workshop"], photo_sha256=bytes(photo.sha256))
    find(keeper, photo_sha256=bytes(photo.sha256))
    with as_system():
        work()
        facts = canonical.loads(bytes(LifecycleEvent.objects.get().body))["facts"]
        assert facts["photo"] == bytes(photo.sha256).hex()


@pytest.mark.parametrize("most", [
    {"nominal_voltage_v": Decimal(5000), "capacity_ah": Decimal(20_000)},
    {"nominal_voltage_v": Decimal("0.1"), "capacity_ah": Decimal("0.0001")},
    {"mass_kg": Decimal(1_000_000), "energy_kwh": Decimal(100_000)},
])  # fmt: skip
def test_whatever_passes_at_the_desk_is_registered_by_the_worker(keeper, as_system, most):
    made = find(keeper, plate=replace(PLATE, **most))
    with as_system():
        assert work() == ["done"]
        made.refresh_from_db()
        assert made.state == "REGISTERED"


def test_what_came_in_past_the_rule_is_refused_by_the_worker_and_does_not_wait(keeper, as_system):
    made = find(keeper, plate=PLATE)
    with as_system():
        plate = made.plate | {"capacity_ah": "99999999"}
        kept = LegacyBattery.objects.create(
            party=keeper, identity=f"{NAME}9", level="PACK", category="EV", plate=plate,
            digest=b"x" * 32, asked_at=THEN,
        )  # fmt: skip
        job.enqueue(
            kind=legacy.KIND, dedupe_key="9", party=keeper, payload={"legacy": str(kept.pk)},
            at=THEN,
        )  # fmt: skip
        assert work() == ["done", "done"]
        kept.refresh_from_db()
        assert (kept.state, kept.refusal[:8]) == ("REFUSED", "99999999")


def test_a_maker_finds_nothing_and_nonsense_is_refused_at_once(cast, keeper):
    for who, changes in {"maker": {}, "auditor": {}}.items():
        with pytest.raises(Refusal):
            find(cast[who], **changes)
    with pytest.raises(Refusal):
        find(keeper, "no name")


def test_anybody_reads_that_it_was_found_and_nobody_by_whom(cast, keeper, old):
    record = public_record(identity=NAME, on=THEN.date())
    assert (record.maker_name, record.maker_did, record.maker_country) == ("unknown", "", "")
    assert (record.legacy.since, record.legacy.claimed) == (THEN, False)
    standing = {point.number: point.standing for point in record.points}
    assert {standing[number] for number in (3, 9, 26, 28)} == {"missing"}
    assert not record.seal.signed_by
    for word in (keeper.name, keeper.slug, str(keeper.pk)):
        assert word not in repr(record)


def test_who_found_it_does_not_attest_its_origin(cast, keeper, old, as_role):
    with acting(keeper):
        held = signing.enrolled(keeper)
        battery = Battery.objects.get(pk=old.battery_id)
        with pytest.raises((NotYourBattery, NotYourRole)):
            attestation.record(
                credential_bytes=signing.origin(held, battery), items=None, by=keeper, at=THEN
            )
    forged = (
        "INSERT INTO passport_attestation (id, issuer_id, kind, method, body, sha256, battery_id,"
        " access, recorded_at) VALUES (gen_random_uuid(), %s, 'BatteryOriginAttestation', %s, '',"
        " '\\x00', %s, 'public', now())"
    )
    for role in ("app", "system", "owner"):
        with as_role(role), acting(keeper), pytest.raises(DatabaseError, match="found"):
            run(forged, keeper.pk, held.name, old.battery_id)


# --- from below --------------------------------------------------------------------------------


def test_the_application_settles_and_merges_nothing(cast, keeper, old, as_system):
    find(keeper, "https://id.gs1.org/01/09521234000020/21/OLD2")
    forged = (
        "UPDATE passport_legacybattery SET state = 'MERGED', merged_into_id = battery_id",
        "UPDATE passport_legacybattery SET claimant_id = party_id",
        "DELETE FROM passport_legacybattery",
        "INSERT INTO passport_legacybattery (id, party_id, identity, level, category, maker_name,"
        " plate, assumed, digest, state, refusal, battery_id, asked_at) SELECT gen_random_uuid(),"
        " party_id, 'x', level, category, '', plate, assumed, digest, 'REGISTERED', '',"
        " battery_id, now() FROM passport_legacybattery",
        "SELECT claim_identities_v3('{x}', gen_random_uuid(), '{a}', ARRAY[gen_random_uuid()],"
        " now())",
    )
    for statement in forged:
        with acting(keeper), pytest.raises(DatabaseError, match=REFUSED_BELOW):
            run(statement)
    for name in ("second-maker", "recycler", "stranger"):
        with acting(cast[name]):
            assert run("SELECT * FROM passport_legacybattery") == []


def test_not_even_the_owner_undoes_a_merge(cast, old, as_system, as_role):
    with as_system():
        prove(cast["maker"])
        claim(cast)
    for role in ("system", "owner"):
        with as_role(role):
            for statement in (
                "UPDATE passport_legacybattery SET state = 'REGISTERED', merged_into_id = NULL",
                "UPDATE passport_legacybattery SET claimant_id = party_id",
                "UPDATE passport_legacybattery SET maker_name = 'x'",
                "DELETE FROM passport_legacybattery",
            ):
                with pytest.raises(DatabaseError, match=REFUSED_BELOW):
                    run(statement)


def test_a_job_settles_what_its_own_party_found(cast, keeper, as_system):
    made = find(keeper)
    second = cast["stranger"]
    with acting(second):
        forged = job.enqueue(
            kind=legacy.KIND, dedupe_key="x", party=second, payload={"legacy": str(made.pk)},
            at=THEN,
        )  # fmt: skip
    with as_system():
        tasks.perform(forged.pk, clock=lambda: THEN)
        assert not Battery.objects.exists()
        assert Party.objects.count() == len(cast.parties)
        assert alarm.watch(at=THEN) == 0
        assert not queries.is_found(battery_id=new_id())
