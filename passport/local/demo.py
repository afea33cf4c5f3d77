"""manage.py demo: the whole service on this machine, with a story to look at."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import socket
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from passport.local import instance, servers
from passport.local.journal import Journal
from passport.local.layout import Layout
from passport.local.processes import WITNESSES, Addresses, Household
from passport.local.supervisor import Supervisor
from passport.local.trouble import Trouble

READY_S = 90.0
PAUSE_S = 0.3
STOPPED = 130


def run(layout: Layout, arguments: list[str]) -> int:
    """Starts everything, waits for Ctrl-C or for the check to end, stops everything."""
    wanted = _parse(arguments)
    with ExitStack() as stack:
        stack.enter_context(instance.hold(layout, f"http://127.0.0.1:{wanted.port}"))
        stack.callback(instance.withdraw, layout)
        if wanted.fresh:
            _begin_anew(layout)
        own = servers.prepare(layout, given=os.environ)
        household = Household(
            layout=layout,
            addresses=Addresses.of(own, os.environ),
            port=_port(wanted.port),
            witness_ports=free_ports(wanted.port + 1, len(WITNESSES)),
        )
        supervisor = stack.enter_context(Supervisor(Journal()))
        try:
            return _play(household, supervisor, own, check=wanted.check)
        except KeyboardInterrupt:
            print("Stopping …", flush=True)
            return STOPPED if wanted.check else 0


def _play(
    household: Household, supervisor: Supervisor, own: servers.Servers, *, check: bool
) -> int:
    for spec in own.specs():
        supervisor.start(spec)
    furnish(household, supervisor)
    for spec in household.children():
        supervisor.start(spec)
    _await_green(household, supervisor)
    instance.announce(household.layout, household.full_environment())
    _greet(household)
    if check:
        return supervisor.step(household.step("walkthrough", role="system"))
    supervisor.watch()
    raise KeyboardInterrupt


def furnish(household: Household, supervisor: Supervisor, *, story: bool = True) -> None:
    """Roles, tables, keys, story: each step may be repeated, the story is told once."""
    steps = (
        household.step("roles", "--verbosity", "0", role="admin"),
        # The processes look at every address and setting when they start: once is enough.
        household.step("migrate", "--no-input", "--skip-checks", "--verbosity", "0", role="owner"),
        household.step("prepare", "--verbosity", "0", role="system", signs=True, wraps=True),
    )
    for spec in steps:
        _must(spec.name, supervisor.step(spec))
    told = _told(household)
    if story and not told.exists():
        _must("story", supervisor.step(household.step("story", role="system")))
        told.touch()


def _must(name: str, code: int) -> None:
    if code:
        raise Trouble(
            f"`manage.py {name}` failed with status {code}.",
            "What it said stands above; `manage.py demo --fresh` begins anew.",
        )


def _told(household: Household) -> Path:
    """Marks that this database knows the story; another database has another mark."""
    database = hashlib.sha256(household.addresses.admin.encode()).hexdigest()[:12]
    return household.layout.state / f"story-{database}"


def _await_green(household: Household, supervisor: Supervisor) -> None:
    ready, deadline = household.url + "/health/ready", time.monotonic() + READY_S
    while time.monotonic() < deadline and not supervisor.stopping and not _answers(ready):
        supervisor.watch(seconds=PAUSE_S)
    if supervisor.stopping:
        raise KeyboardInterrupt
    if not _answers(ready):
        raise Trouble(
            f"The service did not become ready within {READY_S:.0f} s: {_reason(ready)}",
            "What the processes said stands above.",
        )


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False


def _reason(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return f"status {answer.status}."
    except urllib.error.HTTPError as error:
        return f"status {error.code}, {error.read(500).decode('utf-8', 'replace')}"
    except OSError as error:
        return f"{error}."


def _greet(household: Household) -> None:
    """Prints addresses and, when the story has left them, logins."""
    print(f"\nThe battery passport runs at {household.url}\n", flush=True)
    for what, path in (("log", "/log/checkpoint"), ("interface", "/api/v1/openapi.json")):
        print(f"  {what:<10} {household.url}{path}")
    logins = household.layout.state / "logins.json"
    if logins.exists():
        print("\nSign in with:")
        rows = [list(row.values()) for row in json.loads(logins.read_text(encoding="utf-8"))]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            print("  " + "   ".join(map(str.ljust, row, widths)).rstrip())
    print("\nCtrl-C stops everything; the data stays.\n", flush=True)


def _begin_anew(layout: Layout) -> None:
    if "DATABASE_URL" in os.environ:
        raise Trouble(
            "--fresh would not empty the database that DATABASE_URL names.",
            "Drop and create it yourself, or unset DATABASE_URL.",
        )
    for folder in (layout.postgres, layout.valkey, layout.state):
        shutil.rmtree(folder, ignore_errors=True)


def _port(wanted: int) -> int:
    if not _is_free(wanted):
        raise Trouble(
            f"Port {wanted} is taken by another program.", "Choose one: manage.py demo --port 8080."
        )
    return wanted


def free_ports(first: int, number: int) -> tuple[int, ...]:
    """So many ports that nobody uses, from this one on."""
    return tuple(islice(filter(_is_free, range(first, 65_536)), number))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py demo", description="Run the whole service on this machine."
    )
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs left")
    parser.add_argument("--port", type=int, default=8000, help="where a browser finds it")
    parser.add_argument(
        "--check", action="store_true", help="run the whole story through the public faces, stop"
    )
    return parser.parse_args(arguments)
