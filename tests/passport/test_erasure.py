"""Erasure on lawful demand: the content is nowhere, and everything beside it stands as before."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError

from passport.actions import attestation, erasure, event, health, replay
from passport.models import (
    Attestation,
    AttestationItem,
    Battery,
    Document,
    Erasure,
    HealthReading,
    LifecycleEvent,
    Outbox,
    Withdrawal,
)
from passport.models.ids import new_id
from passport.proof import canonical
from passport.queries import erasure as erasures
from passport.queries.desk_timeline import timeline
from passport.rules.errors import Malformed, NotFound
from passport.rules.health import Method, make_reading
from passport.rules.lifecycle import EventKind
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import acting, run

MARK = "Mallory-4711"
LATER = THEN + timedelta(days=30)
WHY = "asked for by the technician named in it"


def told(cast, pack, **facts):
    """An incident of the maker's pack."""
    return event.record(
        battery_id=pack.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
        facts=facts, by=cast["maker"], at=THEN,
    )  # fmt: skip


def read(cast, pack, event_id):
    return health.read(
        battery_id=pack.pk, event_id=event_id, by=cast["maker"], at=THEN,
        reading=make_reading(
            soh=Decimal("0.9"), method=Method.TESTED, source=MARK, measured_at=THEN
        ),
    )  # fmt: skip


def places_of(mark: str) -> set[str]:
    """Every table in which a row says it anywhere, in text or in bytes; as the administrator."""
    asked = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    tables = [name for (name,) in run(asked + " AND relkind IN ('r', 'p')")]
    wanted = [f"%{mark}%", f"%{mark.encode().hex()}%"]
    return {
        table
        for table in tables
        if run(f"SELECT 1 FROM {table} t WHERE t::text LIKE ANY (%s) LIMIT 1", wanted)
    }


def erase(digest, **more):
    return erasure.erase(digest=bytes(digest), reason=WHY, at=LATER, **more)


