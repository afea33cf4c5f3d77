"""The market as arrays: packs, places, the rooms that places share, and the edges between them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from passport.rules.errors import Malformed

Cents = NDArray[np.int64]
Nodes = NDArray[np.int32]

HELD = -1
OUTSIDE = -1  # above the topmost room is nothing


class EdgesBroken(Malformed):
    """The arrays of a market do not fit each other."""

    code = "edges-broken"
    title = "The market cannot be read"


def _nothing() -> Nodes:
    return np.zeros(0, dtype=np.int32)


def _no_cents() -> Cents:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Pools:
    """Rooms that several places share: a programme over its weeks, a partner over its programmes.

    Nodes are numbered places first, then pools: with M places, pool k is node M + k. `above[n]` is
    the index of the pool that node n lies in, or OUTSIDE; `capacity[k]` counts packs.
    """

    names: tuple[str, ...] = ()
    above: Nodes = field(default_factory=_nothing)
    capacity: Cents = field(default_factory=_no_cents)


@dataclass(frozen=True, kw_only=True)
class Market:
    """Packs, programmes, and the edges between them, as arrays.

    `src[e]` and `dst[e]` are the indices of edge e, `cents[e]` its worth; `capacity` counts the
    packs a programme takes; `hold_cents` is the worth of leaving each pack where it is. With weeks
    a place is one week of a programme, and `pools` holds the programmes.
    """

    packs: tuple[str, ...]
    programmes: tuple[str, ...]
    src: Nodes
    dst: Nodes
    cents: Cents
    capacity: Cents
    hold_cents: Cents
    pools: Pools = field(default_factory=Pools)

    @classmethod
    def of(
        cls,
        packs: tuple[str, ...],
        programmes: tuple[str, ...],
        edges: tuple[ArrayLike, ArrayLike, ArrayLike],
        *,
        capacity: ArrayLike,
        hold_cents: ArrayLike,
        pools: tuple[tuple[str, ...], ArrayLike, ArrayLike] | None = None,
    ) -> "Market":
        """From any sequences; `hold_cents` is one number or one a pack; `pools` are names, above,
        capacity. Refuses EdgesBroken.
        """
        src, dst, cents = edges
        names, above, room = pools or ((), np.full(len(programmes), OUTSIDE), ())
        hold = np.broadcast_to(np.asarray(hold_cents, dtype=np.int64), (len(packs),))
        market = cls(
            packs=tuple(packs),
            programmes=tuple(programmes),
            src=np.asarray(src, dtype=np.int32),
            dst=np.asarray(dst, dtype=np.int32),
            cents=np.asarray(cents, dtype=np.int64),
            capacity=np.asarray(capacity, dtype=np.int64),
            hold_cents=hold.copy(),
            pools=Pools(
                names=tuple(names),
                above=np.asarray(above, dtype=np.int32),
                capacity=np.asarray(room, dtype=np.int64),
            ),
        )
        _check(market)
        return market

    @property
    def rooms(self) -> Cents:
        """The capacity of every node: places, then pools."""
        return np.concatenate([self.capacity, self.pools.capacity])

    def path(self, node: int) -> tuple[int, ...]:
        """A node and every room it lies in, inside out."""
        found = [node]
        while (above := int(self.pools.above[found[-1]])) != OUTSIDE:
            found.append(len(self.programmes) + above)
        return tuple(found)

    def only(self, edges: NDArray[np.bool_]) -> "Market":
        """The same market with some of its edges."""
        return Market(
            packs=self.packs,
            programmes=self.programmes,
            src=self.src[edges],
            dst=self.dst[edges],
            cents=self.cents[edges],
            capacity=self.capacity,
            hold_cents=self.hold_cents,
            pools=self.pools,
        )


def _check(market: Market) -> None:
    sizes = {len(market.src), len(market.dst), len(market.cents)}
    ok = len(sizes) == 1 and len(market.capacity) == len(market.programmes)
    ok = ok and len(set(market.packs)) == len(market.packs)
    ok = ok and len(set(market.programmes)) == len(market.programmes)
    ok = ok and bool((market.capacity >= 0).all())
    for nodes, names in ((market.src, market.packs), (market.dst, market.programmes)):
        ok = ok and bool(((nodes >= 0) & (nodes < len(names))).all())
    if not (ok and _tree(market)):
        raise EdgesBroken(
            "the arrays of packs, programmes, edges and capacities do not fit each other",
            remedy="give each edge a known pack, a known programme and a worth; ids only once",
        )


def _tree(market: Market) -> bool:
    """Whether every room lies in a known one or in none, and none in itself."""
    pools = market.pools
    places, rooms = len(market.programmes), len(pools.names)
    if len(pools.above) != places + rooms or len(pools.capacity) != rooms:
        return False
    if len(set(pools.names)) != rooms or bool((pools.capacity < 0).any()):
        return False
    if bool(((pools.above < OUTSIDE) | (pools.above >= rooms)).any()):
        return False
    upper = np.append(pools.above[places:], OUTSIDE)
    at = pools.above
    for _ in range(rooms):
        at = upper[at]
    return bool((at == OUTSIDE).all())


@dataclass(frozen=True, kw_only=True)
class Canonical:
    """A market in the order of its ids, and the way back."""

    market: Market
    pack_order: NDArray[np.intp]
    node_order: NDArray[np.intp]

    def restore(self, chosen: Nodes) -> Nodes:
        """The chosen places of all packs in the order that the market came in."""
        back = np.append(self.node_order[: len(self.market.programmes)], HELD)
        answer = np.empty_like(chosen)
        answer[self.pack_order] = back[chosen]  # index -1 stays HELD
        return answer


def canonical(market: Market) -> Canonical:
    """Packs, places and pools sorted by id, edges by pack and place, the better of twins first."""
    places = len(market.programmes)
    pack_order, place_order = _order(market.packs), _order(market.programmes)
    pool_order = _order(market.pools.names)
    pack_rank, place_rank = rank(pack_order), rank(place_order)
    src, dst = pack_rank[market.src], place_rank[market.dst]
    cents = market.cents
    if not _sorted(src, dst):
        edges = np.lexsort((-cents, dst, src))
        src, dst, cents = src[edges], dst[edges], cents[edges]
    nodes = np.concatenate([place_order, places + pool_order])
    pool_rank = np.append(rank(pool_order), OUTSIDE)
    pools = Pools(
        names=tuple(market.pools.names[k] for k in pool_order),
        above=pool_rank[market.pools.above[nodes]].astype(np.int32),
        capacity=market.pools.capacity[pool_order],
    )
    return Canonical(
        market=Market(
            packs=tuple(market.packs[i] for i in pack_order),
            programmes=tuple(market.programmes[j] for j in place_order),
            src=src,
            dst=dst,
            cents=cents,
            capacity=market.capacity[place_order],
            hold_cents=market.hold_cents[pack_order],
            pools=pools,
        ),
        pack_order=pack_order,
        node_order=nodes,
    )


def rank(order: NDArray[np.intp]) -> Nodes:
    """Where each one comes in an order."""
    found = np.empty(len(order), dtype=np.int32)
    found[order] = np.arange(len(order), dtype=np.int32)
    return found


def _order(names: tuple[str, ...]) -> NDArray[np.intp]:
    return np.argsort(np.array(names, dtype=object), kind="stable")


def _sorted(src: Nodes, dst: Nodes) -> bool:
    """Whether edges ascend by pack and place without twins, so that nothing has to be moved."""
    later = src[1:] > src[:-1]
    later |= (src[1:] == src[:-1]) & (dst[1:] > dst[:-1])
    return bool(later.all())
