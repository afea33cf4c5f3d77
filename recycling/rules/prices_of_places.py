"""Shadow prices: what one more place in each programme would add to an optimal plan."""

import numpy as np
from numpy.typing import NDArray

Cents = NDArray[np.int64]
Nodes = NDArray[np.int32]

_NEVER = np.int64(-(2**60))


def shadow_prices(
    edges: tuple[Nodes, Nodes, Cents],
    *,
    chosen: Nodes,
    value: Cents,
    hold: Cents,
    programmes: int,
) -> Cents:
    """Bellman-Ford for longest paths over the programmes and HOLD (the last node). [match-2]

    An arc k → j stands for the pack that would gain most by moving from k to j. With an optimal
    plan no circle gains, and the prices certify it: sum(max(hold, best - price)) over the packs
    plus sum(capacity * price) equals the objective.
    """
    gain = _moves(edges, chosen=chosen, value=value, hold=hold, programmes=programmes)
    price = np.zeros(programmes + 1, dtype=np.int64)
    for _ in range(programmes + 1):
        reached = np.maximum(price, (price[:, None] + gain).max(axis=0))
        if (reached == price).all():
            break
        price = reached
    return price[:programmes]


def _moves(
    edges: tuple[Nodes, Nodes, Cents],
    *,
    chosen: Nodes,
    value: Cents,
    hold: Cents,
    programmes: int,
) -> Cents:
    src, dst, cents = edges
    gain = np.full((programmes + 1, programmes + 1), _NEVER, dtype=np.int64)
    place = np.where(chosen < 0, programmes, chosen)
    np.maximum.at(gain, (place[src], dst), cents - value[src])
    np.maximum.at(gain, (place, np.full(len(place), programmes)), hold - value)
    return gain


def bound(edges: tuple[Nodes, Nodes, Cents], *, hold: Cents, capacity: Cents, prices: Cents) -> int:
    """What no assignment can exceed, by these prices: the dual of the linear programme. [match-3]

    With the prices of an optimal plan it equals the objective, which proves the plan.
    """
    src, dst, cents = edges
    kept = hold.copy()
    np.maximum.at(kept, src, cents - prices[dst])
    return int(kept.sum() + (capacity * np.maximum(prices, 0)).sum())
