"""Plans equal the best of all assignments, on a thousand small markets with and without lots."""

import numpy as np
import pytest

from recycling.rules.components import components, joined
from recycling.rules.matching import solve, values
from recycling.rules.parcels import from_bytes, to_bytes
from recycling.rules.prices_of_places import bound
from recycling.rules.solving import Limits, Method, solve_component
from tests.recycling.rules.small_markets import allowed, best_of_all, lots_for, small

SOME = range(500)


def test_flows_are_the_best_of_all_and_their_prices_prove_it():
    for seed in SOME:
        market = small(np.random.default_rng(seed), rooms=seed % 3)
        answer = solve(market)
        best = best_of_all(market)
        assert answer.objective_cents == best == bound(market, prices=answer.shadow_cents), seed
        assert allowed(market, answer.chosen[None]).all(), seed


def test_lots_are_the_best_of_all():
    opened = 0
    for seed in SOME:
        dice = np.random.default_rng(seed)
        market = small(dice, rooms=seed % 3)
        lots = lots_for(dice, market)
        found = solve_component(market, lots, limits=Limits(flows=10_000))
        assert allowed(market, found.assignment.chosen[None], lots).all(), seed
        assert found.objective_cents == best_of_all(market, lots) == found.bound_cents, seed
        assert found.method is Method.ALL_BANDS
        opened += len(found.bands)
    assert opened > 300


@pytest.mark.parametrize("limits", [Limits(flows=6), Limits(last_resort=True)])
def test_a_search_with_few_flows_keeps_the_rules_and_knows_its_bound(limits):
    for seed in range(100):
        dice = np.random.default_rng(seed)
        market = small(dice, rooms=seed % 3)
        lots = lots_for(dice, market)
        found = solve_component(market, lots, limits=limits)
        best = best_of_all(market, lots)
        assert allowed(market, found.assignment.chosen[None], lots).all(), seed
        assert found.objective_cents <= best <= found.bound_cents, seed


def test_parts_that_travel_to_workers_make_the_same_plan():
    for seed in range(60):
        dice = np.random.default_rng(seed)
        market = small(dice, packs=9, places=5, rooms=1)
        lots = lots_for(dice, market)
        whole = solve_component(market, lots, limits=Limits(flows=100_000))
        parts = [from_bytes(to_bytes(part)) for part in components(market, lots)]
        answers = [solve_component(p.market, p.lots, limits=Limits(flows=100_000)) for p in parts]
        chosen = joined(
            market,
            [(p, a.assignment.chosen) for p, a in zip(parts, answers, strict=True)],
        )
        assert values(market, chosen=chosen).sum() == whole.objective_cents, seed
        assert allowed(market, chosen[None], lots).all(), seed
