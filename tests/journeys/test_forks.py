"""A fork is caught: by the lock, by the witnesses, by whoever looks; each says what it found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from passport.actions import shelf
from passport.audit.cosign import Remote, gather
from passport.models import Checkpoint, LogEntry
from passport.proof import checkpoint, note, policy, tiles, tree
from passport.queries.log import tile_reader
from tests.databases import Cluster
from tests.journeys.presses import NAMES, Pressroom, pressroom


@pytest.fixture
def room(
    database: str, tmp_path: Path, as_system: Callable[[], Any], settings: Any
) -> Iterator[Pressroom]:
    """A log of five told entries and the verifier's, published and witnessed."""
    with pressroom(tmp_path, database, settings) as made:
        with as_system():
            made.begin()
            made.tell(5)
            made.sequence()
        assert made.head().size == 6
        yield made


@pytest.fixture
def restore(cluster: Cluster, database: str, room: Pressroom) -> Iterator[Callable[[], None]]:
    """A dump is taken at once; `restore()` puts it in the place of the database."""
    dump = f"{database}_dump"
    connection.close()
    with cluster.admin() as admin:
        admin.execute(f'CREATE DATABASE "{dump}" TEMPLATE "{database}"')

    def put_back() -> None:
        connection.close()
        cluster.drop(database)
        with cluster.admin() as admin:
            admin.execute(f'CREATE DATABASE "{database}" TEMPLATE "{dump}"')

    yield put_back
    cluster.drop(dump)


def go_on(room: Pressroom, as_system: Callable[[], Any], count: int, word: str = "later") -> None:
    with as_system():
        room.tell(count, word)
        room.sequence()


