"""The one optimal assignment of packs to programmes: exact min-cost flow on integer cents."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from passport.rules.errors import Malformed, Refusal
from recycling.rules.prices_of_places import shadow_prices

Cents = NDArray[np.int64]
Nodes = NDArray[np.int32]

HELD = -1
# The solver multiplies costs by the number of nodes; beyond this product int64 would overflow.
_COST_LIMIT = 2**61


class EdgesBroken(Malformed):
    """The arrays of a market do not fit each other."""

    code = "edges-broken"
    title = "The market cannot be read"


class NoAssignment(Refusal):
    """The solver gave no optimal answer; the market is left as it is."""

    code = "no-assignment"
    title = "No optimal assignment was found"


@dataclass(frozen=True, kw_only=True)
class Market:
    """Packs, programmes, and the edges between them, as arrays.

    `src[e]` and `dst[e]` are the indices of edge e, `cents[e]` its worth; `capacity` counts the
    packs a programme takes; `hold_cents` is the worth of leaving each pack where it is.
    """

    packs: tuple[str, ...]
    programmes: tuple[str, ...]
    src: Nodes
    dst: Nodes
    cents: Cents
    capacity: Cents
    hold_cents: Cents

    @classmethod
    def of(
        cls,
        packs: tuple[str, ...],
        programmes: tuple[str, ...],
        edges: tuple[object, object, object],
        *,
        capacity: object,
        hold_cents: object,
    ) -> "Market":
        """From any sequences; `hold_cents` is one number or one a pack. Refuses EdgesBroken."""
        src, dst, cents = edges
        hold = np.broadcast_to(np.asarray(hold_cents, dtype=np.int64), (len(packs),))
        market = cls(
            packs=tuple(packs),
            programmes=tuple(programmes),
            src=np.asarray(src, dtype=np.int32),
            dst=np.asarray(dst, dtype=np.int32),
            cents=np.asarray(cents, dtype=np.int64),
            capacity=np.asarray(capacity, dtype=np.int64),
            hold_cents=hold.copy(),
        )
        _check(market)
        return market


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The answer, in the order of the market's own arrays.

    `chosen[p]` is the index of a programme or HELD; `shadow_cents[j]` is what one more place in
    programme j would add; `regret_cents[p]` is what pack p gave up against its best edge.
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
    order of their ids, and among plans of equal worth lower ranks take lower ranks, as far as
    scaled costs fit 64 bits. Refuses NoAssignment.
    """
    canon = _canonical(market)
    taken = _flow(canon.market)
    chosen = np.full(len(market.packs), HELD, dtype=np.int32)
    chosen[canon.market.src[taken]] = canon.market.dst[taken]
    answer = _restore(chosen, canon)
    return _assignment(market, chosen=answer)


def _check(market: Market) -> None:
    sizes = {len(market.src), len(market.dst), len(market.cents)}
    ok = len(sizes) == 1 and len(market.capacity) == len(market.programmes)
    ok = ok and len(set(market.packs)) == len(market.packs)
    ok = ok and len(set(market.programmes)) == len(market.programmes)
    ok = ok and bool((market.capacity >= 0).all())
    for nodes, names in ((market.src, market.packs), (market.dst, market.programmes)):
        ok = ok and bool(((nodes >= 0) & (nodes < len(names))).all())
    if not ok:
        raise EdgesBroken(
            "the arrays of packs, programmes, edges and capacities do not fit each other",
            remedy="give each edge a known pack, a known programme and a worth; ids only once",
        )


@dataclass(frozen=True, kw_only=True)
class _Canonical:
    """A market in the order of its ids, and the way back."""

    market: Market
    pack_order: NDArray[np.intp]
    programme_order: NDArray[np.intp]


