"""Fixtures of the tests of actions: everybody, and a pack with two cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from passport.actions import custody
from passport.management.dropfolder import DropFolder
from passport.models import Battery, HandOver, Intake, IntakeState
from tests import cast as casting
from tests.databases import Beginning
from tests.passport import signing
from tests.passport.acting import acting
from tests.passport.bundling import Story
from tests.passport.house import House
from tests.passport.salvage import Salvage, call, set_up


@pytest.fixture(autouse=True)
def _no_log_of_this_machine(settings, tmp_path):
    """What an instance on this machine has published is no business of these tests."""
    settings.PASSPORT_LOG_DIR = tmp_path / "no-log"


@pytest.fixture
def cast(gathered: Beginning, database: str) -> casting.Cast:
    """Everybody, in a database of this test's own."""
    return deepcopy(gathered.made)


@pytest.fixture
def pack(packed: Beginning, database: str) -> Battery:
    """A pack of the maker's, with two cells inside."""
    return deepcopy(packed.made)


@pytest.fixture
def house(
    begun: Beginning, database: str, tmp_path: Path, as_system: Callable[[], Any], settings: Any
) -> House:
    """A log with a sequencer's key and two witnesses, in a folder of this test's own."""
    made = begun.house.copied(tmp_path) if begun.house else House(tmp_path)
    settings.PASSPORT_LOG_DIR = made.press.folder
    settings.PASSPORT_RECORD_KEY = made.record_file
    if not begun.house:
        with as_system():
            made.begin()
    return made


@pytest.fixture
def story(past: Beginning, cast: casting.Cast, house: House) -> Story:
    """A pack with an attested past, in the keeper's hands; all of it published."""
    return past.made.copied(cast, house)


@pytest.fixture
def salvage(
    cluster: Any,
    database: str,
    settings: Any,
    cast: casting.Cast,
    pack: Battery,
    house: House,
    tmp_path: Path,
) -> Iterator[Salvage]:
    """A database with a log and its files, entered as the system, to be backed up."""
    made = set_up(cluster, settings, cast, pack, house, tmp_path)
    made.name = database
    with made.inside():
        made.happens()
        yield made
    for name in made.made:
        cluster.drop(name)


@pytest.fixture
def taken(salvage: Salvage) -> Path:
    """A backup of it."""
    call("backup", salvage.folder / "one")
    return salvage.folder / "one"


@pytest.fixture
def maker(cast: casting.Cast, as_system: Callable[[], Any]) -> Iterator[Any]:
    """The maker with an enrolled key, `held`; all that follows is done as the system does it."""
    with as_system():
        cast.held = signing.enrolled(cast["maker"])
        yield cast["maker"]


@pytest.fixture
def held(cast: casting.Cast, maker: Any) -> Any:
    """The key that the maker has enrolled."""
    return cast.held


@pytest.fixture
def folder(cast: casting.Cast, tmp_path: Path) -> DropFolder:
    """The maker's folder, in which only marked files are taken."""
    made = DropFolder(tmp_path / "drop", cast["maker"], 0)
    made.path.mkdir()
    made.prepare()
    return made


@pytest.fixture
def work(as_system: Callable[[], Any]) -> Callable[[], None]:
    """Works off all files that have come in."""

    def works() -> None:
        with as_system():
            for row in Intake.objects.filter(state=IntakeState.RECEIVED):
                casting.work_off(row)

    return works


@pytest.fixture
def kept(cast: casting.Cast, database: str, as_system: Callable[[], Any]) -> Battery:
    """A pack in the keeper's hands."""
    with as_system():
        (pack,) = casting.packs(cast["maker"], "YARD-7731", cells=1)
        casting.give(pack, cast["maker"], cast["keeper"])
    return pack


@pytest.fixture
def offered(cast: casting.Cast, kept: Battery) -> HandOver:
    """The keeper's pack, offered to the recycler."""
    with acting(cast["keeper"]):
        return custody.hand_over(
            battery_id=kept.pk, to_id=cast["recycler"].pk, by=cast["keeper"], at=casting.THEN
        )
