"""A crash between any two steps costs a repetition; what was changed behind the log is named."""

import shutil
from pathlib import Path

import pytest
from django.db import connection, transaction

from passport.actions import log, publication
from passport.actions import outbox as outbox_of
from passport.actions.publication import ForkRefused
from passport.models import Checkpoint, LogEntry, LogHead
from passport.proof import note, tree
from passport.queries.log import path_of, published
from tests.cast import THEN


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


def _append(house):
    return log.append_pending(key=house.key, at=THEN, lock=house.press.lock)


def _publish(house):
    return publication.publish(press=house.press, at=THEN)


def test_a_crash_between_commit_and_publication_rolls_forward(log_house):
    _enter(2)
    _append(log_house)
    assert published().size == 3
    assert _publish(log_house) == 5
    assert published().size == 5
    assert _publish(log_house) is None


STEPS = {
    "after the lock": "write_tiles",
    "after the tiles": "_witnessed",
    "after the witnesses": "_enough",
}


@pytest.mark.parametrize("name", STEPS)
def test_a_crash_within_publication_is_repeated_to_the_same_bytes(log_house, name, monkeypatch):
    _enter(2)
    _append(log_house)

    def crash(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publication, STEPS[name], crash)
        with pytest.raises(KeyboardInterrupt):
            _publish(log_house)
    assert published().size == 3
    _enter(1)
    assert log_house.turn() == 6
    assert publication.self_check() == 6
    assert not list(log_house.press.folder.rglob("*.new"))


def test_a_crash_after_the_checkpoint_publishes_the_same_bytes_again(log_house):
    path = log_house.press.folder / "checkpoint"
    before = path.read_bytes()
    LogHead.objects.update(published_size=0)
    assert _publish(log_house) == 3
    assert path.read_bytes() == before


def test_lost_tiles_are_written_again(log_house):
    kept = _files(log_house)
    shutil.rmtree(log_house.press.folder / "tile")
    _enter(1)
    assert log_house.turn() == 4
    assert publication.self_check() == 4
    rewritten = _files(log_house)
    assert {path: data for path, data in kept.items() if ".p/" not in path} == {
        path: rewritten[path] for path in kept if ".p/" not in path
    }
    publication.guard(press=log_house.press)


def _files(house):
    folder = house.press.folder / "tile"
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _lock_text(house):
    return house.press.lock.read_text(encoding="utf-8")


def test_an_older_database_is_refused(log_house):
    ahead = _lock_text(log_house)
    LogHead.objects.update(size=2, published_size=2)
    with pytest.raises(ForkRefused, match=r"2 entries of .*; 3 of"):
        publication.guard(press=log_house.press)
    with pytest.raises(ForkRefused):
        _publish(log_house)
    assert _lock_text(log_house) == ahead


def test_another_history_of_the_same_size_is_refused(log_house, tmp_path, as_role):
    other = log_house.press.lock.read_text(encoding="utf-8").splitlines()
    other[2] = "A" * 43 + "="
    log_house.press.lock.write_text("\n".join(other) + "\n", encoding="utf-8")
    _enter(1)
    with pytest.raises(ForkRefused, match="another history was published up to 3"):
        log_house.turn()


def test_a_lock_of_another_log_is_refused(log_house):
    text = _lock_text(log_house).replace("batterypassport.example", "elsewhere.example")
    log_house.press.lock.write_text(text, encoding="utf-8")
    with pytest.raises(ForkRefused):
        publication.guard(press=log_house.press)


def test_a_missing_lock_is_refused_and_not_made_anew(log_house):
    log_house.press.lock.unlink()
    with pytest.raises(ForkRefused, match="is missing, though 3 entries were published"):
        publication.guard(press=log_house.press)
    assert not log_house.press.lock.exists()


def test_a_refused_log_signs_nothing_for_its_witnesses(log_house):
    asked = log_house.asked
    LogHead.objects.update(size=2, published_size=2)
    with pytest.raises(ForkRefused):
        _publish(log_house)
    assert log_house.asked == asked


