"""One component of a market within limits: what a worker calls, and what it hands back."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib.metadata import version

import numpy as np

from recycling.rules.arrays import Canonical, Market, canonical, rank
from recycling.rules.band_search import CLOSED, Bench, Budget, Draft, Found, better, search
from recycling.rules.flow import NoAssignment
from recycling.rules.lot_yardsticks import first_edges, one_shot
from recycling.rules.lots import Band, LotRules, limited, options
from recycling.rules.matching import Assignment, assignment, solve, values
from recycling.rules.prices_of_places import bound, shadow_prices, tolls
from recycling.rules.yardsticks import best_edge_first, taken_best_first

SOLVER = f"ortools {version('ortools')} SimpleMinCostFlow"


class Method(StrEnum):
    """How an answer was found."""

    EXACT_FLOW = "EXACT_FLOW"
    ALL_BANDS = "ALL_BANDS"
    BAND_SEARCH = "BAND_SEARCH"
    BEST_EDGE_FIRST = "BEST_EDGE_FIRST"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long to search. `flows` solver calls, or what looks at `edges` edges in all, whatever is
    less: the same component gives the same answer on any machine. `seconds` by `clock` come last;
    an answer cut off by them says so. One flow is never cut off: a worker needs its own limit.

    `last_resort`: no solver at all, the best edge first; for a worker that was killed in one.
    """

    flows: int = 400
    edges: int = 20_000_000
    seconds: float = 45.0
    seed: int = 7
    last_resort: bool = False
    clock: Callable[[], float] = time.perf_counter


USUAL = Limits()
FEWEST_FLOWS = 20


@dataclass(frozen=True, kw_only=True)
class Solution:
    """The answer with its record. Nothing lies above `bound_cents`; `bands` of the open lots by
    the node's id. With lots `assignment.shadow_cents` are the prices at these bands; a lot that
    takes packs at a loss to reach its least has one below zero.
    """

    assignment: Assignment
    bound_cents: int
    best_edge_first_cents: int
    method: Method
    solver: str
    flows: int
    seconds: float = 0.0
    cut_off: bool = False
    bands: Mapping[str, Band] = field(default_factory=dict)

    @property
    def objective_cents(self) -> int:
        """The worth of the answer, packs that stay included."""
        return self.assignment.objective_cents

    @property
    def gap(self) -> float:
        """How far below the bound the answer lies at most, as a share of the bound."""
        return (self.bound_cents - self.objective_cents) / max(abs(self.bound_cents), 1)


def solve_component(
    market: Market, lots: LotRules | None = None, *, limits: Limits = USUAL
) -> Solution:
    """The plan of one component. [solve-1]

    Without lots the exact optimum; with lots a search over bands, each step an exact flow,
    held against an upper bound. Where the solver gives no answer: best edge first. Never raises for
    a market that Market.of took.
    """
    began = limits.clock()
    found = _last_resort(market, lots) if limits.last_resort else _planned(market, lots, limits)
    return replace(found, seconds=limits.clock() - began)


def _planned(market: Market, lots: LotRules | None, limits: Limits) -> Solution:
    try:
        if lots is None or not len(lots.node):
            return _exact(market)
        return _banded(market, lots, limits)
    except NoAssignment:
        return _last_resort(market, lots)


def _exact(market: Market) -> Solution:
    answer = solve(market)
    return Solution(
        assignment=answer,
        bound_cents=bound(market, prices=answer.shadow_cents),
        best_edge_first_cents=best_edge_first(market),
        method=Method.EXACT_FLOW,
        solver=SOLVER,
        flows=1,
    )


def _banded(market: Market, lots: LotRules, limits: Limits) -> Solution:
    began, canon = limits.clock(), canonical(market)
    bench = bench_of(canon, lots)
    loose = solve(bench.market)
    _, paid = tolls(bench.market, loose.shadow_cents)
    found = search(
        bench,
        budget=Budget(
            flows=min(limits.flows, max(FEWEST_FLOWS, limits.edges // max(len(market.src), 1))),
            seed=limits.seed,
            open=lambda: limits.clock() - began < limits.seconds,
        ),
        first=better(one_shot(bench, loose.chosen), bench.draft((CLOSED,) * len(bench.lots.node))),
        start=loose.value_cents - bench.market.hold_cents - np.append(paid, 0)[loose.chosen],
        bound_cents=bound(bench.market, prices=loose.shadow_cents),
    )
    return _solution(market, canon, bench, found)


def _solution(market: Market, canon: Canonical, bench: Bench, found: Found) -> Solution:
    draft = found.draft
    live, least = bench.live(draft.running), bench.least(draft.running)
    value = values(live, chosen=draft.chosen)
    prices = shadow_prices(live, chosen=draft.chosen, value=value, least=least)
    shadow = np.empty_like(prices)
    shadow[canon.node_order] = prices
    answer = assignment(market, chosen=canon.restore(draft.chosen), priced=False)
    return Solution(
        assignment=replace(answer, shadow_cents=shadow),
        bound_cents=max(found.bound_cents, answer.objective_cents),
        best_edge_first_cents=first_edges(bench).worth,
        method=Method.ALL_BANDS if found.whole else Method.BAND_SEARCH,
        solver=SOLVER,
        flows=found.flows,
        cut_off=found.cut_off,
        bands=_bands(bench, draft),
    )


def _last_resort(market: Market, lots: LotRules | None) -> Solution:
    """The best edge first; the bound is what every pack could get by itself."""
    canon = canonical(market)
    if lots is None:
        chosen, bands = taken_best_first(canon.market), {}
    else:
        bench = bench_of(canon, lots)
        draft = first_edges(bench)
        chosen, bands = draft.chosen, _bands(bench, draft)
    answer = assignment(market, chosen=canon.restore(chosen), priced=False)
    return Solution(
        assignment=answer,
        bound_cents=int(answer.best_cents.sum()),
        best_edge_first_cents=answer.objective_cents,
        method=Method.BEST_EDGE_FIRST,
        solver="best edge first",
        flows=0,
        bands=bands,
    )


def bench_of(canon: Canonical, lots: LotRules) -> Bench:
    """Lots in canonical order; a lot never takes more than its most."""
    place = rank(canon.node_order)
    order = np.argsort(place[lots.node], kind="stable")
    number = rank(order)
    own = replace(
        lots,
        node=place[lots.node][order],
        least=lots.least[order],
        most=lots.most[order],
        width=lots.width[order],
        one_model=lots.one_model[order],
        soh=lots.soh[canon.pack_order],
        model=lots.model[canon.pack_order],
        fixed=tuple((int(number[lot]), band) for lot, band in lots.fixed),
    )
    market = limited(canon.market, own)
    return Bench(market=market, lots=own, options=options(market, own))


def _bands(bench: Bench, draft: Draft) -> dict[str, Band]:
    names = (*bench.market.programmes, *bench.market.pools.names)
    return {
        names[int(bench.lots.node[lot])]: bench.options.band[option]
        for lot, option in enumerate(draft.running)
        if option != CLOSED
    }
