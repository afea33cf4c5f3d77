"""Edges over weeks: those that one after the other would give, and little memory for millions."""

import tracemalloc

import numpy as np
import pytest

from recycling.rules.layout import lay_out, over_weeks
from tests.recycling.rules.test_layout import OPENINGS


def _over(edges, *, ready, due, begin, close, storage):
    layout = lay_out(OPENINGS, weeks=8)
    return layout, over_weeks(
        layout, edges, first_week=ready, last_week=due, opening_week=begin,
        closing_week=close, storage_cents=storage,
    )  # fmt: skip


def _one_by_one(layout, edges, *, ready, due, begin, close, storage):
    found = []
    for pack, at, worth in zip(*(each.tolist() for each in edges), strict=True):
        place, weekly = int(layout.first[at]), OPENINGS[at].weekly_places is not None
        weeks = range(max(ready[pack], begin[at]), min(due[pack], close[at]) + 1)
        for week in weeks if weekly else weeks[:1]:
            less = worth - (week - ready[pack]) * storage[pack]
            found.append((pack, place + (week if weekly else 0), int(less)))
    return found


@pytest.mark.parametrize(("packs", "count"), [(0, 0), (1, 3), (40, 300)])
def test_each_edge_is_one_a_week_in_the_order_of_the_weeks(packs, count):
    dice = np.random.default_rng(7)
    asked = {
        "ready": dice.integers(0, 6, packs), "due": dice.integers(-2, 8, packs),
        "begin": dice.integers(0, 4, 3), "close": dice.integers(2, 8, 3),
        "storage": dice.integers(0, 900, packs),
    }  # fmt: skip
    edges = (
        np.sort(dice.integers(0, max(packs, 1), count)).astype(np.int32),
        dice.integers(0, 3, count).astype(np.int32),
        dice.integers(-(10**9), 10**11, count),
    )
    layout, found = _over(edges, **asked)
    told = list(zip(*(each.tolist() for each in found), strict=True))
    assert told == _one_by_one(layout, edges, **asked)


def test_many_edges_take_little_more_memory_than_they_are():
    zero, dice, many = np.zeros(10_000, dtype=np.int64), np.random.default_rng(7), 100_000
    edges = (
        np.sort(dice.integers(0, 10_000, many)).astype(np.int32),
        np.full(many, 1, dtype=np.int32),
        dice.integers(0, 10**6, many),
    )
    tracemalloc.start()
    _, found = _over(
        edges, ready=zero, due=zero + 7, begin=zero[:3], close=zero[:3] + 7, storage=zero + 5
    )
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The answer itself is 16 bytes an edge; in numbers of eight bytes it took 67 to make.
    assert (len(found[0]), most < 45 * len(found[0])) == (8 * many, True)
