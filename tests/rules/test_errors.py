"""A refusal keeps what it says, wherever it is carried."""

import pickle

from passport.rules.custody import NotTheHolder
from passport.rules.errors import Malformed, Refusal, Several

TOLD = NotTheHolder("another party holds it", pointer="/battery", remedy="ask the holder")


def test_a_refusal_crosses_the_border_of_a_process() -> None:
    # A pool and a result back end pickle what a worker raises.
    carried = pickle.loads(pickle.dumps(TOLD))

    assert type(carried) is NotTheHolder
    assert vars(carried) == vars(TOLD)
    assert str(carried) == "another party holds it"


def test_a_refusal_is_told_where_its_value_stands() -> None:
    moved = TOLD.at("/items/3")

    assert isinstance(moved, NotTheHolder)
    assert (moved.pointer, moved.detail, moved.remedy) == (
        "/items/3/battery",
        TOLD.detail,
        TOLD.remedy,
    )
    assert (Refusal.code, TOLD.code) == ("refused", "not-the-holder")
    other = TOLD.pointing("/put/0")
    assert (type(other), other.pointer, other.detail) == (NotTheHolder, "/put/0", TOLD.detail)


def test_several_refusals_are_carried_and_moved_together() -> None:
    other = Malformed("it is no number", pointer="/mass", remedy="write a number")
    told = Several("two fields are wrong", each=[TOLD, other])
    moved = pickle.loads(pickle.dumps(told)).at("/lines/2")

    assert (told.pointer, told.remedy) == (TOLD.pointer, TOLD.remedy)
    assert (type(moved), moved.detail) == (Several, "two fields are wrong")
    assert [(type(each), each.pointer) for each in moved.each] == [
        (NotTheHolder, "/lines/2/battery"),
        (Malformed, "/lines/2/mass"),
    ]
    assert [each.pointer for each in told.pointing("/file").each] == ["/file", "/file"]
