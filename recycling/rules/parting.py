"""A part of a market on its way to a worker and back, and how the worker solves it."""

import struct
from dataclasses import replace

import numpy as np

from recycling.rules.arrays import HELD, OUTSIDE, Cents, Market, Nodes
from recycling.rules.components import Component
from recycling.rules.matching import assignment
from recycling.rules.parcels import from_bytes, to_bytes
from recycling.rules.prices_of_places import bound
from recycling.rules.solving import Limits, Method, Solution, solve_component
from recycling.rules.yardsticks import best_edge_first

# So much of its worth more an edge counts for, when the pack was last proposed to its programme.
LOYALTY_PERCENT = 2


def pack(part: Component, *, earlier: Nodes) -> bytes:
    """A part, and to which of its places each of its packs was last proposed. [parting-1]

    `earlier` has a place of the whole, or HELD, for every pack of the whole.
    """
    own = {int(place): number for number, place in enumerate(part.places)}
    local = [own.get(int(place), HELD) for place in earlier[part.packs]]
    parcel = to_bytes(part)
    return struct.pack(">I", len(parcel)) + parcel + np.array(local, dtype="<i4").tobytes()


def unpack(content: bytes) -> tuple[Component, Nodes]:
    """The same again: the part, and a place of the part or HELD for each of its packs."""
    (size,) = struct.unpack_from(">I", content)
    earlier = np.frombuffer(content, dtype="<i4", offset=4 + size)
    return from_bytes(content[4 : 4 + size]), earlier.astype(np.int32)


def solve_part(part: Component, *, earlier: Nodes, seconds: float) -> Solution:
    """The answer of a part; without any seconds the best edge first. [parting-2]

    A plan that is made anew does not go back and forth over cents: the programme that a pack was
    last proposed to counts for a little more. It never costs what best-edge-first would gain, and
    every sum says what things are worth without it.
    """
    if not seconds:
        found = solve_component(part.market, part.lots, limits=Limits(last_resort=True))
        # Nothing certifies it: no pack can do better than at its best edge.
        return replace(found, bound_cents=int(found.assignment.best_cents.sum()))
    limits = Limits(seconds=seconds)
    if (earlier == HELD).all():
        return solve_component(part.market, part.lots, limits=limits)
    loyal = replace(part.market, cents=loyal_cents(part.market, earlier=earlier))
    found = _plainly(solve_component(loyal, part.lots, limits=limits), part.market)
    if found.objective_cents >= found.best_edge_first_cents:
        return found
    return solve_component(part.market, part.lots, limits=limits)


def loyal_cents(market: Market, *, earlier: Nodes) -> Cents:
    """The worth of each edge, with that little more where there is something to be loyal to."""
    room = np.append(market.pools.above[: len(market.programmes)], OUTSIDE)
    last, now = room[earlier[market.src]], room[market.dst]
    # Of a programme over weeks any week is the same programme.
    same = (earlier[market.src] == market.dst) | ((last == now) & (now != OUTSIDE))
    more = np.abs(market.cents) * LOYALTY_PERCENT // 100
    return np.where(same, market.cents + more, market.cents)


def _plainly(found: Solution, market: Market) -> Solution:
    """An answer in what things are worth without loyalty; its prices bound that sum as well."""
    prices = found.assignment.shadow_cents
    plainly = replace(
        assignment(market, chosen=found.assignment.chosen, priced=False), shadow_cents=prices
    )
    # With rules of lots the yardstick keeps them too, and only the search knows it.
    exact = found.method is Method.EXACT_FLOW
    usual = min(found.best_edge_first_cents, plainly.objective_cents)
    return replace(
        found,
        assignment=plainly,
        bound_cents=min(found.bound_cents, bound(market, prices=prices)),
        best_edge_first_cents=best_edge_first(market) if exact else usual,
    )
