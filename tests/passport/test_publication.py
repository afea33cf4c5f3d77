"""A crash between any two steps costs a repetition; what was changed behind the log is named."""

import shutil

import pytest
from django.db import connection, transaction

from passport.actions import log, publication
from passport.actions import outbox as outbox_of
from passport.actions.publication import ForkRefused
from passport.models import LogEntry, LogHead
from passport.proof import note
from passport.queries.log import published
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
