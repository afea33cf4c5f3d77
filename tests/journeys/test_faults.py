"""kill -9 of every process in the middle of its work: the story completes, nothing is doubled."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from passport.proof import checkpoint, note, policy, tree, verdict
from passport.proof.report import ACCEPTED
from tests.cast import battery_line, model_line
from tests.journeys.patient import wait_for
from tests.journeys.ruin import Ruin, instance
from tests.journeys.scene import RETIRED
from tests.simulator import key_of

PACKS, CELLS = 20, 10
NDJSON = "application/x-ndjson"
KILLED = ("web", "worker", "sequencer", "postgres", "valkey")
ENTRIES = "SELECT digest, kind FROM passport_logentry"
DOCUMENTS = """(
    SELECT body_sha256, 'event' FROM passport_lifecycleevent
    UNION ALL SELECT enrolment_sha256, 'key' FROM passport_signingkey
    UNION ALL SELECT sha256, 'event' FROM passport_diddocument
    UNION ALL SELECT sha256, CASE WHEN batch_size IS NULL THEN 'attestation' ELSE 'batch' END
        FROM passport_attestation
    UNION ALL SELECT sha256, CASE kind WHEN 'verifier' THEN 'event' ELSE kind END
        FROM passport_logdocument
)"""
_numbers = count(1)


@pytest.fixture
def ruin(peopled: Path) -> Iterator[Ruin]:
    """A whole instance of this test's own."""
    with instance(peopled) as made:
        yield made


def _file() -> bytes:
    """Packs of a new model with their cells, as a maker sends them."""
    pack = model_line("PACK-B")
    lines = [pack, model_line("CELL-B", level="CELL")]
    for number in range(PACKS):
        unit = battery_line(f"B{number}", model="PACK-B")
        lines.append(unit)
        lines += [
            battery_line(f"B{number}-{cell}", model="CELL-B", parent=unit["id"])
            for cell in range(CELLS)
        ]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def _tell(ruin: Ruin) -> str:
    """An incident of the first pack, sent until it is answered."""
    number = next(_numbers)
    told = {
        "event_id": f"01a1b2c3-0000-7000-8000-{number:012x}", "kind": "INCIDENT",
        "happened_at": "2026-02-01T08:00:00Z", "facts": {"number": number},
    }  # fmt: skip
    address = f"/api/v1/batteries/{ruin.packs[0]}/events"
    body = json.dumps(told).encode()
    return ruin.people["keeper"].post(address, body, key=str(uuid.uuid4()))["id"]


def _head(ruin: Ruin) -> checkpoint.Checkpoint:
    return checkpoint.parse(note.parse(ruin.people["keeper"].get("/log/checkpoint"))[0])


def _first_head(ruin: Ruin) -> checkpoint.Checkpoint:
    """The head once all is published that was there before; till then there may be none."""
    published = "SELECT 1 FROM passport_loghead WHERE published_size > 9"
    wait_for(lambda: ruin.ask(published) or None, seconds=20)
    return _head(ruin)


def _state(ruin: Ruin, job: str) -> str | None:
    rows = ruin.ask(f"SELECT state FROM passport_job WHERE id = '{job}'")
    return rows[0][0] if rows else None


def _is_in_the_middle(ruin: Ruin, *jobs: str) -> bool | None:
    waits = (
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT%'"
    )
    ahead = "SELECT 1 FROM passport_loghead WHERE size > published_size"
    running = all(_state(ruin, job) == "RUNNING" for job in jobs)
    return (running and bool(ruin.ask(waits)) and bool(ruin.ask(ahead))) or None


def _send_until_it_is_taken(ruin: Ruin) -> str:
    """The web process dies with half of the file in hand; the maker sends it again, twice."""
    maker, body = ruin.people["maker"], _file()
    line = maker.begin("/api/v1/intakes", body, key="intake-1", kind=NDJSON)
    time.sleep(0.2)
    ruin.kill("web")
    line.close()
    first, again = (
        maker.post("/api/v1/intakes", body, key="intake-1", kind=NDJSON) for _ in range(2)
    )
    assert first["id"] == again["id"]
    return str(first["job"]["id"])


