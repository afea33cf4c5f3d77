"""Prefixes of a context: bounded, however they are put together."""

from __future__ import annotations

import tracemalloc

import pytest

from passport.rules.epcis_hash import event_hash_id
from passport.rules.epcis_refusals import TooManyPrefixes
from passport.rules.epcis_spelling import LONGEST_STEM, MOST_PREFIXES, STANDARD


def test_as_many_prefixes_as_anybody_needs_are_taken() -> None:
    room = MOST_PREFIXES - len(STANDARD.prefixes)
    naming = STANDARD.within({f"p{n}": "https://example.com/" for n in range(room)})
    assert len(naming.prefixes) == MOST_PREFIXES
    assert naming.within({"p0": "https://example.org/"}).name("p0:x") == "{https://example.org/}x"
    with pytest.raises(TooManyPrefixes, match="more than 200 prefixes"):
        naming.within({"one": "https://example.com/"})


def test_a_prefix_stands_for_an_address_and_not_for_a_book() -> None:
    longest = "https://example.com/".ljust(LONGEST_STEM, "x")
    assert STANDARD.within({"p": longest}).prefixes["p"] == longest
    with pytest.raises(TooManyPrefixes, match="p stands for more than 500 characters") as refused:
        STANDARD.within({"p": longest + "x"})
    assert refused.value.pointer == "/@context"


def test_prefixes_written_with_each_other_do_not_grow_without_end() -> None:
    chain = {"p0": "https://example.com/"}
    chain |= {f"p{n}": f"p{n - 1}:" + "x" * 30 for n in range(1, 12_000)}
    tracemalloc.start()
    try:
        with pytest.raises(TooManyPrefixes):
            event_hash_id({"@context": chain, "type": "ObjectEvent"})
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
