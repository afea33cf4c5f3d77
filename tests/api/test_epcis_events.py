"""Events are found by every parameter of EPCIS, by whom they are for, page by page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from passport.actions import epcis_index, event
from passport.models import EpcisEvent, LifecycleEvent
from passport.models.ids import new_id
from passport.rules.epcis_native import stem_of
from passport.rules.lifecycle import EventKind
from tests.api.stage import NOW, Stage
from tests.databases import Beginning

STEM = stem_of("http://127.0.0.1:8000")
EVENT = "0190f4b2-7c1e-7abc-8def-00000000000"
PACK = "https://id.gs1.org/01/09521234000020/21/P2"
URN = "urn:epc:id:sgtin:9521234.000002.P2"


@pytest.fixture
def stage(
    staged: Beginning,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    as_system: Callable[[], Any],
) -> Stage:
    monkeypatch.setattr("api.http.trace.now", lambda: NOW + timedelta(minutes=1))
    made = deepcopy(staged.made)
    _declare(made)
    with as_system():
        assert epcis_index.catch_up(stem=STEM) > 0
    return made


def _declare(stage: Stage) -> None:
    """An accident of the kept pack was recorded, and recorded again as it was."""
    address = f"/api/v1/batteries/{stage.ids['battery_id']}/events"
    body = {"kind": "INCIDENT", "happened_at": "2026-01-20T10:00:00Z"}
    for number, more in ((3, {"facts": {"what": "fel"}}), (4, {"corrects": f"{EVENT}3"})):
        sent = stage.cast.speak("keeper").send(
            address, body | {"event_id": f"{EVENT}{number}", **more}
        )
        assert sent.status_code == 201


def asks(stage: Stage, who: str, **query: Any) -> Any:
    answer = stage.cast.speak(who).get(f"/epcis/events?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200, answer.content
    return answer


def events(answer: Any) -> list[Any]:
    body = json.loads(answer.content)
    assert body["type"] == "EPCISQueryDocument"
    return list(body["epcisBody"]["queryResults"]["resultsBody"]["eventList"])


def found(stage: Stage, **query: Any) -> list[str]:
    return [each["bat:kind"] for each in events(asks(stage, "keeper", perPage=1000, **query))]


# Parameter, a value that finds something, and one that does not.
FAMILIES: dict[str, tuple[str, str]] = {
    "eventType": ("ObjectEvent", "AggregationEvent"),
    "GE_eventTime": ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    "LT_eventTime": ("2027-01-01T00:00:00+02:00", "2020-01-01T00:00:00Z"),
    "GE_recordTime": ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    "LT_recordTime": ("2027-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    "EQ_action": ("OBSERVE", "DELETE"),
    "EQ_bizStep": ("inspecting", "shipping"),
    "EQ_disposition": ("https://ref.gs1.org/cbv/Disp-unavailable", "recalled"),
    "EQ_persistentDisposition_set": ("damaged", "recalled"),
    "EQ_persistentDisposition_unset": ("", "recalled"),
    "EQ_source_possessing_party": ("did:web:maker.example", "did:web:recycler.example"),
    "EQ_destination_possessing_party": ("did:web:keeper.example", "did:web:maker.example"),
    "EQ_source_owning_party": ("", "did:web:maker.example"),
    "EQ_bizTransaction_po": ("", "urn:x:po:1"),
    "EQ_transformationID": ("", "urn:x"),
    "EQ_readPoint": ("", "https://id.gs1.org/414/9521234000112"),
    "WD_readPoint": ("", "https://id.gs1.org/414/9521234000112"),
    "EQ_bizLocation": ("", "https://id.gs1.org/414/9521234000112"),
    "WD_bizLocation": ("", "https://id.gs1.org/414/9521234000112"),
    "MATCH_epc": (PACK, "https://id.gs1.org/01/09521234000020/21/P9"),
    "MATCH_anyEPC": ("https://x.example/01/09521234000020/21/P2", "urn:x:y"),
    "MATCH_parentID": ("", PACK),
    "MATCH_inputEPC": ("", PACK),
    "MATCH_outputEPC": ("", PACK),
    "MATCH_epcClass": ("", "https://id.gs1.org/01/09521234000099"),
    "MATCH_inputEPCClass": ("", "https://id.gs1.org/01/09521234000099"),
    "MATCH_outputEPCClass": ("", "https://id.gs1.org/01/09521234000099"),
    "MATCH_anyEPCClass": ("", "https://id.gs1.org/01/09521234000099"),
    "EQ_type": (f"{STEM}StateOfHealth", "Voltage"),
    "EQ_dataProcessingMethod": (f"{STEM}method/tested", "urn:x"),
    "EQ_deviceID": ("", "urn:x"),
    "GE_value_P1": ("10", "120"),
    "LT_value": ("120", "1"),
    "EQ_minValue_P1": ("", "12.5"),
    "GE_time": ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    "LT_startTime": ("", "2020-01-01T00:00:00Z"),
    "EQ_quantity": ("", "7"),
    "EXISTS_errorDeclaration": ("true", ""),
    "EQ_errorReason": ("incorrect_data", "did_not_occur"),
    "GE_errorDeclarationTime": ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    "EQ_correctiveEventID": ("", "urn:x"),
    "EQ_bat:kind": ("RETIRED", "SHIPPED"),
    "EQ_ILMD_bat:level": ("PACK", "SYSTEM"),
    "EQ_INNER_bat:condition": ("", "x"),
    "EXISTS_bat:recorder": ("yes", ""),
    "EXISTS_ILMD_bat:nothing": ("", "yes"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_a_parameter_finds_and_does_not_find(stage: Stage, name: str) -> None:
    finds, misses = FAMILIES[name]
    assert not finds or found(stage, **{name: finds})
    assert not misses or not found(stage, **{name: misses})


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


GARBAGE = (
    "nothing=1", "EQ_=1", "EQ_bizStep=", "=1", "EQ_eventTime=2026-01-01T00:00:00Z", "perPage=0",
    "perPage=1001", "perPage=x", "orderBy=quantity", "orderDirection=UP", "eventCountLimit=-1",
    "eventCountLimit=1&maxEventCount=1", "GE_eventTime=yesterday", "GE_value_P1=many",
    "GE_value_P1=1e400", "MATCH_epc=urn:epc:idpat:sgtin:*.*.*", "MATCH_x=1",
    "WD_bizStep=x", "EXISTS_=1", "EXISTS_errorDeclaration=maybe", "HASATTR_x=1", "EQATTR_x_y=1",
    "GE_eventTime=9999-12-31T23:59:59.9999Z", "EQ_ILMD_=1", "LIKE_x=1",
)  # fmt: skip


@pytest.mark.parametrize("query", GARBAGE)
def test_what_is_not_known_is_refused_by_its_name(stage: Stage, query: str) -> None:
    refused = stage.cast.speak("keeper").get(f"/epcis/events?{query}")
    assert refused.status_code == 400, query
    body = refused.json()
    assert body["type"] == "epcisException:QueryParameterException"
    assert "?" in body["errors"][0]["pointer"]


def test_unknown_parameters_are_answered_with_the_known_ones(stage: Stage) -> None:
    told = stage.cast.speak("keeper").get("/epcis/events?EQ_step=1").json()["errors"][0]
    assert "EQ_bizStep" in told["remedy"]
    assert "MATCH_anyEPC" in told["remedy"]


ODD = (
    "EQ_bizStep=%00", "EQ_bizStep=%ff%fe", "EQ_bizStep='; DROP TABLE passport_party; --",
    "EQ_bizStep=" + "x" * 5000, "EQ_bat:x=" + "%F0%9F%94%8B" * 900, "GE_bat:x=1", "LT_bat:x=-0",
    "EQ_eventID=" + "a," * 500, "MATCH_epc=*&MATCH_epc=*", "GE_quantity=-99999999999999999999.5",
    "EQ_stringValue=%E2%80%AE", "EQ_bizTransaction_x:y z=1", "EQ_readPoint_bat:x=1",
    "EXISTS_SENSORREPORT_bat:x=1", "EQ_source_possessing_party=%25", "MATCH_epc=%25*",
    "GT_INNER_ILMD_bat:components=1", "EQ_INNER_ILMD_count=1",
    "&".join(f"GE_value=1{n}" for n in range(60)),
)  # fmt: skip


@pytest.mark.parametrize("query", ODD)
def test_nothing_that_is_asked_breaks_anything(stage: Stage, query: str) -> None:
    speaker = stage.cast.speak("keeper")
    speaker.client.raise_request_exception = False
    for address in ("/epcis/events", "/epcis/eventTypes/ObjectEvent/events"):
        assert speaker.get(f"{address}?{query}").status_code in (200, 400)


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


def test_catching_up_writes_each_row_once_whoever_comes_twice(
    stage: Stage, as_system: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_system():
        count = EpcisEvent.objects.count()
        assert count == LifecycleEvent.objects.count()
        assert epcis_index.catch_up(stem=STEM) == 0
        for _ in range(5):
            event.record(
                event_id=new_id(), battery_id=stage.ids["battery_id"], kind=EventKind.INCIDENT,
                happened_at=NOW, facts={}, by=stage.cast["keeper"], at=NOW,
            )  # fmt: skip
        monkeypatch.setattr(epcis_index, "AT_ONCE", 2)
        made = epcis_index._rows

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
