"""The sequencer orders what waits, chains it, signs it, and publishes it once, in order."""

import json
from datetime import timedelta, timezone

import pytest
from django.db import connection, transaction

from passport.actions import log, publication
from passport.actions import outbox as outbox_of
from passport.actions.event import stamp
from passport.models import Checkpoint, Cosignature, LogEntry, LogHead, Outbox
from passport.postgres.locks import SEQUENCER, try_lock
from passport.proof import checkpoint, tiles, tree
from passport.queries.log import proof_of
from passport.rules.errors import NotFound
from tests.cast import THEN
from tests.recycling.together import together
from tests.simulator import key_of

SUBJECTS = [bytes([n]) * 32 for n in (1, 2)]


@pytest.fixture
def log_house(house, as_system):
    """An empty log, entered as the sequencer does."""
    with as_system():
        yield house


def _enter(count, *, subjects=None, kind="event"):
    with transaction.atomic():
        for number in range(count):
            about = subjects or [SUBJECTS[number % 2]]
            body = f"{kind} {Outbox.objects.count()} {number} {LogHead.objects.get().size}".encode()
            method = "did:web:maker.example#key-1" if kind == "batch" else None
            outbox_of.enter(kind=kind, body=body, subjects=about, method=method, at=THEN)


def _leaves():
    return [json.loads(bytes(row)) for row in _raw()]


def _raw():
    return list(LogEntry.objects.order_by("index").values_list("leaf", flat=True))


def test_entries_stand_in_the_order_in_which_they_were_asked_for(log_house):
    _enter(5)
    asked = [bytes(each) for each in Outbox.objects.order_by("id").values_list("digest", flat=True)]
    assert log_house.turn() == 5
    found = LogEntry.objects.order_by("index").values_list("index", "digest")
    assert [(index, bytes(digest)) for index, digest in found] == list(enumerate(asked))
    assert not Outbox.objects.exists()


def test_each_subject_has_its_own_chain_without_a_gap(log_house):
    for _ in range(3):
        _enter(3)
        log_house.turn()
    hashes = {tree.leaf_hash(bytes(raw)): json.loads(bytes(raw)) for raw in _raw()}
    for subject in {leaf["s"] for leaf in _leaves()}:
        chain = [leaf for leaf in _leaves() if leaf["s"] == subject]
        assert [leaf["q"] for leaf in chain] == list(range(len(chain)))
        named = [leaf["p"] for leaf in chain]
        shown = [_b64(key) for key, leaf in hashes.items() if leaf["s"] == subject]
        assert named == [None, *shown[:-1]]


def _b64(data):
    return outbox_of.leaf.b64u_encode(data)


def test_an_entry_about_many_chains_nobody(log_house):
    _enter(1, subjects=SUBJECTS, kind="batch")
    log_house.turn()
    (leaf,) = _leaves()
    assert (leaf["n"], leaf["q"], leaf["p"]) == (2, None, None)


def test_a_large_queue_is_taken_in_bounded_bites(log_house):
    _enter(7)
    assert log.append_pending(key=log_house.key, at=THEN, limit=3) == 3
    assert log.append_pending(key=log_house.key, at=THEN, limit=3) == 3
    assert log.append_pending(key=log_house.key, at=THEN, limit=3) == 1
    assert log.append_pending(key=log_house.key, at=THEN, limit=3) == 0
    assert LogHead.objects.get().size == 7


def test_the_published_tiles_are_those_of_a_tree_built_anew(log_house):
    files = {}
    for count in (3, 300, 1):
        _enter(count)
        size = log_house.turn()
        leaves = [bytes(leaf) for leaf in _raw()]
        grown = tiles.append(old_size=0, entries=leaves, read=files.__getitem__)
        for path, data in grown.files.items():
            assert (log_house.press.folder / path).read_bytes() == data
        assert (log_house.published().size, log_house.published().root) == (size, grown.root)


def test_what_is_in_the_log_can_be_proved_and_nothing_else(log_house):
    _enter(20)
    digest = bytes(Outbox.objects.order_by("id")[7].digest)
    with pytest.raises(NotFound):
        proof_of(digest=digest)
    log_house.turn()
    proof = proof_of(digest=digest)
    head = log_house.published()
    tree.verify_inclusion(
        leaf=tree.leaf_hash(proof.entry), index=7, size=20, path=proof.path, root=head.root
    )
    with pytest.raises(NotFound):
        proof_of(digest=bytes(32))