def rewrite(as_role: Callable[[str], Any], *statements: str) -> None:
    """What only a superuser of the database can do."""
    with as_role("admin"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def test_an_old_dump_is_refused_and_nothing_is_signed(room, restore, as_system):
    go_on(room, as_system, 3)
    lock, shown = room.lock.read_bytes(), (room.folder / "checkpoint").read_bytes()
    restore()
    with as_system():
        room.tell(1, "after the restore")
        before = list(Checkpoint.objects.values_list("size", flat=True))
    said = room.refusal()
    assert "the database holds 6 entries of" in said
    assert "9 of batterypassport.example/log/2026 were published" in said
    assert "an older backup was restored" in said
    with as_system():
        assert list(Checkpoint.objects.values_list("size", flat=True)) == before
    assert (room.lock.read_bytes(), (room.folder / "checkpoint").read_bytes()) == (lock, shown)


def test_a_lock_that_was_put_aside_is_missed_and_not_made_anew(room, as_role):
    shutil.move(room.lock, room.state / "aside")
    assert "is missing, though 6 entries were published" in room.refusal()
    rewrite(as_role, "UPDATE passport_loghead SET published_size = 0")
    assert "is missing, though a checkpoint was published" in room.refusal()
    assert not room.lock.exists()


def test_a_whole_machine_set_back_is_stopped_by_its_witnesses(room, restore, as_system):
    aside = room.state / "aside"
    shutil.copytree(room.folder, aside)
    lock = room.lock.read_bytes()
    go_on(room, as_system, 3)
    restore()
    shutil.rmtree(room.folder)
    aside.rename(room.folder)
    room.lock.write_bytes(lock)
    with as_system():
        room.tell(2, "another")
    said = room.refusal()
    assert "The witnesses contradict this log" in said
    assert all(f"{name} has seen 9 entries" in said for name in NAMES)
    with as_system():
        assert not Checkpoint.objects.filter(size__gt=6).exists()


def test_what_a_superuser_rewrote_is_refused_at_the_start(room, as_role):
    changed = "leaf = '{}', leaf_hash = sha256('\\x007b7d')"
    rewrite(as_role, f"UPDATE passport_logentry SET {changed} WHERE index = 2")
    assert "do not make the root that was signed; the first to differ" in room.refusal()
    rewrite(
        as_role,
        "DELETE FROM passport_logentry WHERE index > 3",
        "UPDATE passport_loghead SET size = 4, published_size = 4",
    )
    assert "the database holds 4 entries" in room.refusal()


def test_a_lost_or_changed_tile_is_mended_from_entries_that_are_true(room, as_system):
    go_on(room, as_system, 600)
    full, bundle = room.folder / "tile/0/000", room.folder / "tile/entries/001"
    kept = full.read_bytes(), bundle.read_bytes()
    full.write_bytes(bytes([full.read_bytes()[0] ^ 1]) + full.read_bytes()[1:])
    bundle.unlink()
    (room.folder / "checkpoint").unlink()
    go_on(room, as_system, 1)
    assert (full.read_bytes(), bundle.read_bytes()) == kept
    assert room.head().size == 607


def another_history(room: Pressroom, entries: list[bytes], folder: Path) -> bytes:
    """What an operator can do who has the key: write other files and sign another head."""
    grown = tiles.append(old_size=0, entries=entries, read=tile_reader(folder=folder))
    shelf.replace_all(folder, grown.files)
    head = checkpoint.Checkpoint(origin=room.key.name, size=grown.size, root=grown.root)
    signed = checkpoint.sign(
        checkpoint=head, public_key=room.key.public_key, private_key=room.key.private_key
    )
    shelf.replace(folder / "checkpoint", signed)
    return signed


def answers(room: Pressroom, signed: bytes, folder: Path) -> Any:
    known = policy.parse(room.policy.read_bytes()).witnesses
    size = checkpoint.parse(note.parse(signed)[0]).size
    read = tile_reader(folder=folder)
    return gather(
        data=signed,
        witnesses=[Remote(room.urls[name], known[name]) for name in NAMES],
        consistency=lambda old: tiles.consistency_path(old=old, new=size, read=read),
        seconds=5,
    )


def entries_of(as_system: Callable[[], Any]) -> list[bytes]:
    with as_system():
        rows = LogEntry.objects.order_by("index").values_list("leaf", flat=True)
        return [bytes(leaf) for leaf in rows]


def _rewritten(entries: list[bytes]) -> list[bytes]:
    return [*entries[:2], entries[2].replace(b'"q":', b'"q":9'), *entries[3:]]


HISTORIES = {
    "a rewritten entry": (lambda e: _rewritten(e), "another root at size 6", "FORK"),
    "a rewritten entry, and more": (lambda e: [*_rewritten(e), e[0]], "422", "FORK"),
    "a dropped tail": (lambda e: e[:4], "", "ROLLBACK"),
    "a dropped tail that grew again": (lambda e: [*e[:4], *e[:2]], "another root", "FORK"),
    "a dropped tail that grew further": (lambda e: [*e[:4], *e[:5]], "422", "FORK"),
}


def test_an_operator_with_the_key_is_refused_by_witnesses_and_seen_by_monitors(
    room, as_system, capsys
):
    with room.served() as url:
        assert room.watch(url) == 0
    for number, (what, (change, said, word)) in enumerate(HISTORIES.items()):
        folder = room.state / f"history {number}"
        signed = another_history(room, change(entries_of(as_system)), folder)
        told = answers(room, signed, folder)
        assert told.signatures == [], what
        assert all(said in why for why in told.refused.values()), what
        assert (told.ahead == dict.fromkeys(NAMES, 6)) is (word == "ROLLBACK"), what
        with room.served(folder) as url:
            assert [room.watch(url), room.watch(url)] == [1, 1], what
        assert f"{word}: " in capsys.readouterr().err, what


def test_a_split_view_is_cosigned_by_nobody_and_seen_by_who_compares(room, as_system, capsys):
    other = room.state / "for others"
    signed = another_history(room, _rewritten(entries_of(as_system)), other)
    assert len(answers(room, signed, other).refused) == 2
    with room.served() as mine, room.served(other) as yours:
        assert room.watch(mine, "--compare", mine) == 0
        assert room.watch(mine, "--compare", yours) == 1
    said = capsys.readouterr().err
    assert "SPLIT VIEW: Elsewhere it has shown another tree of 6 entries." in said
    assert signed.decode() in said


def test_one_witness_that_errs_does_not_stop_a_log_whose_quorum_it_is_not(room, as_system):
    room.policy.write_text(room.policy.read_text().replace("both all", "both any"))
    ahead = checkpoint.Checkpoint(room.key.name, 99, tree.EMPTY_ROOT)
    room.kill(NAMES[0])
    (room.state / f"{NAMES[0]}.json").write_text(json.dumps({ahead.origin: ahead.text}))
    room.start_witness(NAMES[0])
    go_on(room, as_system, 1)
    assert room.head().size == 7
