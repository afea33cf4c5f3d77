"""Runs one Django command where its servers are: the running instance's, the kept ones, or new."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

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
# Commands that act for the whole service; every other enters as the application does.
SYSTEM = {
    *("erase", "backup", "restore", "index", "new_origin", "rewrap", "first_link"),
    "naming_right",
}
# A benchmark fills tables by the million: never in the database that somebody works with.
BENCH_DATABASE = "passport_bench_"


def run(layout: Layout, arguments: list[str]) -> int:
    """Gives the command's exit code; where no servers must be started it does not return."""
    name = arguments[0] if arguments else "help"
    if name == "bench" and not {"-h", "--help"} & set(arguments):
        return _bench(layout, arguments)
    if name in PLAIN | {"bench"} or {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        _become(arguments, os.environ)
    if name in SCRATCH:
        return _in_scratch(layout, arguments)
    running = instance.announced(layout)
    if running is not None:
        _become(arguments, os.environ | running)
    with instance.hold(layout, f"manage.py {name}"):
        own = servers.prepare(layout, given=os.environ)
        with servers.running(own, layout.home):
            household = _household(layout, Addresses.of(own, os.environ))
            return _call(arguments, household.full_environment())


def _in_scratch(layout: Layout, arguments: list[str]) -> int:
    """Durable servers, since a figure taken without fsync would be a lie."""
    return _on_servers(layout, arguments, os.environ, lambda addresses: addresses)


def _bench(layout: Layout, arguments: list[str]) -> int:
    """A database of its own, on a given server too; the broker is ours, since jobs run on it."""
    name = f"{BENCH_DATABASE}{os.getpid()}"
    given = {key: url for key, url in os.environ.items() if key != "REDIS_URL"}
    return _on_servers(
        *(layout, arguments, given),
        lambda addresses: Addresses(
            admin=_renamed(addresses.admin, name),
            redis=addresses.redis,
            roles={role: _renamed(url, name) for role, url in addresses.roles.items()},
        ),
        PASSPORT_DB_ROLE="system",
    )


def _on_servers(
    layout: Layout,
    arguments: list[str],
    given: Mapping[str, str],
    choose: Callable[[Addresses], Addresses],
    **told: str,
) -> int:
    home = servers.temporary_home(durable=True)
    here = layouts.at(home, root=layout.root)
    try:
        own = servers.prepare(here, given=given)
        with servers.running(own, home), Supervisor(Journal()) as supervisor:
            household = _household(here, choose(Addresses.of(own, given)))
            demo.furnish(household, supervisor, story=False)
            return _call(arguments, household.full_environment(signs=True) | told)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _renamed(url: str, name: str) -> str:
    """The address of another database on the same server."""
    parts = urlsplit(url)
    kept = [word for word in parts.query.split("&") if not word.startswith("dbname=")]
    return parts._replace(path=f"/{name}", query="&".join(kept)).geturl()


def _household(layout: Layout, addresses: Addresses) -> Household:
    return Household(
        layout=layout,
        addresses=addresses,
        port=8000,
        witness_ports=demo.free_ports(8001, len(WITNESSES)),
    )


def _call(arguments: list[str], environment: Mapping[str, str]) -> int:
    """The command has the terminal; Ctrl-C is its own to answer."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(_command(arguments), env=_entering(arguments, environment)).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _become(arguments: list[str], environment: Mapping[str, str]) -> None:
    os.execve(sys.executable, _command(arguments), _entering(arguments, environment))


def _entering(arguments: list[str], environment: Mapping[str, str]) -> dict[str, str]:
    """With the database role that the command needs, unless the environment names one."""
    acts_for_all = bool(arguments) and arguments[0] in SYSTEM
    return ({"PASSPORT_DB_ROLE": "system"} if acts_for_all else {}) | dict(environment)


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "django", *arguments]
