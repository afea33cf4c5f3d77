"""A battery that was found becomes one with its maker's record: under the same name, or another."""

from __future__ import annotations

from datetime import date

import pytest

from passport import tasks
from passport.actions import attestation, custody, event, job, legacy
from passport.models import Alarm, Battery, LegacyBattery, LifecycleEvent
from passport.models.ids import new_id
from passport.queries.passport import public_record
from passport.rules.errors import NotFound, Refusal
from passport.rules.legacy import NotMergedSo
from passport.rules.lifecycle import EventKind
from tests.cast import THEN, battery_line, model_line, packs, take_in
from tests.passport import signing
from tests.passport.acting import acting
from tests.passport.test_legacy import LATER, NAME, claim, keeper, old, work
from tests.passport.test_naming_right import prove

__all__ = ["keeper", "old"]


def test_its_maker_takes_it_over_and_both_histories_are_kept(cast, keeper, old, as_system):
    with as_system():
        event.record(
            battery_id=old.battery_id, kind=EventKind.COMMISSIONED, happened_at=THEN,
            event_id=new_id(), facts={}, by=keeper, at=THEN,
        )  # fmt: skip
        prove(cast["maker"])
        done = claim(cast)
        assert (done.rejected, done.accepted) == (0, 2), [e.detail for e in done.errors.all()]
        battery = Battery.objects.get()
        assert (battery.pk, battery.maker, battery.holder) == (
            old.battery_id, cast["maker"], keeper,
        )  # fmt: skip
        assert (battery.model.code, battery.manufactured_on) == ("PACK-12", date(2025, 3, 2))
        kinds = list(LifecycleEvent.objects.order_by("id").values_list("kind", "recorder__slug"))
        assert kinds == [
            ("REGISTERED", "keeper"), ("COMMISSIONED", "keeper"), ("MERGED", "maker"),
        ]  # fmt: skip
        assert LegacyBattery.objects.get().state == "MERGED"
        assert not Alarm.objects.exists()
    record = public_record(identity=NAME, on=THEN.date())
    assert (record.maker_name, record.legacy.claimed) == ("Maker", True)
    assert record.answers_as == NAME


def test_the_same_line_again_is_a_repetition_and_another_a_clash(cast, old, as_system):
    with as_system():
        prove(cast["maker"])
        claim(cast)
        again = claim(cast)
        assert (again.rejected, again.duplicates) == (0, 2)
        changed = claim(cast, manufactured_on="2025-03-03")
        assert [each.code for each in changed.errors.all()] == ["duplicate-serial"]
        assert LifecycleEvent.objects.filter(kind="MERGED").count() == 1


def test_its_origin_can_be_attested_once_it_is_its_maker_s(cast, old, as_system):
    with as_system():
        prove(cast["maker"])
        claim(cast)
        held = signing.enrolled(cast["maker"])
        made = attestation.record(
            credential_bytes=signing.origin(held, Battery.objects.get()), items=None,
            by=cast["maker"], at=LATER,
        )  # fmt: skip
        assert made.battery_id == old.battery_id


def test_a_maker_that_has_proven_nothing_takes_nothing_over(cast, keeper, old, as_system):
    with as_system():
        done = claim(cast)
        assert [each.code for each in done.errors.all()] == ["not-its-maker"]
        prove(cast["second-maker"])
        done = claim(cast)
        assert [each.code for each in done.errors.all()] == ["named-by-another"]
        assert Battery.objects.get().maker == keeper


@pytest.mark.parametrize("what", ["a parent", "another level", "another salt"])
def test_a_file_does_not_say_what_a_found_battery_cannot_be(cast, old, as_system, what):
    with as_system():
        prove(cast["maker"])
        outer = battery_line("OUT", model="RACK-1")
        lines = {
            "a parent": [model_line(), model_line("RACK-1", level="SYSTEM"), outer,
                         battery_line("OLD1", parent=outer["id"])],
            "another level": [model_line("MOD-1", level="MODULE"),
                              battery_line("OLD1", model="MOD-1")],
            "another salt": [model_line(),
                             battery_line("OLD1", log_salt="AAAAAAAAAAAAAAAAAAAAAA")],
        }[what]  # fmt: skip
        done = take_in(cast["maker"], lines, at=LATER)
        assert [each.code for each in done.errors.all()] == ["not-merged-so"]
        assert LegacyBattery.objects.get().state == "REGISTERED"


# --- its maker has named it otherwise ----------------------------------------------------------


def hand(battery, giver, taker):
    offer = custody.hand_over(battery_id=battery.pk, to_id=taker.pk, by=giver, at=THEN)
    custody.accept(hand_over_id=offer.pk, by=taker, at=THEN)


def merge(by, found, battery):
    with acting(by):
        return legacy.merge_soon(legacy_id=found.pk, battery_id=battery.pk, by=by, at=LATER)


def test_two_names_of_one_battery_become_one_that_answers(cast, keeper, old, as_system):
    with as_system():
        (made,) = packs(cast["maker"], "P9")
    with pytest.raises(NotFound):
        merge(keeper, old, made)  # the maker has not shown it to the keeper yet
    with as_system():
        hand(made, cast["maker"], keeper)
    merge(keeper, old, made)
    with as_system():
        assert work(LATER) == ["done"]
        old.refresh_from_db()
        assert (old.state, old.merged_into_id) == ("MERGED", made.pk)
        for each in (old.battery_id, made.pk):
            assert LifecycleEvent.objects.filter(battery_id=each, kind="MERGED").count() == 1
        with pytest.raises(Refusal):
            event.record(
                battery_id=old.battery_id, kind=EventKind.COMMISSIONED, happened_at=LATER,
                event_id=new_id(), facts={}, by=keeper, at=LATER,
            )  # fmt: skip
    assert public_record(identity=NAME, on=THEN.date()).answers_as == made.identity


def test_nobody_merges_what_he_does_not_hold(cast, keeper, old, as_system):
    with as_system():
        (made,) = packs(cast["maker"], "P9")
        custody.hand_over(battery_id=made.pk, to_id=keeper.pk, by=cast["maker"], at=THEN)
    with pytest.raises(NotMergedSo):
        merge(keeper, old, made)
    with pytest.raises(NotFound):
        merge(cast["stranger"], old, made)
    with acting(keeper):
        forged = job.enqueue(
            kind=legacy.KIND, dedupe_key="x", party=keeper, at=THEN,
            payload={"legacy": str(old.pk), "into": str(made.pk)},
        )  # fmt: skip
    with as_system():
        assert tasks.perform(forged.pk, clock=lambda: LATER) == "done"
        old.refresh_from_db()
        assert old.state == "REGISTERED"