def test_of_two_sequencers_at_one_moment_one_appends(log_house):
    _enter(4)
    outcomes = together(lambda _: log.append_pending(key=log_house.key, at=THEN), [1, 2])
    assert LogHead.objects.get().size == 4
    assert LogEntry.objects.count() == 4
    assert 4 in outcomes
    assert all(each in (0, 4) or isinstance(each, log.AnotherSequencer) for each in outcomes)


def test_while_another_sequencer_is_at_work_neither_half_begins(log_house):
    _enter(1)

    def elsewhere(action):
        return action()

    with transaction.atomic():
        assert try_lock(SEQUENCER)
        refused = together(
            elsewhere,
            [
                lambda: log.append_pending(key=log_house.key, at=THEN),
                lambda: publication.publish(press=log_house.press, at=THEN),
            ],
        )
    assert [type(each) for each in refused] == [log.AnotherSequencer] * 2


def test_a_log_of_another_origin_is_not_signed(log_house):
    _enter(1)
    with pytest.raises(log.NoLog):
        log.append_pending(key=key_of("log", "elsewhere.example/log"), at=THEN)
    with pytest.raises(log.LogExists):
        log.create(origin="elsewhere.example/log", at=THEN)


def test_a_missing_quorum_is_waited_for_and_then_said(log_house):
    log_house.down = {"witness-b"}
    _enter(1)
    assert log_house.turn() is None
    assert not (log_house.press.folder / "checkpoint").exists()
    log_house.down = set()
    assert log_house.turn() == 1
    assert Cosignature.objects.count() == 2


def test_a_log_under_load_does_not_wait_for_ever_for_a_lost_witness(log_house):
    log_house.down = {"witness-b"}
    at, published = THEN, None
    while published is None and at < THEN + timedelta(minutes=3):
        _enter(1)
        published = log_house.turn(at)
        at += timedelta(seconds=10)
    assert published is not None
    assert at - THEN > publication.PATIENCE
    body = (log_house.press.folder / "checkpoint").read_bytes()
    assert b"witness-a" in body
    assert b"witness-b" not in body


def test_a_witness_that_has_signed_is_not_asked_again(log_house):
    _enter(1)
    log_house.turn()
    asked = log_house.asked
    LogHead.objects.update(published_size=0)
    assert log_house.turn() == 1
    assert log_house.asked == asked


def test_every_signed_head_is_kept(log_house):
    for _ in range(3):
        _enter(2)
        log_house.turn()
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [2, 4, 6]
    for kept in Checkpoint.objects.all():
        assert (
            checkpoint.parse(bytes(kept.body).decode().partition("\n\n")[0] + "\n").size
            == kept.size
        )


def test_a_row_that_commits_late_is_not_left_behind(log_house):
    # Ids are given at insert and seen at commit: a later id may be taken first.
    _enter(2)
    first, second = Outbox.objects.order_by("id")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM passport_outbox WHERE id = %s", [first.pk])
    log_house.turn()
    first.save(force_insert=True)
    assert log_house.turn() == 2
    assert list(LogEntry.objects.order_by("index").values_list("outbox_id", flat=True)) == [
        second.pk, first.pk,
    ]  # fmt: skip


MOMENTS = {
    "2026-01-05T08:00:00Z": THEN,
    "2026-01-05T08:00:00.000001Z": THEN + timedelta(microseconds=1),
    "2026-01-05T08:00:00.120000Z": THEN + timedelta(milliseconds=120),
    "2026-01-05T06:30:00Z": (THEN - timedelta(minutes=90)).astimezone(timezone(timedelta(hours=5))),
}


@pytest.mark.parametrize("said", MOMENTS)
def test_a_moment_is_written_as_the_service_writes_it(log_house, said):
    outbox_of.enter(kind="event", body=b"x", subjects=[], at=MOMENTS[said])
    log_house.turn()
    assert [leaf["t"] for leaf in _leaves()] == [said] == [stamp(MOMENTS[said])]
