"""The index snapshot says of every subject what the log says last, and can be proven row by row."""

import shutil
from copy import deepcopy
from datetime import timedelta

import pytest

from passport.actions import attestation, event, index, outbox
from passport.actions.key import issuer_subject
from passport.models import AttestationItem, Battery, LifecycleEvent, LogDocument, LogEntry, Outbox
from passport.models.ids import new_id
from passport.proof import leaf, snapshot, tree
from passport.queries.index import folder_of, shown
from passport.queries.log import published
from passport.rules.lifecycle import EventKind
from tests import cast as casting
from tests.cast import THEN
from tests.passport import signing
from tests.passport.house import House
from tests.recycling.together import together

KEEP = timedelta(days=14)


@pytest.fixture(scope="module")
def begun(begin, gathered, tmp_path_factory):
    """Two packs with cells, their batch, an origin, an event of one: published."""
    house = House(tmp_path_factory.mktemp("house"))
    return begin(lambda cast: _publish(cast, house), after=gathered, house=house)


@pytest.fixture
def story(begun, house, as_system):
    """That, as the system."""
    with as_system():
        yield house, *deepcopy(begun.made)


def _publish(cast, house):
    pack, other = casting.packs(cast["maker"], "P1", "P2", cells=3)
    held = signing.enrolled(cast["maker"])
    cells = list(Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity"))
    batch = signing.attest_cells(held, cells, by=cast["maker"])
    origin = signing.pack_origin(held, pack, [batch])
    attestation.record(credential_bytes=origin, items=None, by=cast["maker"], at=THEN)
    _tell(pack, cast["maker"])
    house.turn()
    return pack, other, cells


def _tell(battery, by):
    event.record(
        battery_id=battery.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
        facts={}, by=by, at=THEN,
    )  # fmt: skip


def take(house, at=THEN, **more):
    taken = index.take(folder=house.press.folder, at=at, keep=KEEP, **more)
    house.turn(at)
    return taken


def subject(battery):
    return outbox.subject_of(salt=battery.salt, subject=battery.identity)


def members(entry):
    """Whom an entry is about, found in another way than the snapshot finds it."""
    said = leaf.decode(bytes(entry.leaf))
    if said.count <= 1:
        return [said.subject] if said.count else []
    items = AttestationItem.objects.filter(attestation__sha256=entry.digest)
    about = [item.battery for item in items.select_related("battery")]
    for each in LifecycleEvent.objects.filter(body_sha256=entry.digest):
        units = LifecycleEvent.objects.filter(kind="REGISTERED", battery__isnull=False)
        alone = set(units.values_list("battery_id", flat=True))
        about += [b for b in Battery.objects.filter(intake=each.intake_id) if b.pk not in alone]
    found = sorted(map(subject, about))
    assert leaf.subjects_root(found) == said.subject
    return found


def expected(size):
    rows = {}
    for entry in LogEntry.objects.filter(index__lt=size).order_by("index"):
        for each in members(entry):
            alone, shared, count = rows.get(each, ((None, bytes(32)), (None, bytes(32)), 0))
            mine = (entry.index, bytes(entry.leaf_hash))
            one = leaf.decode(bytes(entry.leaf)).count == 1
            rows[each] = (mine, shared, count) if one else (alone, mine, count + 1)
    return [
        snapshot.encode_row(snapshot.Row(each, *alone, *shared, count))
        for each, (alone, shared, count) in sorted(rows.items())
    ]


def rows_of(size):
    data = (folder_of(size=size) / "rows").read_bytes()
    width = snapshot.ROW_BYTES
    return [data[at : at + width] for at in range(0, len(data), width)]


def test_every_subject_has_its_last_entries(story):
    house, *_ = story
    size = published().size
    said = snapshot.decode(bytes(take(house).body))
    assert (said.size, said.origin) == (size, house.key.name)
    assert rows_of(size) == expected(size)
    assert snapshot.root_of(rows_of(size)) == (said.rows, said.root)
    assert said.rows == Battery.objects.count() + 1


def test_who_is_in_the_index_is_shown_and_who_is_not_is_shown_absent(story, cast):
    house, pack, _, cells = story
    take(house)
    asked = [subject(pack), subject(cells[0]), issuer_subject(did=cast["maker"].did), b"\x80" * 32]
    found = shown(subjects=asked, size=published().size)
    leaves = {place: tree.leaf_hash(row) for place, row in found.index.rows}
    root = tree.root_from_many(leaves=leaves, size=found.said.rows, nodes=found.index.nodes)
    assert root == found.said.root
    entry = leaf.decode(bytes(LogEntry.objects.get(index=found.index.entry).leaf))
    assert (entry.kind, entry.count) == ("index", 0)
    assert bytes(LogDocument.objects.get(sha256=entry.digest).body) == found.document
    shown_for = {row[:32] for _, row in found.index.rows}
    assert shown_for >= set(asked[:3])
    around = sorted([*(row[:32] for row in rows_of(found.said.size)), asked[3]])
    at = around.index(asked[3])
    assert shown_for >= set(around[max(0, at - 1) : at + 2]) - {asked[3]}


def test_a_snapshot_that_is_not_published_yet_is_not_shown(story):
    house, pack, *_ = story
    size = published().size
    assert shown(subjects=[subject(pack)], size=size) is None
    take(house)
    assert shown(subjects=[subject(pack)], size=size) is None
    assert shown(subjects=[subject(pack)], size=size + 1).index.entry == size


def test_one_snapshot_a_day(story):
    house, *_ = story
    assert take(house) is not None
    assert take(house, THEN + timedelta(hours=1)) is None
    assert take(house, THEN + timedelta(hours=1), again=True) is not None
    assert take(house, THEN + timedelta(days=1)) is not None
    assert LogEntry.objects.filter(kind="index").count() == 3


def test_the_newest_is_the_one_that_was_logged_last_though_the_clock_was_set_back(story, cast):
    house, pack, *_ = story
    take(house)
    _tell(pack, cast["maker"])
    house.turn()
    later = take(house, THEN - timedelta(days=3))
    found = shown(subjects=[subject(pack)], size=published().size)
    assert found.document == bytes(later.body)


def test_without_news_there_is_nothing_to_say_again(story):
    house, *_ = story
    assert index.take(folder=house.press.folder, at=THEN, keep=KEEP) is not None
    assert index.take(folder=house.press.folder, at=THEN, keep=KEEP, again=True) is None
    assert LogDocument.objects.count() == 1


STEPS = {
    "while it writes rows": "index_rows",
    "before it has its name": "snapshot.encode",
    "before it is logged": "_log",
    "before it is listed": "_list",
    "before it is pruned": "_prune",
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("news", [False, True])
def test_a_crash_is_ended_by_the_next_run(story, cast, name, news, monkeypatch):
    house, pack, *_ = story

    def crash(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"passport.actions.index.{STEPS[name]}", crash)
        with pytest.raises(KeyboardInterrupt):
            take(house)
    assert Outbox.objects.exists() == (STEPS[name] in ("_list", "_prune"))
    if news:
        _tell(pack, cast["maker"])
        house.turn()
    take(house, again=True)
    house.turn()
    folder = house.press.folder / "index"
    listed = dict(line.split() for line in (folder / "list").read_text().splitlines())
    assert {each.name for each in folder.iterdir()} - {"list"} == set(listed)
    assert len(listed) == LogEntry.objects.filter(kind="index").count() >= 1


def test_old_rows_go_and_documents_stay(story):
    house, *_ = story
    first = snapshot.decode(bytes(take(house).body))
    take(house, THEN + KEEP + timedelta(hours=1))
    assert {each.name for each in folder_of(size=first.size).iterdir()} == {"document"}
    assert shown(subjects=[bytes(32)], size=published().size).said.size > first.size


def test_damaged_files_are_not_shown(story):
    house, pack, *_ = story
    said = snapshot.decode(bytes(take(house).body))
    path = folder_of(size=said.size) / "rows"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert shown(subjects=[subject(pack)], size=published().size) is None
    shutil.rmtree(folder_of(size=said.size))
    assert shown(subjects=[subject(pack)], size=published().size) is None


def test_two_workers_take_one_snapshot(story):
    house, *_ = story
    outcomes = together(
        lambda _: index.take(folder=house.press.folder, at=THEN, keep=KEEP), range(3)
    )
    assert sum(isinstance(each, LogDocument) for each in outcomes) == 1
    assert sum(each is None for each in outcomes) == 2
