"""After a restore the log goes on where everybody saw it, or not at all; erased stays erased."""

from contextlib import ExitStack

import pytest
from django.core.management import CommandError

from passport.actions import erasure
from passport.actions.checkpoint_lock import ForkRefused
from passport.audit import witness
from passport.models import Erasure, LifecycleEvent, LogEntry, LogHead, Outbox
from passport.proof.encoding import b64_encode, b64u_encode
from passport.proof.tree import Range
from tests.audit.conftest import serving
from tests.cast import THEN
from tests.passport.salvage import call

MARK = "Mallory-4711"


def head() -> tuple[int, bytes]:
    """Size and root of the log of the database that is entered."""
    row = LogHead.objects.get()
    return row.size, Range(row.size, tuple(map(bytes, row.edge))).root()


def rolled_back(source, *arguments) -> str:
    """What restore says of a backup beyond which the log has gone on."""
    with pytest.raises(CommandError, match="will refuse to sign") as told:
        call("restore", source, *arguments)
    assert told.value.returncode == 3
    return str(told.value)


def test_the_sequencer_refuses_to_sign_a_second_history(salvage, taken):
    salvage.happens()
    size, again = head()[0], salvage.fresh()
    newer = salvage.house.press.lock.read_bytes()
    with salvage.inside(again):
        assert f"{size} entries were signed" in rolled_back(taken, "--verify")
        with pytest.raises(ForkRefused, match=r"holds 3 entries of .* were published"):
            salvage.house.turn()
        assert salvage.house.press.lock.read_bytes() == newer


def test_the_sequencer_goes_on_where_the_lock_matches(salvage, taken):
    size, again = head()[0], salvage.fresh()
    with salvage.inside(again):
        assert "the sequencer may go on" in call("restore", taken, "--verify")
        salvage.happens()
        assert head()[0] == size + 1
    assert salvage.house.published().size == size + 1


def test_another_history_of_the_same_length_is_a_rollback_too(salvage, taken):
    size, root = head()
    lock = salvage.house.press.lock
    other = bytes([root[0] ^ 1]) + root[1:]
    lock.write_text(lock.read_text().replace(b64_encode(root), b64_encode(other)))
    assert f"another root at {size} entries" in rolled_back(taken, "--check")


def test_a_witness_that_has_seen_more_is_believed(salvage, taken):
    salvage.happens()
    salvage.house.press.lock.unlink()
    size = head()[0]
    with ExitStack() as stack:
        for each in salvage.house.witnesses:
            server = witness.serve(witness=each, host="127.0.0.1", port=0)
            url = stack.enter_context(serving(server))
            salvage.settings.PASSPORT_WITNESSES[each.key.name] = url
        said = rolled_back(taken, "--check")
        assert [f"witness-{w} has seen {size} entries" in said for w in "ab"] == [True, True]
        again = salvage.fresh()
        with salvage.inside(again):
            rolled_back(taken)
        assert not salvage.house.press.lock.exists()


def test_a_missing_lock_is_put_back_when_a_witness_has_seen_no_more(salvage, taken):
    salvage.house.press.lock.unlink()
    server = witness.serve(witness=salvage.house.witnesses[0], host="127.0.0.1", port=0)
    with serving(server) as url, salvage.inside(salvage.fresh()):
        salvage.settings.PASSPORT_WITNESSES = {"witness-a": url, "witness-b": "http://127.0.0.1:9"}
        said = call("restore", taken)
        assert "The witness witness-b was not heard." in said
        assert salvage.house.press.lock.read_bytes() == (taken / "checkpoint.lock").read_bytes()


def test_a_missing_lock_is_not_invented_where_nobody_can_be_asked(salvage, taken):
    salvage.house.press.lock.unlink()
    with salvage.inside(salvage.fresh()):
        assert "say --take-lock" in call("restore", taken)
        assert not salvage.house.press.lock.exists()
    with salvage.inside(salvage.fresh()):
        assert "Put back" in call("restore", taken, "--take-lock")
        assert salvage.house.press.lock.exists()


