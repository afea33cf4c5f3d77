"""A new name for the same log: the tree goes on, and nothing but that very step is let through."""

import hashlib
import json

import pytest
from django.db import connection, transaction

from passport.actions import checkpoint_lock, era, log, publication
from passport.actions import outbox as outbox_of
from passport.actions.publication import ForkRefused
from passport.models import LogDocument, LogEntry, LogEra, LogHead
from passport.proof import checkpoint, note, policy, tree
from passport.queries.log import previous, published
from tests.cast import THEN
from tests.simulator import ORIGIN

NEXT = "batterypassport.example/log/2027"


@pytest.fixture
def log_house(house, as_system):
    """A log of three published entries, entered as the sequencer does."""
    with as_system():
        _enter(3)
        house.turn()
        yield house


def _enter(count, word="x"):
    with transaction.atomic():
        for number in range(count):
            body = f"{word} {number} {LogHead.objects.get().size}".encode()
            outbox_of.enter(kind="event", body=body, subjects=[bytes(32)], at=THEN)


def test_the_tree_goes_on_under_the_new_name(log_house):
    old = published()
    _enter(2, "waits")
    assert log_house.rename(NEXT) == 3
    assert log_house.turn() == 6
    leaves = [
        bytes(leaf) for leaf in LogEntry.objects.order_by("index").values_list("leaf", flat=True)
    ]
    first = json.loads(leaves[3])
    assert (first["k"], first["n"], first["s"]) == ("previous-log", 0, None)
    assert first["d"] == outbox_of.leaf.b64u_encode(hashlib.sha256(old.body).digest())
    head = log_house.published()
    assert (head.origin, head.size) == (NEXT, 6)
    assert head.root == tree.root(map(tree.leaf_hash, leaves))
    assert (log_house.press.folder / "previous" / "3").read_bytes() == old.body


def test_older_checkpoints_come_with_their_consistency(log_house):
    old = published()
    assert previous(size=3) == []
    log_house.rename(NEXT)
    _enter(300)
    log_house.turn()
    head = published()
    (found,) = previous(size=head.size)
    said = checkpoint.parse(note.parse(found.checkpoint)[0])
    assert found.checkpoint == old.body
    tree.verify_consistency(
        old=said.size, new=head.size, old_root=said.root, new_root=head.root, path=found.path
    )
    policy.parse(log_house.policy_text().encode()).check_quorum(
        {each.verifier for each in _opened(log_house, found.checkpoint)}
    )


def _opened(house, body):
    return note.verify(
        body, verifiers=policy.parse(house.policy_text().encode()).verifiers()
    ).verified


def test_a_second_new_name_leaves_both_old_ones_shown(log_house):
    log_house.rename(NEXT)
    log_house.turn()
    log_house.rename(NEXT + "b")
    log_house.turn()
    origins = [note.parse(each.checkpoint)[0].split("\n")[0] for each in previous(size=5)]
    assert origins == [ORIGIN, NEXT]
    assert list(LogEra.objects.order_by("began_at").values_list("began_at", flat=True)) == [0, 3, 4]


def _unpublished(house):
    _enter(1)
    log.append_pending(key=house.key, at=THEN, lock=house.press.lock)


def _unwitnessed(house):
    path = house.press.folder / "checkpoint"
    text, lines = note.parse(path.read_bytes())
    path.write_bytes(note.join(text=text, signatures=lines[:2]))


def _older(house):
    kept = (house.press.folder / "checkpoint").read_bytes()
    _enter(1)
    house.turn()
    (house.press.folder / "checkpoint").write_bytes(kept)


UNSETTLED = {
    "the head is not published": (_unpublished, "3 of 4 entries are published"),
    "a witness lacks": (_unwitnessed, "quorum"),
    "the public file is an older one": (_older, "is not the checkpoint of 4 entries"),
}


@pytest.mark.parametrize("name", UNSETTLED)
def test_a_name_ends_only_where_all_is_published_and_witnessed(log_house, name):
    spoil, said = UNSETTLED[name]
    spoil(log_house)
    with pytest.raises(era.NotSettled, match=said):
        log_house.rename(NEXT)
    assert LogHead.objects.get().origin == ORIGIN
    assert not LogDocument.objects.exists()


def test_an_old_name_is_never_taken_again(log_house):
    log_house.rename(NEXT)
    log_house.turn()
    with pytest.raises(era.NameUsed):
        log_house.rename(ORIGIN)


def test_the_old_key_signs_nothing_more(log_house):
    old = log_house.key
    log_house.rename(NEXT)
    with pytest.raises(log.NoLog, match="2027"):
        log.append_pending(key=old, at=THEN, lock=log_house.press.lock)


STEPS = {"before anything": "_settled", "before the rename": "_rename"}


@pytest.mark.parametrize("name", STEPS)
def test_a_crash_leaves_the_old_name_and_the_next_call_ends_it(log_house, name, monkeypatch):
    def crash(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(era, STEPS[name], crash)
        with pytest.raises(KeyboardInterrupt):
            log_house.rename(NEXT)
    _enter(1)
    assert log_house.turn() == 4
    assert log_house.rename(NEXT) == 4
    assert log_house.rename(NEXT) == 4
    assert log_house.turn() == 5
    assert publication.self_check(press=log_house.press) == 5


def _as_superuser(as_role, *statements):
    with as_role("admin"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


OTHER = "convert_to(E'x\\n3\\n" + "A" * 43 + "=\\n\\n— x AAAAAAAA\\n', 'UTF8')"
CHEATS = {
    "a name without an era": (
        f"UPDATE passport_loghead SET origin = '{NEXT}'",
    ),
    "an era that begins elsewhere": (
        f"UPDATE passport_loghead SET origin = '{NEXT}'",
        f"INSERT INTO passport_logera VALUES ('{NEXT}', 2, '\\x00', now())",
    ),
    "an era whose checkpoint is not there": (
        f"UPDATE passport_loghead SET origin = '{NEXT}'",
        f"INSERT INTO passport_logera VALUES ('{NEXT}', 3, '\\x00', now())",
    ),
    "an era with another checkpoint": (
        f"UPDATE passport_loghead SET origin = '{NEXT}'",
        f"INSERT INTO passport_logdocument VALUES ('\\x00', 'previous-log', {OTHER}, now())",
        f"INSERT INTO passport_logera VALUES ('{NEXT}', 3, '\\x00', now())",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHEATS)
def test_no_other_step_to_a_new_name_is_let_through(log_house, name, as_role, as_system):
    _as_superuser(as_role, *CHEATS[name])
    with as_system(), pytest.raises(ForkRefused, match="published"):
        checkpoint_lock.guard(lock=log_house.press.lock)


def test_a_backup_from_before_the_new_name_is_refused(log_house, as_role, as_system):
    log_house.rename(NEXT)
    log_house.turn()
    _as_superuser(
        as_role,
        "DELETE FROM passport_logera WHERE began_at = 3",
        "DELETE FROM passport_logentry WHERE index = 3",
        f"UPDATE passport_loghead SET origin = '{ORIGIN}', size = 3, published_size = 3",
    )
    with as_system(), pytest.raises(ForkRefused, match=f"4 of {NEXT}"):
        publication.guard(press=log_house.press)
