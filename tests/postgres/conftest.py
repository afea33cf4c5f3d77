"""A database with something in every table, made once: these tests only try what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Cluster, entered
from tests.postgres import coming_in
from tests.postgres.furniture import Furniture, furnish


@pytest.fixture(scope="session")
def furniture(
    cluster: Cluster, template: str, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Furniture]:
    """The database, filled as the system's role; the value says what stands in it."""
    name, folder = cluster.clone(template), Path(tmp_path_factory.mktemp("house"))
    with django_db_blocker.unblock():
        with entered(cluster.address, name, "system"):
            made = furnish(name, folder)
        coming_in.furnish(cluster, made)
        yield made
    cluster.drop(name)


@pytest.fixture
def enter(
    furniture: Furniture, cluster: Cluster, django_db_blocker: Any
) -> Callable[[str], AbstractContextManager[None]]:
    """`with enter("app"):` goes into the furnished database as app, system, owner or admin."""
    django_db_blocker.unblock()
    return lambda role: entered(cluster.address, furniture.name, role)
