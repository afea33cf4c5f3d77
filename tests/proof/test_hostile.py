"""Noise is refused by every reader; what should burst one costs little more than its size."""

import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passport.proof import (
    canonical,
    credential,
    erasure,
    leaf,
    note,
    policy,
    snapshot,
    tlogproof,
    verdict,
)
from passport.proof.bundle import Contents, Index
from passport.proof.errors import BadBundle, ProofError
from tests import later, simulator
from tests.simulator import PACK, Pack, pack_of_cells

POLICY = pack_of_cells(count=3, batch_size=4).policy()
READERS = {
    "bundle": lambda data: verdict.verify(data, policy=POLICY),
    "credential": credential.read,
    "leaf": leaf.decode,
    "note": note.parse,
    "policy": policy.parse,
    "tlog-proof": tlogproof.decode,
    "vkey": lambda data: note.parse_vkey(data.decode("latin-1")),
    "snapshot": snapshot.decode,
    "row": snapshot.decode_row,
    "erasure": erasure.decode,
}


@pytest.mark.parametrize("reader", READERS)
@given(data=st.binary(max_size=200) | st.text().map(str.encode))
def test_noise_is_refused_by_every_reader(reader, data):
    with suppress(ProofError):
        READERS[reader](data)


def nested(pack: Pack) -> bytes:
    return b"[" * 4_000_000


def many_empty_parts(pack: Pack) -> bytes:
    return b'{"format":[' + b"{}," * 2_000_000 + b"{}]}"


def nested_objects(pack: Pack) -> bytes:
    return b'{"a":' * 1_000_000 + b"1" + b"}" * 1_000_000


def one_long_text(pack: Pack) -> bytes:
    return b'{"format":"' + b"A" * 8_000_000 + b'"}'


def one_long_number(pack: Pack) -> bytes:
    return b'{"format":' + b"9" * 4_000_000 + b"}"


def one_name_many_times(pack: Pack) -> bytes:
    return b'{"format":1' + b',"format":1' * 400_000 + b"}"


def many_empty_rows(pack: Pack) -> bytes:
    value = canonical.loads(pack.bundle())
    value["items"] = [{"index": 1}] * 400_000
    return canonical.encode(value)


def too_much(pack: Pack) -> bytes:
    return bytes(simulator.bundle.MAX_BYTES + 1)


def sequences_without_end(pack: Pack) -> bytes:
    return pack.bundle(replace(pack.contents(), batteries={PACK: 2**53 - 1}))


def many_batteries(pack: Pack) -> bytes:
    many = {f"urn:battery:{each:06}": -1 for each in range(4_000)}
    contents = pack.contents()
    return pack.bundle(replace(contents, batteries={**contents.batteries, **many}))


def a_chain_of_components(pack: Pack) -> bytes:
    names = [PACK, *(f"urn:battery:{each:06}" for each in range(20_000))]
    chain = {above: [below] for above, below in pairwise(names)}
    return pack.bundle(replace(pack.contents(), components=chain))


def a_log_of_more_than_all(pack: Pack) -> bytes:
    """The operator signs a head of 2^53 - 1 entries, and shows one far out."""
    head = replace(pack.world.head(), size=2**53 - 1)
    signed = pack.world.sign_head(head)
    contents = replace(pack.contents(), checkpoint=signed, evidence_nodes=[bytes(32)] * 60)
    return pack.bundle(contents)


def an_index_of_more_than_all(pack: Pack) -> bytes:
    entry = later.take_snapshot(pack.world, [], rows=2**53 - 1)
    contents: Contents = pack.contents()
    return pack.bundle(replace(contents, index=Index(entry, ((2**53 - 2, bytes(112)),), ())))


BOMBS: dict[str, Callable[[Pack], bytes]] = {
    "lists nested without end": nested,
    "many parts without anything": many_empty_parts,
    "objects nested without end": nested_objects,
    "one long text": one_long_text,
    "one long number": one_long_number,
    "one name many times": one_name_many_times,
    "many rows without anything": many_empty_rows,
    "more bytes than are read": too_much,
    "more entries than a log can hold": sequences_without_end,
    "many batteries of which nothing is shown": many_batteries,
    "a chain of components without end": a_chain_of_components,
    "a log of more than all entries": a_log_of_more_than_all,
    "an index of more than all rows": an_index_of_more_than_all,
}


def refused_or_doubted(data: bytes, trusted: policy.Policy) -> bool:
    try:
        return bool(verdict.verify(data, policy=trusted).doubts)
    except BadBundle as refused:
        return bool(refused.detail)


@pytest.mark.parametrize("case", BOMBS)
def test_refuses_within_little_more_than_its_size(case):
    pack = pack_of_cells(count=3, batch_size=4)
    data, trusted = BOMBS[case](pack), pack.policy()
    tracemalloc.start()
    try:
        assert refused_or_doubted(data, trusted)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 16 * len(data) + 8 * 2**20
