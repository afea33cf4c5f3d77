"""A plan in the middle of which everything goes wrong: one plan, each pack offered once."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from tests.journeys.patient import wait_for
from tests.journeys.ruin import Ruin, instance
from tests.journeys.scene import RETIRED

# A second planner, as a request that came in by another way would leave it.
SECOND = """
INSERT INTO passport_job (id, kind, dedupe_key, party_id, payload, state, attempts, run_after,
    last_error, done_count, total_count, created_at)
SELECT gen_random_uuid(), kind, dedupe_key || ':twin', party_id, payload, 'READY', 0, run_after, '',
    0, 0, created_at FROM passport_job WHERE kind = 'plan' RETURNING id
"""
LIVE = "recycling_offer WHERE state IN ('PROPOSED', 'COUNTER', 'ACCEPTED')"


@pytest.fixture(scope="module")
def ruin(peopled: Path) -> Iterator[Ruin]:
    with instance(peopled) as made:
        yield made


def test_a_plan_is_made_once_whatever_dies_or_doubles(ruin: Ruin) -> None:
    keeper = ruin.people["keeper"]
    with _second_clock(ruin), ruin.held_still("recycling_planpart"):
        asked = [keeper.post("/api/v1/plans", b"{}", key=f"plan-{n}")["id"] for n in range(2)]
        assert asked[0] == asked[1]
        ((second,),) = ruin.ask(SECOND) or [(None,)]
        # The first run stands before the table of its parts; it dies there with all of it.
        wait_for(lambda: _waits(ruin), seconds=30)
        ruin.kill("worker")
        _flush(ruin)
    with ruin.held_still("recycling_planline"):
        wait_for(lambda: _solved(ruin), seconds=60)
        wait_for(lambda: _waits(ruin), seconds=30)
        ruin.kill("worker")
        _flush(ruin)
    for job in (asked[0], second):
        wait_for(lambda job=job: _done(ruin, str(job)), seconds=90)
    assert ruin.count("recycling_plan") == 1
    assert ruin.count("recycling_planline") == ruin.count(LIVE) == RETIRED
    assert ruin.count(f"(SELECT DISTINCT retirement_id FROM {LIVE}) AS each") == RETIRED
    assert ruin.count("recycling_planrun WHERE state = 'DONE'") == 1
    assert ruin.count("recycling_retirement WHERE state = 'PLANNED'") == RETIRED
    _answers_meet_the_end(ruin)


def _answers_meet_the_end(ruin: Ruin) -> None:
    """Offers end within the second in which they are accepted: taken, or over; never both."""
    ends = _let_end(ruin, seconds=1.5)
    offers = [str(row) for (row,) in ruin.ask("SELECT id FROM recycling_offer ORDER BY id") or []]
    taken = {}
    for offer, before in zip(offers, (1.0, 0.02, -0.3), strict=True):
        time.sleep(max(0.0, ends - before - time.time()))
        taken[offer] = _accept(ruin, offer)
    assert (taken[offers[0]], taken[offers[2]]) == (200, 409)
    wait_for(
        lambda: ruin.count("recycling_offer WHERE state = 'PROPOSED'") == 0 or None, seconds=40
    )
    rows = ruin.ask("SELECT id::text, state, hand_over_id IS NOT NULL FROM recycling_offer") or []
    wanted = {200: ("ACCEPTED", True), 409: ("EXPIRED", False)}
    assert {row[0]: row[1:] for row in rows} == {o: wanted[said] for o, said in taken.items()}
    accepted = list(taken.values()).count(200)
    assert ruin.count("passport_handover WHERE state = 'OFFERED'") == accepted
    assert ruin.count("recycling_retirement WHERE state = 'OPEN'") == RETIRED - accepted


def _let_end(ruin: Ruin, *, seconds: float) -> float:
    """Only an administrator who lifts the guards can: nobody else moves the end of an offer."""
    with psycopg.connect(ruin.admin) as line:
        line.execute("SET session_replication_role = replica")
        line.execute(
            "UPDATE recycling_offer SET expires_at = now() + make_interval(secs => %s)", [seconds]
        )
        row = line.execute("SELECT extract(epoch FROM max(expires_at)) FROM recycling_offer")
        return float((row.fetchone() or (0,))[0])


def _accept(ruin: Ruin, offer: str) -> int:
    recycler = ruin.people["recycler"]
    request = urllib.request.Request(
        f"{ruin.url}/api/v1/offers/{offer}/accept", data=b"", method="POST",
        headers={"Authorization": f"Bearer {recycler.secret}", "Accept": "application/json"},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def _waits(ruin: Ruin) -> bool | None:
    rows = ruin.ask("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'")
    return (rows is not None and rows[0][0] > 0) or None


def _solved(ruin: Ruin) -> bool | None:
    rows = ruin.ask("SELECT count(*) FROM recycling_planpart WHERE result IS NOT NULL")
    return (rows is not None and rows[0][0] > 0) or None


def _done(ruin: Ruin, job: str) -> bool | None:
    rows = ruin.ask(f"SELECT state FROM passport_job WHERE id = '{job}'")
    return (rows is not None and rows[0][0] == "DONE") or None


def _told(ruin: Ruin, name: str, what: str) -> list[str]:
    """What the kernel knows of a process of the instance: its words, or its environment."""
    held = Path(f"/proc/{ruin.pid(name)}/{what}").read_bytes().decode()
    return [each for each in held.split("\0") if each]


def _flush(ruin: Ruin) -> None:
    """Everything that the broker held is gone."""
    said = dict(each.split("=", 1) for each in _told(ruin, "beat", "environ"))
    with redis.Redis.from_url(said["REDIS_URL"]) as broker:
        broker.flushall()


@contextmanager
def _second_clock(ruin: Ruin) -> Iterator[None]:
    """A beat beside the other one, as it is when somebody starts two."""
    command = _told(ruin, "beat", "cmdline")
    schedule = ruin.home / "second-beat"
    command[command.index("--schedule") + 1] = str(schedule)
    told = dict(each.split("=", 1) for each in _told(ruin, "beat", "environ"))
    cwd = os.readlink(f"/proc/{ruin.pid('beat')}/cwd")
    process = subprocess.Popen(command, env=told, cwd=cwd, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()
