"""What was taken in is promised by a receipt, and proven to who waits; waiting starves nobody."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections

from api.http import waiting
from passport.models import Battery
from passport.models.ids import new_id
from passport.proof import canonical, policy, receipt, tlogproof
from passport.proof.encoding import b64_decode
from passport.proof.errors import ProofError
from passport.proof.keyfile import KeyFile
from tests.api.test_attestations import ask
from tests.cast import Cast
from tests.databases import Cluster
from tests.passport.house import House
from tests.passport.signing import origin
from tests.simulator import key_of

ADDRESS = "/api/v1/attestations"


@pytest.fixture
def held(cast: Cast) -> KeyFile:
    made = key_of("issuer", f"{cast['maker'].did}#key-1")
    assert ask(cast, made).status_code in (201, 202)
    return made


@pytest.fixture
def house(cast: Cast, tmp_path: Any, settings: Any, as_system: Callable[[], Any]) -> House:
    made = House(tmp_path)
    settings.PASSPORT_LOG_DIR = made.press.folder
    with as_system():
        made.begin()
    return made


@pytest.fixture
def sequencing(
    house: House, as_system: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> House:
    """A sequencer that turns whenever somebody waits a moment."""

    def turn(_: float) -> None:
        with as_system():
            house.turn()

    clock = SimpleNamespace(monotonic=time.monotonic, sleep=turn)
    monkeypatch.setattr("passport.actions.receipt.time", clock)
    return house


@pytest.fixture
def count(cluster: Cluster, database: str) -> Callable[[str], int]:
    """How many rows of a table anybody else sees: those that are committed."""

    def rows(table: str) -> int:
        with cluster.admin(database) as admin:
            found = admin.execute(f"SELECT count(*) FROM passport_{table}").fetchone()
        return int(found[0]) if found else 0

    return rows


def submit(cast: Cast, held: KeyFile, pack: Battery, **headers: str) -> Any:
    body = {"credential": json.loads(origin(held, pack))}
    return cast.speak("maker").send(ADDRESS, body, **headers)


def read(answer: Any, record_key: KeyFile) -> receipt.Receipt:
    data = canonical.encode(answer.json()["receipt"])
    return receipt.read(data, resolve_key=lambda _: record_key.public_key)[0]


def test_a_submission_is_answered_with_a_signed_promise(
    cast: Cast, pack: Battery, held: KeyFile, record_key: KeyFile, count: Callable[[str], int]
) -> None:
    before = count("outbox")
    answer = submit(cast, held, pack)
    assert answer.status_code == 202
    promised = read(answer, record_key)
    assert promised.digest.hex() == answer.json()["digest"]
    assert promised.kind == "attestation"
    within = datetime.fromisoformat(promised.log_by) - datetime.fromisoformat(promised.received_at)
    assert within == timedelta(seconds=60)
    assert count("outbox") == before + 1


def test_a_changed_promise_is_no_promise(
    cast: Cast, pack: Battery, held: KeyFile, record_key: KeyFile
) -> None:
    answer = submit(cast, held, pack)
    document = answer.json()["receipt"]
    document["credentialSubject"]["logBy"] = "2999-01-01T00:00:00Z"
    with pytest.raises(ProofError):
        receipt.read(canonical.encode(document), resolve_key=lambda _: record_key.public_key)


def test_who_waits_is_given_the_proof(
    cast: Cast, pack: Battery, held: KeyFile, sequencing: House
) -> None:
    answer = submit(cast, held, pack, prefer="respond-async, wait=10")
    assert answer.status_code == 201, answer.json()
    assert answer["Preference-Applied"] == "wait=10"
    told = answer.json()
    entry = b64_decode(told["entry"])
    trusted = policy.parse(sequencing.policy_text().encode())
    head = tlogproof.verify(told["proof"].encode(), entry=entry, policy=trusted)
    assert head.size >= 2
    assert told["digest"] == digest_in(entry)
    assert answer["Location"] == f"{ADDRESS}/{told['id']}"


def digest_in(entry: bytes) -> str:
    return canonical.b64u_decode(json.loads(entry)["d"]).hex()


def test_a_patience_that_ends_before_the_log_is_answered_with_the_promise(
    cast: Cast, pack: Battery, held: KeyFile, house: House, count: Callable[[str], int]
) -> None:
    begun = time.monotonic()
    answer = submit(cast, held, pack, prefer="wait=1")
    assert 0.9 < time.monotonic() - begun < 5
    assert answer.status_code == 202
    assert "Preference-Applied" not in answer
    assert count("attestation") == 1


def test_when_all_places_are_taken_nobody_waits(
    cast: Cast, pack: Battery, held: KeyFile, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting.Waiting, "free", threading.BoundedSemaphore(1))
    waiting.Waiting.free.acquire()
    begun = time.monotonic()
    assert submit(cast, held, pack, prefer="wait=10").status_code == 202
    assert time.monotonic() - begun < 3
    waiting.Waiting.free.release()
    submit(cast, held, pack, prefer="wait=1")
    assert waiting.Waiting.free.acquire(blocking=False)


def test_what_is_refused_is_answered_at_once_and_changes_nothing(
    cast: Cast, pack: Battery, held: KeyFile, house: House, count: Callable[[str], int]
) -> None:
    body = {"credential": json.loads(origin(held, pack))}
    body["credential"]["issuer"] = "did:web:second-maker.example"
    before = count("outbox")
    answer = cast.speak("maker").send(ADDRESS, body, prefer="wait=10")
    assert answer.status_code >= 400
    assert (count("attestation"), count("outbox")) == (0, before)


def test_nothing_is_held_in_the_database_by_who_waits(
    cast: Cast,
    pack: Battery,
    held: KeyFile,
    house: House,
    count: Callable[[str], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []

    def look(**_: Any) -> None:
        seen.append((connections["default"].in_atomic_block, count("attestation")))

    monkeypatch.setattr(waiting.receipt, "wait_for_proof", look)
    submit(cast, held, pack, prefer="wait=3")
    assert seen == [(False, 1)]


def test_a_repeated_request_waits_for_the_same_proof(
    cast: Cast, pack: Battery, held: KeyFile, house: House, as_system: Callable[[], Any]
) -> None:
    headers = {"idempotency_key": '"once"', "prefer": "wait=1"}
    first = submit(cast, held, pack, **headers)
    with as_system():
        house.turn()
    again = submit(cast, held, pack, **headers)
    assert (first.status_code, again.status_code) == (202, 201)
    assert again["Idempotent-Replayed"] == "true"
    assert again.json()["receipt"] == first.json()["receipt"]
    assert again.json()["proof"].startswith("c2sp.org/tlog-proof@v1\n")


PATIENCE = {
    "": 0, "wait=3": 3, "respond-async, wait=2": 2, "wait=99": 10, 'wait="4"': 4, "Wait = 5": 5,
    "wait=0": 0, "wait=-1": 0, "wait=3.5": 0, "wait": 0, "return=minimal; x=1, wait=1;y": 1,
    "waiting=5": 0, "wait=1,wait=9": 1, "wait=99999999999999": 0,
}  # fmt: skip


@pytest.mark.parametrize("header", PATIENCE)
def test_a_preference_is_read_or_ignored(header: str) -> None:
    assert waiting.patience(header) == PATIENCE[header]


def test_an_event_is_promised_and_proven_too(
    cast: Cast, pack: Battery, sequencing: House, record_key: KeyFile
) -> None:
    told = {"event_id": str(new_id()), "kind": "INCIDENT", "happened_at": "2026-01-06T08:00:00Z"}
    address = f"/api/v1/batteries/{pack.pk}/events"
    promised = cast.speak("maker").send(address, told)
    assert (promised.status_code, read(promised, record_key).kind) == (201, "event")
    proven = cast.speak("maker").send(address, told, prefer="wait=5")
    assert (proven.status_code, proven["Preference-Applied"]) == (201, "wait=5")
    assert digest_in(b64_decode(proven.json()["entry"])) == promised.json()["digest"]
