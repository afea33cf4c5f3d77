"""The whole service on loopback while a benchmark runs: the processes that serve for real."""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from passport.local import demo
from passport.local import layout as layouts
from passport.local.process import Spec, spawn, stop
from passport.local.processes import WITNESSES, Addresses, Household

READY_S = 60.0
_ROLES = ("DATABASE_APP_URL", "DATABASE_SYSTEM_URL", "DATABASE_OWNER_URL")
# Waits for others' machines, of which no benchmark has any.
_CALLER = "caller"


@contextmanager
def serving() -> Iterator[Household]:
    """Web, worker, clock, sequencer and two witnesses, each as `manage.py demo` starts it."""
    house = _household()
    logs = Path(settings.PASSPORT_STATE) / "said"
    logs.mkdir(exist_ok=True)
    with ExitStack() as stack:
        for spec in house.children():
            if spec.name != _CALLER:
                _start(spec, logs, stack)
        _await(house.url + "/health/ready", logs)
        yield house


def _household() -> Household:
    """On the servers and the database that this benchmark was given."""
    port = demo.free_ports(18_000, 1)[0]
    return Household(
        layout=layouts.at(Path(settings.PASSPORT_STATE).parent, root=settings.ROOT),
        addresses=Addresses(
            admin=os.environ["DATABASE_URL"],
            redis=os.environ["REDIS_URL"],
            roles={name: os.environ[name] for name in _ROLES if name in os.environ},
        ),
        port=port,
        witness_ports=demo.free_ports(port + 1, len(WITNESSES)),
    )


def _start(spec: Spec, logs: Path, stack: ExitStack) -> None:
    """What a process says goes to a file: a pipe that nobody reads would stop it."""
    with (logs / spec.name).open("wb") as output:
        process = spawn(spec, output=output.fileno())
    stack.callback(stop, process, spec.stop_signal, spec.grace_s)


def _await(url: str, logs: Path) -> None:
    deadline = time.monotonic() + READY_S
    while not _answers(url):
        if time.monotonic() > deadline:
            said = [line for file in logs.iterdir() for line in file.read_text().splitlines()[-3:]]
            raise CommandError("The service did not become ready:\n" + "\n".join(said))
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
