"""A wrong event is declared wrong by its recorder, once; it stays and counts no more."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from passport.actions import correction, event
from passport.models import Battery, Correction, HealthReading, LifecycleEvent, LogEntry, Outbox
from passport.models.ids import new_id
from passport.proof.encoding import b64u_encode
from passport.queries import correction as corrections
from passport.queries import desk, desk_record
from passport.queries import event as told
from passport.queries import health as readings
from passport.rules.correction import (
    AlreadyCorrected,
    BuiltUpon,
    NoCorrective,
    NotCorrectable,
    NotTheRecorder,
    Reason,
)
from passport.rules.custody import NotTheHolder
from passport.rules.errors import NotFound
from passport.rules.lifecycle import EventKind
from tests.cast import THEN, packs
from tests.passport.acting import acting
from tests.passport.correcting import ID, LATER, declare, give, happened, read
from tests.recycling.together import together


def test_a_declaration_is_an_event_in_the_log_about_the_same_battery(cast, pack, as_system):
    wrong = happened(pack, cast["maker"], what="burnt")
    made = declare(wrong, cast["maker"], reason=Reason.DID_NOT_OCCUR)
    said = json.loads(bytes(made.body))
    digest = b64u_encode(bytes(wrong.body_sha256))
    assert (said["kind"], said["battery"]) == ("CORRECTED", pack.identity)
    assert said["facts"] == {
        "event": str(wrong.event_id), "sha256": digest, "reason": "DID_NOT_OCCUR",
        "correctives": [],
    }  # fmt: skip
    with as_system():
        assert bytes(LifecycleEvent.objects.get(pk=wrong.pk).body) == bytes(wrong.body)
        first, second = Outbox.objects.order_by("-id")[:2]
        assert bytes(first.digest) == bytes(made.body_sha256)
        assert bytes(first.subject) == bytes(second.subject)


def test_readings_of_a_wrong_event_count_nowhere(cast, pack, as_system):
    by = cast["maker"]
    right, wrong = read(pack, by, "0.93"), read(pack, by, "0.92")
    declare(wrong.event, by)
    with acting(by):
        assert readings.latest(battery=pack).pk == right.pk
        assert [row.pk for row in readings.series(battery=pack)] == [right.pk]
        (line,) = (each for each in desk.batteries(party_id=by.pk).lines if each.id == pack.pk)
        assert line.soh.value == Decimal("0.93")
        found = desk_record.record(party_id=by.pk, battery_id=pack.pk)
        assert [each.soh for each in found.readings] == [Decimal("0.930")]
    with as_system():
        assert HealthReading.objects.count() == 2


def test_a_wrong_reading_and_the_right_one_come_in_one_act(cast, pack, as_system):
    by = cast["maker"]
    wrong = read(pack, by, "0.30")
    # A tested battery does not recover: beside the wrong reading this one would be refused.
    right = read(pack, by, "0.93", corrects=wrong.event_id, event_id=ID, at=LATER)
    again = read(pack, by, "0.93", corrects=wrong.event_id, event_id=ID, at=LATER)
    assert again.pk == right.pk
    with as_system():
        (one,) = Correction.objects.all()
        assert (one.event_id, one.correctives) == (wrong.event_id, [right.event_id])
        assert HealthReading.objects.count() == 2


def test_a_correction_of_a_correction_reads_right(cast, pack):
    by = cast["maker"]
    a = read(pack, by, "0.30")
    b = read(pack, by, "0.39", corrects=a.event_id, at=LATER)
    c = read(pack, by, "0.93", corrects=b.event_id, at=LATER + timedelta(hours=1))
    with acting(by):
        rows = told.timeline(battery=pack)
        corrections.mark(rows)
        by_id = {row.pk: row for row in rows}
        first, second, third = (by_id[each.event_id] for each in (a, b, c))
        assert readings.latest(battery=pack).pk == c.pk
        assert [row.pk for row in readings.series(battery=pack)] == [c.pk]
    assert (first.corrected.party_id, first.corrected.reason) == (by.pk, "INCORRECT_DATA")
    assert first.corrected.declared_at == LATER
    assert (first.corrects, second.corrects, third.corrects) == (None, a.event_id, b.event_id)
    assert second.corrected.correctives == [c.event_id]
    assert third.corrected is None
    declarations = [row for row in rows if row.kind == EventKind.CORRECTED]
    assert [row.corrects for row in declarations] == [a.event_id, b.event_id]
    assert [row.correctives for row in declarations] == [[b.event_id], [c.event_id]]


def test_the_same_declaration_again_changes_nothing_and_another_is_refused(cast, pack, as_system):
    by = cast["maker"]
    wrong, other = happened(pack, by), happened(pack, by)
    first = declare(wrong, by, declaration_id=ID)
    assert declare(wrong, by, declaration_id=ID, at=LATER + timedelta(days=1)).pk == first.pk
    with pytest.raises(AlreadyCorrected):
        declare(wrong, by)
    for changed in ({"reason": Reason.DID_NOT_OCCUR}, {"wrong": other}):
        with pytest.raises(event.EventIdReused):
            declare(**{"wrong": wrong, "by": by, "declaration_id": ID} | changed)
    with as_system():
        assert Correction.objects.count() == 1
        assert LifecycleEvent.objects.filter(kind="CORRECTED").count() == 1


def test_the_id_of_an_event_does_not_serve_for_a_declaration(cast, pack):
    wrong = happened(pack, cast["maker"])
    with pytest.raises(event.EventIdReused):
        declare(wrong, cast["maker"], declaration_id=wrong.event_id)


def test_two_who_declare_one_event_wrong_at_once_are_one_and_a_refusal(cast, pack, as_system):
    by = cast["maker"]
    wrong = happened(pack, by)
    made = together(lambda own: declare(wrong, by, declaration_id=own), [new_id(), new_id()])
    kinds = sorted(type(each).__name__ for each in made)
    assert kinds == ["AlreadyCorrected", "LifecycleEvent"]
    one = together(lambda own: declare(happened(pack, by), by, declaration_id=own), [new_id()])
    assert isinstance(one[0], LifecycleEvent)
    other = happened(pack, by)
    same = together(lambda _: declare(other, by, declaration_id=ID).pk, [1, 2, 3])
    assert len(set(same)) == 1
    with as_system():
        assert Correction.objects.count() == 3


def test_only_the_recorder_takes_back_and_a_stranger_learns_nothing(cast, pack):
    wrong = happened(pack, cast["maker"])
    give(pack, cast["maker"], cast["keeper"])
    with pytest.raises(NotTheRecorder):
        declare(wrong, cast["keeper"])
    with pytest.raises(NotFound):
        declare(wrong, cast["stranger"])


def test_a_former_holder_takes_its_own_words_back(cast, pack, house, as_system):
    give(pack, cast["maker"], cast["keeper"])
    wrong = read(pack, cast["keeper"])
    give(pack, cast["keeper"], cast["recycler"])
    with pytest.raises(correction.NotLoggedYet):
        declare(wrong.event, cast["keeper"])
    with as_system():
        house.turn()
    made = declare(wrong.event, cast["keeper"])
    with as_system():
        house.turn()
        first, second = (
            LogEntry.objects.get(digest=bytes(row.body_sha256)) for row in (wrong.event, made)
        )
        assert bytes(first.subject) == bytes(second.subject)
    with acting(cast["recycler"]):
        assert readings.latest(battery=pack) is None


@pytest.mark.parametrize("reason", Reason)
def test_a_commissioning_that_never_was_leaves_the_battery_registered(
    cast, pack, as_system, reason
):
    by = cast["maker"]
    wrong = happened(pack, by, EventKind.COMMISSIONED)
    declare(wrong, by, reason=reason)
    with as_system():
        assert Battery.objects.get(pk=pack.pk).state == "REGISTERED"
    happened(pack, by, EventKind.COMMISSIONED)


def test_a_commissioning_is_replaced_in_one_act(cast, pack, as_system):
    by = cast["maker"]
    wrong = happened(pack, by, EventKind.COMMISSIONED, site="A")
    with acting(by):
        made = correction.record(
            corrects=wrong.pk, battery_id=pack.pk, kind=EventKind.COMMISSIONED, happened_at=THEN,
            event_id=ID, facts={"site": "B"}, by=by, at=LATER,
        )  # fmt: skip
    with as_system():
        assert Battery.objects.get(pk=pack.pk).state == "IN_SERVICE"
        assert Correction.objects.get().correctives == [made.pk]


def test_what_rests_on_it_keeps_a_commissioning(cast, pack, as_system):
    by = cast["maker"]
    first = happened(pack, by, EventKind.COMMISSIONED)
    happened(pack, by, EventKind.RETIRED)
    with pytest.raises(BuiltUpon):
        declare(first, by)
    happened(pack, by, EventKind.REGRADED)
    second = happened(pack, by, EventKind.COMMISSIONED)
    declare(first, by)
    with as_system():
        assert Battery.objects.get(pk=pack.pk).state == "IN_SERVICE"
    declare(second, by)
    with as_system():
        assert Battery.objects.get(pk=pack.pk).state == "REGISTERED"


def test_who_gave_it_away_does_not_undo_its_commissioning(cast, pack):
    wrong = happened(pack, cast["maker"], EventKind.COMMISSIONED)
    give(pack, cast["maker"], cast["keeper"])
    with pytest.raises(NotTheHolder):
        declare(wrong, cast["maker"])


def test_what_another_act_undoes_is_refused(cast, pack):
    by = cast["maker"]
    with pytest.raises(NotCorrectable):
        declare(happened(pack, by, EventKind.RETIRED), by)
    wrong = happened(pack, by)
    with pytest.raises(NotCorrectable):
        declare(declare(wrong, by), by)


def test_a_corrective_is_of_the_same_battery_and_stands(cast, pack, as_system):
    by = cast["maker"]
    with as_system():
        (other,) = packs(by, "P9")
    wrong, elsewhere, gone = happened(pack, by), happened(other, by), happened(pack, by)
    declare(gone, by)
    for each in (elsewhere, gone, wrong):
        with pytest.raises(NoCorrective):
            declare(wrong, by, each)
    with pytest.raises(NoCorrective):
        declare(wrong, by, happened(pack, by), reason=Reason.DID_NOT_OCCUR)
    with pytest.raises(NotFound):
        read(other, by, corrects=wrong.pk)
    with as_system():
        assert Correction.objects.count() == 1
        assert not HealthReading.objects.exists()


def test_of_two_events_that_each_take_the_place_of_the_other_one_stands(cast, pack, as_system):
    by = cast["maker"]
    one, other = happened(pack, by, what="a"), happened(pack, by, what="b")
    outcomes = together(lambda pair: declare(pair[0], by, pair[1]), [(one, other), (other, one)])
    assert sum(isinstance(each, NoCorrective) for each in outcomes) == 1, outcomes
    with as_system():
        assert Correction.objects.count() == 1


def test_whoever_sees_all_rows_undoes_no_other_holders_commissioning(cast, pack, as_system):
    wrong = happened(pack, cast["maker"], EventKind.COMMISSIONED)
    give(pack, cast["maker"], cast["keeper"])
    with as_system(), pytest.raises(NotTheHolder):
        correction.declare(
            event_id=wrong.pk, reason=Reason.DID_NOT_OCCUR, correctives=(),
            declaration_id=new_id(), by=cast["maker"], at=LATER,
        )  # fmt: skip
    with as_system():
        assert Battery.objects.get(pk=pack.pk).state == "IN_SERVICE"
