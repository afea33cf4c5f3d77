"""The log and the records are signed from a hardware module, which only who signs must open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from passport.actions import log, receipt
from passport.audit import files, hsm
from passport.proof import checkpoint, keys, note
from passport.proof import receipt as receipts
from passport.proof.errors import BadKeyFile
from passport.queries import service_key
from tests.audit import softhsm
from tests.cast import THEN
from tests.passport import signing
from tests.simulator import ORIGIN, SERVICE

pytestmark = pytest.mark.oracle


@pytest.fixture
def house(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, as_system: Any) -> Path:
    """A log whose key, and the record's, lie in a token; without witnesses."""
    softhsm.token()
    monkeypatch.setenv(hsm.PIN, softhsm.PIN)
    softhsm.log_out()
    label = tmp_path.name
    log_key = softhsm.keygen(
        tmp_path / "log.key", f"log {label}", "--purpose", "log", "--name", ORIGIN
    )
    record = softhsm.keygen(
        tmp_path / "record.key", f"record {label}", "--purpose", "record", "--did", SERVICE,
        "--name", "record-1",
    )  # fmt: skip
    verifier = files.load_key(log_key, purposes=("log",)).verifier
    (tmp_path / "policy").write_text(f"log {verifier.vkey}\nquorum none\n")
    settings.PASSPORT_LOG_KEY, settings.PASSPORT_RECORD_KEY = log_key, record
    settings.PASSPORT_POLICY, settings.PASSPORT_LOG_DIR = tmp_path / "policy", tmp_path / "log"
    settings.PASSPORT_LOG_ORIGIN, settings.PASSPORT_WITNESSES = ORIGIN, {}
    softhsm.log_out()
    with as_system():
        log.create(origin=ORIGIN, at=THEN)
    return tmp_path


def test_the_sequencer_signs_heads_from_the_token(house: Path, cast: Any, as_system: Any) -> None:
    with as_system():
        signing.enrolled(cast["maker"])
        call_command("sequencer", "--once")
    verifier = files.load_key(house / "log.key", purposes=("log",)).verifier
    opened = note.verify((house / "log" / "checkpoint").read_bytes(), verifiers=[verifier])
    head = checkpoint.parse(opened.text)
    assert (head.origin, head.size >= 1) == (ORIGIN, True)


def test_a_sequencer_without_the_pin_signs_nothing_and_says_why(
    house: Path, cast: Any, as_system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(hsm.PIN)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with as_system():
        signing.enrolled(cast["maker"])
        with pytest.raises(CommandError, match="asks for a PIN"):
            call_command("sequencer", "--once")
    assert not (house / "log" / "checkpoint").exists()


def test_receipts_are_signed_from_the_token(house: Path, as_system: Any) -> None:
    with as_system():
        promise = receipt.make(digest=bytes(32), kind="key", at=THEN)
    key = service_key.record_key()
    told, _ = receipts.read(promise, resolve_key={key.name: key.public_key}.__getitem__)
    assert told.kind == "key"


def test_who_the_service_is_can_be_told_without_opening_the_token(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(hsm.PIN)
    document = service_key.did_document()
    assert document["assertionMethod"] == [f"{SERVICE}#record-1"]
    (method,) = document["verificationMethod"]
    keys.multikey_decode(method["publicKeyMultibase"])
    with pytest.raises(BadKeyFile, match="asks for a PIN"):
        service_key.record_key().private_key.sign(b"x")
