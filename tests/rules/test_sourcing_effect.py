"""What would change a verdict comes first, and the fewest that would do are named."""

from decimal import Decimal
from fractions import Fraction

from passport.rules.sourcing_effect import fewest, findings_of
from passport.rules.sourcing_piece import Doubt, DoubtKind, Piece

K = DoubtKind


def doubt(name, kind=K.UNKNOWN):
    return Doubt(kind, name)


def pieces(*told):
    """Amounts out of a hundred, each with the makers that speak against it."""
    made = [
        Piece(f"p{n}", Fraction(amount), frozenset(against), frozenset(against), (f"L{n}",))
        for n, (amount, *against) in enumerate(told)
    ]
    return [*made, Piece("rest", 100 - sum((p.amount for p in made), Fraction(0)), *NO_DOUBT)]


NO_DOUBT = (frozenset(), frozenset(), ())
A, B, C = map(doubt, "abc")
BAD = doubt("bad", K.PROHIBITED)


def found(made, percent=Decimal(55)):
    return findings_of(pieces=made, total=Fraction(100), percent=percent)


def way(made, percent=Decimal(55), *, known=False):
    return fewest(pieces=made, total=Fraction(100), percent=percent, known=known)


def test_what_passes_alone_comes_before_what_moves_more_in_other_company():
    made = pieces((30, A), (35, B, C), (5, BAD))
    told = [(each.doubt, each.moves, each.touches, each.would_pass) for each in found(made)]
    assert told == [
        (A, Fraction(3, 10), Fraction(3, 10), True),
        (BAD, Fraction(1, 20), Fraction(1, 20), False),
        (B, 0, Fraction(7, 20), False),
        (C, 0, Fraction(7, 20), False),
    ]
    assert [each.ratio for each in found(made)][:2] == [Fraction(6, 10), Fraction(35, 100)]
    assert [each.known for each in found(made)] == [False, True, False, False]


def test_where_the_ratio_passes_they_stand_by_how_far_they_move_it():
    assert [each.doubt for each in found(pieces((5, A), (10, B)))] == [B, A]
    assert not any(each.would_pass for each in found(pieces((5, A)), None))


def test_the_fewest_are_found_among_those_that_go_together():
    made = pieces((30, A, B), (20, C), (10, BAD))
    assert (way(made).doubts, way(made).ratio) == ((C,), Fraction(6, 10))
    more = way(made, Decimal(65))
    assert (more.doubts, more.ratio, more.fewest) == ((A, B), Fraction(7, 10), True)
    only = pieces((30, A, B), (20, B, C))
    assert way(only, Decimal(90)).doubts == (A, B, C)


def test_there_is_no_way_where_it_passes_or_nothing_is_asked_or_nothing_would_do():
    assert way(pieces((10, A))) is None
    assert way(pieces((60, A)), None) is None
    assert way(pieces((60, BAD), (10, A))) is None
    assert way(pieces((60, BAD), (10, A)), known=True).doubts == (BAD,)


def test_of_many_doubts_the_heaviest_are_taken_and_what_is_not_needed_is_given_back():
    single = pieces(*((Fraction(n), doubt(f"m{n:02}")) for n in range(1, 14)))
    told = way(single, Decimal(46))
    assert ([each.about for each in told.doubts], told.fewest) == (
        ["m10", "m11", "m12", "m13"],
        True,
    )
    assert len(way(single, Decimal(100)).doubts) == 13
    mixed = pieces(
        (40, doubt("x"), doubt("y")), (21, doubt("z")),
        *((1, doubt(f"m{n:02}")) for n in range(11)),
    )  # fmt: skip
    told = way(mixed, Decimal(65))
    assert ([each.about for each in told.doubts], told.fewest) == (["x", "y"], False)


def test_a_great_many_are_not_tried_one_by_one():
    many = pieces(*((Fraction(1, 2), doubt(f"m{n:03}")) for n in range(150)))
    assert len(way(many, Decimal(60)).doubts) == 70
