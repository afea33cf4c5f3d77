"""The desk tells of a battery what the law gives its reader, as the API does, and no more."""

from __future__ import annotations

import pytest

from passport.actions import custody
from tests.cast import THEN
from tests.pages.conftest import People

# What the stage says of the retired pack's health, and who holds it.
SOH, METHOD = "0.86", "test bench"
READERS = {
    # Who reads: (its health and status in law, who holds it)
    "maker": (True, True),
    "keeper": (True, True),
    "workshop": (True, True),
    "auditor": (False, True),
    "authority": (False, False),
}


@pytest.fixture
def address(people: People) -> str:
    """The record of the retired pack, to which a workshop and an auditor were let in."""
    pack, cast = people.stage.packs[1], people.stage.cast
    with people.as_system():
        for guest in ("workshop", "auditor"):
            custody.grant(battery_id=pack.pk, to_id=cast[guest].pk, by=cast["keeper"], at=THEN)
    return f"/desk/batteries/{pack.pk}/"


@pytest.mark.parametrize("who", READERS)
def test_a_record_shows_each_reader_its_own_fields(people: People, address: str, who: str) -> None:
    health, holder = READERS[who]
    text = people.at_desk(who).get(address).text
    assert (SOH in text) == health
    assert (METHOD in text) == health
    assert ("<dt>Status in law</dt><dd>not for you to see" not in text) == health
    assert ('<h2 id="custody">' in text) == holder


@pytest.mark.parametrize("who", READERS)
def test_a_list_shows_each_reader_its_own_fields(people: People, address: str, who: str) -> None:
    health, holder = READERS[who]
    text = people.at_desk(who).get("/desk/batteries/?q=P2").text
    assert address in text
    assert (SOH in text) == health
    cells = [each for each in ("Keeper", ">you<") if each in text.partition("<tbody>")[2]]
    assert bool(cells) == holder
