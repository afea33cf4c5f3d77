"""Records of a yard: each acted on once, whoever sends it how often, and never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Thread
from typing import Any

import pytest
from django.db import connections

from passport.actions import custody, yard
from passport.actions.yard import Kept
from passport.models import Attempt, Battery, HandOver, LifecycleEvent, Outbox, YardRecord
from passport.models.ids import new_id
from passport.queries import yard as queries
from passport.rules.errors import NotFound
from passport.rules.yard import RecordKind
from tests.cast import Cast
from tests.passport.acting import acting
from tests.passport.house import House
from tests.passport.yarding import NOW, SCANNED, UNKNOWN, codes, events, noted, send


def test_a_scan_of_what_one_holds_is_one_event_in_the_log(cast: Cast, kept: Battery) -> None:
    keeper = cast["keeper"]
    scan = noted(text=f"  {kept.identity}\r\n")
    with acting(keeper):
        before = Outbox.objects.values_list("id").count()
    (answer,) = send(keeper, scan)
    assert (answer.again, answer.record and answer.record.code) == (False, "")
    with acting(keeper):
        made = LifecycleEvent.objects.get(event_id=scan.id)
        assert (made.kind, made.happened_at, made.recorder_id) == ("OBSERVED", SCANNED, keeper.pk)
        assert Outbox.objects.values_list("id").count() == before + 1


def test_the_same_records_three_times_in_any_order_are_events_once(
    cast: Cast, kept: Battery
) -> None:
    keeper, dice = cast["keeper"], Random(7)  # noqa: S311 - an order, no secret
    scans = [noted(text=kept.identity, device=f"phone-{n % 2}") for n in range(10)]
    again = []
    for _ in range(3):
        dice.shuffle(scans)
        again += [each.again for each in send(keeper, *scans[:6])]
        again += [each.again for each in send(keeper, *scans[4:])]
    assert again.count(False) == 10
    with acting(keeper):
        assert events(kept) == 10
        assert YardRecord.objects.count() == 10


def test_another_record_under_the_same_id_is_refused_and_changes_nothing(
    cast: Cast, kept: Battery
) -> None:
    keeper = cast["keeper"]
    scan = noted(text=kept.identity)
    send(keeper, scan)
    changed = [
        noted(id=scan.id, text=UNKNOWN), noted(id=scan.id, text=kept.identity, device="other"),
        noted(RecordKind.QUARANTINE, kept.identity, id=scan.id, because="CRASH"),
    ]  # fmt: skip
    for each in changed:
        (answer,) = send(keeper, each)
        assert answer.record is None
        assert answer.refusal is not None
        assert answer.refusal.code == "record-id-reused"
    with acting(keeper):
        assert YardRecord.objects.get().text == kept.identity


def test_one_bad_record_stops_none_of_the_others(cast: Cast, kept: Battery) -> None:
    good = [noted(text=kept.identity) for _ in range(2)]
    bad = [noted(text=text) for text in (UNKNOWN, "]Q301095212340000192" + "1X", "no code")]
    found = codes(send(cast["keeper"], good[0], *bad, good[1]))
    assert found == ["", "unknown-battery", "wrong-check-digit", "not-an-identity", ""]
    with acting(cast["keeper"]):
        assert [each.code for each in queries.attention(party_id=cast["keeper"].pk)] != []
        assert events(kept) == 2


def test_what_is_in_other_hands_is_kept_as_ones_own_and_says_nothing_of_the_battery(
    cast: Cast, kept: Battery
) -> None:
    # The recycler does not see it; the maker sees what it has sold.
    assert codes(send(cast["recycler"], noted(text=kept.identity))) == ["in-other-hands"]
    assert codes(send(cast["maker"], noted(text=kept.identity))) == ["not-the-holder"]
    for name in ("recycler", "maker"):
        with acting(cast[name]):
            (open_,) = queries.attention(party_id=cast[name].pk)
            assert open_.remedy
            # What it tried with a battery that it sees stands in the log, about it.
            assert Attempt.objects.filter(party=cast[name]).count() == (name == "maker")
            assert YardRecord.objects.count() == 1, "each sees its own"
    with acting(cast["keeper"]):
        assert events(kept) == 0


def test_what_is_offered_is_seen_taken_and_refused_by_whom_it_is_offered_to(
    cast: Cast, kept: Battery, offered: HandOver
) -> None:
    recycler = cast["recycler"]
    take = noted(RecordKind.TAKE, kept.identity)
    assert codes(send(recycler, noted(text=kept.identity), take)) == ["", ""]
    with acting(recycler):
        kept.refresh_from_db()
        assert kept.holder_id == recycler.pk
        assert (events(kept), events(kept, "HANDED_OVER")) == (1, 2)
    assert [each.again for each in send(recycler, take)] == [True]
    # From another device, which did not know: it is in hand already, and nothing happens.
    assert codes(send(recycler, noted(RecordKind.TAKE, kept.identity))) == [""]
    with acting(recycler):
        assert events(kept, "HANDED_OVER") == 2


def test_a_hand_over_is_refused_once_and_what_is_not_offered_not_at_all(
    cast: Cast, kept: Battery, offered: HandOver
) -> None:
    recycler = cast["recycler"]
    assert codes(send(recycler, noted(RecordKind.REFUSE, kept.identity))) == [""]
    with acting(recycler):
        assert HandOver.objects.get(pk=offered.pk).state == "REFUSED"
    again = send(cast["keeper"], noted(RecordKind.REFUSE, kept.identity))
    assert codes(again) == ["nothing-offered"]
    # It has left the recycler's sight with the offer.
    assert codes(send(recycler, noted(RecordKind.TAKE, kept.identity))) == ["in-other-hands"]


def test_what_is_set_apart_says_why(cast: Cast, kept: Battery) -> None:
    apart = noted(RecordKind.QUARANTINE, kept.identity, because="CASE_DAMAGE")
    assert codes(send(cast["keeper"], apart)) == [""]
    without = noted(RecordKind.QUARANTINE, kept.identity)
    assert codes(send(cast["keeper"], without)) == ["no-danger"]
    with acting(cast["keeper"]):
        made = LifecycleEvent.objects.get(event_id=apart.id)
        assert made.kind == "INCIDENT"
        assert b'"because":"case_damage"' in bytes(made.body)


def test_what_has_left_one_s_sight_is_taken_back_once_the_log_has_it(
    cast: Cast, kept: Battery, offered: HandOver, house: House, as_system: Callable[[], Any]
) -> None:
    recycler = cast["recycler"]
    scan = noted(text=kept.identity)
    undo = noted(RecordKind.UNDO, of=scan.id)
    send(recycler, scan)
    with acting(cast["keeper"]):
        custody.withdraw(hand_over_id=offered.pk, by=cast["keeper"], at=NOW)
    (later,) = send(recycler, undo)
    assert (later.later, later.record) == (True, None)
    with as_system():
        house.turn(at=NOW)
    assert codes(send(recycler, undo)) == [""]


def test_a_scan_is_taken_back_by_a_declaration_and_stays(cast: Cast, kept: Battery) -> None:
    keeper = cast["keeper"]
    scan = noted(text=kept.identity)
    undo = noted(RecordKind.UNDO, of=scan.id)
    # Both come at once, the later first: they are acted on in the order of their ids.
    assert codes(send(keeper, undo, scan)) == ["", ""]
    assert [each.again for each in send(keeper, scan, undo)] == [True, True]
    with acting(keeper):
        assert (events(kept), events(kept, "CORRECTED")) == (1, 1)
    assert codes(send(keeper, noted(RecordKind.UNDO, of=new_id()))) == ["nothing-to-undo"]
    assert codes(send(cast["recycler"], noted(RecordKind.UNDO, of=scan.id))) == ["nothing-to-undo"]


def test_what_came_to_nothing_is_settled_and_an_answer_stays(
    cast: Cast, kept: Battery, offered: HandOver
) -> None:
    recycler = cast["recycler"]
    lost, take = noted(text=UNKNOWN), noted(RecordKind.TAKE, kept.identity)
    send(recycler, lost, take)
    assert codes(send(recycler, noted(RecordKind.UNDO, of=lost.id))) == [""]
    assert codes(send(recycler, noted(RecordKind.UNDO, of=take.id))) == ["stays-taken"]
    with acting(recycler):
        (open_,) = queries.attention(party_id=recycler.pk)
        yard.settle(record_id=open_.record_id, by=recycler, at=NOW)
        yard.settle(record_id=open_.record_id, by=recycler, at=NOW + timedelta(days=1))
        assert queries.attention(party_id=recycler.pk) == []
        assert YardRecord.objects.get(pk=open_.pk).settled_at == NOW
    with acting(cast["keeper"]), pytest.raises(NotFound):
        yard.settle(record_id=open_.record_id, by=cast["keeper"], at=NOW)


AHEAD = timedelta(minutes=47)
CLOCKS = {
    "right to four minutes: believed": (timedelta(minutes=4), SCANNED, False),
    "ahead: moved back": (AHEAD, SCANNED - AHEAD, True),
    "behind: moved on": (-AHEAD, SCANNED + AHEAD, True),
}


@pytest.mark.parametrize("case", CLOCKS)
def test_a_clock_that_is_wrong_is_told_and_moves_what_it_said(
    cast: Cast, kept: Battery, case: str
) -> None:
    skew, meant, off = CLOCKS[case]
    scan = noted(text=kept.identity)
    (answer,) = send(cast["keeper"], scan, sent_at=NOW + skew)
    assert answer.record is not None
    assert answer.record.off is off
    with acting(cast["keeper"]):
        made = LifecycleEvent.objects.get(event_id=scan.id)
        assert made.happened_at == meant
        assert (b"deviceClockAheadSeconds" in bytes(made.body)) is off
        assert SCANNED.isoformat().encode() in bytes(made.body)
    # The same record a day later, by a clock set right: nothing changes.
    assert send(cast["keeper"], scan, at=NOW + timedelta(days=1), sent_at=NOW)[0].again


def test_a_clock_of_another_century_keeps_its_record_on_the_device(
    cast: Cast, kept: Battery
) -> None:
    scan = noted(text=kept.identity, happened_at=datetime(1970, 1, 1, tzinfo=UTC))
    (answer,) = send(cast["keeper"], scan)
    assert answer.record is None
    assert answer.refusal is not None
    assert answer.refusal.code == "not-a-moment-of-ours"


def test_devices_that_send_at_once_record_once(
    cast: Cast, kept: Battery, as_system: Callable[[], Any]
) -> None:
    keeper = cast["keeper"]
    scans = [noted(text=kept.identity) for _ in range(10)]
    answers: list[Kept] = []

    def device(order: int) -> None:
        try:
            answers.extend(send(keeper, *scans[::order]))
        finally:
            connections.close_all()

    threads = [Thread(target=device, args=(order,)) for order in (1, -1, 1, -1)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [each.again for each in answers].count(False) == 10
    assert len(answers) == 40
    with acting(keeper):
        assert events(kept) == 10
