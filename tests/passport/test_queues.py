"""A receiver that hangs keeps nobody's registration, capture or plan waiting."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from passport import tasks
from passport.actions import did, epcis_capture, intake, job, naming_right
from passport.celery import CALLS, WORK, app
from passport.local.layout import at
from passport.local.processes import Addresses, Household
from tests.cast import THEN, Cast
from tests.house.source import ROOT

OUTWARD = {"send_webhooks", "send_links", "stamp_checkpoint"}


def queue_of(name: str) -> str:
    return str(app.amqp.router.route({}, f"passport.tasks.{name}")["queue"].name)


def served(command: list[str]) -> list[str]:
    """The queues that a process takes from."""
    return command[command.index("--queues") + 1].split(",")


def test_each_queue_has_a_process_of_its_own(tmp_path: Path) -> None:
    named = {each["task"].rpartition(".")[2] for each in app.conf.beat_schedule.values()}
    assert {name for name in named if queue_of(name) == CALLS} == OUTWARD
    assert {queue_of(name) for name in named - OUTWARD} == {WORK}
    here = Household(at(tmp_path), Addresses("postgresql:///x", "redis://x"), 8000, (8001, 8002))
    both = {spec.name: served(list(spec.command)) for spec in (here.worker(), here.caller())}
    assert both == {"worker": [WORK], "caller": [CALLS]}
    for role, queues in both.items():
        told = subprocess.run(
            ["sh", str(ROOT / "docker" / "entrypoint.sh"), role], check=True, text=True,
            capture_output=True, env={"PASSPORT_DRY_RUN": "1", "PASSPORT_ROOT": str(ROOT)},
        )  # fmt: skip
        assert served(told.stdout.split()) == queues


def test_a_job_that_asks_a_domain_waits_beside_the_others(
    cast: Cast, as_system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: dict[str, str] = {}
    monkeypatch.setattr(
        tasks.run, "apply_async", lambda *, args, queue: sent.update({args[0]: queue})
    )
    kinds = (intake.KIND, epcis_capture.KIND, did.KIND, naming_right.KIND, "plan")
    with as_system():
        made = {
            kind: job.enqueue(
                kind=kind, dedupe_key=kind, party=cast["maker"], payload={}, at=THEN
            ).pk
            for kind in kinds
        }
        assert tasks.dispatch() == len(kinds)
    assert {kind for kind in kinds if sent[str(made[kind])] == CALLS} == {
        did.KIND, naming_right.KIND,
    }  # fmt: skip
    assert set(tasks.runners()) >= set(kinds)
