"""The assembly of a battery over HTTP: what is inside and around it, then and now; acts on it."""

from datetime import UTC, timedelta

import pytest

from passport.actions import custody
from passport.models import Battery
from tests.cast import THEN, battery_line, model_line, packs, take_in
from tests.passport.acting import acting

CELL = battery_line("X1", model="CELL-1")
LATER = THEN + timedelta(days=30)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("api.http.trace.now", lambda: LATER)


@pytest.fixture
def at_work(cast, pack):
    with acting(cast["maker"]):
        cells = list(Battery.objects.filter(level="CELL").order_by("serial"))
    return cast.speak("maker"), f"/api/v1/batteries/{pack.pk}", [str(each.pk) for each in cells]


def test_an_act_is_answered_with_its_event_and_a_receipt_and_once(at_work, pack):
    maker, address, (first, second) = at_work
    for again in (False, True):
        answer = maker.send(f"{address}/assembly", {"take": [first]}, idempotency_key="k-1")
        assert answer.status_code == 201
        assert answer.headers.get("Idempotent-Replayed") == ("true" if again else None)
    said = answer.json()
    assert (said["kind"], said["members"]) == ("DISASSEMBLED", [str(pack.pk), first])
    assert said["receipt"]
    kinds = [each["kind"] for each in maker.get(f"{address}/events").json()["items"]]
    assert kinds == ["REGISTERED", "DISASSEMBLED"]
    inside = maker.get(f"{address}/assembly").json()["items"]
    assert [(each["battery"], each["where"], each["depth"]) for each in inside] == [
        (second, "INSIDE", 1)
    ]


def test_the_past_is_read_as_it_was(at_work):
    maker, address, cells = at_work
    maker.send(f"{address}/assembly", {"take": cells})
    assert maker.get(f"{address}/assembly").json()["items"] == []
    moment = (LATER - timedelta(days=1)).isoformat()
    then = maker.get(f"{address}/assembly?at={moment}").json()["items"]
    assert sorted(each["battery"] for each in then) == sorted(cells)
    places = maker.get(f"{address}/places").json()["items"]
    assert {each["until"] for each in places} == {LATER.astimezone(UTC).strftime("%FT%TZ")}
    around = maker.get(f"/api/v1/batteries/{cells[0]}/assembly?at={moment}").json()["items"]
    assert [each["where"] for each in around] == ["AROUND"]


def test_a_page_at_a_time(at_work):
    maker, address, cells = at_work
    page = maker.get(f"{address}/assembly?limit=1").json()
    rest = maker.get(page["next"]).json()
    assert rest["next"] is None
    assert sorted(each["battery"] for each in page["items"] + rest["items"]) == sorted(cells)


WRONG = {
    "nothing": ({}, 400, "not-an-assembly", "/put"),
    "an empty list": ({"take": []}, 400, "wrong-number", "/take"),
    "one battery twice": ({"take": ["{0}", "{0}"]}, 400, "not-an-assembly", "/take/1"),
    "what is not inside": ({"take": ["{pack}"]}, 409, "not-inside", "/take/0"),
    "what is inside": ({"put": [{"child": "{0}"}]}, 409, "already-inside", "/put/0/child"),
    "itself": ({"put": [{"child": "{pack}"}]}, 422, "inside-itself", "/put/0/child"),
    "a long position": (
        {"put": [{"child": "{0}", "position": "x" * 61}]}, 400, "too-long", "/put/0/position",
    ),
    "a field too many": ({"take": ["{0}"], "give": 1}, 400, "unknown-field", "/give"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_where_it_stands(at_work, pack, name):
    maker, address, cells = at_work
    body, status, code, pointer = WRONG[name]
    sent = str(body).replace("{0}", cells[0]).replace("{pack}", str(pack.pk)).replace("'", '"')
    answer = maker.send(f"{address}/assembly", sent)
    assert answer.status_code == status, answer.content
    (fault,) = answer.json()["errors"]
    assert (fault["code"], fault["pointer"]) == (code, pointer)
    assert fault["remedy"]


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01T00:00:00Z", ""])
def test_a_moment_that_is_none_is_refused(at_work, at):
    maker, address, _ = at_work
    answer = maker.get(f"{address}/assembly?at={at}")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/not-a-moment")


def test_the_maker_of_a_part_sees_that_it_stands_in_something_and_not_in_what(cast, as_system):
    """A cell of the second maker's, built into the maker's pack: since when it is, and no more."""
    with as_system():
        take_in(cast["second-maker"], [model_line("CELL-1", level="CELL"), CELL])
        (pack,) = packs(cast["maker"], "P1")
        cell = Battery.objects.get(serial="X1")
        offers = custody.hand_over_all(
            battery_ids=[cell.pk], to_id=cast["maker"].pk, by=cast["second-maker"], at=THEN
        )
        custody.accept_all(hand_over_ids=[offers[0].pk], by=cast["maker"], at=THEN)
    put = {"put": [{"child": str(cell.pk), "position": "1"}]}
    assert cast.speak("maker").send(f"/api/v1/batteries/{pack.pk}/assembly", put).status_code == 201
    other = cast.speak("second-maker")
    (around,) = other.get(f"/api/v1/batteries/{cell.pk}/assembly").json()["items"]
    assert (around["where"], around["identity"], around["level"]) == ("AROUND", None, None)
    (event,) = [
        each
        for each in other.get(f"/api/v1/batteries/{cell.pk}/events").json()["items"]
        if each["kind"] == "ASSEMBLED"
    ]
    assert pack.identity not in str(event)
    assert other.get(f"/api/v1/batteries/{pack.pk}/assembly").status_code == 404
