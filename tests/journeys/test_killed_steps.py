"""kill -9 before each effect of the sequencer, of a new name, of the index: it rolls forward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from passport.actions import index, publication
from passport.management import pressroom as commands
from passport.models import LogEntry, LogHead, Outbox
from passport.proof import leaf, snapshot, tree
from passport.queries import verifier
from tests.cast import THEN
from tests.journeys import killing
from tests.journeys.presses import Pressroom, pressroom

FEWEST = {"sequencer": 20, "new_origin": 8, "index": 15}
NEXT = "batterypassport.example/log/2027"


@pytest.fixture
def room(
    database: str, tmp_path: Path, as_system: Callable[[], Any], settings: Any
) -> Iterator[Pressroom]:
    """A log with two published entries, in this process's own settings; entered as the system."""
    verifier.packed()
    with pressroom(tmp_path, database, settings) as made, as_system():
        made.begin()
        made.tell(1)
        connections.close_all()
        yield made


def killed_at_each(
    room: Pressroom, action: Callable[[], object], prepare: Callable[[], object], fewest: int
) -> Iterator[int]:
    """Kill it before its first effect, its second, …, until it comes to its end by itself."""
    journal, effect, done = room.state / "signed", 0, False
    while not done:
        effect += 1
        prepare()
        done = killing.run(action, journal=journal, before_effect=effect)
        killing.run(action, journal=journal)
        yield effect
    assert effect > fewest
    assert killing.signed_twice(journal) == {}


def check(room: Pressroom, url: str) -> None:
    """Nothing waits, nothing is doubled, what is shown is the whole log, and it never forked."""
    rows = list(LogEntry.objects.order_by("index").values_list("index", "leaf", "digest"))
    assert [index for index, *_ in rows] == list(range(len(rows)))
    assert not Outbox.objects.exists()
    assert len({bytes(digest) for *_, digest in rows}) == len(rows)
    head = room.head()
    assert (head.size, LogHead.objects.get().published_size) == (len(rows), len(rows))
    assert head.root == tree.root(tree.leaf_hash(bytes(data)) for _, data, _ in rows)
    assert publication.self_check(press=commands.press()) == len(rows)
    assert not list(room.folder.rglob("*.new"))
    assert room.watch(url) == 0


def test_a_sequencer_killed_before_any_effect_rolls_forward_by_itself(room: Pressroom) -> None:
    asked = 2
    with room.served() as url:

        def prepare() -> None:
            nonlocal asked
            # Now and then enough to fill a tile.
            room.tell(250 if asked % 500 < 9 else 3)
            asked += 250 if asked % 500 < 9 else 3

        for _ in killed_at_each(room, room.sequence, prepare, FEWEST["sequencer"]):
            check(room, url)
    assert LogEntry.objects.filter(kind="event").count() == asked


def test_a_new_name_killed_before_any_effect_is_taken_once(room: Pressroom, settings: Any) -> None:
    origins: list[str] = []

    def prepare() -> None:
        room.sequence()
        origins.append(f"{NEXT}-{len(origins)}")

    def rename() -> None:
        place = room.state / f"{origins[-1].replace('/', '-')}.key"
        call_command("new_origin", "--origin", origins[-1], "--key", str(place))

    with room.served() as url:
        for _ in killed_at_each(room, rename, prepare, FEWEST["new_origin"]):
            settings.PASSPORT_LOG_KEY = room.state / f"{origins[-1].replace('/', '-')}.key"
            with pytest.raises(AssertionError):
                check(room, url)
            introduce(room)
            settings.PASSPORT_WITNESSES = room.urls
            room.sequence()
            check(room, url)
            assert room.head().origin == origins[-1]
    assert LogEntry.objects.filter(kind="previous-log").count() == len(origins)


def introduce(room: Pressroom) -> None:
    """The witnesses are told of the log's new name."""
    room.key = commands.log_key()
    for name in list(room.witnesses):
        room.kill(name)
        room.start_witness(name)


def test_an_index_killed_before_any_effect_is_logged_once_and_shown(room: Pressroom) -> None:
    days = 0

    def prepare() -> None:
        nonlocal days
        days += 1
        room.tell(2)
        room.sequence()

    def take() -> None:
        index.take(folder=room.folder, at=THEN + timedelta(days=days), keep=timedelta(days=900))

    with room.served() as url:
        for _ in killed_at_each(room, take, prepare, FEWEST["index"]):
            room.sequence()
            check(room, url)
    entries = LogEntry.objects.filter(kind="index").values_list("leaf", flat=True)
    assert len({leaf.decode(bytes(each)).digest for each in entries}) == days
    listed = (room.folder / "index" / "list").read_text().splitlines()
    assert len(listed) == days
    assert snapshot.KIND == "index"
