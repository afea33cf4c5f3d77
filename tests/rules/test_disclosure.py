"""Each audience sees what the law gives it, and none sees all."""

from itertools import product

import pytest

from passport.rules.disclosure import (
    READERS,
    Access,
    Audience,
    audiences_of,
    closed_events,
    filter_points,
    reads,
    visible,
)

# Annex XIII: which point is read by whom; rows are what is read, columns who reads.
TABLE = """
                                anybody legitimateInterest authority party operator
public                          yes     yes                yes       yes   yes
legitimateInterestAndAuthority  no      yes                yes       no    yes
authority                       no      no                 yes       no    yes
legitimateInterest              no      yes                no        no    yes
parties                         no      no                 no        yes   yes
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [
    (row[0], audience, answer == "yes")
    for row in ROWS[1:]
    for audience, answer in zip(ROWS[0], row[1:], strict=True)
]


@pytest.mark.parametrize(("access", "audience", "seen"), CELLS)
def test_who_reads_what(access: str, audience: str, seen: bool) -> None:
    assert visible(Access(access), Audience(audience)) is seen


def test_the_table_is_whole() -> None:
    assert {(a, b) for a, b, _ in CELLS} == set(product(Access, Audience))
    assert set(READERS) == set(Access)


class Point:
    def __init__(self, access: Access) -> None:
        self.access = access


POINTS = [Point(access) for access in Access]


def seen_by(*audiences: Audience) -> list[Access]:
    return [point.access for point in filter_points(POINTS, *audiences)]


def test_authorities_do_not_read_point_4_nor_interest_point_3() -> None:
    assert Access.LEGITIMATE_INTEREST not in seen_by(Audience.AUTHORITY)
    assert Access.AUTHORITY not in seen_by(Audience.LEGITIMATE_INTEREST)


def test_a_reader_in_two_qualities_sees_both() -> None:
    both = seen_by(Audience.PARTY, Audience.LEGITIMATE_INTEREST)

    assert both == [
        Access.PUBLIC,
        Access.INTEREST_AND_AUTHORITY,
        Access.LEGITIMATE_INTEREST,
        Access.PARTIES,
    ]
    assert seen_by() == [Access.PUBLIC]


ROLES = {
    "a stranger with every role but one": (
        {"MAKER", "KEEPER", "WORKSHOP", "RECYCLER", "AUDITOR"},
        False,
        set(),
    ),
    "a recycler that holds it": ({"RECYCLER"}, True, {"party", "legitimateInterest"}),
    "an auditor who was let in": ({"AUDITOR"}, True, {"party"}),
    "an authority": ({"AUTHORITY"}, False, {"authority"}),
}


@pytest.mark.parametrize(("roles", "concerned", "more"), ROLES.values(), ids=ROLES)
def test_a_role_alone_opens_nothing_but_the_authoritys_view(
    roles: set[str], concerned: bool, more: set[str]
) -> None:
    found = audiences_of(roles=roles, concerned=concerned, responsible=False)

    assert found == {"anybody", *more}
    assert Audience.OPERATOR in audiences_of(roles=roles, concerned=concerned, responsible=True)


# Annex XIII 4: use is for legitimate interest; hands are for the parties; the end is for both and
# for authorities. Kinds that are closed to each audience, of five that stand for all.
CLOSED = {
    Audience.ANYBODY: {"HEALTH_READ", "INCIDENT", "HANDED_OVER", "TREATED"},
    Audience.LEGITIMATE_INTEREST: {"HANDED_OVER"},
    Audience.AUTHORITY: {"HEALTH_READ", "INCIDENT", "HANDED_OVER"},
    Audience.PARTY: {"HEALTH_READ", "INCIDENT"},
    Audience.OPERATOR: set(),
}


@pytest.mark.parametrize("audience", CLOSED)
def test_an_event_is_closed_to_whom_its_sets_are_not_for(audience: Audience) -> None:
    kinds = {"REGISTERED", "HEALTH_READ", "INCIDENT", "HANDED_OVER", "TREATED"}
    assert closed_events(reads=reads({audience})) & kinds == CLOSED[audience]
