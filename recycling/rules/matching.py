"""The one optimal assignment of packs to programmes: exact min-cost flow on integer cents."""

from dataclasses import dataclass

import numpy as np

from recycling.rules.arrays import HELD, Cents, Market, Nodes, canonical
from recycling.rules.flow import flow
from recycling.rules.prices_of_places import shadow_prices


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The answer, in the order of the market's own arrays.

    `chosen[p]` is the index of a programme or HELD; `shadow_cents[n]` is what one more place in
    node n (programmes, then pools) would add; `regret_cents[p]` is what pack p gave up against its
    best edge.
    """

    objective_cents: int
    chosen: Nodes
    value_cents: Cents
    best_cents: Cents
    regret_cents: Cents
    shadow_cents: Cents


def solve(market: Market) -> Assignment:
    """The assignment of highest total worth; each pack once, capacities kept. [match-1]

    The same market in any order gives the same answer: packs and programmes are solved in the
    order of their ids, and among plans of equal worth lower programmes are taken, as far as
    scaled costs fit 64 bits. Refuses NoAssignment.
    """
    canon = canonical(market)
    taken = flow(canon.market)
    chosen = np.full(len(market.packs), HELD, dtype=np.int32)
    chosen[canon.market.src[taken]] = canon.market.dst[taken]
    return assignment(market, chosen=canon.restore(chosen))


def assignment(market: Market, *, chosen: Nodes, priced: bool = True) -> Assignment:
    """What a choice of places is worth, pack by pack. `priced`: also the price of every node,
    which means something only where the choice is optimal.
    """
    value = values(market, chosen=chosen)
    best = market.hold_cents.copy()
    np.maximum.at(best, market.src, market.cents)
    free = np.zeros(len(market.rooms), dtype=np.int64)
    return Assignment(
        objective_cents=int(value.sum()),
        chosen=chosen,
        value_cents=value,
        best_cents=best,
        regret_cents=best - value,
        shadow_cents=shadow_prices(market, chosen=chosen, value=value) if priced else free,
    )


def values(market: Market, *, chosen: Nodes) -> Cents:
    """The worth of every pack where it goes; of doubled edges the better one counts."""
    on = chosen[market.src] == market.dst
    value = market.hold_cents.copy()
    value[chosen != HELD] = np.iinfo(np.int64).min
    np.maximum.at(value, market.src[on], market.cents[on])
    return value
