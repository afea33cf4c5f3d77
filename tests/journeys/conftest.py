"""A database in which the demo story has been told once, and copies of it for each test."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from api.management.story import chapters
from api.management.story.telling import Tale
from tests.databases import Cluster, entered
from tests.journeys import ruin

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Told:
    """The story's database, and the folder of its keys and logins."""

    database: str
    state: Path
    tale: Tale


@pytest.fixture(scope="session")
def told_once(
    cluster: Cluster, template: str, tmp_path_factory: Any, django_db_blocker: Any
) -> Iterator[Told]:
    """The whole story, told from nothing."""
    name, state = cluster.clone(template), tmp_path_factory.mktemp("state")
    with django_db_blocker.unblock(), entered(cluster.address, name, "system"):
        tale = chapters.tell(state=state, today=TODAY)
    yield Told(name, state, tale)
    cluster.drop(name)


@pytest.fixture
def told(
    cluster: Cluster, told_once: Told, django_db_blocker: Any, settings: Any, tmp_path: Path
) -> Iterator[Told]:
    """A copy of the told story, entered as passport_system; nothing of it is published yet."""
    settings.PASSPORT_LOG_DIR = tmp_path / "log"
    name = cluster.clone(told_once.database)
    ContentType.objects.clear_cache()
    with django_db_blocker.unblock(), entered(cluster.address, name, "system"):
        yield Told(name, told_once.state, told_once.tale)
    cluster.drop(name)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables and keys of an instance that nobody has started; whoever comes first makes them."""
    return _once(tmp_path_factory, "furnished", ruin.furnish)


@pytest.fixture(scope="session")
def peopled(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with its scene set."""
    return _once(tmp_path_factory, "peopled", partial(ruin.furnish, further=furnished))


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that all workers have in common."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = shared / f"{name}.draft"
            draft.mkdir()
            make(draft)
            draft.rename(folder)
    return folder
