"""A truck of batteries over HTTP: offered by codes, accepted with exceptions, led to by SSCC."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from passport.actions import custody, party
from passport.models import Battery, HandOver
from passport.models.ids import new_id
from tests.cast import THEN, Cast, packs

WHERE = "/api/v1/shipments"
SSCC = "095212340000000174"
SOUND = {"un_number": "3480", "condition": "SOUND", "packing_instruction": "P903"}


@pytest.fixture
def truck(cast: Cast, database: str, as_system: Any) -> list[Battery]:
    with as_system():
        return packs(cast["maker"], "H1", "H2", "H3")


def send(cast: Cast, truck: list[Battery], **said: Any) -> Any:
    codes = [truck[0].identity, "(01)09521234000020(21)H2", str(truck[2].pk)]
    body = {"to": "keeper", "batteries": codes, "sscc": f"(00){SSCC}", "dangerous_goods": SOUND}
    return cast.speak("maker").send(WHERE, body | said)


def test_a_truck_is_sent_checked_and_accepted_with_an_exception(cast: Cast, truck: Any) -> None:
    sent = send(cast, truck, carrier="Fast Freight", reference="DN-7")
    assert sent.status_code == 201, sent.json()
    told = sent.json()
    assert (told["sscc"], told["pieces"], told["state"]) == (SSCC, 3, "OFFERED")
    assert told["dangerous_goods"]["special_provisions"] == ["230"]
    assert told["papers"][0]["mass_kg"] == "216"
    keeper, where = cast.speak("keeper"), sent["Location"]
    assert [each["id"] for each in keeper.get(f"{WHERE}?sscc={SSCC}").json()["items"]] == [
        told["id"]
    ]
    # It waits as one, and not three times.
    assert keeper.get("/api/v1/hand-overs").json()["items"] == []
    body = {"exceptions": [{"battery": str(truck[1].pk), "reason": "not on the truck"}]}
    done = keeper.send(f"{where}/accept", body)
    assert (done.status_code, done.json()["state"]) == (200, "PARTLY")
    rows = cast.speak("maker").get(f"{where}/batteries?limit=2").json()
    more = cast.speak("maker").get(rows["next"]).json()["items"]
    states = {each["identity"][-2:]: each["state"] for each in rows["items"] + more}
    assert states == {"H1": "ACCEPTED", "H2": "REFUSED", "H3": "ACCEPTED"}
    assert cast.speak("maker").get(WHERE + "?state=OFFERED").json()["items"] == []


@pytest.mark.parametrize("body", [{}, {"exceptions": []}])
def test_nothing_said_of_exceptions_is_all_of_it(cast: Cast, truck: Any, body: Any) -> None:
    done = cast.speak("keeper").send(send(cast, truck)["Location"] + "/accept", body)
    assert (done.status_code, done.json()["state"]) == (200, "ACCEPTED")


REFUSED: dict[str, tuple[dict[str, Any], int, list[str]]] = {
    "codes that name nothing": (
        {"batteries": ["H1", "(01)09521234000020(21)NONE", "(01)09521234000021(21)H2", "H1"]},
        422,
        ["/batteries/1", "/batteries/2", "/batteries/3"],
    ),
    "to nobody": ({"to": "no-such"}, 422, ["/to"]),
    "to who only looks": ({"to": "auditor"}, 422, ["/to"]),
    "a wrong number of the pallet": ({"sscc": "095212340000000175"}, 400, ["/sscc"]),
    "a battery for a pallet": ({"sscc": "(01)09521234000020(21)H2"}, 400, ["/sscc"]),
    "no statement": ({"dangerous_goods": None}, 400, ["/dangerous_goods"]),
    "a condition of nobody's": (
        {"dangerous_goods": SOUND | {"condition": "FINE"}}, 400, ["/dangerous_goods/condition"],
    ),
    "no condition": (
        {"dangerous_goods": {"un_number": "3480"}}, 400, ["/dangerous_goods/condition"],
    ),
    "a number for sodium": (
        {"dangerous_goods": SOUND | {"un_number": "3551"}}, 422, ["/dangerous_goods/un_number"],
    ),
    "a packing for damaged ones": (
        {"dangerous_goods": SOUND | {"packing_instruction": "P908"}}, 422,
        ["/dangerous_goods/packing_instruction"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_a_shipment_and_says_where_and_what_to_do(
    cast: Cast, truck: Any, name: str
) -> None:
    said, status, pointers = REFUSED[name]
    answer = send(cast, truck, **said)
    assert answer.status_code == status, answer.json()
    faults = answer.json()["errors"]
    assert [each["pointer"] for each in faults] == pointers
    assert all(each["remedy"] for each in faults)


def test_a_statement_left_out_names_what_to_state(cast: Cast, truck: Any) -> None:
    body = {"to": "keeper", "batteries": ["H1"]}
    fault = cast.speak("maker").send(WHERE, body).json()["errors"][0]
    assert fault["code"] == "dangerous-goods-not-stated"
    assert "3480" in fault["remedy"]


def test_an_answer_that_comes_second_hears_a_conflict(cast: Cast, truck: Any) -> None:
    where = send(cast, truck)["Location"]
    keeper = cast.speak("keeper")
    assert keeper.send(f"{where}/refuse", {"reason": "not ordered"}).json()["state"] == "REFUSED"
    for act, body in (("accept", {}), ("refuse", {"reason": "again"})):
        told = keeper.send(f"{where}/{act}", body)
        assert (told.status_code, told.json()["errors"][0]["code"]) == (409, "shipment-answered")


def test_many_hand_overs_are_answered_at_once_each_by_itself(
    cast: Cast, truck: Any, as_system: Any
) -> None:
    with as_system():
        offers = custody.hand_over_all(
            battery_ids=[each.pk for each in truck], to_id=cast["keeper"].pk, by=cast["maker"],
            at=THEN,
        )  # fmt: skip
    ids = [str(each.pk) for each in offers]
    said = [
        {"hand_over": ids[2], "answer": "ACCEPT"}, {"hand_over": ids[0], "answer": "REFUSE"},
        {"hand_over": str(new_id()), "answer": "ACCEPT"},
        {"hand_over": ids[1], "answer": "WITHDRAW"}, {"hand_over": ids[2], "answer": "ACCEPT"},
    ]  # fmt: skip
    told = cast.speak("keeper").send("/api/v1/hand-overs/answers", {"answers": said})
    assert told.status_code == 200, told.json()
    rows = told.json()["items"]
    assert [each["hand_over"] for each in rows] == [each["hand_over"] for each in said]
    assert [each["state"] or each["code"] for each in rows] == [
        "ACCEPTED", "REFUSED", "not-found", "not-your-offer", "already-answered",
    ]  # fmt: skip
    assert all(each["remedy"] for each in rows if each["code"])
    with as_system():
        assert HandOver.objects.filter(state="OFFERED").count() == 1


def test_the_code_of_a_pallet_leads_its_sides_and_nobody_else(
    cast: Cast, truck: Any, as_system: Any
) -> None:
    sent = send(cast, truck).json()
    answers = {}
    for name in ("maker", "keeper", "stranger", "authority"):
        with as_system():
            person = party.register_person(
                email=f"{name}@p.example", name="P", password="correct horse battery"
            )
            party.join(person=person, party=cast[name], at=THEN)
        client = Client()
        client.force_login(person)
        answers[name] = client.get(f"/00/{SSCC}")
        nothing = client.get("/00/095212340000000181")
        if name in ("maker", "keeper"):
            assert answers[name]["Location"] == f"/desk/shipments/{sent['id']}/"
        else:
            assert answers[name].status_code == nothing.status_code == 404
            one, other = (each.json() for each in (answers[name], nothing))
            assert one["title"] == other["title"]
    for who in ("nobody", "maker"):
        told = cast.speak(who).get(f"/00/{SSCC}")
        assert told.status_code == 404
        assert sent["id"] not in told.text
