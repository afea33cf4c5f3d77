"""A bundle of many is made behind the request, with the sight of who asked, and kept for a week."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from passport import tasks
from passport.actions import bundle, bundle_order, custody
from passport.models import BundleOrder, Concern, Job
from passport.proof import canonical
from passport.queries import bundle_order as orders
from passport.queries import genealogy
from passport.queries.naming import UnknownBatteries
from passport.queries.tenancy import stepped_down
from passport.rules.bundle import EmptyList, ListTooLong, TitleTooLong, TooManyWaiting
from passport.rules.errors import NotFound
from tests.cast import THEN, packs
from tests.passport.acting import acting, run


def ask(story, name, *names, **more):
    by = story.cast[name]
    with acting(by):
        return bundle_order.order(names=names, by=by, at=THEN, **{"title": "", **more})


def work(order, at=THEN):
    """Do what the worker does; as the system's role."""
    return tasks.perform(order.job_id, clock=lambda: at)


def fetched(story, name, order):
    with acting(story.cast[name]):
        return orders.file(order_id=order.pk)


def test_the_worker_makes_the_bundle_that_the_party_would_get(story, as_system):
    order = ask(story, "keeper", "P1", title="Line 1")
    with pytest.raises(orders.NoFile, match="not made yet"):
        fetched(story, "keeper", order)
    with as_system():
        assert work(order) == "done"
    data = fetched(story, "keeper", order)
    with acting(story.cast["keeper"]):
        made = orders.state(order_id=order.pk)
    assert story.step(data) is None
    assert (made.size_bytes, bytes(made.sha256)) == (len(data), hashlib.sha256(data).digest())
    assert made.tree_size == story.house.published().size
    assert (made.job.state, made.job.done_count, made.job.total_count) == ("DONE", 1, 1)
    now, later = (canonical.loads(each, max_bytes=len(data)) for each in
                  (story.pulled("keeper", title="Line 1"), data))  # fmt: skip
    assert {k: v for k, v in now.items() if k != "record"} == {
        k: v for k, v in later.items() if k != "record"
    }


def test_the_worker_shows_a_party_nothing_that_it_may_not_see(story, as_system):
    order = ask(story, "keeper", "P1")
    with as_system():
        work(order)
    assert bytes(story.hidden.body) not in {
        bytes(each) for each in story_documents(fetched(story, "keeper", order))
    }


def story_documents(data):
    rows = canonical.loads(data, max_bytes=len(data))["documents"]
    return [canonical.b64_decode(each["bytes"]) for each in rows]


def test_who_lost_sight_meanwhile_gets_nothing(story, as_system):
    keeper, auditor = story.cast["keeper"], story.cast["auditor"]
    with acting(keeper):
        custody.grant(battery_id=story.pack.pk, to_id=auditor.pk, by=keeper, at=THEN)
    order = ask(story, "auditor", "P1")
    with acting(keeper):
        Concern.objects.filter(party=auditor, until=None).update(until=THEN)
    with as_system():
        assert work(order) == "failed"
        job = Job.objects.get(pk=order.job_id)
    assert "no such battery among those that concern you" in job.last_error


def test_stepping_down_leaves_the_sight_of_one_party_alone(story, as_system):
    with as_system():
        with stepped_down(story.cast["stranger"].pk):
            assert run_here("SELECT current_user") == [("passport_app",)]
            assert run_here("SELECT count(*) FROM passport_battery") == [(0,)]
            with pytest.raises(DatabaseError, match="permission denied"):
                run_here("SELECT digest FROM passport_outbox")
        assert run("SELECT current_user") == [("passport_system",)]
        assert run("SELECT count(*) > 0 FROM passport_battery") == [(True,)]


