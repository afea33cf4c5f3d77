"""Issued serials: long enough not to be guessed, plain enough to be read out."""

from __future__ import annotations

from itertools import combinations
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as some

from passport.rules import identity
from passport.rules.serials import (
    ALPHABET,
    DRAWN,
    LENGTH,
    MOST_AT_ONCE,
    RANDOM_BYTES,
    WrongCount,
    check_character,
    check_count,
    derive,
)

RANDOM = some.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)
ALIKE = ("0OQ", "1IL", "2Z", "5S", "8B", "UV")


def passes(serial: str) -> bool:
    """Whether the last character follows from those before it."""
    return check_character(serial[:DRAWN]) == serial[DRAWN]


def test_carries_sixty_bits_and_more_in_what_a_gs1_serial_may_hold() -> None:
    assert DRAWN * log2(len(ALPHABET)) > 63
    assert LENGTH <= 20
    assert len(set(ALPHABET)) == len(ALPHABET) == 23


def test_no_two_characters_look_alike() -> None:
    for group in ALIKE:
        assert len(set(group) & set(ALPHABET)) <= 1, group
    assert ALPHABET.isupper()


@given(RANDOM)
def test_makes_a_serial_that_passes_and_names_a_battery(random: bytes) -> None:
    serial = derive(random=random)

    assert passes(serial)
    assert len(serial) == LENGTH
    named = identity.of_serial(gtin="09521234000013", serial=serial)
    assert named.canonical.endswith(f"/21/{serial}")


@given(RANDOM, RANDOM)
def test_other_randomness_gives_another_serial(one: bytes, two: bytes) -> None:
    size = len(ALPHABET) ** DRAWN
    same = int.from_bytes(one, "big") % size == int.from_bytes(two, "big") % size
    assert (derive(random=one) == derive(random=two)) == same


def test_every_character_can_stand_at_every_place() -> None:
    for place in range(DRAWN):
        drawn = {
            derive(random=(each * len(ALPHABET) ** place).to_bytes(RANDOM_BYTES, "big"))[place]
            for each in range(len(ALPHABET))
        }
        assert drawn == set(ALPHABET)


@given(RANDOM, some.data())
def test_one_wrong_character_never_passes(random: bytes, data: some.DataObject) -> None:
    serial = derive(random=random)
    at = data.draw(some.integers(0, LENGTH - 1))
    for other in set(ALPHABET) - {serial[at]}:
        assert not passes(serial[:at] + other + serial[at + 1 :])


@given(RANDOM)
def test_two_swapped_characters_never_pass(random: bytes) -> None:
    serial = derive(random=random)
    for one, two in combinations(range(LENGTH), 2):
        if serial[one] != serial[two]:
            swapped = list(serial)
            swapped[one], swapped[two] = swapped[two], swapped[one]
            assert not passes("".join(swapped))


@pytest.mark.parametrize("count", [0, -1, MOST_AT_ONCE + 1])
def test_a_number_out_of_bounds_is_refused(count: int) -> None:
    with pytest.raises(WrongCount) as caught:
        check_count(count=count)
    assert (caught.value.code, caught.value.pointer) == ("wrong-count-of-serials", "/count")
    assert caught.value.detail == f"{count} serials are asked for"


@pytest.mark.parametrize("count", [1, MOST_AT_ONCE])
def test_the_bounds_themselves_are_issued(count: int) -> None:
    check_count(count=count)


def test_too_little_randomness_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        derive(random=b"7")
