"""What was erased on demand: the fact is logged and told, and everything else is judged as ever."""

import pytest

from passport.proof import canonical, erasure, verdict
from passport.proof.errors import BadBundle, ProofError
from passport.proof.report import Verdict
from tests import later
from tests.simulator import AT, PACK, PACKMAKER, Pack, cell_id, pack_of_cells

CELLS = [cell_id(each) for each in range(20)]
FACT = erasure.Erasure(digest=bytes(32), reason="demand", at=AT, salt=bytes(16), battery=PACK)


@pytest.fixture
def pack() -> Pack:
    return pack_of_cells()


def verified(pack: Pack, *hidden: int):
    gone = [pack.world.documents[each] for each in hidden]
    data = pack.bundle(later.hide(pack.contents(), *gone))
    return verdict.verify(data, policy=pack.policy())


def test_an_erased_event_is_told_with_its_reason(pack):
    at = later.erase(pack.world, 5, [PACK])
    report = verified(pack, 5)

    assert report.doubts == [
        f"The event at 5 was erased on demand (demand of the owner), says entry {at}:"
        " its content cannot be checked."
    ]
    assert (report.erased[0].index, report.hidden) == (at, [5])
    assert {each.verdict for each in report.judgements} == {Verdict.VALID}
    assert canonical.encode(report.as_json())


def test_an_erased_attestation_attests_nothing_and_says_why(pack):
    later.erase(pack.world, pack.origin_index, [PACK])
    report = verified(pack, pack.origin_index)

    assert any(f"attestation at {pack.origin_index} was erased" in each for each in report.doubts)
    assert f"The origin of {PACK} is attested by nobody." in report.doubts


def test_the_erasure_of_a_batch_is_about_its_items(pack):
    later.erase(pack.world, pack.batch_index, CELLS)
    contents = later.hide(pack.contents(), pack.world.documents[pack.batch_index])
    report = verdict.verify(pack.bundle(later.replace(contents, items=[])), policy=pack.policy())

    assert any(f"batch at {pack.batch_index} was erased" in each for each in report.doubts)


def test_what_is_said_to_be_erased_and_is_shown_all_the_same_is_a_doubt(pack):
    at = later.erase(pack.world, 5, [PACK])

    assert verified(pack).doubts == [
        f"Entry {at} says that the event at 5 was erased; it is shown."
    ]


def test_an_erasure_shown_by_its_digest_only_is_a_doubt(pack):
    at = later.erase(pack.world, 5, [PACK])

    assert f"The erasure at {at} is shown by its digest only." in verified(pack, at, 5).doubts


def of_another_battery(pack: Pack) -> None:
    later.erase(pack.world, 5, [PACK], battery="urn:other")


def in_another_chain(pack: Pack) -> None:
    later.erase(pack.world, 5, [PACKMAKER])


def before_its_time(pack: Pack) -> None:
    """The erasure of an event that is logged afterwards."""
    pack.world.documents[99] = canonical.encode({"event": "late", "salt": "x"})
    later.erase(pack.world, 99, [PACK])
    del pack.world.documents[99]
    later.event(pack, "late")


REFUSED = {
    "names another battery": of_another_battery,
    "stands in another chain": in_another_chain,
    "stands before what it erases": before_its_time,
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_an_erasure_that(case, pack):
    REFUSED[case](pack)
    with pytest.raises(BadBundle) as refused:
        verified(pack)

    assert refused.value.step == 8


def test_the_document_of_an_erasure_is_read_back():
    assert erasure.decode(erasure.encode(FACT)) == FACT
    assert erasure.decode(erasure.encode(later.replace(FACT, battery=None))).battery is None


SHAPES = {
    "a list": lambda value: [],
    "another format": lambda value: {**value, "format": "x"},
    "a term more": lambda value: {**value, "by": "x"},
    "no salt": lambda value: {name: value[name] for name in value if name != "salt"},
    "a short salt": lambda value: {**value, "salt": "AA"},
    "a short digest": lambda value: {**value, "digest": "AA"},
    "an empty reason": lambda value: {**value, "reason": ""},
    "a reason that is a number": lambda value: {**value, "reason": 7},
    "a battery that is a number": lambda value: {**value, "battery": 7},
    "a day for a moment": lambda value: {**value, "at": "2026-03-01"},
}


@pytest.mark.parametrize("case", SHAPES)
def test_refuses_a_document_with(case):
    value = SHAPES[case](canonical.loads(erasure.encode(FACT)))
    with pytest.raises(ProofError):
        erasure.decode(canonical.encode(value))


def test_refuses_another_spelling():
    with pytest.raises(ProofError):
        erasure.decode(erasure.encode(FACT) + b" ")
