"""The record's panel of assembly and the desk of recalls: forms that work without script."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passport.models import Assembly, Battery, Recall
from tests import cast as casting
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import fits, sit_down


@pytest.fixture
def see(as_system: Callable[[], Any]) -> Callable[[Callable[[], Any]], Any]:
    """Look into the database past every tenant."""

    def look(at: Callable[[], Any]) -> Any:
        with as_system():
            return at()

    return look


@pytest.fixture
def spare(people: People, as_system: Callable[[], Any]) -> Battery:
    """A cell in the keeper's hands that stands in nothing; made in the lot L-1."""
    cast = people.stage.cast
    line = casting.battery_line("SPARE-1", model="CELL-1", lot="L-1")
    with as_system():
        casting.take_in(cast["maker"], [line])
        cell = Battery.objects.get(serial="SPARE-1")
        casting.give(cell, cast["maker"], cast["keeper"])
    return cell


def _inside(people: People, see: Any) -> list[tuple[str, str]]:
    rows = Assembly.objects.filter(parent=people.stage.packs[0], until=None)
    return see(lambda: list(rows.values_list("child__serial", "position")))


def test_the_holder_takes_out_swaps_and_puts_in(people: People, see: Any, spare: Battery) -> None:
    pack, keeper = people.stage.packs[0], people.at_desk("keeper")
    here = f"/desk/batteries/{pack.pk}/"
    old = people.stage.ids["cell_id"]
    for form in ({}, {"take": "", "instead": str(spare.pk)}):
        assert keeper.post(f"{here}take-out", form).status_code in (404, 422)
    swapped = keeper.post(f"{here}take-out", {"take": str(old), "instead": str(spare.pk)})
    assert swapped.status_code == 302
    assert _inside(people, see) == [("SPARE-1", "1")]
    page = keeper.get(here).text
    assert "It held" in page
    assert "SPARE-1" in page
    assert keeper.post(f"{here}take-out", {"take": str(spare.pk)}).status_code == 302
    assert _inside(people, see) == []
    put = {"child": str(spare.pk), "position": "B-03"}
    assert keeper.post(f"{here}put-in", put).status_code == 302
    assert _inside(people, see) == [("SPARE-1", "B-03")]
    again = keeper.post(f"{here}put-in", put)
    assert again.status_code == 409
    assert "sits in this very battery" in again.text


def _file(answer: Any) -> str:
    return answer.getvalue().decode()


def test_who_does_not_hold_it_sees_no_form(people: People, spare: Battery) -> None:
    here = f"/desk/batteries/{people.stage.packs[0].pk}/"
    for who, forms in (("keeper", True), ("maker", False)):
        assert ("Take out what is ticked" in people.at_desk(who).get(here).text) is forms


def test_a_maker_recalls_a_lot_and_sees_where_it_is(people: People, spare: Battery) -> None:
    maker = people.at_desk("maker")
    assert "L-1" in maker.get("/desk/recalls/").text
    wrong = maker.post("/desk/recalls/", {"reason": "May burn.", "lots": "L-7"})
    assert wrong.status_code == 404
    assert 'href="#lots-recalled"' in wrong.text
    assert "May burn." in wrong.text, "what was typed is kept"
    sent = maker.post("/desk/recalls/", {"reason": "May burn.", "lots": "L-1"})
    assert sent.status_code == 302
    page = maker.get(sent.url).text
    assert "SPARE-1" in page
    assert "Keeper" in page
    rows = list(csv.DictReader(io.StringIO(_file(maker.get(f"{sent.url}table.csv")))))
    assert [(row["serial"], row["holder"]) for row in rows] == [("SPARE-1", "Keeper")]
    stranger = people.at_desk("stranger")
    assert "SPARE-1" not in stranger.get(sent.url).text
    assert _file(stranger.get(f"{sent.url}table.csv")).count("\n") == 1


def test_everybody_concerned_reads_a_recall_until_it_is_closed(
    people: People, see: Any, spare: Battery
) -> None:
    maker, keeper = people.at_desk("maker"), people.at_desk("keeper")
    sent = maker.post("/desk/recalls/", {"reason": "May burn.", "lots": "L-1"})
    assert "SPARE-1" in keeper.get("/desk/recalls/").text
    here = f"/desk/batteries/{spare.pk}/"
    public = spare.identity.removeprefix("https://id.gs1.org")
    for address in (here, public):
        assert "May burn." in keeper.get(address).text
    closed = maker.post(f"{sent.url}close", {"because": "All came back."})
    assert closed.status_code == 302
    kept = see(lambda: Recall.objects.get(reason="May burn."))
    assert kept.closed_because == "All came back."
    for address in (here, public):
        assert "May burn." not in keeper.get(address).text


def test_the_file_runs_nothing_in_a_spreadsheet(
    people: People, as_system: Callable[[], Any]
) -> None:
    line = casting.battery_line("=1+1", model="CELL-1", lot="L-9")
    line["id"] = "https://id.gs1.org/01/09521234000013/21/%3D1%2B1"
    with as_system():
        casting.take_in(people.stage.cast["maker"], [line])
    text = _file(people.at_desk("maker").get("/desk/recalls/lot?lot=L-9&format=csv"))
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["serial"].startswith("'=")


@needs_chromium
def test_the_pages_fit_a_phone_and_a_desk(
    browser: Browser, live: str, people: People, spare: Battery
) -> None:
    maker = people.at_desk("maker")
    said = {"reason": "A foil may pierce the separator.", "advice": "Stop charging it."}
    opened = maker.post("/desk/recalls/", said | {"lots": "L-1"}).url
    public = spare.identity.removeprefix("https://id.gs1.org")
    pack = f"/desk/batteries/{people.stage.packs[0].pk}/"
    for who, addresses in {
        "maker": ("/desk/recalls/", opened, "/desk/recalls/lot?lot=L-1"),
        "keeper": ("/desk/recalls/", pack, f"/desk/batteries/{spare.pk}/", public),
    }.items():
        sit_down(browser, live, people, who)
        for number, address in enumerate(addresses):
            fits(browser, live + address)
            _keep(browser, f"{who}-{number}")


def _keep(browser: Browser, name: str) -> None:
    folder = os.environ.get("PASSPORT_TEST_PICTURES")
    if folder:
        for width in (390, 1280):
            browser.resize(width)
            Path(folder, f"{name}-{width}.png").write_bytes(browser.picture())
