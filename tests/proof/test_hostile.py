"""Whatever stands in a bundle, the verifier answers with a step, never with a traceback."""

import copy
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passport.proof import canonical, credential, leaf, note, policy, tlogproof, verdict
from passport.proof.errors import BadBundle, ProofError
from tests import simulator

PACK = simulator.pack_of_cells(count=3, batch_size=4)
TRUE = canonical.loads(PACK.bundle())
POLICY = PACK.policy()
ODD = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        2**53 - 1,
        "",
        "A",
        "z",
        "u",
        "é",
        [],
        [[]],
        {},
        {"a": 1},
        "A" * 44,
        "=" * 8,
    ]
)


def places(value: object, path: tuple = ()) -> list[tuple]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for name, each in inner for place in places(each, (*path, name)))][
        0 if path else 1 :
    ]


PLACES = places(TRUE)


def put(value, path: tuple, odd: object, *, drop: bool):
    value = copy.deepcopy(value)
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    if drop:
        del holder[path[-1]]
    else:
        holder[path[-1]] = odd
    return value


def resigned(value: dict) -> dict:
    """The operator signs its record again where it still can."""
    try:
        bare = {name: each for name, each in value["record"].items() if name != "proof"}
        signed = simulator.sign(PACK.world.record, bare)
    except (AttributeError, KeyError, TypeError, ProofError):
        return value
    return {**value, "record": canonical.loads(signed)}


@settings(max_examples=600)
@given(st.sampled_from(PLACES), ODD, st.booleans(), st.booleans())
def test_an_odd_value_anywhere_is_refused_with_a_step(path, odd, drop, sign):
    changed = put(TRUE, path, odd, drop=drop)
    if changed == TRUE:
        return
    data = canonical.encode(resigned(changed) if sign else changed)

    # A document may be shown by digest only, and the operator may date its own record as it likes.
    found = outcome(data)
    assert found in range(14)
    assert found or sign or path[0] == "documents"


def outcome(data: bytes) -> int:
    """The step that refuses; or 13 when something is doubted, and 0 when nothing is."""
    try:
        report = verdict.verify(data, policy=POLICY)
    except BadBundle as refused:
        return refused.step
    return 13 if report.doubts else 0


READERS = {
    "bundle": lambda data: verdict.verify(data, policy=POLICY),
    "credential": credential.read,
    "leaf": leaf.decode,
    "note": note.parse,
    "policy": policy.parse,
    "tlog-proof": tlogproof.decode,
    "vkey": lambda data: note.parse_vkey(data.decode("latin-1")),
}


@pytest.mark.parametrize("reader", READERS)
@given(data=st.binary(max_size=200) | st.text().map(str.encode))
def test_noise_is_refused_by_every_reader(reader, data):
    with suppress(ProofError):
        READERS[reader](data)
