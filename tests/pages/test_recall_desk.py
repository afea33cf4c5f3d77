"""The desk of recalls: what its form takes, what its pages say, and its file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from api.pages import recalls as pages
from passport.models import Battery, Recall
from passport.queries import desk_recall
from tests import cast as casting
from tests.pages.conftest import People

DESK = "/desk/recalls/"


@pytest.fixture
def cells(people: People, as_system: Callable[[], Any]) -> list[Battery]:
    """Cells of the maker's of lots and serials that are odd, and lawful."""
    with as_system():
        lines = []
        for serial, coded, lot in (("K,1", "K%2C1", "A,1"), ("=1+1", "%3D1%2B1", "L-9")):
            line = casting.battery_line(serial, model="CELL-1", lot=lot)
            lines.append(line | {"id": f"https://id.gs1.org/01/09521234000013/21/{coded}"})
        taken = casting.take_in(people.stage.cast["maker"], lines)
        assert not taken.rejected, taken.errors.first().detail
        return list(Battery.objects.filter(serial__in=("K,1", "=1+1")).order_by("serial"))


@pytest.fixture
def maker(people: People) -> Client:
    return people.at_desk("maker")


def test_a_comma_is_part_of_a_lot_and_of_a_serial(
    maker: Client, cells: list[Battery], as_system: Callable[[], Any]
) -> None:
    sent = maker.post(DESK, {"reason": "Comma.", "lots": "A,1 L-9", "serials": "K,1"})
    assert sent.status_code == 302
    with as_system():
        made = Recall.objects.get(reason="Comma.")
        assert (made.lots, made.named) == (["A,1", "L-9"], 1)


@pytest.mark.parametrize("who", ["maker", "keeper"])
def test_a_recall_of_single_batteries_is_not_of_all(
    people: People, maker: Client, cells: list[Battery], who: str
) -> None:
    named = maker.post(DESK, {"reason": "One.", "serials": "K,1"}).url
    lot = maker.post(DESK, {"reason": "Lot.", "lots": "L-9"}).url
    reader = people.at_desk(who)
    assert "<dd>all</dd>" not in reader.get(named).text
    assert "<dt>Models</dt><dd>all</dd>" in reader.get(lot).text


def test_a_refused_model_leads_to_the_models(people: People, maker: Client) -> None:
    foreign = str(people.stage.ids["battery_id"])
    answer = maker.post(DESK, {"reason": "May burn.", "model": foreign})
    assert answer.status_code == 404
    assert 'href="#model"' in answer.text
    assert 'id="model"' in answer.text


def test_the_file_for_a_program_has_the_names_as_they_are(
    maker: Client, cells: list[Battery]
) -> None:
    where = f"{DESK}lot?lot=L-9&format=csv"
    for more, serial in (("", "'=1+1"), ("&raw=1", "=1+1")):
        text = maker.get(where + more).getvalue().decode()  # type: ignore[attr-defined]
        (row,) = csv.DictReader(io.StringIO(text))
        assert row["serial"] == serial
    assert pages._plain("\rx") == "'\rx"


def test_all_recalls_are_somewhere(
    maker: Client, cells: list[Battery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_LISTED", 2)
    for number in range(4):
        assert maker.post(DESK, {"reason": f"No {number}.", "lots": "L-9"}).status_code == 302
    pages_seen = [maker.get(f"{DESK}?skip={skip}").text for skip in (0, 2, 4)]
    assert all(f'skip={skip}"' in text for skip, text in zip((2, 4), pages_seen, strict=False))
    seen = "".join(pages_seen)
    assert all(f"No {number}." in seen for number in range(4))


def test_an_authority_gets_the_models_of_the_maker_it_names(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = people.at_desk("authority")
    assert ">PACK-12</label>" not in authority.get(DESK).text
    assert ">PACK-12</label>" in authority.get(f"{DESK}?maker_name=maker").text
    monkeypatch.setattr(desk_recall, "_SHOWN", 1)
    assert "first by name" in authority.get(DESK).text


def test_what_is_called_back_waits_at_the_desk_of_whoever_has_it(
    people: People, maker: Client
) -> None:
    words, opened = "that is called back", f"{DESK}{people.stage.ids['recall_id']}/"
    keeper, recycler = people.at_desk("keeper"), people.at_desk("recycler")
    assert words in keeper.get("/desk/").text
    assert words not in recycler.get("/desk/").text
    assert maker.post(f"{opened}close", {"because": "no danger"}).status_code == 302
    assert words not in keeper.get("/desk/").text
