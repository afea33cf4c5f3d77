"""The index of EPCIS follows the log: it reads what is new, and leaves out nobody who is late."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from passport.actions import epcis_index, event
from passport.models import EpcisEvent, EpcisMark, LifecycleEvent, LogHead
from passport.models.ids import new_id
from passport.postgres import locks
from passport.queries import epcis_index as queries
from passport.rules.lifecycle import EventKind
from tests.cast import THEN, packs
from tests.passport.acting import REFUSED_BELOW, run

STEM = "https://passport.example"
READ = """
SELECT coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)
FROM pg_stat_xact_user_tables
WHERE relname IN ('passport_lifecycleevent', 'passport_epcisevent', 'passport_logentry',
                  'passport_outbox')
"""


@pytest.fixture
def _of_the_worker(as_system, house):
    with as_system():
        yield


def incident(cast, pack):
    return event.record(
        battery_id=pack.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(), facts={},
        by=cast["maker"], at=THEN,
    )  # fmt: skip


def without_row():
    return set(LifecycleEvent.objects.filter(epcis=None).values_list("pk", flat=True))


def apart(do):
    """In one transaction of a connection of its own, for a thread."""
    try:
        with transaction.atomic():
            return do()
    finally:
        connection.close()


def mark():
    return EpcisMark.objects.get().next_index


@pytest.mark.usefixtures("_of_the_worker")
def test_a_turn_reads_what_is_new_and_not_what_was_there(cast, pack, house):
    for _ in range(200):
        incident(cast, pack)
    house.turn()
    assert epcis_index.catch_up(stem=STEM) >= 200
    for news, most in ((0, 0), (1, 30)):
        for _ in range(news):
            incident(cast, pack)
        house.turn()
        with transaction.atomic():
            # Of a table as small as here, reading all of it would be the shortest way.
            run("SET LOCAL enable_seqscan = off")
            before = run(READ)[0][0]
            assert epcis_index.catch_up(stem=STEM) == news
            assert run(READ)[0][0] - before <= most


@pytest.mark.usefixtures("_of_the_worker")
def test_whoever_commits_late_is_not_left_out(cast, pack, house, monkeypatch):
    """Its id is an hour older than what the log and the index hold when it ends."""
    old = UUID(int=new_id().int - (3_600_000 << 80))
    recorded, on = threading.Event(), threading.Event()

    def incident_under_an_old_id():
        with monkeypatch.context() as patch:
            patch.setitem(vars(LifecycleEvent._meta.pk), "_get_default", lambda: old)
            incident(cast, pack)
        recorded.set()
        assert on.wait(30)

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(apart, incident_under_an_old_id)
        assert recorded.wait(30)
        for serial in ("P2", "P3"):
            packs(cast["maker"], serial)
            house.turn()
            epcis_index.catch_up(stem=STEM)
        assert mark() == LogHead.objects.get().size
        on.set()
        late.result()
    house.turn()
    assert epcis_index.catch_up(stem=STEM) == 1
    assert EpcisEvent.objects.filter(pk=old).exists()


@pytest.mark.usefixtures("_of_the_worker")
def test_mark_and_rows_are_kept_together_or_not_at_all(cast, pack, house, monkeypatch):
    """Some of a span at a time; whoever is killed has moved neither."""
    monkeypatch.setattr(epcis_index, "AT_ONCE", 2)
    monkeypatch.setattr(queries, "ENTRIES", 3)
    for _ in range(7):
        incident(cast, pack)
    house.turn()
    missing, begun = without_row(), mark()
    made, left = epcis_index._rows, [1]

    def killed(rows, stem):
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return made(rows, stem)

    monkeypatch.setattr(epcis_index, "_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        epcis_index.catch_up(stem=STEM)
    assert len(missing - without_row()) == 2
    assert begun < mark() < LogHead.objects.get().size
    monkeypatch.setattr(epcis_index, "_rows", made)
    assert epcis_index.catch_up(stem=STEM) == len(missing) - 2
    assert (without_row(), mark()) == (set(), LogHead.objects.get().size)


@pytest.mark.usefixtures("_of_the_worker")
def test_one_process_at_a_time_does(cast, pack, house):
    house.turn()
    with ThreadPoolExecutor(1) as pool, locks.held(locks.EPCIS_INDEX) as mine:
        assert mine
        assert pool.submit(apart, lambda: epcis_index.catch_up(stem=STEM)).result() == 0
    assert epcis_index.catch_up(stem=STEM) > 0


@pytest.mark.usefixtures("_of_the_worker")
def test_what_waits_for_the_log_is_found_before_it(cast, pack, house):
    made = incident(cast, pack).pk
    assert epcis_index.catch_up(stem=STEM) > 0
    assert EpcisEvent.objects.filter(pk=made).exists()
    house.turn()
    assert epcis_index.catch_up(stem=STEM) == 0
    assert mark() == LogHead.objects.get().size


@pytest.mark.usefixtures("_of_the_worker")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passport_epcismark SET next_index = (SELECT size FROM passport_loghead) + 1",
        "UPDATE passport_epcismark SET next_index = -1",
        "UPDATE passport_epcismark SET id = 2",
        "INSERT INTO passport_epcismark (id, next_index) VALUES (2, 0)",
        "DELETE FROM passport_epcismark",
    ],
)
def test_the_mark_is_one_and_passes_over_nothing(house, statement):
    with pytest.raises(DatabaseError, match=f"{REFUSED_BELOW}|stays within the log"):
        run(statement)
