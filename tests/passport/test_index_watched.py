"""Whoever doctors the tables from which the index is taken is named by a monitor."""

from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection, transaction

from passport.actions import erasure, event, index
from passport.audit.__main__ import main
from passport.models import Attestation, Battery, LogEntry
from passport.models.ids import new_id
from passport.proof import kinds, leaf
from passport.proof.snapshot import ROW_BYTES, decode_row
from passport.rules.lifecycle import EventKind
from tests import cast as casting
from tests.audit.conftest import serving
from tests.cast import THEN
from tests.passport import signing
from tests.passport.claiming import record, signed_batch, taking_back, withdraw

KEEP = timedelta(days=14)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def watch(house, tmp_path):
    """`watch()` follows the log's files as an auditor does; the exit code."""
    trust, state = tmp_path / "trust.policy", tmp_path / "monitor.json"
    trust.write_text(house.policy_text())
    handler = partial(Quiet, directory=str(house.press.folder))
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as url:
        yield lambda: main(["monitor", url, "--trust", str(trust), "--state", str(state)])


@pytest.fixture
def pack(house, cast, as_system, watch):
    """A pack with attested cells and an event, in an index that was watched once."""
    with as_system():
        pack = casting.packs(cast["maker"], "P1", cells=3)[0]
        held = signing.enrolled(cast["maker"])
        cells = Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity")
        signing.attest_cells(held, list(cells), by=cast["maker"])
        tell(pack, cast)
        snapshot(house, 0)
        assert watch() == 0
        yield pack


def tell(battery, cast):
    event.record(
        battery_id=battery.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
        facts={}, by=cast["maker"], at=THEN,
    )  # fmt: skip


def snapshot(house, day):
    at = THEN + timedelta(days=day)
    house.turn(at)
    assert index.take(folder=house.press.folder, at=at, keep=KEEP)
    house.turn(at)


def test_an_honest_index_is_followed_from_day_to_day(house, cast, pack, watch, capsys):
    for day in (1, 2):
        tell(pack, cast)
        snapshot(house, day)
        assert watch() == 0
    assert capsys.readouterr().out.count("index checked up to entry") == 2


def test_entries_about_the_same_many_are_counted_one_by_one(house, cast, pack, watch):
    """A second batch of the same cells, what takes it back, its erasure, a file of many more."""
    maker, first = cast["maker"], Attestation.objects.get(kind=kinds.BATCH)
    held = signing.key_of("issuer", f"{maker.did}#key-1")
    again = attested_again(held, cast, pack, access="parties")
    cell = again.items.earliest("index").battery.identity
    withdraw(taking_back(held, bytes(again.sha256), access="parties", items=[cell]), maker)
    snapshot(house, 1)
    assert watch() == 0
    withdraw(taking_back(held, bytes(first.sha256)), maker)
    erasure.erase(digest=bytes(first.sha256), reason="on demand", at=THEN)
    casting.packs(maker, "P2", "P3", cells=4)
    snapshot(house, 2)
    assert watch() == 0
    entries = [leaf.decode(bytes(each.leaf)) for each in LogEntry.objects.order_by("index")]
    many = [each for each in entries if each.count > 1]
    assert {each.kind for each in many} == {"batch", "correction", "erasure", "event"}
    assert counted(house) == sum(each.count for each in many)


def attested_again(held, cast, pack, *, access):
    """Another batch about the very same cells."""
    cells = Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity")
    items = signing.items_of(list(cells))
    return record(signed_batch(held, items, access=access), cast["maker"], items)


def counted(house):
    """How often the newest rows say that an entry is about them and others."""
    newest = max(
        (house.press.folder / "index").glob("*/rows"), key=lambda each: int(each.parent.name)
    )
    data = newest.read_bytes()
    rows = (data[at : at + ROW_BYTES] for at in range(0, len(data), ROW_BYTES))
    return sum(decode_row(row).shares for row in rows)


ITEM = "FROM passport_attestationitem WHERE index = 1"
CHEATS = {
    "the last event of the pack is hidden": (
        "UPDATE passport_logsubject SET sequence = 0, (index, leaf_hash) ="
        " (SELECT index, leaf_hash FROM passport_logentry WHERE kind = 'event' AND index = 0)"
        " WHERE index = (SELECT max(index) FROM passport_logsubject)",
        "says 0 where entry",
    ),
    "the key events of the issuer are hidden": (
        "DELETE FROM passport_logsubject WHERE subject ="
        " (SELECT subject FROM passport_logentry WHERE kind = 'key')",
        "has vanished",
    ),
    "a cell is taken out of its batch": (f"DELETE {ITEM}", "has vanished"),
    "a cell is given another salt": (
        f"UPDATE passport_battery SET salt = sha256('x') WHERE id = (SELECT battery_id {ITEM})",
        "In the index over",
    ),
}


def doctor(statement, as_role):
    with as_role("admin"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount == 1


@pytest.mark.parametrize("name", CHEATS)
def test_a_superuser_cannot_hide_in_the_index(
    house, cast, pack, watch, name, as_role, as_system, capsys
):
    statement, said = CHEATS[name]
    tell(pack, cast)
    house.turn()
    doctor(statement, as_role)
    with as_system():
        snapshot(house, 1)
    assert watch() == 1
    found = capsys.readouterr().err
    assert "FALSE INDEX: In the index over" in found
    assert said in found


@pytest.mark.parametrize("newer", [False, True])
def test_a_superuser_cannot_hide_a_batch_from_all_its_cells(
    house, cast, pack, watch, newer, as_role, as_system, capsys
):
    """Under another root nobody is found for it; a newer batch of the same cells covers it not."""
    held = signing.key_of("issuer", f"{cast['maker'].did}#key-1")
    hidden = bytes(attested_again(held, cast, pack, access="parties").sha256)
    if newer:
        attested_again(held, cast, pack, access="authority")
    house.turn()
    doctor(
        "UPDATE passport_logentry SET kind = 'correction', subject = sha256('x')"
        f" WHERE digest = '\\x{hidden.hex()}'",
        as_role,
    )
    with as_system():
        snapshot(house, 1)
    assert watch() == 1
    said = "count entries about many 3 times more" if newer else "3 rows lack entry"
    assert said in capsys.readouterr().err