def _as_superuser(as_role, *statements):
    """What only somebody with the database server itself in hand can do."""
    with as_role("admin"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


BEHIND = {
    "a leaf is changed": (
        "UPDATE passport_logentry SET leaf = leaf || ' ' WHERE index = 1",
        "entry 1 is missing or was changed",
    ),
    "a leaf and its hash are changed": (
        "UPDATE passport_logentry SET leaf = '{}', leaf_hash = sha256('\\x007b7d') WHERE index = 1",
        "make another tree",
    ),
    "an entry is dropped": (
        "DELETE FROM passport_logentry WHERE index = 1",
        "entry 1 is missing or was changed",
    ),
    "the last entry is dropped": (
        "DELETE FROM passport_logentry WHERE index = 2",
        "the head says 3 entries",
    ),
}


@pytest.mark.parametrize("name", BEHIND)
def test_what_a_superuser_did_behind_the_log_is_named(log_house, name, as_role, as_system):
    statement, said = BEHIND[name]
    assert publication.self_check() == 3
    _as_superuser(as_role, statement)
    with as_system(), pytest.raises(ForkRefused, match=said):
        publication.self_check()


def test_a_history_that_was_rewritten_whole_fails_at_the_tiles(log_house, as_role, as_system):
    _as_superuser(
        as_role,
        "UPDATE passport_logentry SET leaf = '{}', leaf_hash = sha256('\\x007b7d') WHERE index = 1",
    )
    shutil.rmtree(log_house.press.folder / "tile")
    with as_system():
        _enter(1)
        with pytest.raises(ForkRefused, match="do not make the root that was signed"):
            log_house.turn()
        assert published().size == 3
        assert note.parse(published().body)
        assert LogEntry.objects.count() == 4


def test_partial_tiles_that_became_full_are_dropped_and_older_proofs_still_made(log_house):
    for count in (200, 100, 300):
        _enter(count)
        log_house.turn()
    partial = {
        path.parent.relative_to(log_house.press.folder).as_posix()
        for path in log_house.press.folder.rglob("*.p/*")
    }
    assert partial == {"tile/0/002.p", "tile/1/000.p", "tile/entries/002.p"}
    leaves = [
        bytes(leaf) for leaf in LogEntry.objects.order_by("index").values_list("leaf", flat=True)
    ]
    for index, size in ((0, 203), (202, 203), (255, 303), (300, 303)):
        root = tree.root(tree.leaf_hash(leaf) for leaf in leaves[:size])
        path = path_of(index=index, size=size)
        assert root == tree.root_from_path(
            leaf=tree.leaf_hash(leaves[index]), index=index, size=size, path=path
        )


def _turn(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGE = {
    "a full tile is changed": ("tile/0/000", _turn),
    "a full bundle is changed": ("tile/entries/000", _turn),
    "a higher tile is changed": ("tile/1/000.p/1", _turn),
    "the right edge is lost": ("tile/0/001.p/47", Path.unlink),
    "the newest bundle is lost": ("tile/entries/001.p/47", Path.unlink),
    "the checkpoint is lost": ("checkpoint", Path.unlink),
    "the checkpoint is changed": ("checkpoint", _turn),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_is_found_at_the_start_and_mended(log_house, name):
    place, damage = DAMAGE[name]
    _enter(300)
    assert log_house.turn() == 303
    path = log_house.press.folder / place
    kept = path.read_bytes()
    damage(path)
    assert publication.self_check(press=log_house.press) == 303
    assert path.read_bytes() == kept
    _enter(1)
    assert log_house.turn() == 304


def test_a_file_is_not_mended_from_entries_that_were_changed(log_house, as_role, as_system):
    _enter(300)
    log_house.turn()
    path = log_house.press.folder / "tile/entries/000"
    kept = path.read_bytes()
    changed = "leaf = '{}', leaf_hash = sha256('\\x007b7d')"
    _as_superuser(as_role, f"UPDATE passport_logentry SET {changed} WHERE index = 7")
    with as_system(), pytest.raises(ForkRefused, match="stand in tile/entries/000"):
        publication.self_check(press=log_house.press)
    assert path.read_bytes() == kept


def test_a_head_that_was_signed_by_nobody_is_signed_before_anything_else(log_house):
    _enter(2)
    assert log.order(origin=log_house.key.name) == 2
    _enter(1)
    assert log_house.turn() == 6
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [3, 5, 6]


def test_nothing_is_signed_that_the_lock_contradicts(log_house):
    _enter(2)
    log.order(origin=log_house.key.name)
    text = log_house.press.lock.read_text().replace("\n3\n", "\n5\n")
    log_house.press.lock.write_text(text)
    with pytest.raises(ForkRefused, match="another history was published up to 5"):
        _append(log_house)
    assert not Checkpoint.objects.filter(size=5).exists()


@pytest.mark.parametrize("text", ["", "x", "a\n1\nAA==\n", "\udcff"])
def test_a_damaged_lock_is_refused(log_house, text):
    log_house.press.lock.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ForkRefused, match="is damaged"):
        publication.guard(press=log_house.press)
