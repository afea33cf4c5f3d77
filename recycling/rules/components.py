"""Parts of a market that share no pack and no room: each is solved by itself, by any worker."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recycling.rules.arrays import HELD, OUTSIDE, Market, Nodes, Pools
from recycling.rules.lots import LotRules


@dataclass(frozen=True, kw_only=True)
class Component:
    """A part of a market, with the numbers that its packs, places and lots have in the whole."""

    market: Market
    lots: LotRules | None
    packs: Nodes
    places: Nodes


def components(market: Market, lots: LotRules | None = None) -> tuple[Component, ...]:
    """The market in connected parts, the largest first, then by the first pack. [parts-1]

    Packs without an edge, and rooms that nobody can reach, are in no part: they stay.
    """
    label = _labels(market)
    home = np.full(len(market.packs), -1, dtype=np.int32)
    home[market.src] = label[market.dst]
    packs, nodes, edges = (_Groups(each) for each in (home, label, label[market.dst]))
    parts = [
        _part(market, lots, one=one, groups=(packs, nodes, edges))
        for one in np.unique(label[market.dst]).tolist()
    ]
    return tuple(sorted(parts, key=lambda part: (-len(part.market.src), int(part.packs[0]))))


class _Groups:
    """Members by label, in their own order, and the position of each within its group."""

    def __init__(self, label: Nodes) -> None:
        self.order = np.argsort(label, kind="stable").astype(np.int32)
        self.sorted = label[self.order]
        start = np.searchsorted(self.sorted, self.sorted, side="left")
        self.at = np.empty(len(label), dtype=np.int32)
        self.at[self.order] = np.arange(len(label)) - start
        self.label = label

    def of(self, one: int) -> Nodes:
        """The members that carry this label."""
        low, high = np.searchsorted(self.sorted, [one, one + 1])
        return self.order[low:high]


def joined(market: Market, answers: Sequence[tuple[Component, Nodes]]) -> Nodes:
    """The chosen places of all packs of the whole, from those of its parts."""
    chosen = np.full(len(market.packs), HELD, dtype=np.int32)
    for part, own in answers:
        chosen[part.packs] = np.append(part.places, HELD)[own]
    return chosen


def _labels(market: Market) -> Nodes:
    """The lowest node of the part that each node lies in.

    Two places are in one part when a pack reaches both, or when they share a room.
    """
    places, nodes = len(market.programmes), len(market.rooms)
    above = market.pools.above
    low = np.flatnonzero(above != OUTSIDE)
    # A pack ties its places to the first of them, whatever order the edges come in.
    first = np.full(len(market.packs), nodes, dtype=np.int64)
    np.minimum.at(first, market.src, market.dst)
    pairs = np.unique(first[market.src] * nodes + market.dst) if nodes else np.zeros(0, np.int64)
    ends = [(pairs // nodes, pairs % nodes)] if nodes else []
    ends.append((low, places + above[low]))
    label = np.arange(nodes, dtype=np.int32)
    while True:
        before = label.copy()
        for one, other in ends:
            least = np.minimum(label[one], label[other])
            np.minimum.at(label, one, least)
            np.minimum.at(label, other, least)
        label = label[label]
        if (label == before).all():
            return label


def _part(
    market: Market, lots: LotRules | None, *, one: int, groups: tuple[_Groups, _Groups, _Groups]
) -> Component:
    packs, nodes, edges = (group.of(one) for group in groups)
    pack_at, node_at = groups[0].at, groups[1].at
    places = len(market.programmes)
    own, pools = nodes[nodes < places], nodes[nodes >= places]
    above = market.pools.above[nodes]
    pool_at = node_at[places + above] - np.int32(len(own))
    part = Market(
        packs=tuple(market.packs[i] for i in packs.tolist()),
        programmes=tuple(market.programmes[j] for j in own.tolist()),
        src=pack_at[market.src[edges]],
        dst=node_at[market.dst[edges]],
        cents=market.cents[edges],
        capacity=market.capacity[own],
        hold_cents=market.hold_cents[packs],
        pools=Pools(
            names=tuple(market.pools.names[k - places] for k in pools.tolist()),
            above=np.where(above == OUTSIDE, OUTSIDE, pool_at).astype(np.int32),
            capacity=market.pools.capacity[pools - places],
        ),
    )
    return Component(
        market=part,
        lots=_lots(lots, one=one, packs=packs, nodes=groups[1]),
        packs=packs,
        places=own,
    )


def _lots(lots: LotRules | None, *, one: int, packs: Nodes, nodes: _Groups) -> LotRules | None:
    if lots is None:
        return None
    inside = np.flatnonzero(nodes.label[lots.node] == one)
    if not len(inside):
        return None
    number = {int(lot): at for at, lot in enumerate(inside)}
    return LotRules(
        node=nodes.at[lots.node[inside]],
        least=lots.least[inside],
        most=lots.most[inside],
        width=lots.width[inside],
        one_model=lots.one_model[inside],
        soh=lots.soh[packs],
        model=lots.model[packs],
        first=lots.first,
        step=lots.step,
        fixed=tuple((number[lot], band) for lot, band in lots.fixed if lot in number),
    )
