"""The index snapshot's own bytes: a row says what can be, a document is read back or refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passport.proof import canonical, snapshot, tree
from passport.proof.errors import ProofError
from passport.proof.snapshot import Row, Snapshot
from tests.simulator import AT, ORIGIN

HASH, OTHER = b"\x01" * 32, b"\x02" * 32
ROW = Row(subject=HASH, alone=3, alone_hash=HASH, shared=5, shared_hash=OTHER, shares=2)
MADE = Snapshot(origin=ORIGIN, size=9, rows=2, root=HASH, at=AT, salt=bytes(16))
ROWS = {
    "two last entries": ROW,
    "the newer one about it alone": replace(ROW, alone=6),
    "none about it alone": replace(ROW, alone=None, alone_hash=bytes(32)),
    "none with others": replace(ROW, shared=None, shared_hash=bytes(32), shares=0),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_row_is_read_back(case):
    data = snapshot.encode_row(ROWS[case])

    assert len(data) == snapshot.ROW_BYTES
    assert snapshot.decode_row(data) == ROWS[case]


NONE = {"alone": None, "alone_hash": bytes(32), "shared": None, "shared_hash": bytes(32)}
IMPOSSIBLE = {
    "one entry in both places": replace(ROW, alone=5, alone_hash=OTHER),
    "no entry at all": replace(ROW, **NONE),
    "a short hash": replace(ROW, shared_hash=b"x"),
    "a count of nothing": replace(ROW, shares=0),
    "nothing that it counts": replace(ROW, shared=None, shared_hash=bytes(32)),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_refuses_a_row_with(case):
    with pytest.raises(ProofError):
        snapshot.encode_row(IMPOSSIBLE[case])


def test_refuses_a_hash_where_there_is_no_entry():
    data = snapshot.encode_row(ROWS["none about it alone"])
    with pytest.raises(ProofError):
        snapshot.decode_row(data[:40] + HASH + data[72:])


@given(st.binary(min_size=120, max_size=120))
def test_what_decodes_encodes_to_the_same_bytes(data):
    try:
        row = snapshot.decode_row(data)
    except ProofError:
        return
    assert snapshot.encode_row(row) == data


def test_the_root_is_over_rows_in_the_order_of_their_subjects():
    rows = [snapshot.encode_row(replace(ROW, subject=bytes([each] * 32))) for each in range(5)]

    assert snapshot.root_of(rows) == (5, tree.root([tree.leaf_hash(each) for each in rows]))
    assert snapshot.root_of([]) == (0, tree.EMPTY_ROOT)
    for wrong in (rows[::-1], [rows[0], rows[0]]):
        with pytest.raises(ProofError, match="order"):
            snapshot.root_of(wrong)


def test_the_document_is_read_back():
    assert snapshot.decode(snapshot.encode(MADE)) == MADE


DOCUMENTS = {
    "a list": lambda value: [],
    "another format": lambda value: {**value, "format": "x"},
    "a term more": lambda value: {**value, "by": "x"},
    "a term less": lambda value: {name: value[name] for name in value if name != "at"},
    "a size that is text": lambda value: {**value, "size": "9"},
    "rows below nothing": lambda value: {**value, "rows": -1},
    "a size that is true": lambda value: {**value, "size": True},
    "an origin that is a number": lambda value: {**value, "origin": 7},
    "a day for a moment": lambda value: {**value, "at": "2026-03-01"},
    "a root in hexadecimal": lambda value: {**value, "rootHash": "00"},
    "a short salt": lambda value: {**value, "salt": "AA"},
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_refuses_a_document_with(case):
    value = DOCUMENTS[case](canonical.loads(snapshot.encode(MADE)))
    with pytest.raises(ProofError):
        snapshot.decode(canonical.encode(value))


def test_refuses_another_spelling():
    with pytest.raises(ProofError, match="canonical"):
        snapshot.decode(snapshot.encode(MADE) + b" ")
