"""The verdict on an event is that of the standard's own schema, on right and on bent events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from passport.rules import epcis_words
from passport.rules.epcis_json import NotStrictJson, read
from tests.oracle_data import oracle
from tests.rules.epcis_cases import REFUSED, TAKEN
from tests.rules.epcis_samples import CONTEXT, OBJECT, OWN, answer, document
from tests.rules.epcis_schema import Bender, judges, ours, ours_of_event

pytestmark = pytest.mark.oracle

HOW_MANY = {"examples": 47, "battery_events": 29, "event_hash": 22}


def documents(folder: str) -> list[Any]:
    """The documents of a folder; of what one of them says twice, what it says last."""
    files = sorted(oracle(f"epcis/{folder}").glob("**/*.jsonld"))
    assert len(files) == HOW_MANY[folder]
    return [json.loads(each.read_text("utf-8")) for each in files]


def events(of: list[Any]) -> list[Any]:
    """The events in documents, as plain values."""
    return [
        each
        for found in of
        for each in (
            found["epcisBody"].get("eventList")
            or found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        )
    ]


@pytest.mark.parametrize("folder", HOW_MANY)
def test_takes_every_right_document_as_the_schema_does(folder: str) -> None:
    whole, inside = judges()
    found = documents(folder)

    assert [each for each in found if not (whole(each) and ours(each))] == []
    assert [each for each in events(found) if not (inside(each) and ours_of_event(each))] == []


def test_says_every_case_as_the_schema_does() -> None:
    _, inside = judges()

    for case, (sample, changes) in TAKEN.items():
        assert inside(_plain(sample, changes)), case
    for case, (sample, changes, _, _) in REFUSED.items():
        assert not inside(_plain(sample, changes)), case


def _plain(sample: dict[str, Any], changes: dict[str, Any]) -> Any:
    return {name: each for name, each in {**sample, **changes}.items() if each is not None}


def test_says_of_four_thousand_bent_events_what_the_schema_says() -> None:
    _, inside = judges()
    bender = Bender(events([each for name in HOW_MANY for each in documents(name)]), seed=2004)
    taken = 0

    for _ in range(4000):
        bent = bender.bent()
        verdict = inside(bent)
        assert ours_of_event(bent) == verdict, json.dumps(bent)
        taken += verdict

    assert 500 < taken < 3500


def test_says_of_a_thousand_bent_documents_what_the_schema_says() -> None:
    whole, _ = judges()
    alone = [{"@context": CONTEXT, **OBJECT}, {"@context": CONTEXT, **OWN}, document(), answer()]
    bender = Bender([*documents("battery_events"), *alone * 9], seed=2023)
    taken = 0

    for _ in range(1000):
        bent = bender.bent()
        verdict = whole(bent)
        assert ours(bent) == verdict, json.dumps(bent)
        taken += verdict

    assert 100 < taken < 900


# Where we are stricter on purpose, and why.
STRICTER: dict[str, dict[str, Any]] = {
    "the second 60: neither our clock nor the database has it": {
        "eventTime": "2016-12-31T23:59:60Z"
    },
    "years that cannot be brought to UTC: the calendar ends": {
        "eventTime": "9999-12-31T23:59:59.9999Z"
    },
    "the year 0000: the calendar begins later": {"eventTime": "0000-01-01T00:00:00Z"},
    "a time of more than 64 characters: nobody measures so": {
        "eventTime": f"2026-03-02T06:00:00.{'1' * 60}Z"
    },
}


@pytest.mark.parametrize("case", STRICTER)
def test_is_stricter_here_on_purpose(case: str) -> None:
    _, inside = judges()
    strict = {**OBJECT, **STRICTER[case]}

    assert inside(strict)
    assert not ours_of_event(strict)


# Reading is stricter than any schema: what has two readings, or none that we could keep.
UNREADABLE = {
    "a name twice: which one holds?": '{"type": "x", "type": "y"}',
    "a number of more than 40 characters: its plain form has no end": f"[{'1' * 41}]",
    "an exponent beyond ±99: its plain form has no end": "[1e100]",
    "NUL: the database cannot hold it": '["\\u0000"]',
    "half a character: UTF-8 cannot say it": '["\\ud800"]',
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_reading_is_stricter_here_on_purpose(case: str) -> None:
    assert json.loads(UNREADABLE[case])
    with pytest.raises(NotStrictJson):
        read(UNREADABLE[case].encode())


def test_the_official_example_that_says_a_name_twice_is_refused_by_its_place() -> None:
    path = oracle("epcis/examples/AssociationEvent/AssociationEvent-h.jsonld")

    with pytest.raises(NotStrictJson, match="'eventID' stands twice") as caught:
        read(path.read_bytes())

    assert caught.value.pointer == "/epcisBody/eventList/0/eventID"


VOCABULARIES = {
    "BizStep": epcis_words.BIZ_STEPS,
    "Disp": epcis_words.DISPOSITIONS,
    "BTT": epcis_words.TRANSACTIONS,
    "SDT": epcis_words.PARTIES,
    "ER": epcis_words.ERROR_REASONS,
    "Comp": epcis_words.COMPONENTS,
}


def test_has_the_words_of_the_vocabulary_and_no_other() -> None:
    published = json.loads(oracle("epcis/cbv_vocabulary.json").read_text("utf-8"))

    assert {each["kind"] for each in published} == set(VOCABULARIES)
    for kind, vocabulary in VOCABULARIES.items():
        web = {each["value"]: each["uri"] for each in published if each["kind"] == kind}
        assert {word: vocabulary.web(word) for word in vocabulary.words} == web