def test_the_log_goes_on_from_its_tiles(salvage, taken):
    lost = salvage.happens()
    (size, root), again = head(), salvage.fresh()
    with salvage.inside(again):
        said = call("restore", taken, "--verify", "--catch-up")
        assert "taken over from the tiles: 1 backup, 1 event." in said
        assert "the sequencer may go on" in said
        assert head() == (size, root)
        assert not LifecycleEvent.objects.filter(pk=lost.pk).exists()
        salvage.happens()
        assert head()[0] == size + 1
        newest = LogEntry.objects.get(index=size)
        assert LogEntry.objects.filter(subject=newest.subject).count() > 2
    # Both witnesses cosigned it, as the continuation of what they had seen.
    assert salvage.house.published().size == size + 1


def test_what_waited_and_was_logged_since_is_not_logged_twice(salvage, tmp_path):
    told = salvage.happens(logged=False)
    wish = Outbox.objects.get(digest=told.body_sha256)
    call("backup", tmp_path / "one")
    salvage.house.turn()
    with salvage.inside(salvage.fresh()):
        call("restore", tmp_path / "one", "--catch-up")
        entry = LogEntry.objects.get(digest=told.body_sha256)
        assert entry.outbox_id == wish.pk
        assert not Outbox.objects.exists()
        salvage.happens()
        assert LogEntry.objects.filter(digest=told.body_sha256).count() == 1


SPOILED = {
    "a tile that was changed": lambda tile: tile.write_bytes(_flipped(tile.read_bytes())),
    "a tile that is lost": lambda tile: tile.unlink(),
    "a tile that is cut off": lambda tile: tile.write_bytes(tile.read_bytes()[:-1]),
}


@pytest.mark.parametrize("what", SPOILED)
def test_goes_on_from_no_tiles_but_the_true_ones(salvage, taken, what):
    salvage.happens()
    partial = (salvage.house.press.folder / "tile" / "entries").rglob("*.p/*")
    tile = max(partial, key=lambda each: int(each.name))
    SPOILED[what](tile)
    with salvage.inside(salvage.fresh()):
        with pytest.raises(CommandError, match=r"tiles .*take the tiles from another copy"):
            call("restore", taken, "--catch-up")
        size = head()[0]
        assert LogEntry.objects.count() == size
        assert f"not {size}." in rolled_back(taken, "--check")


def test_what_was_erased_since_is_erased_again(salvage, tmp_path):
    told = salvage.happens(technician=MARK)
    call("backup", tmp_path / "one")
    call("erase", bytes(told.body_sha256).hex(), "--reason", "asked for", "--yes")
    salvage.house.turn()
    again = salvage.fresh()
    with salvage.inside(again):
        said = call("restore", tmp_path / "one", "--catch-up")
        assert f"Erased again: {bytes(told.body_sha256).hex()} (asked for)" in said
        assert bytes(LifecycleEvent.objects.get(pk=told.pk).body) == b""
        assert Erasure.objects.get().reason == "asked for"
    with salvage.cluster.admin(again) as admin:
        marked = [f"%{MARK}%", f"%{MARK.encode().hex()}%"]
        asked = "SELECT 1 FROM passport_lifecycleevent e WHERE e::text LIKE ANY (%s)"
        assert admin.execute(asked, [marked]).fetchone() is None


def test_erasures_that_only_the_log_remembers_are_listed(salvage, tmp_path):
    told = salvage.happens(technician=MARK)
    call("backup", tmp_path / "one")
    fact = erasure.erase(digest=bytes(told.body_sha256), reason="asked for", at=THEN)
    salvage.house.turn()
    with salvage.inside(salvage.fresh()):
        said = call("restore", tmp_path / "one", "--catch-up")
        assert "The log names erasures after this backup that must be made again:" in said
        assert f"document {b64u_encode(bytes(fact.sha256))}" in said


def _flipped(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]
