"""An upper bound for lots: packs are priced, and every lot takes the best band at those prices.

With a price u a pack, the rule that a pack goes once is dropped and paid for instead. What is left
falls apart by lot, and each lot's own best is found exactly, whole numbers of packs included. So
the least bound over all prices is that of the linear relaxation of the lot model, in which an edge
is open only as far as its band is; any prices give a bound that holds. Prices are whole cents,
hence the bound is exact. The bands that lots want at good prices are where a search begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recycling.rules.arrays import OUTSIDE, Cents, Market, Nodes
from recycling.rules.lots import LotRules, Options

Floats = NDArray[np.float64]
# Rounds without a lower bound before steps get shorter, and the shortest step.
PATIENCE, SLOWEST = 15, 1e-3


@dataclass(frozen=True, kw_only=True)
class Priced:
    """A round of prices: the bound, and the option that each lot wants (-1: none)."""

    bound_cents: int
    wanted: Nodes
    prices: Cents


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What stays the same over all prices: gains over HOLD, and the members of options, each pack
    once an option, at its best week.
    """

    market: Market
    lots: LotRules
    options: Options
    gain: Cents
    member: Nodes
    of_member: Nodes
    free: Nodes

    @classmethod
    def of(cls, market: Market, lots: LotRules, options: Options) -> "Terms":
        """From a market and its options."""
        gain = market.cents - market.hold_cents[market.src]
        member, owner = options.member, options.of_member
        order = np.lexsort((-gain[member], market.src[member], owner))
        member, owner = member[order], owner[order]
        pack = market.src[member]
        once = np.ones(len(member), dtype=bool)
        once[1:] = (owner[1:] != owner[:-1]) | (pack[1:] != pack[:-1])
        return cls(
            market=market,
            lots=lots,
            options=options,
            gain=gain,
            member=member[once],
            of_member=owner[once],
            free=np.flatnonzero(options.free).astype(np.int32),
        )


def worth_of_options(terms: Terms, prices: Cents) -> tuple[Cents, NDArray[np.bool_]]:
    """What each option yields its lot at these prices of packs, and which members it takes."""
    owner = terms.of_member
    net = terms.gain[terms.member] - prices[terms.market.src[terms.member]]
    order = np.lexsort((-net, owner))
    place = np.empty(len(order), dtype=np.int64)
    first = np.searchsorted(owner, np.arange(len(terms.options.lot)))
    place[order] = np.arange(len(order)) - first[owner]
    lot = terms.options.lot[owner]
    taken = (place < terms.lots.least[lot]) | ((place < terms.lots.most[lot]) & (net > 0))
    worth = np.zeros(len(terms.options.lot), dtype=np.int64)
    np.add.at(worth, owner[taken], net[taken])
    return worth, taken


def priced(terms: Terms, prices: Cents) -> tuple[Priced, Cents]:
    """The bound at these prices, and how often it would take each pack. [lots-2]"""
    market, count = terms.market, np.zeros(len(terms.market.packs), dtype=np.int64)
    worth, taken = worth_of_options(terms, prices)
    wanted = _best(terms, worth)
    running = np.zeros(len(worth), dtype=bool)
    running[wanted[wanted >= 0]] = True
    used = taken & running[terms.of_member]
    np.add.at(count, market.src[terms.member[used]], 1)
    loose = _loose(terms, prices)
    np.add.at(count, market.src[loose], 1)
    total = int(market.hold_cents.sum() + prices.sum() + worth[running].sum())
    total += int((terms.gain[loose] - prices[market.src[loose]]).sum())
    return Priced(bound_cents=total, wanted=wanted, prices=prices), count


def _best(terms: Terms, worth: Cents) -> Nodes:
    """The best option of each lot; none where it would cost."""
    lots = len(terms.lots.node)
    wanted = np.full(lots, -1, dtype=np.int32)
    order = np.lexsort((worth, terms.options.lot))
    wanted[terms.options.lot[order]] = order
    best = np.where(wanted >= 0, worth[wanted] if len(worth) else 0, 0)
    wanted[best <= 0] = -1
    return wanted


def _loose(terms: Terms, prices: Cents) -> Nodes:
    """The edges outside all lots that are taken: the best of each room, inside out."""
    market = terms.market
    edges = terms.free
    net = terms.gain[edges] - prices[market.src[edges]]
    edges, net = edges[net > 0], net[net > 0]
    node = market.dst[edges].astype(np.int64)
    while len(edges):
        kept = _first(node, net, market.rooms)
        edges, net, node = edges[kept], net[kept], node[kept]
        above = market.pools.above[node]
        if (above == OUTSIDE).all():
            return edges
        # Those already outside keep their node: its room is not asked twice.
        node = np.where(above == OUTSIDE, node, len(market.programmes) + above)
    return edges


def _first(group: Cents, worth: Cents, room: Cents) -> NDArray[np.bool_]:
    order = np.lexsort((-worth, group))
    ordered = group[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    kept = np.empty(len(order), dtype=bool)
    kept[order] = place < room[ordered]
    return kept


def descend(terms: Terms, start: Cents, *, reached: int, rounds: int) -> Iterator[Priced]:
    """Prices, better and better: steps along what is taken too often or never. [lots-3]

    `reached` is the worth of a plan that exists; yields the best so far after every round.
    """
    prices, pace, idle = start.astype(np.float64), 1.0, 0
    best, _ = priced(terms, np.rint(prices).astype(np.int64))
    for _ in range(rounds):
        now, count = priced(terms, np.rint(prices).astype(np.int64))
        if now.bound_cents < best.bound_cents:
            best, idle = now, 0
        else:
            idle += 1
        if idle >= PATIENCE:
            pace, idle, prices = pace / 2, 0, best.prices.astype(np.float64)
        yield best
        step = _step(now, count, prices, reached=reached)
        if step is None or pace < SLOWEST:
            return
        prices = np.maximum(prices + pace * step, 0)


def _step(now: Priced, count: Cents, prices: Floats, *, reached: int) -> Floats | None:
    """Along what is taken too often or never, as far as the bound seems to allow."""
    slope = (count - 1).astype(np.float64)
    # A pack that nobody takes and that costs nothing cannot cost less.
    slope[(slope < 0) & (prices <= 0)] = 0
    norm = float((slope**2).sum())
    return slope * (max(now.bound_cents - reached, 1) / norm) if norm else None