def _check_counts(ruin: Ruin, *, told: int) -> None:
    assert ruin.count("passport_battery") == 4 * 3 + PACKS * (1 + CELLS)
    assert ruin.count("passport_intake") == 2
    assert ruin.count("passport_lifecycleevent WHERE kind = 'INCIDENT'") == told
    assert ruin.count("passport_lifecycleevent WHERE kind = 'REGISTERED'") == 4 + 1 + PACKS + 1
    assert ruin.count("passport_assembly") == 4 * 2 + PACKS * CELLS
    assert ruin.count("passport_custody WHERE until IS NULL") == 4 + PACKS
    assert ruin.count("recycling_plan") == 1
    assert ruin.count("recycling_planline") == RETIRED
    assert ruin.count("recycling_offer WHERE state = 'PROPOSED'") == RETIRED


def _check_log(ruin: Ruin, before: checkpoint.Checkpoint) -> None:
    # Each document once, and nothing else; the service may log something of its own meanwhile.
    wait_for(lambda: ruin.ask(f"{DOCUMENTS} EXCEPT ALL {ENTRIES}") == [] or None, seconds=20)
    assert ruin.ask(f"{ENTRIES} EXCEPT ALL {DOCUMENTS}") == []
    logged = ruin.count("passport_logentry")
    head = wait_for(lambda: h if (h := _head(ruin)).size >= logged else None, seconds=20)
    rows = ruin.ask('SELECT leaf FROM passport_logentry ORDER BY "index"') or []
    hashes = [tree.leaf_hash(bytes(leaf)) for (leaf,) in rows][: head.size]
    assert tree.root(hashes) == head.root
    assert tree.root(hashes[: before.size]) == before.root


def _check_bundle(ruin: Ruin) -> None:
    data = ruin.people["keeper"].get(f"/api/v1/batteries/{ruin.packs[0]}/bundle")
    maker = key_of("issuer", "did:web:maker.example#key-1")
    pinned = f"issuer {maker.did} {maker.multikey}\n"
    trusted = (ruin.home / "state" / "policy").read_text() + pinned
    report = verdict.verify(data, policy=policy.parse(trusted.encode()))
    assert (report.exit_code, report.doubts) == (ACCEPTED, [])
    assert len(report.cosigned) == 2


def _ask_for_a_plan(ruin: Ruin) -> str:
    return str(ruin.people["keeper"].post("/api/v1/plans", b"{}", key="plan-1")["id"])


def _await(ruin: Ruin, *jobs: str) -> None:
    for job in jobs:
        wait_for(lambda job=job: _state(ruin, job) == "DONE" or None, seconds=60)


def test_each_process_is_killed_once_in_the_middle_of_its_work(ruin: Ruin) -> None:
    _tell(ruin)
    before = _first_head(ruin)
    with ruin.held_still("passport_batterymodel", "recycling_plan", "passport_cosignature"):
        jobs = (_send_until_it_is_taken(ruin), _ask_for_a_plan(ruin))
        _tell(ruin)
        wait_for(lambda: _is_in_the_middle(ruin, *jobs), seconds=20)
        for name in ("worker", "sequencer", "valkey"):
            ruin.kill(name)
    ruin.kill("postgres")
    for _ in range(5):
        _tell(ruin)
    _await(ruin, *jobs)
    assert ruin.count("passport_job WHERE attempts > 1") == 2
    _check_counts(ruin, told=7)
    _check_log(ruin, before)
    _check_bundle(ruin)


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.fire) for seed in range(2, 22))]
)
def test_whatever_is_killed_whenever_the_story_completes_once(ruin: Ruin, seed: int) -> None:
    chance = random.Random(seed)
    before = _first_head(ruin)
    body = _file()
    taken = ruin.people["maker"].post("/api/v1/intakes", body, key="intake-1", kind=NDJSON)
    jobs, told = (str(taken["job"]["id"]), _ask_for_a_plan(ruin)), 0
    for name in chance.sample(KILLED * 2, k=10):
        ruin.kill(name)
        time.sleep(chance.uniform(0, 1.5))
        _tell(ruin)
        told += 1
    _await(ruin, *jobs)
    _check_counts(ruin, told=told)
    _check_log(ruin, before)
    _check_bundle(ruin)
