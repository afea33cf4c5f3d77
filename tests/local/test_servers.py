"""The real servers: private, restartable, and gone with whoever started them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import redis

from passport.local import layout as layouts
from passport.local import servers
from passport.local.process import spawn, stop, wait_until_ready
from passport.local.trouble import Trouble
from tests.local.families import living, within

ROOT = Path(__file__).resolve().parent.parent.parent
HOLD = """
import os, sys, time
from pathlib import Path
from passport.local import layout as layouts, servers
home = Path(sys.argv[1])
with servers.running(servers.prepare(layouts.at(home), durable=False), home):
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the servers' account can enter."""
    folder = servers.temporary_home(durable=False)
    yield folder
    shutil.rmtree(folder)


def test_killing_whoever_started_the_servers_ends_them(home: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "up\n"
    family = _descendants(holder.pid)
    assert len(family) > 4

    holder.kill()
    holder.communicate()

    assert within(10, lambda: not living(family))


def test_a_killed_postgres_starts_again_with_what_it_had(home: Path) -> None:
    own = servers.prepare(layouts.at(home), durable=False)
    assert own.postgres is not None
    spec = own.postgres.spec()
    for expected in (0, 1):
        process = spawn(spec, output=subprocess.DEVNULL)
        assert wait_until_ready(process, spec.ready, seconds=20)
        with psycopg.connect(own.postgres.url(database="postgres"), autocommit=True) as connection:
            connection.execute("create table if not exists kept (one int)")
            assert connection.execute("select count(*) from kept").fetchone() == (expected,)
            connection.execute("insert into kept values (1)")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    stop(process, spec.stop_signal, 1)


def test_the_doors_are_private() -> None:
    with servers.throw_away() as here:
        assert here.postgres is not None
        assert here.valkey is not None
        assert here.postgres.layout.sockets.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(here.postgres.url(database="postgres")) as connection:
            assert connection.execute("show listen_addresses").fetchone() == ("",)
        client = redis.Redis.from_url(here.valkey.url())
        assert client.config_get("port")["port"] == "0"
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        client.close()


def test_the_kept_servers_do_not_trade_safety_for_speed() -> None:
    with servers.throw_away(durable=True) as here:
        assert here.postgres is not None
        with psycopg.connect(here.postgres.url(database="postgres")) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
                assert connection.execute(f"show {setting}").fetchone() == ("on",)


def test_data_of_another_version_is_left_alone(home: Path) -> None:
    layout = replace(layouts.at(home), account=None)
    layouts.make_home(layout)
    (layout.postgres / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble, match="is of PostgreSQL 9, the programs are"):
        servers.prepare(layout)


def test_a_given_server_is_not_started_again() -> None:
    given = {"DATABASE_URL": "postgresql:///x", "REDIS_URL": "redis://127.0.0.1/0"}
    with servers.throw_away(given=given) as here:
        assert here.specs() == []


def _descendants(pid: int) -> set[int]:
    children: dict[int, set[int]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(place.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, set()).add(int(place.parent.name))
    found, todo = set(), {pid}
    while todo:
        todo = set().union(*(children.get(one, set()) for one in todo))
        found |= todo
    return found | {pid}
