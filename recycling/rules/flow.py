"""The flow solver: packs to places, through the rooms that places share, to one sink."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from passport.rules.errors import Refusal
from recycling.rules.arrays import OUTSIDE, Cents, Market

# The solver multiplies costs by the number of nodes; beyond this product int64 would overflow.
_COST_LIMIT = 2**61


class NoAssignment(Refusal):
    """The solver gave no optimal answer; the market is left as it is."""

    code = "no-assignment"
    title = "No optimal assignment was found"


def flow(market: Market, *, least: Cents | None = None, ties: bool = True) -> NDArray[np.bool_]:
    """Which edges of a canonical market carry a pack in the cheapest flow. [flow-1]

    `least[n]` packs must reach node n (places, then pools); without it nobody must go anywhere.
    `ties` breaks equal worth by rank, as far as scaled costs fit 64 bits. Refuses NoAssignment,
    also when the least cannot be reached.
    """
    packs, edges = len(market.packs), len(market.src)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = _add(solver, market, rooms=_left(market, least), ties=ties)
    solver.set_nodes_supplies(np.arange(packs, dtype=np.int32), np.ones(packs, dtype=np.int64))
    asked = np.zeros_like(market.rooms) if least is None else least
    for node in np.flatnonzero(asked).tolist():
        solver.set_node_supply(packs + node, -int(asked[node]))
    solver.set_node_supply(packs + len(asked) + 1, int(asked.sum()) - packs)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise NoAssignment(
            f"the flow solver answered {status!r}",
            remedy="run the plan again; if it stays, plan fewer packs at once",
        )
    taken: NDArray[np.bool_] = solver.flows(arcs[:edges]).astype(bool)
    return taken


def _left(market: Market, least: Cents | None) -> Cents:
    """What is left of every room once those that must come have come. Refuses NoAssignment."""
    rooms = market.rooms
    asked = np.zeros_like(rooms) if least is None else least
    for node in np.flatnonzero(asked).tolist():
        for room in market.path(node):
            rooms[room] -= asked[node]
    if (rooms < 0).any():
        raise NoAssignment("more must come than has room", remedy="ask for fewer packs in a lot")
    return rooms


def _add(solver: Any, market: Market, *, rooms: Cents, ties: bool) -> NDArray[np.int32]:
    """Arcs: edges, one a pack to HOLD, one a node to what lies above it, HOLD to the sink.

    Built here and dropped before the solver starts: at 10⁶ packs each array is 70 MB.
    """
    packs, places = len(market.packs), len(market.programmes)
    hold = np.int32(packs + len(rooms))
    above = market.pools.above
    upper = np.where(above == OUTSIDE, hold + 1, packs + places + above)
    each_pack = np.arange(packs, dtype=np.int32)
    each_node = packs + np.arange(len(rooms), dtype=np.int32)
    tail = np.concatenate([market.src, each_pack, each_node, [hold]], dtype=np.int32)
    head = np.concatenate(
        [market.dst + np.int32(packs), np.full(packs, hold), upper, [hold + 1]], dtype=np.int32
    )
    single = np.ones(len(market.src) + packs, dtype=np.int64)
    found: NDArray[np.int32] = solver.add_arcs_with_capacity_and_unit_cost(
        tail, head, np.concatenate([single, rooms, [packs]]), _costs(market, ties=ties)
    )
    return found


def _costs(market: Market, *, ties: bool) -> Cents:
    """Negated worth, scaled so that all ties together weigh less than one cent."""
    packs, programmes = len(market.packs), len(market.programmes)
    worth = np.concatenate([market.cents, market.hold_cents])
    free = np.zeros(len(market.rooms) + 1, dtype=np.int64)
    nodes = packs + len(market.rooms) + 2
    largest = int(np.abs(worth).max(initial=1)) + 1
    scale = packs * programmes + 1
    if not ties or largest * scale * nodes >= _COST_LIMIT:
        return np.concatenate([-worth, free])
    # Among plans of equal worth lower ranks are taken; HOLD ranks last.
    rank = np.append(market.dst, np.full(packs, programmes, dtype=np.int32))
    return np.concatenate([rank - worth * scale, free])
