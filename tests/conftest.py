"""What every test stands on: real servers, a database of its own, and honest skips."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from copy import deepcopy
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import override_settings
from pytest_django.plugin import blocking_manager_key

from api.http import auth
from passport import env
from passport.actions import password
from passport.local import servers
from tests import cast as casting
from tests.api import stage
from tests.databases import Beginning, Cluster, entered, run_name
from tests.passport.bundling import Story
from tests.passport.house import House

HERE = Path(__file__).resolve().parent
PURE = (HERE / "proof", HERE / "rules", HERE / "recycling" / "rules")

_stack = ExitStack()
_making: list[Thread] = []


# --- servers -----------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """With several workers the servers start once, before them; else with the first database."""
    run_name()
    # Hundreds of processes are started here; each would compile every module of ours again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if getattr(config.option, "numprocesses", None):
        _provide_servers()


def pytest_sessionstart(session: pytest.Session) -> None:
    """In a whole run on several workers these begin with what is pure, and find the template."""
    whole = session.config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if whole and getattr(session.config.option, "numprocesses", None):
        _making.append(Thread(target=_make_template, args=(session.config,)))
        _making[0].start()


def _make_template(config: pytest.Config) -> None:
    with config.stash[blocking_manager_key].unblock():
        _cluster().template()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever started the servers stops them; on somebody else's server nothing is left behind."""
    for each in _making:
        each.join()
    if "PYTEST_XDIST_WORKER" not in os.environ and "DATABASE_URL" in os.environ:
        _cluster().drop_all()
    _stack.close()