@pytest.fixture
def marked(cast, pack, as_system):
    """The same words in everything that can be erased: table → the digest that erases it there."""
    with as_system():
        held, maker = signing.enrolled(cast["maker"]), cast["maker"]
        cells = list(Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity"))
        batch = signing.attest_cells(held, cells, by=maker)
        single = attestation.record(
            credential_bytes=signing.origin(held, pack, model=MARK), items=None, by=maker, at=THEN
        )
        incident, event_id = told(cast, pack, technician=MARK), new_id()
        read(cast, pack, event_id)
        replay.keep(
            party=maker, route="r", key="k", fingerprint=bytes(32), status=201, location="",
            body=canonical.encode({"event_id": str(event_id), "source": MARK}), at=THEN,
        )  # fmt: skip
        withdrawal = Withdrawal.objects.create(
            attestation=single, issuer=maker, method=held.name, reason=MARK, recorded_at=THEN,
            body=MARK.encode(), sha256=hashlib.sha256(MARK.encode()).digest(),
        )  # fmt: skip
        document = Document.objects.create(
            sha256=bytes(32), party=maker, media_type="text/plain", size_bytes=len(MARK),
            content=MARK.encode(), access="parties", stored_at=THEN,
        )  # fmt: skip
        return {
            "passport_lifecycleevent": incident.body_sha256,
            "passport_healthreading": LifecycleEvent.objects.get(event_id=event_id).body_sha256,
            "passport_attestation": single.sha256,
            "passport_withdrawal": withdrawal.sha256,
            "passport_document": document.sha256,
            "batch": batch.sha256,
        }


def test_the_erased_words_are_nowhere_in_the_database(marked, as_role, as_system):
    with as_role("admin"):
        assert places_of(MARK) == set(marked) - {"batch"} | {"passport_idempotencykey"}
    with as_system():
        for digest in marked.values():
            erase(digest)
    with as_role("admin"):
        assert places_of(MARK) == set()
        # Nor the salts and serials that were signed over in the items of the batch.
        assert run("SELECT count(*) FROM passport_attestationitem WHERE body <> ''") == [(0,)]


def test_the_row_its_digest_and_its_neighbours_stay(cast, pack, marked, as_system):
    with as_system():
        other = told(cast, pack, technician="somebody else")
        rows = {model: model.objects.count() for model in (LifecycleEvent, Attestation, Withdrawal)}
        fact = erase(marked["passport_lifecycleevent"])
        gone = LifecycleEvent.objects.get(body_sha256=marked["passport_lifecycleevent"])
        assert (bytes(gone.body), gone.kind, gone.battery) == (b"", "INCIDENT", pack)
        assert LifecycleEvent.objects.get(pk=other.pk).body == other.body
        assert {model: model.objects.count() for model in rows} == rows
        assert erasures.erased(digests=[bytes(gone.body_sha256)]) == {bytes(gone.body_sha256): fact}
        assert erasures.documents(digests=[fact.sha256]) == {fact.sha256: fact.body}


def test_the_fact_is_logged_in_the_chain_of_the_battery(pack, marked, as_system, house):
    with as_system():
        house.turn()
        fact = erase(marked["passport_lifecycleevent"])
        wish = Outbox.objects.get(digest=fact.sha256)
        place = erasures.place_of(digest=bytes(marked["passport_lifecycleevent"]))
        assert (wish.kind, wish.subjects) == ("erasure", 1)
        assert bytes(wish.subject) == place.subject == signing.subject(pack)
        said = canonical.loads(fact.body)
        assert said["battery"] == pack.identity
        assert set(said) == {"format", "digest", "reason", "at", "salt", "battery"}
        assert house.turn()


def test_a_batch_is_erased_whole_or_for_one_battery(pack, marked, as_system):
    with as_system():
        first, second = AttestationItem.objects.order_by("index")
        fact = erase(marked["batch"], battery=first.battery.identity)
        assert bytes(fact.digest) == bytes(first.leaf_hash)
        assert bytes(Outbox.objects.get(digest=fact.sha256).subject) == signing.subject(
            first.battery
        )
        first.refresh_from_db()
        second.refresh_from_db()
        assert (bool(first.body), bool(second.body)) == (False, True)
        whole = erase(marked["batch"])
        assert (whole.battery, Outbox.objects.get(digest=whole.sha256).subjects) == (None, 2)
        second.refresh_from_db()
        assert (bool(second.body), len(second.leaf_hash)) == (False, 32)


def test_the_same_demand_again_changes_nothing(marked, as_system, house):
    with as_system():
        house.turn()
        first = erase(marked["passport_document"])
        again = erasure.erase(digest=bytes(32), reason="for another reason", at=LATER)
        assert (again.pk, Erasure.objects.count()) == (first.pk, 1)
        # A document that was never logged: its erasure is about nobody.
        assert Outbox.objects.get(digest=first.sha256).subjects == 0
        assert house.turn()


def test_what_was_erased_does_not_come_back_when_it_is_sent_again(cast, pack, as_system):
    with as_system():
        event_id = new_id()
        row = read(cast, pack, event_id)
        erase(row.event.body_sha256)
        assert not HealthReading.objects.exists()
        with pytest.raises(event.Erased, match="erased on 2026-02-04: asked for by"):
            read(cast, pack, event_id)
        assert not HealthReading.objects.exists()


def test_a_signed_claim_sent_again_stays_erased(cast, pack, as_system):
    with as_system():
        signed = signing.origin(signing.enrolled(cast["maker"]), pack)
        given = {"credential_bytes": signed, "items": None, "by": cast["maker"], "at": THEN}
        made = attestation.record(**given)
        erase(made.sha256)
        assert bytes(attestation.record(**given).body) == b""


def test_the_timeline_says_when_and_why(cast, pack, as_system):
    with as_system():
        erase(told(cast, pack, technician=MARK).body_sha256)
    with acting(cast["maker"]):
        (line,) = (
            each
            for each in timeline(battery=pack, by=cast["maker"]).lines
            if each.kind == "INCIDENT"
        )
        assert line.summary == f"erased on 2026-02-04: {WHY}"


def test_only_the_systems_role_erases(cast, pack, as_system):
    with as_system():
        digest = bytes(told(cast, pack, technician=MARK).body_sha256)
    with acting(cast["maker"]), pytest.raises(DatabaseError, match="permission denied"):
        erase(digest)


REFUSED = {
    "a digest of nothing": (bytes(31) + b"x", WHY, "", NotFound),
    "a battery that is not in the batch": (None, WHY, "https://id.gs1.org/x", NotFound),
    "no reason": (None, " ", "", Malformed),
    "a reason of two lines": (None, "one\ntwo", "", Malformed),
    "a reason that is too long": (None, "x" * 301, "", Malformed),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refuses(marked, as_system, what):
    digest, reason, battery, refusal = REFUSED[what]
    with as_system():
        with pytest.raises(refusal):
            erasure.erase(
                digest=digest or bytes(marked["batch"]), reason=reason, battery=battery, at=LATER
            )
        assert not Erasure.objects.exists()


def test_the_journal_says_what_to_erase_again_and_holds_no_content(marked, as_system, tmp_path):
    journal = tmp_path / "state" / "erasures"
    with as_system():
        for table in ("passport_lifecycleevent", "passport_document"):
            erase(marked[table], journal=journal)
        with pytest.raises(NotFound):
            erase(bytes(31) + b"x", journal=journal)
    with journal.open("ab") as file:
        file.write(b'{"digest":"cut short by a cra')
    noted = erasure.noted(journal=journal)
    assert [bytes(each.digest) for each in noted] == [
        bytes(marked["passport_lifecycleevent"]), bytes(32),
    ]  # fmt: skip
    assert {(each.reason, each.at) for each in noted} == {(WHY, LATER)}
    assert MARK.encode() not in journal.read_bytes()
    erasure.note(journal=journal, demand=noted[0])
    assert len(erasure.noted(journal=journal)) == 3


def test_a_journal_that_was_tampered_with_is_refused(tmp_path):
    journal = tmp_path / "erasures"
    assert erasure.noted(journal=journal) == []
    journal.write_bytes(b'{"digest":"x"}\n')
    with pytest.raises(Malformed, match="cannot be read"):
        erasure.noted(journal=journal)
