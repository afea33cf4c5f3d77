"""What stands around events is opened or refused; the events in it are left for later."""

from __future__ import annotations

from typing import Any

import pytest

from passport.rules.epcis_document import open_document
from passport.rules.epcis_moments import NotAMoment
from passport.rules.epcis_refusals import MissingField, NotAUri, UnknownField, WrongKind
from passport.rules.errors import Refusal
from tests.rules.epcis_samples import CONTEXT, OBJECT, OWN, answer, document, said

MASTER_DATA = {
    "type": "urn:epcglobal:epcis:vtype:ReadPoint",
    "any": 1,
    "vocabularyElementList": [
        {
            "id": "urn:x",
            "children": ["urn:y"],
            "attributes": [
                {"id": "bat:a", "attribute": 1},
                {"id": "bat:b", "attribute": "x"},
                {"id": "bat:c", "attribute": {"any": None}},
            ],
        }
    ],
}
HEADER = {"epcisMasterData": {"vocabularyList": [MASTER_DATA]}, "bat:x": 1}


def test_opens_a_document() -> None:
    opened = open_document(said(document(OBJECT, OWN, epcisHeader=HEADER, sender="x", id="urn:x")))

    assert opened.events == [said(OBJECT), said(OWN)]
    assert opened.pointer(1) == "/epcisBody/eventList/1"
    assert opened.naming.value("bat:x") == "https://maker.example/bat/x"


def test_opens_the_answer_to_a_query() -> None:
    opened = open_document(said(answer(OBJECT, subscriptionID="x")))

    assert opened.events == [said(OBJECT)]
    assert opened.pointer(0) == "/epcisBody/queryResults/resultsBody/eventList/0"


def test_opens_one_event_with_its_context() -> None:
    alone = said({**OBJECT, "@context": CONTEXT})
    opened = open_document(alone)

    assert opened.events == [alone]
    assert opened.pointer(0) == ""
    assert opened.naming.value("bat:x") == "https://maker.example/bat/x"


def test_leaves_bad_events_to_be_refused_one_by_one() -> None:
    opened = open_document(said(document(OBJECT, {"type": "nobody knows"}, {})))

    assert len(opened.events) == 3


def _with(place: str, value: Any) -> dict[str, Any]:
    """A document with something else at one place of its master data."""
    element = {"id": "urn:x", place: value}
    vocabulary = {"type": "urn:x", "vocabularyElementList": [element]}
    return document(epcisHeader={"epcisMasterData": {"vocabularyList": [vocabulary]}})


LIST = "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0"
REFUSED: dict[str, tuple[Any, type[Refusal], str]] = {
    "no object": ([OBJECT], WrongKind, ""),
    "no type": ({"@context": CONTEXT}, MissingField, ""),
    "an event without its context": (OBJECT, MissingField, ""),
    "no context": (document(**{"@context": 1}), NotAUri, "/@context"),
    "no version": (document(schemaVersion="2.x"), WrongKind, "/schemaVersion"),
    "no date": (document(creationDate="2026-03-02"), NotAMoment, "/creationDate"),
    "a bare name": (document(comment="x"), UnknownField, "/comment"),
    "no body": ({**document(), "epcisBody": {}}, MissingField, "/epcisBody"),
    "no list of events": (document(epcisBody={"eventList": {}}), WrongKind, "/epcisBody/eventList"),
    "an event that is a text": (document("x"), WrongKind, "/epcisBody/eventList/0"),  # type: ignore[arg-type]
    "a sender that is a number": (document(sender=1), WrongKind, "/sender"),
    "master data without its type": (
        document(epcisHeader={"epcisMasterData": {"vocabularyList": [{}]}}),
        MissingField,
        "/epcisHeader/epcisMasterData/vocabularyList/0",
    ),
    "an attribute that is a list": (
        _with("attributes", [{"id": "urn:x", "attribute": []}]),
        WrongKind,
        f"{LIST}/attributes/0/attribute",
    ),
    "a child that is no URI": (_with("children", ["x"]), NotAUri, f"{LIST}/children/0"),
    "an answer to no query": (
        {**answer(), "epcisBody": {"queryResults": {"resultsBody": {"eventList": []}}}},
        MissingField,
        "/epcisBody/queryResults",
    ),
    "an answer with an eventList": (
        {**answer(), "epcisBody": {"eventList": []}},
        MissingField,
        "/epcisBody",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_an_envelope_that_is_wrong(case: str) -> None:
    given, kind, pointer = REFUSED[case]

    with pytest.raises(Refusal) as caught:
        open_document(said(given))

    assert type(caught.value) is kind
    assert caught.value.pointer == pointer
    assert caught.value.remedy