def run_here(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_the_application_does_not_become_the_system(story, database):
    with pytest.raises(DatabaseError, match="permission denied"):
        run("SET ROLE passport_system")


def test_nobody_else_sees_the_order_or_its_file(story, as_system):
    order = ask(story, "keeper", "P1")
    with as_system():
        work(order)
    for name in ("maker", "auditor", "authority", "stranger"):
        with acting(story.cast[name]):
            for read in (orders.state, orders.file):
                with pytest.raises(NotFound):
                    read(order_id=order.pk)
            assert orders.listing(party=story.cast[name], after=None, limit=10) == []


def test_a_file_expires_and_can_be_made_again(story, as_system):
    order = ask(story, "keeper", "P1")
    with as_system():
        work(order)
        early, late = THEN + bundle_order.LIFE, THEN + bundle_order.LIFE + timedelta(minutes=1)
        assert bundle_order.expire(at=early - timedelta(minutes=1)) == 0
        assert bundle_order.expire(at=late) == 1
        assert bundle_order.expire(at=late) == 0
    with pytest.raises(orders.NoFile, match="has expired"):
        fetched(story, "keeper", order)
    again = ask(story, "keeper", "P1")
    with as_system():
        assert work(again) == "done"
    assert story.step(fetched(story, "keeper", again)) is None


def test_the_same_request_twice_is_one_order(story):
    first = ask(story, "keeper", "P1", token="a form of 08:00")
    assert ask(story, "keeper", "P1", token="a form of 08:00").pk == first.pk
    assert ask(story, "keeper", "P1", token="a form of 08:01").pk != first.pk
    assert ask(story, "keeper", "P1").pk != ask(story, "keeper", "P1").pk


def test_a_crowd_of_orders_is_refused(story):
    for _ in range(5):
        ask(story, "keeper", "P1")
    with pytest.raises(TooManyWaiting):
        ask(story, "keeper", "P1")
    assert ask(story, "maker", "P1")


LISTS = {
    "nothing": ((), {}, EmptyList),
    "blanks": ((" ", ""), {}, EmptyList),
    "too many": (["P1"] * 1001, {}, ListTooLong),
    "a novel": (["P1"], {"title": "x" * 201}, TitleTooLong),
    "unknown ones": (["P1", "NOPE"], {}, UnknownBatteries),
}


@pytest.mark.parametrize("what", LISTS)
def test_refuses(story, what):
    names, more, refused = LISTS[what]
    with pytest.raises(refused):
        ask(story, "keeper", *names, **more)


def test_a_short_list_is_answered_at_once_and_a_long_one_by_an_order(story, as_system):
    with as_system():
        many = packs(story.cast["maker"], *(f"Q{n:02}" for n in range(51)))
        story.house.turn()
    maker = story.cast["maker"]
    with acting(maker):
        short = bundle_order.answer(names=["P1", "Q00"], title="", by=maker, at=THEN)
        long = bundle_order.answer(
            names=[each.serial for each in many], title="", by=maker, at=THEN
        )
    assert isinstance(short, bytes)
    assert story.step(short) is None
    assert isinstance(long, BundleOrder)
    with as_system():
        assert work(long) == "done"
    data = fetched(story, "maker", long)
    assert story.step(data) is None
    assert len(story.report(data).batteries) == 51


def test_a_battery_with_too_much_inside_is_ordered_and_not_answered(story, as_system, monkeypatch):
    monkeypatch.setattr(bundle, "INSIDE_AT_ONCE", 12)
    with pytest.raises(bundle.TooMuchAtOnce, match="13 batteries are inside; 12 are shown"):
        story.pulled("keeper")
    assert story.step(story.pulled("keeper", story.cells[0])) is None
    keeper = story.cast["keeper"]
    with acting(keeper):
        order = bundle_order.answer(names=["P1"], title="", by=keeper, at=THEN)
    with as_system():
        assert work(order) == "done"
    assert story.step(fetched(story, "keeper", order)) is None


def test_what_holds_more_than_a_file_is_refused(story, monkeypatch):
    monkeypatch.setattr(genealogy, "MOST", 11)
    with pytest.raises(genealogy.TooMuchInside):
        story.pulled("keeper")


def test_what_is_wrong_with_the_record_stands_in_the_job(story, as_system, as_role):
    order = ask(story, "keeper", "P1")
    with as_role("admin"):
        run("SET session_replication_role = replica;"
            " DELETE FROM passport_lifecycleevent WHERE kind = 'HANDED_OVER'")  # fmt: skip
    with as_system():
        assert work(order) == "failed"
        assert "names is gone" in Job.objects.get(pk=order.job_id).last_error
