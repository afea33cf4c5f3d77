"""kill -9 while a file of 200,000 lines comes in and is worked off: its rows are there, once."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.management.bench.line_file import MakerFile
from passport.actions.intake_hands import CHUNK
from tests.journeys.patient import wait_for
from tests.journeys.ruin import Ruin, instance
from tests.simulator import key_of

CELLS, PACKS = 200_000, 200
LOOKS = 0.05  # Seconds between two looks at the file, which moves by whole chunks.
NDJSON = "application/x-ndjson"
OF_FILE = "SELECT id FROM passport_battery WHERE intake_id = '{intake}'"
# What the file must have made, and how many.
MADE = {
    "passport_battery WHERE intake_id = '{intake}'": CELLS + PACKS,
    "passport_identityclaim WHERE battery_id IN (" + OF_FILE + ")": CELLS + PACKS,
    "passport_assembly WHERE child_id IN (" + OF_FILE + ")": CELLS,
    "passport_custody WHERE until IS NULL AND battery_id IN (" + OF_FILE + ")": PACKS,
    "passport_concern WHERE until IS NULL AND battery_id IN (" + OF_FILE + ")": PACKS,
    "passport_lifecycleevent WHERE battery_id IN (" + OF_FILE + ")": PACKS,
    "passport_lifecycleevent WHERE intake_id = '{intake}'": 1,
    "passport_attestationitem WHERE battery_id IN (" + OF_FILE + ")": CELLS,
    "passport_attestation WHERE sha256 = '\\x{digest}'": 1,
    "passport_intakeerror WHERE intake_id = '{intake}'": 0,
    "passport_intakeblock WHERE intake_id = '{intake}'": 0,
    "passport_intakewaiting WHERE intake_id = '{intake}'": 0,
}
# Everything that waits for the log, and what of it stands there: each once.
LOGGED = """
SELECT count(*), count(DISTINCT digest) FROM passport_logentry WHERE digest IN (
    SELECT body_sha256 FROM passport_lifecycleevent
    WHERE intake_id = '{intake}' OR battery_id IN (""" + OF_FILE + """)
    UNION ALL SELECT '\\x{digest}'::bytea)
"""  # fmt: skip


@pytest.fixture(scope="module")
def ruin(peopled: Path) -> Iterator[Ruin]:
    """One instance for all seeds: each file finds the rows of those before it."""
    with instance(peopled) as made:
        yield made


def _send(ruin: Ruin, body: bytes, key: str, chance: random.Random) -> dict[str, str]:
    """The web process dies with half of the file in hand; then it is sent until it is answered."""
    maker = ruin.people["maker"]
    line = maker.begin("/api/v1/intakes", body, key=key, kind=NDJSON)
    time.sleep(chance.uniform(0, 0.5))
    ruin.kill("web")
    line.close()
    taken: dict[str, str] = maker.post("/api/v1/intakes", body, key=key, kind=NDJSON)
    return taken


def _is_done(ruin: Ruin, intake: str) -> bool | None:
    rows = ruin.ask(f"SELECT state FROM passport_intake WHERE id = '{intake}'")
    return (rows is not None and rows[0][0] == "DONE") or None


# How far a file is: how many lines are read and items kept, or None once nothing is left to do.
PROGRESS = """
SELECT CASE WHEN i.state = 'DONE' THEN NULL WHEN p.step = 'ATTESTING' THEN p.line + p.place
    ELSE coalesce(p.line, 0) END
FROM passport_intake i LEFT JOIN passport_intakeprogress p ON p.intake_id = i.id
WHERE i.id = '{intake}'
"""
MIDDLES = ("worker", "worker", "postgres", "sequencer", "web")


def _kill_midway(ruin: Ruin, intake: str, names: list[str], chance: random.Random) -> None:
    """Kill these one after the other, each while the file is worked off at a place drawn by lot."""
    places = sorted(chance.randrange(1, 2 * CELLS - CHUNK) for _ in names)
    for name, place in zip(names, places, strict=True):
        reached = wait_for(lambda at=place: _reached(ruin, intake, at), seconds=300, every=LOOKS)
        assert reached != "DONE", f"{name} was to be killed at {place}, and nothing was left to do"
        ruin.kill(name)


def _reached(ruin: Ruin, intake: str, place: int) -> str | None:
    rows = ruin.ask(PROGRESS.format(intake=intake))
    if rows is None:
        return None
    done = rows[0][0]
    return "DONE" if done is None else "there" if done >= place else None


# Three in an ordinary run, and all twenty where fire is asked for.
SEEDS = [*range(3), *(pytest.param(seed, marks=pytest.mark.fire) for seed in range(3, 20))]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_file_lands_once_whoever_is_killed(ruin: Ruin, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    maker = SimpleNamespace(key=key_of("issuer", "did:web:maker.example#key-1"))
    file = MakerFile(maker, tmp_path / "file", tag=f"K{seed}", cells=CELLS, packs=PACKS)
    body = file.path.read_bytes()
    taken = _send(ruin, body, f"killed-{seed}", chance)
    _kill_midway(ruin, taken["id"], chance.sample(MIDDLES, k=3), chance)
    wait_for(lambda: _is_done(ruin, taken["id"]), seconds=300, every=LOOKS)
    again = ruin.people["maker"].post("/api/v1/intakes", body, key=f"killed-{seed}", kind=NDJSON)
    assert again["id"] == taken["id"]
    told = {"intake": taken["id"], "digest": file.digest.hex()}
    found = {table: ruin.count(table.format(**told)) for table in MADE}
    assert found == MADE
    wanted = (PACKS + 2, PACKS + 2)
    wait_for(lambda: ruin.ask(LOGGED.format(**told)) == [wanted] or None, seconds=30)
