"""The assignment is optimal: against brute force, the linear programme, and its own prices."""

import itertools
from dataclasses import replace

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


@given(markets(packs=12, programmes=5), st.data())
@settings(max_examples=80, deadline=None)
def test_a_higher_price_never_loses_a_programme_a_pack(market, data):
    """Without lots, with all edges kept; whatever plan of several equal ones is made."""
    before = solve(market)
    for place in range(len(market.programmes)):
        more = data.draw(st.integers(1, 4))
        raised = market.cents + more * (market.dst == place)
        after = solve(replace(market, cents=raised))
        assert (after.chosen == place).sum() >= (before.chosen == place).sum()


@given(markets(packs=12, programmes=5), st.data())
@settings(max_examples=80, deadline=None)
def test_one_more_edge_never_lowers_the_worth(market, data):
    if not market.programmes:
        return
    pack = data.draw(st.integers(0, len(market.packs) - 1))
    place = data.draw(st.integers(0, len(market.programmes) - 1))
    more = Market.of(
        market.packs,
        market.programmes,
        (
            [*market.src, pack],
            [*market.dst, place],
            [*market.cents, data.draw(st.integers(-6, 6))],
        ),
        capacity=market.capacity,
        hold_cents=market.hold_cents,
    )
    assert solve(more).objective_cents >= solve(market).objective_cents


@given(markets(packs=12, programmes=5))
@settings(max_examples=80, deadline=None)
def test_a_pack_stays_only_where_nothing_better_has_room(market):
    chosen = solve(market).chosen
    taken = np.bincount(chosen[chosen != HELD], minlength=len(market.programmes))
    for pack, place, cents in zip(market.src, market.dst, market.cents, strict=True):
        if chosen[pack] == HELD and cents > market.hold_cents[pack]:
            assert taken[place] == market.capacity[place]


def test_costs_beyond_64_bits_are_solved_without_ties():
    """At 10⁶ packs of a million euros scaled costs would overflow: worth decides alone."""
    large = 2**57
    market = Market.of(
        ("a", "b"), ("x", "y"), ([0, 0, 1], [0, 1, 0], [large, large - 1, large + 5]),
        capacity=[1, 1], hold_cents=-large,
    )  # fmt: skip
    assert solve(market).objective_cents == 2 * large + 4
