"""Whose stock is whose: proportionately, by beneficiaries, from half of a corporation on."""

from fractions import Fraction

import pytest

from passport.rules.sourcing_attribution import Ownership, Share, ownership_of, share_of
from passport.rules.sourcing_linear import solve
from passport.rules.sourcing_party import EntityKind, Holding, Measure
from passport.rules.sourcing_together import together_of
from tests.rules.sourcing_world import FIRST, holding

C, P, T, E = (
    EntityKind.CORPORATION,
    EntityKind.PARTNERSHIP,
    EntityKind.TRUST,
    EntityKind.ESTATE,
)


def _of(*holdings: Holding, **kinds: EntityKind) -> Ownership:
    return ownership_of(holdings=holdings, kinds=kinds, on=FIRST, from_corporation=Fraction(50))


def _share(ownership: Ownership, *owners: str, measure: Measure | None = Measure.VALUE) -> Share:
    return share_of(owners=owners, entity="x", measure=measure, ownership=ownership)


def _exactly(value: str) -> Share:
    return Share(Fraction(value), Fraction(value))


OWN: dict[str, tuple[Ownership, str]] = {
    "direct": (_of(holding("s", "x", "12.5")), "12.5"),
    "several of one owner are added": (
        _of(holding("s", "x", "12.5"), holding("s", "x", "0.5")),
        "13",
    ),
    "half of a corporation carries its part": (
        _of(holding("s", "y", "50"), holding("y", "x", "60")),
        "30",
    ),
    "less than half of a corporation carries nothing": (
        _of(holding("s", "y", "49.999999"), holding("y", "x", "100")),
        "0",
    ),
    "what was attributed counts for the next half": (
        _of(holding("s", "y", "80"), holding("y", "z", "70"), holding("z", "x", "30")),
        "16.8",
    ),
    "two ways into one corporation are added before the half is asked": (
        _of(
            holding("s", "a", "100"),
            holding("a", "y", "30"),
            holding("s", "y", "20"),
            holding("y", "x", "40"),
        ),
        "20",
    ),
    "a partnership carries any part, by the greater of profits and capital": (
        _of(
            holding("s", "y", "1", Measure.PROFITS),
            holding("s", "y", "3", Measure.CAPITAL),
            holding("y", "x", "50"),
            y=P,
        ),
        "1.5",
    ),
    "a trust carries by actuarial interest": (
        _of(holding("s", "y", "10", Measure.BENEFICIAL), holding("y", "x", "50"), y=T),
        "5",
    ),
    "an estate carries by interest": (
        _of(holding("s", "y", "10", Measure.BENEFICIAL), holding("y", "x", "50"), y=E),
        "5",
    ),
    "of a corporation the value counts, not the vote": (
        _of(
            holding("s", "y", "60", Measure.VOTE),
            holding("s", "y", "40", Measure.VALUE),
            holding("y", "x", "100"),
        ),
        "0",
    ),
    "where only votes are told, they count": (
        _of(holding("s", "y", "60", Measure.VOTE), holding("y", "x", "100")),
        "60",
    ),
    "somebody else's holdings are nothing of it": (_of(holding("t", "x", "100")), "0"),
    "thirds stay thirds": (
        _of(
            *(holding("s", "y", "33.3", Measure.PROFITS), holding("y", "x", "33.3")),
            y=P,
        ),
        "11.0889",
    ),
}


@pytest.mark.parametrize(("ownership", "percent"), OWN.values(), ids=OWN)
def test_what_one_owner_owns(ownership: Ownership, percent: str):
    assert _share(ownership, "s") == _exactly(percent)


def test_only_what_held_on_the_day_counts():
    closed = holding("s", "x", "40", until=FIRST)
    opened = holding("s", "x", "30", since=FIRST)
    assert _share(_of(closed, opened), "s") == _exactly("30")


def test_a_circle_ends_with_the_sum_of_all_its_rounds():
    # y and z hold each other; s holds 70 of y. Both pass half, with the circle and without it.
    ownership = _of(
        holding("s", "y", "70"),
        holding("z", "y", "30"),
        holding("y", "z", "80"),
        holding("y", "x", "100"),
    )
    # y = 70 + 0.3 z and z = 0.8 y
    assert _share(ownership, "s") == _exactly("7000/76")


def test_a_circle_that_holds_itself_up_is_read_both_ways():
    ownership = _of(
        holding("s", "y", "70"),
        holding("z", "y", "30"),
        holding("y", "z", "60"),
        holding("z", "x", "100"),
    )
    # Without its own round z has 42 of s, with it 51.2: only then does it pass half.
    assert _share(ownership, "s") == Share(Fraction(0), Fraction(7000 * 60, 82 * 100))


def test_a_circle_that_nobody_holds_is_anybodys():
    ownership = _of(
        holding("z", "y", "100"),
        holding("y", "z", "100"),
        holding("z", "x", "50"),
        holding("s", "w", "1"),
        holding("w", "y", "0"),
    )
    assert _share(ownership, "s") == Share(Fraction(0), Fraction(50))


def test_an_entity_that_holds_itself_ends():
    ownership = _of(holding("x", "x", "20"), holding("s", "x", "80"))
    assert _share(ownership, "s") == _exactly("100")


def _together(ownership: Ownership, *owners: str) -> Share:
    return together_of(owners=owners, entity="x", measure=Measure.VALUE, ownership=ownership)


TOGETHER: dict[str, tuple[Ownership, str]] = {
    "two side by side": (_of(holding("s", "x", "14"), holding("t", "x", "13")), "27"),
    "one through the other counts once": (
        _of(holding("s", "t", "100"), holding("t", "x", "30")),
        "30",
    ),
    "two small parts of a corporation carry nothing": (
        _of(holding("s", "y", "30"), holding("t", "y", "30"), holding("y", "x", "100")),
        "0",
    ),
    "two halves of a corporation carry both": (
        _of(holding("s", "y", "50"), holding("t", "y", "50"), holding("y", "x", "45")),
        "45",
    ),
    "two small parts of a partnership carry both": (
        _of(
            holding("s", "y", "30", Measure.PROFITS),
            holding("t", "y", "30", Measure.PROFITS),
            holding("y", "x", "50"),
            y=P,
        ),
        "30",
    ),
    "a stranger beside them": (_of(holding("s", "x", "14"), holding("u", "x", "86")), "14"),
}


@pytest.mark.parametrize(("ownership", "percent"), TOGETHER.values(), ids=TOGETHER)
def test_what_two_owners_own_together(ownership: Ownership, percent: str):
    assert _together(ownership, "s", "t") == _exactly(percent)


def test_partnerships_that_hold_each_other_are_read_both_ways():
    ownership = _of(
        holding("s", "y", "50", Measure.CAPITAL),
        holding("z", "y", "50", Measure.CAPITAL),
        holding("y", "z", "100", Measure.CAPITAL),
        holding("y", "x", "100"),
        y=P,
        z=P,
    )
    assert _together(ownership, "s") == Share(Fraction(50), Fraction(100))


def test_equations_without_one_answer_have_none():
    one, none = Fraction(1), Fraction(0)
    assert solve([[one, one], [one, one]], [one, one]) is None
    assert solve([[none, one], [one, none]], [one, Fraction(2)]) == [2, 1]
    assert solve([], []) == []
