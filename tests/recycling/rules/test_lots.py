"""Lots: what holds for every plan, whatever the market and however short the search."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.management.bench.plan_market import instance
from recycling.rules.arrays import EdgesBroken, Market, canonical
from recycling.rules.lot_yardsticks import linear_lots, one_shot
from recycling.rules.lots import WHOLE, Band, LotRules
from recycling.rules.matching import solve
from recycling.rules.solving import Limits, Method, bench_of, solve_component
from tests.recycling.rules.small_markets import allowed, lots_for, small

SHORT = Limits(flows=60)
seeds = st.integers(0, 10**6)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_every_rule_is_kept_in_larger_markets(seed):
    dice = np.random.default_rng(seed)
    market = small(dice, packs=40, places=9, rooms=3)
    lots = lots_for(dice, market)
    found = solve_component(market, lots, limits=SHORT)
    chosen = found.assignment.chosen
    assert allowed(market, chosen[None], lots).all()
    assert found.best_edge_first_cents <= found.objective_cents <= found.bound_cents
    assert found.bound_cents <= solve(market).objective_cents
    edges = set(zip(market.src.tolist(), market.dst.tolist(), strict=True))
    assert {(i, int(j)) for i, j in enumerate(chosen) if j >= 0} <= edges
    assert set(found.bands) <= {*market.programmes, *market.pools.names}


@given(seeds)
@settings(max_examples=8, deadline=None)
def test_the_order_of_the_input_changes_nothing(seed):
    dice = np.random.default_rng(seed)
    market = small(dice, packs=16, places=6, rooms=2)
    lots = lots_for(dice, market)
    first = solve_component(market, lots, limits=SHORT)
    turned, ruled, packs = _turned(dice, market, lots)
    again = solve_component(turned, ruled, limits=SHORT)
    names = (*market.programmes, None)
    back = [names[j] for j in first.assignment.chosen]
    after = [(*turned.programmes, None)[j] for j in again.assignment.chosen]
    assert after == [back[i] for i in packs]
    assert (first.objective_cents, first.bands) == (again.objective_cents, again.bands)


def _turned(dice, market, lots):
    """The same market in another order of packs, places, edges and lots."""
    n, m, rooms = len(market.packs), len(market.programmes), len(market.pools.names)
    packs, places = dice.permutation(n), dice.permutation(m)
    edges, order = dice.permutation(len(market.src)), dice.permutation(len(lots.node))
    nodes = np.concatenate([places, np.arange(m, m + rooms)])
    to_pack, to_node = np.argsort(packs), np.argsort(nodes)
    turned = Market.of(
        tuple(market.packs[i] for i in packs),
        tuple(market.programmes[j] for j in places),
        (to_pack[market.src][edges], to_node[market.dst][edges], market.cents[edges]),
        capacity=market.capacity[places],
        hold_cents=market.hold_cents[packs],
        pools=(market.pools.names, market.pools.above[nodes], market.pools.capacity),
    )
    ruled = replace(
        lots,
        node=to_node[lots.node][order],
        least=lots.least[order],
        most=lots.most[order],
        width=lots.width[order],
        one_model=lots.one_model[order],
        soh=lots.soh[packs],
        model=lots.model[packs],
    )
    return turned, ruled, packs


@pytest.fixture(scope="module")
def made():
    return instance(1000)


@pytest.fixture(scope="module")
def found(made):
    return solve_component(made.market, made.lots(), limits=Limits(flows=150))


def test_a_thousand_packs_come_near_to_the_linear_relaxation(made, found):
    bench = bench_of(canonical(made.market), made.lots())
    linear = linear_lots(bench, strong=True)
    assert found.objective_cents <= linear + 1 <= found.bound_cents + 2
    # The bound by prices is the bound by the other solver, but for a little.
    assert found.bound_cents <= linear * 1.005
    assert found.objective_cents >= linear * 0.98
    assert linear <= linear_lots(bench, strong=False)
    assert found.objective_cents >= 1.02 * one_shot(bench, solve(bench.market).chosen).worth


def test_the_same_market_gives_the_same_plan_again(made, found):
    again = solve_component(made.market, made.lots(), limits=Limits(flows=150))
    assert (again.assignment.chosen == found.assignment.chosen).all()
    assert (again.bands, again.flows, again.method) == (
        found.bands, found.flows, Method.BAND_SEARCH,
    )  # fmt: skip


def test_the_clock_cuts_a_search_off_and_the_plan_stands(made):
    ticks = iter(range(10**6))
    limits = Limits(seconds=3, clock=lambda: float(next(ticks)))
    cut = solve_component(made.market, made.lots(), limits=limits)
    bench = bench_of(canonical(made.market), made.lots())
    assert cut.cut_off
    assert cut.objective_cents >= one_shot(bench, solve(bench.market).chosen).worth


def test_a_lot_that_has_begun_goes_on_as_it_began():
    market = Market.of(
        ("a", "b", "c"),
        ("x",),
        ([0, 1, 2], [0, 0, 0], [9, 5, 5]),
        capacity=[2],
        hold_cents=0,
    )
    begun = ((0, Band(model=7, low=700_000, high=760_000)),)
    lots = _one_lot(least=1, most=2, soh=[0.9, 0.70, 0.75], fixed=begun)
    found = solve_component(market, lots)
    assert found.assignment.chosen.tolist() == [-1, 0, 0]
    assert found.bands == {"x": begun[0][1]}


def test_a_lot_pays_for_its_last_pack_when_the_rest_is_worth_it():
    """The third pack loses 2 against staying; without it the lot of three does not open."""
    market = Market.of(
        ("a", "b", "c"), ("x",), ([0, 1, 2], [0, 0, 0], [5, 5, -2]), capacity=[3], hold_cents=0
    )
    found = solve_component(market, _one_lot(least=3, most=3, soh=[0.7, 0.72, 0.74]))
    assert found.objective_cents == 8
    assert found.assignment.shadow_cents[0] < 0


def _one_lot(*, least, most, soh, fixed=()):
    return LotRules.of(
        ([0], [least], [most], [60_000], [True]),
        soh=[round(each * WHOLE) for each in soh],
        model=[7] * len(soh),
        fixed=fixed,
    )


def test_rules_that_do_not_fit_are_refused():
    with pytest.raises(EdgesBroken):
        LotRules.of(([0], [3], [2], [0], [True]), soh=[], model=[])
    with pytest.raises(EdgesBroken):
        LotRules.of(([0, 0], [1, 1], [2, 2], [0, 0], [True, True]), soh=[], model=[])
