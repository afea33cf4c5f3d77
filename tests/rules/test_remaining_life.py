"""What life is left is an interval with what it stands on, or "not enough data"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from passport.rules.remaining_life import LEAST_FLEET, NOT_ENOUGH, Level, Look, remaining

THEN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
END = Decimal("0.8")


def look(days: int, soh: str, cycles: str | None, *, half: str = "0.01") -> Look:
    value = Decimal(soh)
    return Look(
        measured_at=THEN + timedelta(days=days),
        soh=value,
        soh_low=value - Decimal(half),
        soh_high=value + Decimal(half),
        cycles=None if cycles is None else Decimal(cycles),
    )


OWN = (look(0, "0.99", "100"), look(60, "0.95", "500"), look(120, "0.90", "1000"))


def life(factor: int) -> list[tuple[Decimal, Decimal]]:
    """A straight life: 0.90 at 1000 × factor cycles, 0.80 at 2000 × factor."""
    return [
        (Decimal(0), Decimal(1)),
        (Decimal(1000 * factor), Decimal("0.90")),
        (Decimal(2000 * factor), Decimal("0.80")),
        (Decimal(2500 * factor), Decimal("0.75")),
    ]


LACKS = {
    "fewer than 3 readings": {"looks": OWN[1:]},
    "fewer than 3 readings ": {"looks": ()},
    "span fewer than 90 days": {"looks": (look(40, "0.99", "1"), *OWN[1:2], OWN[2])},
    "says nothing of cycles": {"looks": (*OWN[:2], look(120, "0.90", None))},
    "does not say at which capacity": {"end_of_life": None},
    "says no expected life": {"expected_cycles": None},
    "says no expected life ": {"expected_cycles": Decimal(0)},
    " says no expected life": {"end_of_life": Decimal(0)},
}


@pytest.mark.parametrize("why", LACKS)
def test_without_enough_there_is_no_number(why: str) -> None:
    told = {
        "looks": OWN, "fleet": (), "end_of_life": END, "expected_cycles": Decimal(6000),
    } | LACKS[why]  # fmt: skip
    found = remaining(**told)
    assert (found.level, found.low, found.high) == (None, None, None)
    assert found.reason.startswith(NOT_ENOUGH)
    assert why.strip() in found.reason
    assert found.n == len(told["looks"])


def test_at_the_end_of_life_nothing_is_left() -> None:
    spent = (*OWN[:2], look(120, "0.70", "3000"))
    found = remaining(looks=spent, fleet=(), end_of_life=END, expected_cycles=Decimal(6000))
    assert (found.level, found.low, found.high) == (None, None, None)
    assert found.reason == "it has reached its end of life"


def test_the_maker_s_word_is_taken_in_three_ways() -> None:
    found = remaining(looks=OWN, fleet=(), end_of_life=END, expected_cycles=Decimal(6000))
    # 6000 − 1000 used; 6000 × (0.89 − 0.8) / 0.2; 6000 × (0.91 − 0.8) / 0.2
    assert (found.level, found.n, found.coverage) == (Level.DECLARED, 3, None)
    assert (found.low, found.high) == (Decimal(2700), Decimal(5000))


def test_the_maker_s_word_never_gives_less_than_nothing() -> None:
    used = (*OWN[:2], look(120, "0.805", "7000"))
    found = remaining(looks=used, fleet=(), end_of_life=END, expected_cycles=Decimal(6000))
    assert found.low == 0
    assert found.high == Decimal("450")


def test_ten_of_its_fleet_come_before_the_maker_s_word() -> None:
    fleet = [life(factor) for factor in range(1, LEAST_FLEET + 1)]
    found = remaining(looks=OWN, fleet=fleet, end_of_life=END, expected_cycles=Decimal(6000))
    assert (found.level, found.n, found.coverage) == (Level.FLEET, 10, Decimal("0.8"))
    # Each lived 2000/1100 times as long as it had at 0.89, and 2000/900 as at 0.91.
    assert found.low == Decimal("818.1")
    assert found.high == Decimal("1222.3")
    assert found.low <= Decimal(1000) <= found.high


def test_nine_are_too_few() -> None:
    fleet = [life(1)] * (LEAST_FLEET - 1)
    found = remaining(looks=OWN, fleet=fleet, end_of_life=END, expected_cycles=Decimal(6000))
    assert found.level is Level.DECLARED


def test_lives_that_were_not_seen_at_this_health_do_not_count() -> None:
    late = [(Decimal(1500), Decimal("0.85")), (Decimal(2000), Decimal("0.80"))]
    unfinished = life(1)[:2]
    level = [(Decimal(0), Decimal("0.89")), (Decimal(9), Decimal("0.89"))]
    fleet = [life(1)] * (LEAST_FLEET - 1) + [late, unfinished, level, []]
    found = remaining(looks=OWN, fleet=fleet, end_of_life=END, expected_cycles=None)
    assert found.level is None
    assert "fewer than 10 batteries" in found.reason


def test_a_life_without_slope_is_passed_at_its_beginning() -> None:
    flat = [
        (Decimal(500), Decimal("0.91")), (Decimal(900), Decimal("0.91")),
        (Decimal(1000), Decimal("0.80")),
    ]  # fmt: skip
    found = remaining(looks=OWN, fleet=[flat] * 10, end_of_life=END, expected_cycles=None)
    assert found.high == Decimal(1000), "from 500 to 1000 cycles is as much again"
