"""What people do at their desks, form by form: each answer lands, each refusal keeps the input."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from passport.actions import party
from passport.models import Battery, HandOver, Intake
from passport.models.ids import new_id
from recycling.models import Offer, Retirement, Treatment
from tests import cast as casting
from tests.pages.conftest import People

FOUND = {
    "case_damage": "no", "thermal_event": "no", "water_ingress": "no", "recall_open": "no",
    "knee": "unknown", "traceability": "yes", "crash_severity": "NONE",
}  # fmt: skip


@pytest.fixture
def see(as_system: Callable[[], Any]) -> Callable[[Callable[[], Any]], Any]:
    """Look into the database past every tenant."""

    def look(at: Callable[[], Any]) -> Any:
        with as_system():
            return at()

    return look


def test_a_hand_over_is_offered_refused_and_accepted(people: People, see: Any) -> None:
    pack = people.stage.packs[0]
    keeper, stranger = people.at_desk("keeper"), people.at_desk("stranger")
    to = {"to": str(people.stage.cast["stranger"].pk)}
    for said, state in (("refuse", "REFUSED"), ("accept", "ACCEPTED")):
        sent = keeper.post(f"/desk/batteries/{pack.pk}/hand-over", to)
        assert sent.status_code == 302
        offer = see(lambda: HandOver.objects.get(battery=pack, state="OFFERED"))
        assert pack.serial in stranger.get("/desk/hand-overs/").text
        assert stranger.post(f"/desk/hand-overs/{offer.pk}/{said}").status_code == 302
        assert see(lambda pk=offer.pk: HandOver.objects.get(pk=pk).state) == state
    assert see(lambda: Battery.objects.get(pk=pack.pk).holder.slug) == "stranger"
    again = stranger.post(f"/desk/hand-overs/{offer.pk}/accept")
    assert again.status_code in (404, 409), "it is answered, or no longer to be seen"
    assert "There is a problem" in again.text


def test_a_hand_over_to_nobody_says_so_in_place(people: People) -> None:
    pack = people.stage.packs[0]
    answer = people.at_desk("keeper").post(f"/desk/batteries/{pack.pk}/hand-over", {"to": ""})
    assert answer.status_code == 422
    assert 'href="#to"' in answer.text


def test_nobody_hands_over_what_another_holds(people: People) -> None:
    pack = people.stage.packs[0]
    to = {"to": str(people.stage.cast["stranger"].pk)}
    answer = people.at_desk("recycler").post(f"/desk/batteries/{pack.pk}/hand-over", to)
    assert answer.status_code == 404


def test_an_auditor_is_let_in_and_sees_the_record(people: People) -> None:
    address = f"/desk/batteries/{people.stage.packs[0].pk}/"
    auditor = people.at_desk("auditor")
    assert auditor.get(address).status_code == 404
    guest = {"guest": str(people.stage.cast["auditor"].pk)}
    sent = people.at_desk("keeper").post(f"{address}let-in", guest)
    assert sent.status_code == 302
    assert "Auditor can see this battery now" in people.at_desk("keeper").get(sent["Location"]).text
    assert auditor.get(address).status_code == 200
    assert people.at_desk("auditor").post(f"{address}let-in", guest).status_code in (403, 422)
    assert people.at_desk("keeper").post(f"{address}let-in", {}).status_code == 422


def test_packs_retire_after_a_last_look_and_only_once(people: People, see: Any) -> None:
    pack, keeper = people.stage.packs[0], people.at_desk("keeper")
    asked = {"battery": str(pack.pk), "reason": "CONTRACT_END"} | FOUND
    assert pack.serial in keeper.get("/desk/retire/condition", {"battery": str(pack.pk)}).text
    last_look = keeper.get("/desk/retire/check", asked)
    assert "Check your answers" in last_look.text
    assert see(lambda: Retirement.objects.filter(battery=pack).count()) == 0
    form = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', last_look.text))
    for _ in range(2):
        assert keeper.post("/desk/retire/", form)["Location"] == "/desk/plans/"
    kept = see(lambda: Retirement.objects.get(battery=pack))
    assert kept.condition["traceability"] is True
    assert "knee" not in kept.condition, "nobody looked, which is not a no"


def test_an_unanswered_question_is_named_and_no_answer_lost(people: People) -> None:
    asked = {"battery": str(people.stage.packs[0].pk), "reason": "DAMAGE", "case_damage": "yes"}
    answer = people.at_desk("keeper").get("/desk/retire/check", asked)
    assert answer.status_code == 422
    assert 'href="#thermal_event"' in answer.text
    assert re.search(r'name="case_damage" value="yes" checked', answer.text)


def test_days_between_which_nobody_can_fetch_a_pack_are_told_before_the_last_look(
    people: People,
) -> None:
    days = {"ready_on": "2030-06-03", "due_on": "2030-06-02"}
    asked = {"battery": str(people.stage.packs[1].pk)} | FOUND | days
    answer = people.at_desk("keeper").get("/desk/retire/check", asked)
    assert answer.status_code == 422
    assert 'href="#due_on"' in answer.text
    assert 'value="2030-06-02"' in answer.text


def test_nobody_retires_what_another_holds(people: People) -> None:
    asked = {"battery": str(people.stage.packs[0].pk), "reason": "OTHER", "event": str(new_id())}
    answer = people.at_desk("stranger").post("/desk/retire/", asked | FOUND)
    assert answer.status_code == 404


def test_a_plan_is_asked_for_watched_and_read(people: People) -> None:
    keeper = people.at_desk("keeper")
    board = keeper.get(f"/desk/plans/{people.stage.ids['plan_id']}/")
    assert "Furnace" in board.text
    assert "Best edge first" in board.text
    assert keeper.get(f"/desk/plans/{people.stage.ids['plan_id']}/?route=HOLD").status_code == 200
    job = people.stage.ids["job_id"]
    done = keeper.get(f"/desk/plans/under-way/{job}/")
    assert done["Location"] == f"/desk/plans/{people.stage.ids['plan_id']}/"
    polled = keeper.get(f"/desk/plans/under-way/{job}/progress")
    assert polled["HX-Redirect"] == done["Location"]
    again = keeper.get(keeper.post("/desk/plans/")["Location"])
    assert "waiting for a worker" in again.text, "its offer ended unanswered"
    assert 'hx-trigger="every 1s"' in again.text
    assert 'http-equiv="refresh"' in again.text, "reloads without script"
    nothing = people.at_desk("stranger").post("/desk/plans/")
    assert nothing.status_code == 422
    assert "None of your batteries waits for a plan" in nothing.text


def test_an_offer_that_ended_cannot_be_accepted(people: People, see: Any) -> None:
    recycler, offer = people.at_desk("recycler"), people.stage.ids["offer_id"]
    assert "Furnace" in recycler.get("/desk/offers/").text
    answer = recycler.post(f"/desk/offers/{offer}/accept")
    assert answer.status_code == 409
    assert "offer ended" in answer.text
    assert see(lambda: Offer.objects.get(pk=offer).state) == "PROPOSED"


def test_a_file_with_a_bad_line_is_taken_in(people: People, see: Any, tmp_path: Any) -> None:
    file = tmp_path / "serials.ndjson"
    file.write_bytes(b'{"type":"battery"}\n{"type":"nonsense"}\n')
    with file.open("rb") as sent:
        answer = people.at_desk("maker").post("/desk/intakes/", {"file": sent})
    assert answer.status_code == 302
    page = people.at_desk("maker").get(answer["Location"])
    assert "waiting for a worker" in page.text
    assert 'http-equiv="refresh"' in page.text, "reloads without script"
    assert "NDJSON, one object a line" in page.text
    assert see(lambda: Intake.objects.order_by("-id")[0].size_bytes) == 39


def test_a_machine_s_key_is_shown_once_and_revoked(people: People) -> None:
    keeper = people.at_desk("keeper")
    issued = keeper.post("/desk/keys/", {"name": "line 4", "scope": ["read", "record"]})
    secret = re.search(r"bp_live_([0-9a-f]{16})_[0-9a-f_]+", issued.text)
    assert secret
    assert secret[0] not in keeper.get("/desk/keys/").text
    assert keeper.post(f"/desk/keys/{secret[1]}/revoke").status_code == 302
    assert "revoked" in keeper.get("/desk/keys/").text
    nameless = keeper.post("/desk/keys/", {"name": "", "scope": "read"})
    assert nameless.status_code == 422
    assert 'id="scope-read" name="scope" value="read" checked' in nameless.text


def test_a_treatment_is_weighed_before_it_is_booked(people: People, see: Any) -> None:
    recycler, pack = people.at_desk("recycler"), people.stage.packs[1]
    keeper = people.at_desk("keeper")
    to = {"to": str(people.stage.cast["recycler"].pk)}
    assert keeper.post(f"/desk/batteries/{pack.pk}/hand-over", to).status_code == 302
    offer = see(lambda: HandOver.objects.get(battery=pack, state="OFFERED"))
    assert recycler.post(f"/desk/hand-overs/{offer.pk}/accept").status_code == 302
    address = f"/desk/treatments/book/{pack.pk}/"
    form = {
        "event": str(new_id()), "process": "hydro", "mass_in_kg": "72", "material-0": "steel_iron",
        "mass-0": "50,5", "fate-0": "RECYCLED", "material-1": "dust", "mass-1": "12",
        "fate-1": "DISPOSED",
    }  # fmt: skip
    weighed = recycler.post(address, form | {"weigh": "1"})
    assert "does not close" in weighed.text
    refused = recycler.post(address, form | {"book": "1"})
    assert refused.status_code == 422
    assert 'value="50,5"' in refused.text, "what was typed is kept"
    booked = recycler.post(address, form | {"mass-1": "21.5", "book": "1"})
    assert booked.status_code == 302, booked.text
    assert "Against Annex XII" in recycler.get(booked["Location"]).text
    assert see(lambda: Treatment.objects.get(battery=pack).mass_out_kg) == 72
    gone = recycler.get(pack.identity.removeprefix("https://id.gs1.org"), {"format": "html"})
    assert gone.status_code == 410
    assert "has been recycled" in gone.text


def test_a_cell_maker_finds_its_cells_in_another_maker_s_pack(
    people: People, as_system: Callable[[], Any]
) -> None:
    with as_system():
        lines = [casting.model_line("CELL-9", level="CELL")]
        lines.append(casting.battery_line("Z1", model="CELL-9"))
        cell = casting.take_in(people.stage.cast["second-maker"], lines).battery_set.get()
        Battery.objects.filter(pk=cell.pk).update(unit=people.stage.packs[0])
    maker = people.at_desk("second-maker")
    assert "inside another party" in maker.get("/desk/batteries/").text
    record = maker.get(f"/desk/batteries/{cell.pk}/")
    assert "which is not your concern" in record.text
    # A word: the token of a form may hold the same letters.
    assert not re.search(rf"\b{people.stage.packs[0].serial}\b", record.text)
    assert "with the other batteries of its file" in record.text


def test_a_person_of_two_parties_changes_sides(
    people: People, as_system: Callable[[], Any]
) -> None:
    keeper = people.at_desk("keeper")
    with as_system():
        both = party.join(
            person=people.person("keeper"), party=people.stage.cast["recycler"], at=casting.THEN
        )
    assert "act for another party" in keeper.get("/desk/").text
    foreign = {"party": str(people.stage.cast["maker"].pk)}
    for chosen, name in (({"party": str(both.party_id)}, "Recycler"), (foreign, "Recycler")):
        assert keeper.post("/desk/party", chosen).status_code == 302
        assert f"<h1>{name}</h1>" in keeper.get("/desk/").text
