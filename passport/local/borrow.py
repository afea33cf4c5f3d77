"""Runs one Django command where its servers are: the running instance's, the kept ones, or new."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping

from passport.local import demo, instance, servers
from passport.local import layout as layouts
from passport.local.journal import Journal
from passport.local.layout import Layout
from passport.local.processes import WITNESSES, Addresses, Household
from passport.local.supervisor import Supervisor

# Need no database, whatever the rest of their arguments.
PLAIN = {
    *("check", "compilemessages", "diffsettings", "help", "makemessages", "makemigrations"),
    *("spectacular", "startapp", "startproject", "version", "--help", "-h", "--version"),
}
# Measure or show something from nothing to end, and leave nothing behind.
SCRATCH = {"bench", "journey"}


def run(layout: Layout, arguments: list[str]) -> int:
    """Gives the command's exit code; where no servers must be started it does not return."""
    name = arguments[0] if arguments else "help"
    if name in PLAIN or {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        _become(arguments, os.environ)
    if name in SCRATCH:
        return _in_scratch(layout, arguments)
    running = instance.announced(layout)
    if running is not None:
        _become(arguments, os.environ | running)
    with instance.hold(layout, f"manage.py {name}"):
        own = servers.prepare(layout, given=os.environ)
        with servers.running(own, layout.home):
            return _call(arguments, _household(layout, own).full_environment())


def _in_scratch(layout: Layout, arguments: list[str]) -> int:
    """Durable servers, since a figure taken without fsync would be a lie."""
    home = servers.temporary_home(durable=True)
    here = layouts.at(home, root=layout.root)
    try:
        own = servers.prepare(here, given=os.environ)
        with servers.running(own, home), Supervisor(Journal()) as supervisor:
            household = _household(here, own)
            demo.furnish(household, supervisor, story=False)
            return _call(arguments, household.full_environment(signs=True))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _household(layout: Layout, own: servers.Servers) -> Household:
    return Household(
        layout=layout,
        addresses=Addresses.of(own, os.environ),
        port=8000,
        witness_ports=demo.free_ports(8001, len(WITNESSES)),
    )


def _call(arguments: list[str], environment: Mapping[str, str]) -> int:
    """The command has the terminal; Ctrl-C is its own to answer."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(_command(arguments), env=dict(environment)).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _become(arguments: list[str], environment: Mapping[str, str]) -> None:
    os.execve(sys.executable, _command(arguments), dict(environment))


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "django", *arguments]
