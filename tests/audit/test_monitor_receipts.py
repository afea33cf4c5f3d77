"""A monitor holds the service to its receipts."""

import hashlib
import json
from datetime import UTC, datetime

import pytest

from passport.audit import promises
from passport.audit.__main__ import main
from passport.proof import receipt
from passport.proof.encoding import b64u_encode
from passport.proof.receipt import Receipt
from tests.audit.conftest import grow
from tests.audit.indexes import Indexed
from tests.simulator import ORIGIN, key_of

TAKEN, BY = "2026-03-01T08:00:00Z", "2026-03-01T08:01:00Z"


@pytest.fixture
def follow(world, publish, tmp_path, monkeypatch):
    """`follow()` runs the monitor once, two minutes after the receipts were given."""
    monkeypatch.setattr(promises, "now", lambda: datetime(2026, 3, 1, 8, 2, tzinfo=UTC))
    trust, state, url = tmp_path / "trust.policy", tmp_path / "state.json", publish()
    trust.write_text(world.policy_text())
    return lambda *more: main(["monitor", url, "--trust", str(trust), "--state", str(state), *more])


@pytest.fixture
def promise(world, tmp_path):
    """`promise(data)` gives the option with a signed receipt for these bytes."""

    def make(data, *, key=None, origin=ORIGIN, by=BY, whole=False, kind="event"):
        signer, digest = key or world.record, hashlib.sha256(data).digest()
        words = Receipt(digest, kind, TAKEN, by, origin)
        signed = receipt.sign(words, signer=signer.private_key, method=signer.name)
        place = tmp_path / f"receipt-{digest.hex()[:8]}"
        answer = {"id": 1, "receipt": json.loads(signed)} if whole else json.loads(signed)
        place.write_text(json.dumps(answer, indent=1))
        return ["--receipt", str(place)]

    return make


def test_a_kept_promise_is_shown_with_its_entry(world, follow, promise, capsys):
    world.enter("event", b"mine", None, [])
    assert follow(*promise(b"mine"), *promise(b"entry 1", kind="heartbeat", whole=True)) == 0
    said = capsys.readouterr().out
    assert f"receipt {b64u_encode(hashlib.sha256(b'mine').digest())}: entry 3" in said
    assert ": entry 1\n" in said


def test_a_broken_promise_is_named(world, follow, promise, capsys):
    assert follow(*promise(b"entry 1", kind="heartbeat"), *promise(b"never logged")) == 1
    said = capsys.readouterr().err
    assert f"BROKEN PROMISE: {b64u_encode(hashlib.sha256(b'never logged').digest())}" in said
    assert f"was to be logged by {BY}" in said


def test_what_is_filed_as_another_kind_breaks_the_promise_at_once(world, follow, promise, capsys):
    world.enter("event", b"mine", None, [])
    assert follow(*promise(b"mine", kind="correction", by="2027-01-01T00:00:00Z")) == 1
    said = capsys.readouterr().err
    assert f"was taken in at {TAKEN} as correction, and entry 3 files it as event" in said


def test_what_is_filed_twice_keeps_the_promise_once_it_is_of_its_kind(
    world, follow, promise, capsys
):
    world.enter("erasure", b"mine", None, [])
    world.enter("event", b"mine", None, [])
    assert follow(*promise(b"mine")) == 0
    assert ": entry 4\n" in capsys.readouterr().out


def test_a_promise_whose_time_has_not_come_is_waited_for(follow, promise, capsys):
    assert follow(*promise(b"later", by="2026-03-01T08:02:00Z")) == 0
    assert "not logged yet; promised by" in capsys.readouterr().out


@pytest.fixture
def old(world, follow):
    """The entry `mine` lies before what a monitor reads again."""
    made = Indexed(world)
    world.enter("event", b"mine", None, [])
    made.tell("A")
    grow(world, 300)
    made.show()
    assert follow() == 0
    grow(world, 2)
    return world


def test_an_old_entry_is_proven_by_the_logs_own_answer(old, follow, promise, capsys):
    digest = hashlib.sha256(b"mine").digest()
    old.files[f"proof?digest={digest.hex()}"] = b'{"index":3}'
    old.files.pop("tile/entries/000.p/1")
    assert follow(*promise(b"mine")) == 0
    assert ": entry 3\n" in capsys.readouterr().out


ANSWERS = {
    "no answer": None,
    "another entry": b'{"index":5}',
    "an entry beyond the end": b'{"index":99999}',
    "nonsense": b"[]",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_without_a_proof_every_entry_is_read(old, follow, promise, name, capsys):
    for data in (b"mine", b"never logged"):
        if ANSWERS[name] is not None:
            path = f"proof?digest={hashlib.sha256(data).hexdigest()}"
            old.files[path] = ANSWERS[name]
    assert follow(*promise(b"mine")) == 0
    assert ": entry 3\n" in capsys.readouterr().out
    assert follow(*promise(b"mine"), *promise(b"never logged")) == 1
    assert "BROKEN PROMISE" in capsys.readouterr().err


def test_older_entries_that_were_changed_prove_nothing(old, follow, promise, capsys):
    for path in ("tile/entries/000", "tile/entries/000.p/255"):
        old.files[path] = old.files[path].replace(b'"t":"2026', b'"t":"2025')
    assert follow(*promise(b"never logged")) == 2
    assert "not shown as they were" in capsys.readouterr().err


FORGED = {
    "by another key": {"key": key_of("record", "did:web:batterypassport.example#record-2")},
    "by another service": {"key": key_of("record", "did:web:other.example#record-1")},
    "for another log": {"origin": "elsewhere.example/log"},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_receipt_is_not_believed(follow, promise, name, capsys):
    assert follow(*promise(b"x", **FORGED[name])) == 2
    assert capsys.readouterr().err


def test_a_changed_receipt_is_not_believed(follow, promise):
    option = promise(b"never logged", by="2026-03-01T09:00:00Z")
    with open(option[1], encoding="utf-8") as file:
        text = file.read()
    with open(option[1], "w", encoding="utf-8") as file:
        file.write(text.replace("09:00:00Z", "08:00:30Z"))
    assert follow(*option) == 2
