"""A recycler books steps at its desk and reads the mass balance; its lot reaches a maker."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from passport.actions import party
from passport.models.ids import new_id
from recycling.models import Treatment
from tests.cast import THEN
from tests.databases import Beginning
from tests.recycling import loop as loops
from tests.recycling.loop import Made


@pytest.fixture(scope="module")
def begun(begin: Callable[..., Beginning]) -> Beginning:
    """The nickel in the maker's hands."""
    return begin(loops.go_on, after=begin(loops.begin))


@pytest.fixture
def made(begun: Beginning, database: str, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.setattr("api.http.trace.now", lambda: THEN)
    return deepcopy(begun.made)


@pytest.fixture
def at_desk(made: Made, as_system: Callable[[], Any]) -> Callable[[str], Client]:
    def sit(name: str) -> Client:
        with as_system():
            person = party.register_person(
                email=f"{name}@people.example", name=name.title(), password="long-Enough-4-all"
            )
            party.join(person=person, party=made.cast[name], at=THEN)
        client = Client()
        client.force_login(person)
        return client

    return sit


def test_the_sheet_of_a_batch_tells_all_that_balances(
    made: Made, at_desk: Callable[[str], Client]
) -> None:
    desk = at_desk("recycler")
    text = desk.get(f"/desk/batches/{made.batch.pk}/").text
    for told in ("OLD-NCA-1", "10,000", "4,200", "228", "15.00 %", "not yet", "NMC622", "missed"):
        assert told in text, told
    assert "Book a step" not in text, "a certified batch takes nothing more"
    assert "55.7" in desk.get("/desk/annex-xii/?year=2026").text
    assert "NI-1" in desk.get("/desk/material/").text
    assert desk.get("/desk/treatments/").status_code == 200
    assert desk.get("/desk/treatments/intake/").status_code == 200


def test_a_step_is_booked_by_form_or_comes_back_with_its_figures(
    made: Made, at_desk: Callable[[str], Client], as_system: Callable[[], Any]
) -> None:
    desk = at_desk("recycler")
    where = desk.post("/desk/batches/", {"number": "B-2"})["Location"]
    with as_system():
        black = Treatment.objects.get(step="SHRED").fractions.get(material="black mass")
    form = {
        "step": "REFINE", "process": "hydro", "event": str(new_id()),
        "draw": f"fraction:{black.pk}", f"draw-{black.pk}": "1", "material-0": "nickel",
        "mass-0": "0,97", "fate-0": "RECYCLED", "assay-0": "Ni 99 %, Co 0,2 %",
    }  # fmt: skip
    used = desk.post(f"{where}steps", form)
    assert (used.status_code, "are left of it" in used.text) == (409, True)
    assert 'value="0,97"' in used.text
    wrong = desk.post(f"{where}steps", form | {"assay-0": "pure"})
    assert (wrong.status_code, "is no share of an element" in wrong.text) == (422, True)
    assert desk.get(f"{where}certificate.json").status_code == 422


def test_a_maker_reads_a_lot_and_passes_it_on(made: Made, at_desk: Callable[[str], Client]) -> None:
    desk = at_desk("maker")
    page = f"/desk/material/{made.nickel.pk}/"
    text = desk.get(page).text
    assert "NI-1" in text
    assert "No attestation of yours builds upon this lot yet" in text
    second = made.cast["second-maker"].pk
    assert desk.post(f"{page}offer", {"to": str(second)}).status_code == 302
    assert "Offered to Second-Maker" in desk.get(page).text
    claim = {"mass_kg": "1", "attestation": "00", "event": str(new_id())}
    assert "Claimed as recycled content" not in desk.get("/desk/material/").text
    assert desk.post(f"{page}claim", claim).status_code == 409


def test_who_filled_a_lot_reads_which_maker_claimed_how_much(
    made: Made, at_desk: Callable[[str], Client], as_system: Callable[[], Any]
) -> None:
    with as_system():
        made.claim(made.nickel, made.salt(made.origin), "600")
    for name in ("recycler", "maker"):
        desk = at_desk(name)
        for page in ("/desk/material/", f"/desk/material/{made.nickel.pk}/"):
            text = desk.get(page).text
            assert ("600" in text, "Maker" in text, "None that concerns you" in text) == (
                True, True, False,
            ), (name, page)  # fmt: skip
    (claim,) = (
        made.cast.speak("recycler")
        .get(f"/api/v1/material-lots/{made.nickel.pk}/claims")
        .json()["items"]
    )
    assert (claim["maker"], claim["mass_kg"]) == ("maker", "600")


def test_machines_read_and_are_refused_with_the_figures(made: Made) -> None:
    recycler = made.cast.speak("recycler")
    address = f"/api/v1/treatment-batches/{made.batch.pk}"
    sheet = recycler.get(f"{address}/balance").json()
    assert (sheet["in_kg"], sheet["losses_kg"], len(sheet["inputs"])) == ("10000", "4200", 10)
    assert sheet["accounts"][0]["reached"][0]["standing"] == "missed"
    steps = recycler.get(f"{address}/steps").json()["items"]
    assert [each["step"] for each in steps] == ["SHRED", "REFINE"]
    assert recycler.get(f"{address}/certificate").json()["facts"]["id"] == made.batch.identity
    assert len(recycler.get("/api/v1/annex-xii?year=2026").json()["items"]) == 4
    (lot,) = made.cast.speak("maker").get("/api/v1/material-lots").json()["items"]
    assert (lot["held"], lot["left_kg"], lot["assay"]) == (True, "620", {"Ni": "1"})
    opened = recycler.send("/api/v1/treatment-batches", {"number": "B-3"}).json()
    body = {
        "booking_id": str(new_id()), "step": "SHRED", "inputs": [{}],
        "fractions": [{"material": "Cu", "mass_kg": "1", "fate": "RECYCLED"}],
    }  # fmt: skip
    answer = recycler.send(f"/api/v1/treatment-batches/{opened['id']}/steps", body)
    assert answer.json()["errors"][0]["pointer"] == "/inputs/0"
