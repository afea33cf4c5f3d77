"""Shadow prices: what one more place in each programme would add to an optimal plan."""

import numpy as np

from recycling.rules.arrays import HELD, OUTSIDE, Cents, Market, Nodes

_NEVER = np.int64(-(2**60))
Table = np.ndarray[tuple[int, int], np.dtype[np.int64]]


def shadow_prices(
    market: Market, *, chosen: Nodes, value: Cents, least: Cents | None = None
) -> Cents:
    """Bellman-Ford for longest paths over places, pools and HOLD (the last node). [match-2]

    An arc k → j stands for the pack that would gain most by moving from k to j, for a room that
    is not full (inside out) or that holds somebody (outside in). With an optimal plan no circle
    gains, and the prices certify it: see bound(). One price a node: places, then pools. Below zero
    is only the price of a node that holds no more than its `least`: it takes packs at a loss.
    """
    nodes = len(market.rooms)
    gain = _moves(market, chosen=chosen, value=value)
    _rooms(market, gain, chosen=chosen)
    price = np.zeros(nodes + 1, dtype=np.int64)
    price[_forced(market, chosen, least)] = _NEVER
    for _ in range(nodes + 1):
        reached = np.maximum(price, (price[:, None] + gain).max(axis=0))
        reached = np.maximum(reached, _NEVER)
        if (reached == price).all():
            break
        price = reached
    return price[:nodes]


def _forced(market: Market, chosen: Nodes, least: Cents | None) -> list[int]:
    """The nodes that hold what must come and no more, and the places within them."""
    if least is None:
        return []
    short = (least > 0) & (load(market, chosen) <= least)
    places = range(len(market.programmes))
    inside = [place for place in places if any(short[node] for node in market.path(place))]
    return [*inside, *np.flatnonzero(short).tolist()]


def _moves(market: Market, *, chosen: Nodes, value: Cents) -> Table:
    nodes = len(market.rooms)
    gain = np.full((nodes + 1, nodes + 1), _NEVER, dtype=np.int64)
    place = np.where(chosen == HELD, nodes, chosen)
    np.maximum.at(gain, (place[market.src], market.dst), market.cents - value[market.src])
    np.maximum.at(gain, (place, np.full(len(place), nodes)), market.hold_cents - value)
    return gain


def _rooms(market: Market, gain: Table, *, chosen: Nodes) -> None:
    """Arcs between a room and the one it lies in cost nothing."""
    places = len(market.programmes)
    held = load(market, chosen)
    for node in np.flatnonzero(market.pools.above != OUTSIDE).tolist():
        upper = places + int(market.pools.above[node])
        if held[node] < market.rooms[node]:
            gain[node, upper] = 0
        if held[node]:
            gain[upper, node] = 0


def load(market: Market, chosen: Nodes) -> Cents:
    """How many packs every node holds: places, then pools."""
    places = len(market.programmes)
    held = np.zeros(len(market.rooms), dtype=np.int64)
    inside = np.bincount(chosen[chosen != HELD], minlength=places)
    for place in np.flatnonzero(inside).tolist():
        held[list(market.path(place))] += inside[place]
    return held


def tolls(market: Market, prices: Cents) -> tuple[Cents, Cents]:
    """What each room asks by itself, and what a pack pays in each place for all it lies in."""
    places, above = len(market.programmes), market.pools.above
    outer = np.where(above == OUTSIDE, 0, prices[places + above] if len(above) else 0)
    own = np.maximum(prices - outer, 0)
    paid = own[:places].copy()
    for place in np.flatnonzero(above[:places] != OUTSIDE).tolist():
        paid[place] = own[list(market.path(place))].sum()
    return own, paid


def bound(market: Market, *, prices: Cents) -> int:
    """What no assignment can exceed, by these prices: the dual of the linear programme. [match-3]

    With the prices of an optimal plan it equals the objective, which proves the plan.
    """
    own, paid = tolls(market, prices)
    kept = market.hold_cents.copy()
    np.maximum.at(kept, market.src, market.cents - paid[market.dst])
    return int(kept.sum() + (market.rooms * own).sum())
