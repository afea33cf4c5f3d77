"""One act of assembly: each battery once, one at a place, and out only what stands inside."""

import pytest

from passport.rules.assembly import (
    MOST_AT_ONCE,
    NotAnAssembly,
    NotInside,
    OfferedAway,
    PlaceTaken,
    check_act,
    check_inside,
    check_not_offered,
    check_positions,
)
from passport.rules.errors import Conflict, Malformed

HALF = MOST_AT_ONCE // 2
ACTS = {
    "one goes in": (["a"], []),
    "one comes out": ([], ["a"]),
    "one goes in for another": (["a"], ["b"]),
    "as many as one act moves": (range(HALF), range(HALF, MOST_AT_ONCE)),
}
NO_ACTS = {
    "nothing moves": ([], [], "/put", "moves 0 batteries"),
    "one more than an act moves": (range(HALF), range(HALF, 2_001), "/put", "moves 2001 batteries"),
    "twice in": (["a", "b", "a"], [], "/put/2", "named twice"),
    "twice out": (["a"], ["b", "b"], "/take/1", "named twice"),
    "in and out": (["a", "b"], ["c", "b"], "/take/1", "named twice"),
}


@pytest.mark.parametrize(("put", "take"), ACTS.values(), ids=ACTS)
def test_an_act_moves_each_battery_once(put, take):
    check_act(put=list(put), take=list(take))


@pytest.mark.parametrize(("put", "take", "pointer", "says"), NO_ACTS.values(), ids=NO_ACTS)
def test_what_is_no_act_is_told_and_where(put, take, pointer, says):
    with pytest.raises(NotAnAssembly) as caught:
        check_act(put=list(put), take=list(take))
    assert isinstance(caught.value, Malformed)
    assert (caught.value.code, caught.value.pointer) == ("not-an-assembly", pointer)
    assert says in caught.value.detail
    assert ("each battery once" if says == "named twice" else "1 to 2,000") in caught.value.remedy


PLACES = {
    "an empty position takes any number": ({}, [("a", ""), ("b", "")]),
    "an empty position beside one that stands nowhere": ({"": "x"}, [("a", "")]),
    "two positions": ({"1": "x"}, [("a", "2"), ("b", "3")]),
    "the battery stands there itself": ({"1": "a"}, [("a", "1")]),
}
TAKEN = {
    "somebody stands there": ({"1": "x"}, [("a", "2"), ("b", "1")], 1, "position 1"),
    "two of one act": ({}, [("a", "L-7"), ("b", ""), ("c", "L-7")], 2, "position L-7"),
}


@pytest.mark.parametrize(("standing", "put"), PLACES.values(), ids=PLACES)
def test_a_free_place_is_taken(standing, put):
    before = dict(standing)
    check_positions(standing=standing, put=put)
    assert standing == before  # what the caller knows is not written over


@pytest.mark.parametrize(("standing", "put", "number", "says"), TAKEN.values(), ids=TAKEN)
def test_one_battery_at_a_place(standing, put, number, says):
    with pytest.raises(PlaceTaken) as caught:
        check_positions(standing=standing, put=put)
    assert isinstance(caught.value, Conflict)
    assert caught.value.code == "place-taken"
    assert caught.value.pointer == f"/put/{number}/position"
    assert caught.value.detail.endswith(says)
    assert "name another position" in caught.value.remedy


def test_what_stands_in_a_battery_is_taken_out_of_it():
    check_inside(parent="pack", current="pack", pointer="/take/0")


@pytest.mark.parametrize(
    ("current", "where"), [(None, "stands in nothing"), ("other", "stands in another battery")]
)
def test_what_does_not_stand_in_it_is_not(current, where):
    with pytest.raises(NotInside) as caught:
        check_inside(parent="pack", current=current, pointer="/take/3")
    assert isinstance(caught.value, Conflict)
    assert (caught.value.code, caught.value.pointer) == ("not-inside", "/take/3")
    assert where in caught.value.detail
    assert "name one of these" in caught.value.remedy


def test_what_is_offered_stays_as_it_is():
    check_not_offered(offered=False, pointer="/parent")
    with pytest.raises(OfferedAway) as caught:
        check_not_offered(offered=True, pointer="/parent")
    assert isinstance(caught.value, Conflict)
    assert (caught.value.code, caught.value.pointer) == ("offered-away", "/parent")
    assert "hand-over" in caught.value.detail
    assert "withdraw" in caught.value.remedy
