"""Events are found by every parameter of EPCIS, by whom they are for, page by page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from passport.actions import epcis_index, event
from passport.models import EpcisEvent, LifecycleEvent
from passport.models.ids import new_id
from passport.rules.lifecycle import EventKind
from tests.api.epcis_asked import PACK, STEM, asks, events, found, stage
from tests.api.stage import NOW, Stage

__all__ = ["stage"]

URN = "urn:epc:id:sgtin:9521234.000002.P2"


def test_values_are_alternatives_and_parameters_hold_together(stage: Stage) -> None:
    either = found(stage, EQ_bizStep=["collecting", "accepting"])
    assert set(either) == {"RETIRED", "HANDED_OVER"}
    assert found(stage, EQ_bizStep="collecting,accepting") == either
    assert found(stage, EQ_bizStep=["collecting", "accepting"], EQ_disposition="in_progress") == [
        "HANDED_OVER", "HANDED_OVER",
    ]  # fmt: skip


def test_an_urn_names_what_a_link_names_and_a_star_stands_for_every_serial(stage: Stage) -> None:
    whole = found(stage, MATCH_epc=PACK)
    assert whole
    assert found(stage, MATCH_epc=URN) == whole
    every = found(stage, MATCH_anyEPC="urn:epc:idpat:sgtin:9521234.000002.*")
    assert len(every) > len(whole)
    assert found(stage, MATCH_epc="https://id.gs1.org/01/09521234000020/21/*") == every
    assert found(stage, MATCH_epc="*") == every
    assert not found(stage, MATCH_epc="https://id.gs1.org/01/09521234000013/21/*")


def test_a_declaration_is_found_with_its_event_by_their_one_name(stage: Stage) -> None:
    (declared,) = events(asks(stage, "keeper", EXISTS_errorDeclaration="true"))
    both = events(asks(stage, "keeper", EQ_eventID=declared["eventID"]))
    assert ["errorDeclaration" in each for each in both].count(True) == 1
    assert len(both) == 2
    alone = stage.cast.speak("keeper").get(f"/epcis/events/{quote(declared['eventID'], safe='')}")
    assert len(events(alone)) == 2
    corrective = declared["errorDeclaration"]["correctiveEventIDs"][0]
    one = stage.cast.speak("keeper").get(f"/epcis/events/{quote(corrective, safe='')}").json()
    assert (one["type"], one["eventID"]) == ("ObjectEvent", corrective)
    assert found(stage, EQ_correctiveEventID=corrective) == ["INCIDENT"]


def test_they_come_in_the_order_that_is_asked_for(stage: Stage) -> None:
    for name in ("eventTime", "recordTime"):
        ways = [
            asks(stage, "keeper", orderBy=name, orderDirection=way, perPage=1000)
            for way in ("ASC", "DESC")
        ]
        up, down = ([each["eventID"] for each in events(answer)] for answer in ways)
        assert up == down[::-1]
        assert len(up) > 3


def pages(stage: Stage, who: str, address: str) -> list[list[Any]]:
    turned = []
    while address:
        answer = stage.cast.speak(who).get(address)
        assert answer.status_code == 200, answer.content
        turned.append(events(answer))
        assert len(turned) < 60
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.get("Link", ""))
        assert bool(link) == ("GS1-Next-Page-Token-Expires" in answer.headers)
        address = link[1] if link else ""
    return turned


def test_pages_hold_all_once_while_more_events_arrive(
    stage: Stage, as_system: Callable[[], Any]
) -> None:
    whole = [each["eventID"] for each in events(asks(stage, "keeper", perPage=1000))]
    first = stage.cast.speak("keeper").get("/epcis/events?perPage=2")
    with as_system():
        event.record(
            event_id=new_id(), battery_id=stage.ids["battery_id"], kind=EventKind.INCIDENT,
            happened_at=NOW - timedelta(days=20), facts={}, by=stage.cast["keeper"],
            at=NOW + timedelta(minutes=2),
        )  # fmt: skip
        assert epcis_index.catch_up(stem=STEM) == 1
    (_, following) = first["Link"].split("<")
    rest = pages(stage, "keeper", following.partition(">")[0])
    turned = [events(first), *rest]
    assert [each["eventID"] for page in turned for each in page] == whole
    assert {len(page) for page in turned[:-1]} == {2}


def test_pages_of_one_hold_one_each(stage: Stage) -> None:
    turned = pages(stage, "keeper", "/epcis/events?perPage=1")
    names = [each["eventID"] for page in turned for each in page]
    assert len(names) == len(set(names)) + 1, "a declaration has the name of its event"
    assert {len(page) for page in turned} == {1}


def test_an_exchange_is_two_events_which_are_found_and_paged_each_by_itself(
    stage: Stage, as_system: Callable[[], Any]
) -> None:
    keeper = stage.cast.speak("keeper")
    old, new = (cell_of(stage, at) for at in (0, 1))
    for pack, body in (
        (stage.packs[1], {"take": [new]}),
        (stage.packs[0], {"take": [old], "put": [{"child": new, "position": "M1"}]}),
    ):
        sent = keeper.send(f"/api/v1/batteries/{pack.pk}/assembly", body)
        assert sent.status_code == 201, sent.json()
    with as_system():
        assert epcis_index.catch_up(stem=STEM) == 2
    (put,) = events(asks(stage, "keeper", EQ_bizStep="replacing"))
    assert (put["action"], put["bat:kind"]) == ("ADD", "REPLACED")
    assert put["parentID"] == stage.packs[0].identity
    (out,) = events(asks(stage, "keeper", EQ_bizStep="removing"))
    assert (out["action"], out["eventID"] == put["eventID"]) == ("DELETE", False)
    assert events(asks(stage, "keeper", EQ_eventID=put["eventID"])) == [put]
    assert len(found(stage, MATCH_parentID=put["parentID"])) == 2
    turned = pages(stage, "keeper", "/epcis/events?perPage=1&eventType=AssociationEvent")
    assert [len(page) for page in turned] == [1, 1, 1]
    assert [out] in turned
    assert [put] in turned


def cell_of(stage: Stage, at: int) -> str:
    (cell,) = stage.cast.speak("keeper").get(
        f"/api/v1/batteries/{stage.packs[at].pk}/components"
    ).json()["items"]  # fmt: skip
    return str(cell["id"])


def test_a_count_limits_and_another_one_refuses(stage: Stage) -> None:
    turned = pages(stage, "keeper", "/epcis/events?perPage=2&eventCountLimit=3&orderBy=eventTime")
    assert [len(page) for page in turned] == [2, 1]
    speaker = stage.cast.speak("keeper")
    refused = speaker.get("/epcis/events?maxEventCount=2")
    assert (refused.status_code, refused.json()["type"]) == (
        413, "epcisException:QueryTooLargeException",
    )  # fmt: skip
    assert speaker.get("/epcis/events?maxEventCount=100").status_code == 200


def test_a_token_is_good_here_for_its_query_its_party_and_an_hour(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = stage.cast.speak("keeper")
    answer = speaker.get("/epcis/events?perPage=1")
    link = answer["Link"].partition(">")[0][1:]
    token = link.partition("nextPageToken=")[2]
    assert speaker.get(link).status_code == 200
    assert speaker.client.delete(f"/epcis/nextPageToken/{token}").status_code == 204
    bad = {
        "forged": speaker.get(f"/epcis/events?perPage=1&nextPageToken=x{token}"),
        "of another query": speaker.get(f"/epcis/events?perPage=2&nextPageToken={token}"),
        "of another address": speaker.get(
            f"/epcis/eventTypes/ObjectEvent/events?perPage=1&nextPageToken={token}"
        ),
        "of another party": stage.cast.speak("maker").get(link),
        "empty": speaker.get("/epcis/events?nextPageToken="),
    }
    monkeypatch.setattr("api.http.trace.now", lambda: NOW + timedelta(minutes=62))
    bad["old"] = speaker.get(link)
    for why, refused in bad.items():
        assert refused.status_code == 400, why
        assert refused.json()["type"] == "epcisException:QueryParameterException"
        assert refused["Content-Type"] == "application/problem+json"
    assert speaker.client.delete("/epcis/nextPageToken/x").status_code == 404


def test_a_stranger_sees_nothing_and_nobody_is_let_in(stage: Stage) -> None:
    for who in ("stranger", "second-maker"):
        assert events(asks(stage, who)) == []
        assert events(asks(stage, who, MATCH_anyEPC=PACK)) == []
    speaker = stage.cast.speak("stranger")
    assert speaker.get(f"/epcis/epcs/{quote(PACK, safe='')}/events").status_code == 404
    refused = stage.cast.speak("nobody").get("/epcis/events")
    assert (refused.status_code, refused.json()["type"]) == (
        401,
        "epcisException:SecurityException",
    )


def test_a_file_is_found_by_whoever_sent_it_by_the_class_of_its_cells(stage: Stage) -> None:
    query = {"MATCH_epcClass": "https://id.gs1.org/01/09521234000013"}
    (told,) = events(asks(stage, "maker", **query))
    assert told["quantityList"] == [
        {"epcClass": "https://id.gs1.org/01/09521234000013", "quantity": 3}
    ]
    assert len(events(asks(stage, "maker", GE_quantity="3", **query))) == 1
    assert not events(asks(stage, "maker", GT_quantity="3", **query))
    assert not events(asks(stage, "keeper", **query))


TOP = {
    "eventTypes/ObjectEvent": "ObjectEvent",
    f"epcs/{quote(PACK, safe='')}": "ObjectEvent",
    "bizSteps/collecting": "ObjectEvent",
    "dispositions/unavailable": "ObjectEvent",
}


@pytest.mark.parametrize("part", TOP)
def test_what_lies_below_a_name_is_a_query_too(stage: Stage, part: str) -> None:
    speaker = stage.cast.speak("keeper")
    all_of_it = events(speaker.get(f"/epcis/{part}/events"))
    assert {each["type"] for each in all_of_it} == {TOP[part]}
    fewer = events(speaker.get(f"/epcis/{part}/events?EQ_bizStep=collecting"))
    assert {each["bizStep"] for each in fewer} == {"collecting"}
    assert events(speaker.get(f"/epcis/{part}/events?EQ_bizStep=shipping")) == []
    head = part.partition("/")[0]
    assert speaker.get(f"/epcis/{head}/urn:x:nothing/events").status_code == 404


def test_names_are_listed_as_far_as_their_events_are_seen(stage: Stage) -> None:
    speaker = stage.cast.speak("keeper")
    assert "collecting" in speaker.get("/epcis/bizSteps").json()["member"]
    assert "unavailable" in speaker.get("/epcis/dispositions").json()["member"]
    assert speaker.get("/epcis/eventTypes").json()["member"] == ["ObjectEvent"]
    assert "events" in speaker.get("/epcis/").json()["member"]
    for name in ("bizSteps", "dispositions", "eventTypes", "readPoints", "bizLocations"):
        assert stage.cast.speak("stranger").get(f"/epcis/{name}").json()["member"] == []


def test_versions_are_told_and_forms_that_are_not_made_are_refused(stage: Stage) -> None:
    speaker = stage.cast.speak("keeper")
    told = speaker.client.options("/epcis/events")
    assert told.status_code == 204
    for part in ("EPCIS", "CBV"):
        for which in ("Version", "Min", "Max"):
            assert told[f"GS1-{part}-{which}"] == "2.0.0"
    assert told["GS1-Vendor-Version"]
    assert "GET" in told["Allow"]
    for form in ("No_Preference", "Never_Translates", "Always_GS1_Digital_Link"):
        assert speaker.get("/epcis/events", **{"GS1-EPC-Format": form})["GS1-EPC-Format"] == form
    refused = speaker.get("/epcis/events", **{"GS1-EPC-Format": "Always_EPC_URN"})
    assert (refused.status_code, refused.json()["type"]) == (
        406, "epcisException:NotAcceptableException",
    )  # fmt: skip


def test_prefixes_are_those_of_the_request(stage: Stage) -> None:
    speaker = stage.cast.speak("keeper")
    address = "/epcis/events?EQ_own:kind=RETIRED"
    assert events(speaker.get(address)) == []
    assert events(speaker.get(address, **{"GS1-Extensions": f"x=urn:x:, own={STEM}"}))


def test_what_is_erased_or_withheld_is_not_found(
    stage: Stage, as_system: Callable[[], Any]
) -> None:
    sent = stage.cast.speak("keeper").send(
        f"/api/v1/batteries/{stage.ids['battery_id']}/grants", {"to": "auditor"}
    )
    assert sent.status_code == 201
    kinds = {each["bat:kind"] for each in events(asks(stage, "auditor", perPage=1000))}
    assert kinds == {"REGISTERED", "HANDED_OVER"}, "no accident, and no declaration that repeats it"
    assert not events(asks(stage, "auditor", EQ_persistentDisposition_set="damaged"))


def incidents(stage: Stage, count: int) -> None:
    for _ in range(count):
        event.record(
            event_id=new_id(), battery_id=stage.ids["battery_id"], kind=EventKind.INCIDENT,
            happened_at=NOW, facts={}, by=stage.cast["keeper"], at=NOW,
        )  # fmt: skip


def test_catching_up_writes_each_row_once_whoever_is_killed_or_comes_twice(
    stage: Stage, as_system: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = epcis_index._rows
    with as_system():
        count = EpcisEvent.objects.count()
        assert count == LifecycleEvent.objects.count()
        assert epcis_index.catch_up(stem=STEM) == 0
        incidents(stage, 5)
        monkeypatch.setattr(epcis_index, "AT_ONCE", 2)

        def cut(rows: Any, stem: str) -> Any:
            if EpcisEvent.objects.count() >= count + 2:
                raise KeyboardInterrupt
            return made(rows, stem)

        monkeypatch.setattr(epcis_index, "_rows", cut)
        with pytest.raises(KeyboardInterrupt):
            epcis_index.catch_up(stem=STEM)
        assert EpcisEvent.objects.count() == count + 2
        monkeypatch.setattr(epcis_index, "_rows", made)
        assert epcis_index.catch_up(stem=STEM) == 3
        assert EpcisEvent.objects.count() == LifecycleEvent.objects.count() == count + 5
