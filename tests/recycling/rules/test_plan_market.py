"""The market that plans are measured on is what it says it is, and the plan is its optimum."""

import importlib.util

import numpy as np
import pytest

from api.management.bench.plan_market import HOLD_CENTS, instance
from recycling.rules.matching import solve
from recycling.rules.prices_of_places import bound
from recycling.rules.yardsticks import best_edge_first, linear_optimum
from tests.oracle_data import oracle


@pytest.fixture(scope="module")
def market():
    return instance(10_000).market


def test_it_is_as_tight_as_told(market):
    places = market.capacity
    assert 0.44 < places[:42].sum() / 10_000 < 0.46
    assert 0.64 < places[42:].sum() / 10_000 < 0.66
    assert 7.4 < len(market.src) / 10_000 < 7.9
    recycled = np.unique(market.src[market.dst >= 42])
    assert len(recycled) == 10_000
    assert (market.hold_cents == HOLD_CENTS).all()


def test_ten_thousand_packs_equal_the_linear_programme_to_the_cent(market):
    answer = solve(market)
    assert answer.objective_cents == linear_optimum(market)
    assert answer.objective_cents == bound(market, prices=answer.shadow_cents)
    assert answer.objective_cents >= 1.07 * best_edge_first(market)


@pytest.mark.oracle
def test_it_equals_an_independent_one():
    path = oracle("../oracles/bench_matching.py")
    spec = importlib.util.spec_from_file_location("bench_matching", path)
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    other, ours = theirs.instance(3000), instance(3000)
    order = np.lexsort((other["dst"], other["src"]))
    assert (other["src"][order] == ours.market.src).all()
    assert (other["dst"][order] == ours.market.dst).all()
    assert np.abs(other["val"][order] - ours.market.cents).max() <= 1
    assert (other["cap"] == ours.market.capacity).all()
    assert np.allclose(other["soh"], ours.soh)
    assert theirs.greedy_edge(other)["obj"] == pytest.approx(best_edge_first(ours.market), rel=1e-6)
