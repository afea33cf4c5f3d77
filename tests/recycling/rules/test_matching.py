"""The assignment is optimal: against brute force, the linear programme, and its own prices."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recycling.rules.arrays import HELD, EdgesBroken, Market
from recycling.rules.matching import solve
from recycling.rules.prices_of_places import bound
from recycling.rules.yardsticks import best_edge_first, linear_optimum


@st.composite
def markets(draw, *, packs=7, programmes=4):
    """Small markets with ties, full programmes, and packs that nobody takes."""
    n, m = draw(st.integers(1, packs)), draw(st.integers(0, programmes))
    cells = list(itertools.product(range(n), range(m)))
    chosen = draw(st.lists(st.sampled_from(cells), unique=True)) if cells else []
    worth = st.integers(-6, 6)
    edges = ([i for i, _ in chosen], [j for _, j in chosen], [draw(worth) for _ in chosen])
    return Market.of(
        tuple(f"pack-{i}" for i in range(n)),
        tuple(f"programme-{j}" for j in range(m)),
        edges,
        capacity=[draw(st.integers(0, 3)) for _ in range(m)],
        hold_cents=[draw(st.integers(-8, 2)) for _ in range(n)],
    )


def brute(market):
    """The best of all assignments, one after the other."""
    worth = {
        (int(i), int(j)): int(c)
        for i, j, c in zip(market.src, market.dst, market.cents, strict=True)
    }
    options = [
        [HELD, *(j for j in range(len(market.programmes)) if (i, j) in worth)]
        for i in range(len(market.packs))
    ]
    best = None
    for plan in itertools.product(*options):
        used = [plan.count(j) for j in range(len(market.programmes))]
        if all(u <= c for u, c in zip(used, market.capacity, strict=True)):
            value = sum(
                int(market.hold_cents[i]) if j == HELD else worth[i, j] for i, j in enumerate(plan)
            )
            best = value if best is None else max(best, value)
    return best


@given(markets())
@settings(max_examples=150, deadline=None)
def test_equals_the_best_of_all_assignments(market):
    assert solve(market).objective_cents == brute(market)


@given(markets(packs=30, programmes=8))
@settings(max_examples=100, deadline=None)
def test_lies_between_its_yardsticks_and_proves_itself(market):
    answer = solve(market)
    assert best_edge_first(market) <= answer.objective_cents == linear_optimum(market)
    assert answer.objective_cents == bound(market, prices=answer.shadow_cents)


@given(markets(packs=30, programmes=8))
@settings(max_examples=100, deadline=None)
def test_places_are_kept_and_regret_is_true(market):
    answer = solve(market)
    taken = np.bincount(answer.chosen[answer.chosen != HELD], minlength=len(market.programmes))
    assert (taken <= market.capacity).all()
    assert (answer.regret_cents >= 0).all()
    assert (answer.value_cents + answer.regret_cents == answer.best_cents).all()
    edges = set(zip(market.src.tolist(), market.dst.tolist(), strict=True))
    used = {(i, int(j)) for i, j in enumerate(answer.chosen) if j != HELD}
    assert used <= edges


@given(markets(packs=20, programmes=6), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_input_changes_nothing(market, random):
    packs, programmes = list(range(len(market.packs))), list(range(len(market.programmes)))
    edges = list(range(len(market.src)))
    for order in (packs, programmes, edges):
        random.shuffle(order)
    turned = Market.of(
        tuple(market.packs[i] for i in packs),
        tuple(market.programmes[j] for j in programmes),
        (
            [packs.index(market.src[e]) for e in edges],
            [programmes.index(market.dst[e]) for e in edges],
            [market.cents[e] for e in edges],
        ),
        capacity=[market.capacity[j] for j in programmes],
        hold_cents=[market.hold_cents[i] for i in packs],
    )
    assert _by_name(market) == _by_name(turned)


def _by_name(market):
    answer = solve(market)
    names = (*market.programmes, None)
    return {pack: names[int(answer.chosen[i])] for i, pack in enumerate(market.packs)}


@given(markets())
@settings(max_examples=60, deadline=None)
def test_a_price_of_a_place_is_at_least_what_one_more_place_adds(market):
    answer = solve(market)
    for place in range(len(market.programmes)):
        more = market.capacity.copy()
        more[place] += 1
        larger = solve(
            Market.of(
                market.packs,
                market.programmes,
                (market.src, market.dst, market.cents),
                capacity=more,
                hold_cents=market.hold_cents,
            )
        )
        gained = larger.objective_cents - answer.objective_cents
        assert gained == answer.shadow_cents[place]


def test_a_real_loss_of_best_edge_first():
    market = Market.of(
        ("a", "b"),
        ("x", "y"),
        ([0, 0, 1], [0, 1, 0], [100, 90, 95]),
        capacity=[1, 1],
        hold_cents=-50,
    )
    assert best_edge_first(market) == 50
    assert solve(market).objective_cents == 185


def test_twins_are_told_apart_by_their_ids():
    market = Market.of(
        ("b", "a"),
        ("y", "x"),
        ([0, 0, 1, 1], [0, 1, 0, 1], [5, 5, 5, 5]),
        capacity=[1, 1],
        hold_cents=0,
    )
    first = _by_name(market)
    assert all(_by_name(market) == first for _ in range(5))


@pytest.mark.parametrize(
    "edges", [([0], [0], [1, 2]), ([5], [0], [1]), ([0], [7], [1]), ([-1], [0], [1])]
)
def test_arrays_that_do_not_fit_are_refused(edges):
    with pytest.raises(EdgesBroken):
        Market.of(("a",), ("x",), edges, capacity=[1], hold_cents=0)
