"""Alarms: raised for those concerned, told to each without the other, dismissed once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError

from passport.actions import alarm, custody, scan
from passport.models import Alarm, Scan
from passport.queries import alarm as queries
from passport.rules.alarm import AlreadyDismissed
from passport.rules.errors import NotFound
from passport.rules.wording import BadWording
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import REFUSED_BELOW, acting, run
from tests.passport.test_naming_right import prove

BERLIN, LISBON = ("52.5", "13.4"), ("38.7", "-9.1")
NAME = "https://id.gs1.org/01/09521234000020/21/P1"


def see(identity=NAME, *, minutes=0, place=None, country=""):
    at = THEN + timedelta(minutes=minutes)
    scan.record(seen=[scan.Seen(identity, None, scan.PAGE, at, country, place)])


def alarms(by, **only):
    with acting(by):
        return list(Alarm.objects.filter(**only))


# --- two makers, one name ----------------------------------------------------------------------


def test_a_clash_is_told_to_both_and_neither_learns_who_the_other_is(cast, pack, as_system):
    maker, second = cast["maker"], cast["second-maker"]
    with as_system():
        done = take_in(second, [model_line(), battery_line("P1")], at=THEN + timedelta(hours=1))
        assert done.rejected == 1
    (mine,), (theirs,) = alarms(maker), alarms(second)
    assert (mine.kind, mine.identity, mine.battery_id, mine.count) == ("CLASH", NAME, pack.pk, 1)
    assert (theirs.kind, theirs.identity, theirs.battery_id) == ("CLASH", NAME, None)
    assert (mine.details["yours"], theirs.details["yours"]) == ("registered before", "refused")
    said = repr([mine.details, theirs.details])
    for word in ("maker", "second", str(maker.pk), str(second.pk)):
        assert word not in said


def test_the_same_clash_again_counts_up_and_a_repetition_raises_none(cast, pack, as_system):
    with as_system():
        for hours in (1, 2):
            line = battery_line("P1", manufactured_on=f"2025-03-0{hours}")
            take_in(cast["second-maker"], [model_line(), line], at=THEN + timedelta(hours=hours))
        take_in(cast["maker"], [battery_line("P1", manufactured_on="2025-03-09")])
    (mine,) = alarms(cast["maker"])
    assert (mine.count, mine.last_seen_at) == (2, THEN + timedelta(hours=2))
    assert mine.first_seen_at == THEN + timedelta(hours=1)


def test_a_file_full_of_clashes_raises_a_hundred_and_tells_the_rest(cast, as_system):
    lines = [battery_line(f"N{number}") for number in range(105)]
    with as_system():
        take_in(cast["maker"], [model_line(), *lines])
        take_in(cast["second-maker"], [model_line(), *lines])
    found = alarms(cast["maker"])
    assert (len(found), found[0].details["more"]) == (100, 5)


# --- scanned and registered by nobody ----------------------------------------------------------


def test_a_name_under_a_proven_prefix_that_nobody_registered_is_told_to_its_holder(cast, as_system):
    with as_system():
        prove(cast["maker"])
        see(NAME)
        see("https://nobody.example/b/1")
        assert alarm.watch(at=THEN) == 1
        see(NAME, minutes=1)
        assert alarm.watch(at=THEN + timedelta(minutes=1)) == 1
    (found,) = alarms(cast["maker"])
    assert (found.kind, found.identity, found.count) == ("UNREGISTERED", NAME, 2)
    assert not alarms(cast["second-maker"])


def test_looking_again_at_the_same_scans_changes_nothing(cast, as_system):
    with as_system():
        prove(cast["maker"])
        see(NAME)
        for _ in range(3):
            alarm.watch(at=THEN)
        (found,) = Alarm.objects.all()
        assert found.count == 1


def test_a_registered_name_and_an_unproven_prefix_raise_nothing(cast, pack, as_system):
    with as_system():
        see(pack.identity)
        see("https://id.gs1.org/01/09521234000020/21/NOBODYS")
        assert alarm.watch(at=THEN) == 0


def test_a_flood_of_invented_serials_stays_within_bounds(cast, as_system):
    with as_system():
        prove(cast["maker"])
        seen = [
            scan.Seen(f"https://id.gs1.org/01/09521234000020/21/F{n}", None, scan.PAGE, THEN)
            for n in range(150)
        ]
        scan.record(seen=seen)
        alarm.watch(at=THEN)
        alarm.watch(at=THEN)
        assert Alarm.objects.count() == 101
        rest = Alarm.objects.get(identity="gs1:9521234")
        assert (rest.count, rest.details) == (50, {"names": 50})


# --- in two places at once ---------------------------------------------------------------------


def test_two_places_too_fast_is_told_to_the_maker_and_the_holder(cast, pack, as_system):
    with as_system():
        offer = custody.hand_over(
            battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
        custody.accept(hand_over_id=offer.pk, by=cast["keeper"], at=THEN)
        see(place=BERLIN)
        see(minutes=10)
        see(minutes=30, place=LISBON)
        assert alarm.watch(at=THEN + timedelta(minutes=31)) == 2
    for who in ("maker", "keeper"):
        (found,) = alarms(cast[who])
        assert (found.kind, found.battery_id) == ("TOO_FAST", pack.pk)
        assert found.details["before"] == {"at": "2026-01-05T08:00:00Z", "place": "52.5, 13.4"}
        assert 2250 < found.details["km"] <= 2312
    assert not alarms(cast["second-maker"])
    assert not alarms(cast["authority"])


def test_many_old_scans_do_not_hide_the_newest_leap(cast, pack, as_system):
    with as_system():
        old = [scan.Seen(NAME, None, scan.PAGE, THEN, "", BERLIN) for _ in range(1000)]
        scan.record(seen=old)
        see(minutes=1, place=BERLIN)
        see(minutes=30, place=LISBON)
        seen = queries.sightings(identity=NAME, until=THEN + timedelta(minutes=31))
        assert len(seen) == 1000
        assert [each.at for each in seen] == sorted(each.at for each in seen)
        assert seen[-1].at == THEN + timedelta(minutes=30)
        assert alarm.watch(at=THEN + timedelta(minutes=31)) == 1
    (found,) = alarms(cast["maker"])
    assert found.kind == "TOO_FAST"


def test_what_was_dismissed_is_not_raised_again_by_the_same_scans(cast, pack, as_system):
    maker = cast["maker"]
    with as_system():
        see(place=BERLIN)
        see(minutes=30, place=LISBON)
        alarm.watch(at=THEN + timedelta(minutes=31))
    (found,) = alarms(maker)
    with acting(maker):
        alarm.dismiss(
            alarm_id=found.pk, reason="a colleague on the phone", who="A", by=maker,
            at=THEN + timedelta(minutes=40),
        )  # fmt: skip
    with as_system():
        alarm.watch(at=THEN + timedelta(minutes=41))
        assert Alarm.objects.count() == 1
        see(minutes=60, place=BERLIN)
        alarm.watch(at=THEN + timedelta(minutes=61))
        assert Alarm.objects.count() == 2


# --- the answer --------------------------------------------------------------------------------


def test_a_dismissal_says_who_and_why_and_binds_that_party_alone(cast, pack, as_system):
    maker, second = cast["maker"], cast["second-maker"]
    with as_system():
        take_in(second, [model_line(), battery_line("P1")])
    (mine,) = alarms(maker)
    told = {"alarm_id": mine.pk, "by": maker, "at": THEN + timedelta(hours=1), "who": "A"}
    with acting(maker):
        with pytest.raises(BadWording):
            alarm.dismiss(**told, reason=" ")
        found = alarm.dismiss(**told, reason="their typing error")
        assert (found.state, found.dismissed_by) == ("DISMISSED", "A")
        with pytest.raises(AlreadyDismissed):
            alarm.dismiss(**told, reason="again")
        assert queries.waiting(party_id=maker.pk) == 0
    assert [each.state for each in alarms(second)] == ["OPEN"]
    with acting(second), pytest.raises(NotFound):
        alarm.dismiss(**(told | {"by": second}), reason="not mine")


# --- from below --------------------------------------------------------------------------------

BARRED = (
    "SELECT * FROM passport_scan",
    "UPDATE passport_scan SET identity = 'x'",
    "DELETE FROM passport_scan",
    "TRUNCATE passport_scan",
    "DELETE FROM passport_alarm",
    "TRUNCATE passport_alarm",
    "UPDATE passport_alarm SET count = 0",
    "UPDATE passport_alarm SET identity = 'x'",
    "UPDATE passport_alarm SET state = 'DISMISSED'",
    "UPDATE passport_alarm SET reason = 'x'",
    "INSERT INTO passport_alarm SELECT * FROM passport_alarm",
    "SELECT * FROM passport_scanmark",
    "SELECT raise_alarms_v1('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', true)",
    "SELECT clashing_owners_v1('{x}', gen_random_uuid())",
)


def test_the_application_changes_and_drops_no_scan_and_no_alarm(cast, pack, as_system):
    with as_system():
        see(pack.identity)
        take_in(cast["second-maker"], [model_line(), battery_line("P1")])
    for statement in BARRED:
        with acting(cast["maker"]), pytest.raises(DatabaseError, match=REFUSED_BELOW):
            run(statement)
    assert [each.count for each in alarms(cast["maker"])] == [1]


def test_raw_sql_of_another_party_meets_no_alarm(cast, pack, as_system):
    with as_system():
        take_in(cast["second-maker"], [model_line(), battery_line("P1")])
    for name in ("keeper", "authority", "auditor", "stranger"):
        with acting(cast[name]):
            assert run("SELECT * FROM passport_alarm") == []
            changed = (
                "UPDATE passport_alarm SET state = 'DISMISSED', reason = 'x', dismissed_by = 'x',"
                " dismissed_at = now()"
            )
            assert run(changed) == 0


def test_not_even_the_owner_reopens_or_drops_an_alarm(cast, pack, as_system, as_role):
    with as_system():
        take_in(cast["second-maker"], [model_line(), battery_line("P1")])
    (mine,) = alarms(cast["maker"])
    with acting(cast["maker"]):
        alarm.dismiss(alarm_id=mine.pk, reason="seen", who="A", by=cast["maker"], at=THEN)
    for role in ("system", "owner"):
        with as_role(role):
            for statement in (
                "UPDATE passport_alarm SET state = 'OPEN'",
                "UPDATE passport_alarm SET count = count - 1",
                "UPDATE passport_alarm SET reason = 'x'",
                "DELETE FROM passport_alarm",
            ):
                with pytest.raises(DatabaseError, match=REFUSED_BELOW):
                    run(statement)


def test_scans_are_dropped_by_age_and_no_sooner(cast, as_system, as_role):
    with as_system():
        see(NAME)
        assert alarm.forget_scans(at=THEN + timedelta(days=40), keep=timedelta(days=30)) == 1
    with as_role("owner"):
        run(
            "INSERT INTO passport_scan (id, identity, kind, at, country)"
            " VALUES (gen_random_uuid(), 'x', 'PAGE', now(), '')"
        )
        for statement in ("DELETE FROM passport_scan", "UPDATE passport_scan SET identity = 'y'"):
            with pytest.raises(DatabaseError, match=REFUSED_BELOW):
                run(statement)
        assert run("SELECT count(*) FROM passport_scan") == [(1,)]


def test_a_scan_keeps_nothing_of_whoever_read(cast, pack):
    columns = {field.name for field in Scan._meta.get_fields()}
    assert columns == {
        "id", "identity", "battery_id", "kind", "at", "country", "latitude", "longitude"
    }  # fmt: skip


def test_made_up_names_crowd_out_no_copy_and_each_is_looked_at(cast, pack, as_system, monkeypatch):
    monkeypatch.setattr(queries, "MOST_IDENTITIES", 3)
    stem = "https://id.gs1.org/01/09521234000020/21/"
    with as_system():
        prove(cast["maker"])
        see(pack.identity, minutes=0, place=BERLIN)
        see(pack.identity, minutes=20, place=LISBON)
        for n in range(10):
            see(f"{stem}F{n}", minutes=21 + n)
        at = THEN + timedelta(minutes=31)
        alarm.watch(at=at)
        assert Alarm.objects.filter(kind="TOO_FAST", identity=pack.identity).exists()
        for more in range(1, 6):
            alarm.watch(at=at + timedelta(minutes=more))
        told = Alarm.objects.filter(kind="UNREGISTERED").values_list("identity", flat=True)
        assert sorted(told) == sorted(f"{stem}F{n}" for n in range(10))
