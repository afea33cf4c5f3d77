"""Captures cheated from below: at once, killed, declared wrong in any order, by raw SQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError

from passport.actions import custody, epcis_capture, erasure, job
from passport.models import (
    Correction,
    EpcisCapture,
    EpcisEvent,
    ErrorBehaviour,
    Job,
    LifecycleEvent,
    Outbox,
)
from tests.api.capturing import NOW, document, numbered, seen
from tests.journeys import killing
from tests.passport.acting import acting, run
from tests.recycling.together import together

ROLLBACK, PROCEED = ErrorBehaviour.ROLLBACK, ErrorBehaviour.PROCEED


def begun(by, *events, behaviour=ROLLBACK):
    """A document that waits."""
    return epcis_capture.begin(document=document(*events), behaviour=behaviour, by=by, at=NOW)


def work_off(waiting, at=NOW):
    """Do what the worker does with it."""
    leased = job.lease(job_id=waiting.job_id, at=at)
    assert leased is not None
    epcis_capture.run(job=leased, at=at)
    waiting.refresh_from_db()
    return waiting


def captured(by, *events, behaviour=ROLLBACK):
    return work_off(begun(by, *events, behaviour=behaviour))


def counts(*waiting):
    return [(each.accepted, each.duplicates, each.rejected) for each in waiting]


def declared(event, **said):
    return event | {"errorDeclaration": {"declarationTime": "2026-01-25T10:00:00Z", **said}}


def test_of_two_documents_at_once_with_the_same_events_each_event_lands_once(cast, pack, as_system):
    events = [seen(pack.identity, eventID=numbered(n)) for n in range(40)]
    with as_system():
        both = [begun(cast["maker"], *some) for some in (events, events[::-1])]

        def go(waiting):
            return work_off(waiting)

        done = together(go, both)
        assert not [each for each in done if isinstance(each, Exception)], done
        assert EpcisEvent.objects.count() == 40
        assert sorted(counts(*done)) == [(0, 40, 0), (40, 0, 0)]
        assert Outbox.objects.filter(
            digest__in=LifecycleEvent.objects.filter(epcis__isnull=False).values("body_sha256")
        ).count() == 40  # fmt: skip


def test_a_worker_killed_before_each_of_its_effects_records_all_of_it_once(
    cast, pack, as_system, tmp_path
):
    events = [seen(pack.identity, eventID=numbered(n)) for n in range(5)]
    later = NOW
    with as_system():
        for effect in range(1, 60):
            some = [each | {"eventID": numbered(100 * effect + n)} for n, each in enumerate(events)]
            waiting = begun(cast["maker"], *some)

            def act(waiting=waiting, at=later):
                work_off(waiting, at=at)

            done = killing.run(act, journal=tmp_path / "signed", before_effect=effect)
            if not done:
                later += job.LEASE + timedelta(seconds=1)
                work_off(waiting, at=later)
            waiting.refresh_from_db()
            assert counts(waiting) == [(5, 0, 0)]
            if done:
                break
        assert done
        assert effect > 2
        assert EpcisEvent.objects.count() == 5 * effect
        assert not Job.objects.filter(kind="epcis").exclude(state="DONE").exists()


def test_an_error_declaration_declares_its_event_wrong(cast, pack, as_system):
    wrong = seen(pack.identity, eventID=numbered(1), disposition="damaged")
    right = seen(pack.identity, eventID=numbered(2))
    with as_system():
        captured(cast["maker"], wrong)
        told = captured(
            cast["maker"],
            declared(wrong, reason="incorrect_data", correctiveEventIDs=[numbered(2)]),
            right,
        )
        assert counts(told) == [(2, 0, 0)]
        (made,) = Correction.objects.all()
        assert made.event.epcis.event_uri == numbered(1)
        corrective = EpcisEvent.objects.get(event_uri=numbered(2))
        assert (made.reason, made.correctives) == ("INCORRECT_DATA", [corrective.pk])


def test_a_declaration_that_comes_before_its_event_takes_effect_when_that_arrives(
    cast, pack, as_system
):
    wrong = seen(pack.identity, eventID=numbered(1))
    with as_system():
        told = captured(cast["maker"], declared(wrong, reason="did_not_occur"))
        assert counts(told) == [(1, 0, 0)]
        assert not Correction.objects.exists()
        captured(cast["maker"], wrong)
        assert Correction.objects.get().event.epcis.event_uri == numbered(1)
        again = captured(cast["maker"], declared(wrong, reason="did_not_occur"), wrong)
        assert counts(again) == [(0, 2, 0)]
        assert Correction.objects.count() == 1


def test_a_declaration_that_says_something_else_is_refused(cast, pack, as_system):
    wrong = seen(pack.identity, eventID=numbered(1))
    with as_system():
        captured(cast["maker"], wrong)
        other = declared(wrong | {"bizStep": "receiving"}, reason="did_not_occur")
        told = captured(cast["maker"], other, seen(eventID=numbered(3)), behaviour=PROCEED)
        assert counts(told) == [(1, 0, 1)]
        assert told.errors.get().code == "epcis-not-the-same-event"
        assert not Correction.objects.exists()
        assert EpcisEvent.objects.count() == 2


def test_of_an_event_about_several_nobody_learns_the_others(cast, pack, as_system, as_role):
    (cell,) = run_cells(pack, as_system)[:1]
    with as_system():
        captured(cast["maker"], seen(pack.identity, cell.identity, eventID=numbered(1)))
        custody.grant(battery_id=pack.pk, to_id=cast["workshop"].pk, by=cast["maker"], at=NOW)
        row = LifecycleEvent.objects.get(epcis__isnull=False)
        assert set(row.members) == {pack.pk, cell.pk}
        assert pack.identity not in bytes(row.body).decode()
        assert pack.identity in bytes(row.epcis.apart).decode()
    with as_role("app"):
        for who, sees in (("maker", 1), ("workshop", 1), ("keeper", 0), ("stranger", 0)):
            with acting(cast[who]):
                assert (who, EpcisEvent.objects.count()) == (who, sees)
                assert (who, EpcisCapture.objects.count()) == (who, int(who == "maker"))


def run_cells(pack, as_system):
    with as_system():
        return list(type(pack).objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity"))


def test_what_was_erased_leaves_no_term_and_does_not_come_again(cast, pack, as_system):
    one = seen(pack.identity, eventID=numbered(1))
    with as_system():
        told = captured(cast["maker"], one)
        assert told.body is None
        row = LifecycleEvent.objects.get(epcis__isnull=False)
        erasure.erase(digest=bytes(row.body_sha256), reason="asked for", at=NOW)
        assert not EpcisEvent.objects.exists()
        again = captured(cast["maker"], one)
        assert counts(again) == [(0, 0, 1)]
        assert again.errors.get().code == "epcis-erased"


@pytest.mark.parametrize("role", ["app", "system", "owner"])
def test_no_role_changes_what_was_captured(cast, pack, as_system, as_role, role):
    with as_system():
        captured(cast["maker"], seen(pack.identity, eventID=numbered(1)))
    statements = (
        "UPDATE passport_epcisevent SET terms = '{}'",
        "DELETE FROM passport_epcisevent",
        "UPDATE passport_epciscapture SET accepted = 7",
        "DELETE FROM passport_epciscapture",
        "INSERT INTO passport_epcisevent SELECT gen_random_uuid(), recorder_id, 'urn:x:1', false,"
        " event_hash, event_type, event_time, record_time, terms, measured, apart, capture_id"
        " FROM passport_epcisevent",
    )
    with as_role(role):
        for statement in statements:
            with acting(cast["maker"]), pytest.raises(DatabaseError):
                run(statement)