def _canonical(market: Market) -> _Canonical:
    pack_order = np.argsort(np.array(market.packs, dtype=object), kind="stable")
    programme_order = np.argsort(np.array(market.programmes, dtype=object), kind="stable")
    src = _rank(pack_order)[market.src]
    dst = _rank(programme_order)[market.dst]
    edges = np.lexsort((-market.cents, dst, src))
    return _Canonical(
        market=Market(
            packs=tuple(market.packs[i] for i in pack_order),
            programmes=tuple(market.programmes[j] for j in programme_order),
            src=src[edges].astype(np.int32),
            dst=dst[edges].astype(np.int32),
            cents=market.cents[edges],
            capacity=market.capacity[programme_order],
            hold_cents=market.hold_cents[pack_order],
        ),
        pack_order=pack_order,
        programme_order=programme_order,
    )


def _rank(order: NDArray[np.intp]) -> NDArray[np.intp]:
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank


def _restore(chosen: Nodes, canon: _Canonical) -> Nodes:
    back = np.append(canon.programme_order, HELD)  # index -1 stays HELD
    answer = np.empty_like(chosen)
    answer[canon.pack_order] = back[chosen]
    return answer


def _flow(market: Market) -> NDArray[np.bool_]:
    """Which edges carry a pack. Nodes: packs, programmes, one HOLD, one sink."""
    packs, programmes, edges = len(market.packs), len(market.programmes), len(market.src)
    hold, sink = packs + programmes, packs + programmes + 1
    each_pack, each_programme = np.arange(packs), packs + np.arange(programmes)
    tail = np.concatenate([market.src, each_pack, each_programme, [hold]])
    head = np.concatenate([packs + market.dst, np.full(packs, hold), np.full(programmes + 1, sink)])
    room = np.concatenate([np.ones(edges + packs), market.capacity, [packs]])
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tail.astype(np.int32), head.astype(np.int32), room.astype(np.int64), _costs(market)
    )
    solver.set_nodes_supplies(each_pack.astype(np.int32), np.ones(packs, dtype=np.int64))
    solver.set_node_supply(sink, -packs)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise NoAssignment(
            f"the flow solver answered {status!r}",
            remedy="run the plan again; if it stays, plan fewer packs at once",
        )
    taken: NDArray[np.bool_] = solver.flows(arcs[:edges]).astype(bool)
    return taken


def _costs(market: Market) -> Cents:
    """Negated worth, scaled so that all ties together weigh less than one cent."""
    packs, programmes = len(market.packs), len(market.programmes)
    worth = np.concatenate([market.cents, market.hold_cents])
    free = np.zeros(programmes + 1, dtype=np.int64)
    nodes, largest = packs + programmes + 2, int(np.abs(worth).max(initial=1)) + 1
    weights = (
        (np.append(market.src, np.arange(packs)).astype(np.int64), packs),
        (np.zeros(len(worth), dtype=np.int64), 0),
    )
    rank = np.append(market.dst, np.full(packs, programmes)).astype(np.int64)
    for by_pack, most in weights:
        scale = packs * programmes * (most + 1) + 1
        if largest * scale * nodes < _COST_LIMIT:
            return np.concatenate([-worth * scale + rank * (by_pack + 1), free])
    return np.concatenate([-worth, free])


def _assignment(market: Market, *, chosen: Nodes) -> Assignment:
    packs = len(market.packs)
    value = market.hold_cents.copy()
    on = chosen[market.src] == market.dst
    # Doubled edges: the flow takes the better one.
    best_on = np.full(packs, np.iinfo(np.int64).min)
    np.maximum.at(best_on, market.src[on], market.cents[on])
    value[chosen != HELD] = best_on[chosen != HELD]
    best = market.hold_cents.copy()
    np.maximum.at(best, market.src, market.cents)
    return Assignment(
        objective_cents=int(value.sum()),
        chosen=chosen,
        value_cents=value,
        best_cents=best,
        regret_cents=best - value,
        shadow_cents=shadow_prices(
            (market.src, market.dst, market.cents),
            chosen=chosen,
            value=value,
            hold=market.hold_cents,
            programmes=len(market.programmes),
        ),
    )