def _provide_servers() -> None:
    given = {name for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
    if len(given) == 2:
        return
    here = _stack.enter_context(servers.throw_away(given=os.environ))
    if here.postgres:
        _announce("DATABASE_URL", here.postgres.url(database="postgres"))
    if here.valkey:
        _announce("REDIS_URL", here.valkey.url())


def _announce(name: str, value: str) -> None:
    os.environ[name] = value
    _stack.callback(os.environ.pop, name, None)


def _cluster() -> Cluster:
    address = env.database("DATABASE_URL")
    assert address is not None
    return Cluster(address)


# --- fixtures ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The PostgreSQL server on which this session makes its databases."""
    _provide_servers()
    return _cluster()


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of a real Valkey."""
    _provide_servers()
    return os.environ["REDIS_URL"]


@pytest.fixture(scope="session")
def template(cluster: Cluster, django_db_blocker: Any) -> str:
    """The migrated database that every test's own is a copy of."""
    with django_db_blocker.unblock():
        return cluster.template()


@pytest.fixture
def begun(request: pytest.FixtureRequest) -> Beginning:
    """What this test's database is a copy of: the beginning that its fixtures ask for."""
    full = [name for name in FULL if name in request.fixturenames]
    assert len(full) < 2, f"A database begins with one of {full}, not with both."
    first = FIRST if FIRST in request.fixturenames else "empty"
    found: Beginning = request.getfixturevalue(full[0] if full else first)
    return found


@pytest.fixture
def database(cluster: Cluster, begun: Beginning, django_db_blocker: Any) -> Iterator[str]:
    """A database of this test's own, entered as passport_app; the value is its name."""
    lent = cluster.lend(begun.database)
    ContentType.objects.clear_cache()
    cache.clear()
    # The same keys stand in the next copy, where nobody has used them yet.
    auth._NOTED.clear()
    with django_db_blocker.unblock(), entered(cluster.address, lent.name, "app"):
        yield lent.name
    cluster.take_back(lent)


@pytest.fixture
def as_role(cluster: Cluster, database: str) -> Callable[[str], AbstractContextManager[None]]:
    """`with as_role("owner"):` enters this test's database as app, system, owner or admin."""
    return lambda role: entered(cluster.address, database, role)


@pytest.fixture
def as_system(as_role: Callable[[str], AbstractContextManager[None]]) -> Callable[[], Any]:
    """`with as_system():` enters this test's database as the worker and the sequencer do."""
    return lambda: as_role("system")


# --- what many tests begin with is made once a session, and each gets a copy of it ---------------

FULL, FIRST = ("staged", "past", "packed"), "gathered"


@pytest.fixture(scope="session")
def begin(
    cluster: Cluster, template: str, django_db_blocker: Any, tmp_path_factory: Any
) -> Callable[..., Beginning]:
    """`begin(make, after=…, house=…)` goes on from another beginning, as the system's role."""

    def made(
        make: Callable[[Any], Any], *, after: Beginning | None = None, house: House | None = None
    ) -> Beginning:
        name = cluster.clone(after.database if after else template)
        told: dict[str, Any] = {"PASSPORT_LOG_DIR": tmp_path_factory.mktemp("no-log")}
        if house:
            told = {
                "PASSPORT_LOG_DIR": house.press.folder, "PASSPORT_RECORD_KEY": house.record_file
            }  # fmt: skip
        with (
            django_db_blocker.unblock(),
            entered(cluster.address, name, "system"),
            override_settings(**told),
        ):
            if house:
                house.begin()
            return Beginning(name, make(deepcopy(after.made) if after else None), house)

    return made


@pytest.fixture(scope="session")
def empty(template: str) -> Beginning:
    """Tables without rows of ours."""
    return Beginning(template)


@pytest.fixture(scope="session")
def gathered(begin: Callable[..., Beginning]) -> Beginning:
    """Everybody."""
    return begin(lambda _: casting.gather())


@pytest.fixture(scope="session")
def packed(begin: Callable[..., Beginning], gathered: Beginning) -> Beginning:
    """Everybody, and a pack of the maker's with two cells inside."""
    return begin(lambda cast: casting.packs(cast["maker"], "P1", cells=2)[0], after=gathered)


@pytest.fixture(scope="session")
def past(begin: Callable[..., Beginning], gathered: Beginning, tmp_path_factory: Any) -> Beginning:
    """Everybody, and a pack whose attested past is published."""
    house = House(tmp_path_factory.mktemp("past"))
    return begin(lambda cast: Story(cast, house), after=gathered, house=house)


@pytest.fixture(scope="session")
def staged(begin: Callable[..., Beginning], gathered: Beginning) -> Beginning:
    """Everybody, and one of everything."""
    return begin(stage.set_up, after=gathered)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Argon2 at its least; test_password asks a process of its own for the true cost."""
    with pytest.MonkeyPatch.context() as patch:
        for name, least in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, name, least)
        patch.setattr(password, "_KIBIBYTES", 8)
        yield


# --- the order of a whole run; fire is asked for by name -----------------------------------------


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Orders the tests, and leaves out what is marked `fire` unless -m names it."""
    # What was imported and collected stays: no collection of garbage looks through it any more.
    gc.freeze()
    gc.set_threshold(700, 10, 100)
    items.sort(key=_turn)
    if "fire" in config.option.markexpr:
        return
    burning = [item for item in items if item.get_closest_marker("fire")]
    config.hook.pytest_deselected(items=burning)
    items[:] = [item for item in items if item not in burning]


def _turn(item: pytest.Item) -> int:
    """The pure ones while the template is made, then the longest, so that none ends alone."""
    if _is_pure(item):
        return 0
    return 1 if "journeys" in item.path.parts else 2


# --- pure tests touch no socket ----------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Forbids sockets to the tests of pure code; the database is forbidden without a fixture."""
    if not _is_pure(item):
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _no_socket)
        patch.setattr(socket.socket, "bind", _no_socket)
        return (yield)


def _is_pure(item: pytest.Item) -> bool:
    return any(item.path.is_relative_to(folder) for folder in PURE)


def _no_socket(*_: object) -> None:
    raise AssertionError("Code that is pure opened a socket.")


# --- skips are said, or refused ----------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """With REQUIRE_ORACLES=1 a test that skips has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("REQUIRE_ORACLES"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, though REQUIRE_ORACLES is set: {_reason(report)}"
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Counts the skips by reason, so that none hides."""
    skips = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if skips:
        terminalreporter.section("skipped, by reason")
    for reason, number in skips.most_common():
        terminalreporter.write_line(f"{number:5}  {reason}")


def _reason(report: Any) -> str:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ")
