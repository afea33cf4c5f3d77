"""Runs a whole throw-away instance until its input ends: `… tests.journeys.household HOME PORT`.

With a third word, `empty`, nobody is in it; with `furnish` it only makes tables and keys, and ends;
with `scene` it ends once its scene is set. What a HOME has already is taken as it is.
Tells through files in HOME: `children` (name → process id, kept current), `ready` (addresses, and
the link to the first administrator where it is empty).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from passport.local import demo, layout, servers
from passport.local.journal import Journal
from passport.local.processes import WITNESSES, Addresses, Household
from passport.local.supervisor import Supervisor

FURNISHED = "furnished"


def main(home: Path, port: int, word: str) -> None:
    """Servers, tables, keys, a scene, then every process; the supervisor starts again who dies."""
    own = servers.prepare(layout.at(home), durable=False)
    ports = tuple(range(port + 1, port + 1 + len(WITNESSES)))
    here = Household(layout.at(home), Addresses.of(own, {}), port, ports)
    with Supervisor(Journal()) as supervisor:
        _stop_with_input(supervisor)
        for spec in own.specs():
            supervisor.start(spec)
        if not (home / FURNISHED).exists():
            demo.furnish(here, supervisor, story=False)
        if word == "furnish":
            (home / FURNISHED).touch()
            return
        if word != "empty" and not (home / "state" / "scene.json").exists():
            _set_scene(here, supervisor)
        if word == "scene":
            return
        told = {"url": here.url, "admin": here.addresses.admin}
        if word == "empty":
            told["link"] = _first_link(here)
        for spec in here.children():
            supervisor.start(spec)
        supervisor.watch(until=lambda: _noted(home, supervisor) and _answers(here.url))
        _write(home / "ready", told)
        supervisor.watch(until=lambda: not _noted(home, supervisor))


def _set_scene(here: Household, supervisor: Supervisor) -> None:
    scene = here.step("shell", "-c", "from tests.journeys import scene; scene.set()", role="system")
    assert supervisor.step(scene) == 0


def _first_link(here: Household) -> str:
    """What whoever runs the machine does: `manage.py first_link`, and copies the address."""
    step = here.step("first_link", role="system")
    said = subprocess.run(
        step.command, env=dict(step.environment), cwd=step.folder, check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    return next(word for word in said.stdout.split() if word.startswith(here.url))


def _stop_with_input(supervisor: Supervisor) -> None:
    def wait() -> None:
        sys.stdin.read()
        supervisor.stopping = True

    threading.Thread(target=wait, daemon=True).start()


def _noted(home: Path, supervisor: Supervisor) -> bool:
    _write(home / "children", {each.spec.name: each.process.pid for each in supervisor.children})
    return True


def _write(path: Path, told: Mapping[str, object]) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(told))
    os.replace(draft, path)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "/health/ready", timeout=2) as answer:
            return answer.status == 200
    except (OSError, urllib.error.HTTPError):
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), "".join(sys.argv[3:]))
