"""A small document cannot become a large one while it is read: what grows is refused before."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from passport.actions.epcis_reading import ContextRepeated, EventTooLong, read_document
from passport.rules.epcis_refusals import TooManyPrefixes
from tests.api.capturing import CONTEXT, document, seen

THING = "https://id.gs1.org/01/09521234999990/21/X1"
ROOM = 100 << 20


def chain(length: int) -> dict[str, str]:
    """Prefixes of which each is written with the one before."""
    links = {f"p{n}": f"p{n - 1}:{'x' * 20}" for n in range(1, length)}
    return {"p0": "https://e.example/", **links}


def wide(count: int) -> dict[str, Any]:
    """An event with so many fields of its own."""
    return seen(THING, **{f"p:{n}": "" for n in range(count)})


WHOLE = {
    "prefixes that grow with one another": ([seen(THING)], chain(3_000)),
    "a prefix that stands for much": ([wide(3_000)], {"p": "https://e.example/" + "x" * 100_000}),
    "a context kept with each event": (
        [seen(THING, **{"p:a": n}) for n in range(2_000)],
        {"p": "https://e.example/", **{f"@{n}": "x" * 1_000 for n in range(20)}},
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_document_that_would_grow_is_refused(name: str) -> None:
    events, own = WHOLE[name]
    sent = document(*events, context=[*CONTEXT, own])
    tracemalloc.start()
    try:
        with pytest.raises((TooManyPrefixes, ContextRepeated)):
            read_document(document=sent)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < ROOM


def test_an_event_that_is_too_long_is_not_written_out_first() -> None:
    own = {"p": "https://e.example/" + "x" * 450}
    sent = document(wide(40_000), seen(THING), context=[*CONTEXT, own])
    tracemalloc.start()
    try:
        found = read_document(document=sent)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [type(each) for each in found.refused.values()] == [EventTooLong]
    assert len(found.read) == 1
    assert most < ROOM


def test_a_context_of_an_event_s_own_is_refused_with_the_event_alone() -> None:
    grown = seen(THING, **{"@context": [chain(300)], "eventID": "urn:x:1"})
    found = read_document(document=document(grown, seen(THING)))
    assert [type(each) for each in found.refused.values()] == [TooManyPrefixes]
    assert len(found.read) == 1


def test_what_parties_declare_is_still_taken() -> None:
    own = {f"p{n}": f"https://maker-{n}.example/" for n in range(50)}
    sent = document(*[seen(THING, **{"p7:lot": n}) for n in range(500)], context=[*CONTEXT, own])
    found = read_document(document=sent)
    assert (len(found.read), found.refused) == (500, {})
    assert json.loads(found.read[0].context)[1] == own
