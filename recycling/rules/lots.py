"""Rules of lots: a least and a most, one band of health, one model; and what a lot may be made of.

A lot is a node of the market: a place, or the pool of a programme over its weeks. An option of a
lot is one model and one band; a lot that is open runs with exactly one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recycling.rules.arrays import Cents, EdgesBroken, Market, Nodes

ANY_MODEL = -1
WHOLE = 1_000_000  # health counts in millionths: whole numbers compare exactly
STEP = 10_000  # a band begins at a whole point of health


@dataclass(frozen=True, kw_only=True)
class Band:
    """What a lot is made of: one model (or ANY_MODEL) and health from `low` to below `high`."""

    model: int
    low: int
    high: int


@dataclass(frozen=True, kw_only=True)
class LotRules:
    """The lots of a market. Arrays by lot: `node`, `least`, `most`, `width` (0: no band),
    `one_model`; by pack: `soh` and `model` (a number a model). Health counts in millionths.

    `fixed` pins lots that have begun: part of them is accepted, the rest must match.
    """

    node: Nodes
    least: Cents
    most: Cents
    width: Cents
    one_model: NDArray[np.bool_]
    soh: Cents
    model: Nodes
    first: int = 0
    step: int = STEP
    fixed: tuple[tuple[int, Band], ...] = ()

    @classmethod
    def of(
        cls,
        lots: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike, ArrayLike],
        *,
        soh: ArrayLike,
        model: ArrayLike,
        first: int = 0,
        step: int = STEP,
        fixed: tuple[tuple[int, Band], ...] = (),
    ) -> "LotRules":
        """From any sequences: node, least, most, width, one_model. Refuses EdgesBroken."""
        node, least, most, width, one_model = lots
        rules = cls(
            node=np.asarray(node, dtype=np.int32),
            least=np.asarray(least, dtype=np.int64),
            most=np.asarray(most, dtype=np.int64),
            width=np.asarray(width, dtype=np.int64),
            one_model=np.asarray(one_model, dtype=np.bool_),
            soh=np.asarray(soh, dtype=np.int64),
            model=np.asarray(model, dtype=np.int32),
            first=first,
            step=step,
            fixed=fixed,
        )
        sizes = {
            len(x) for x in (rules.node, rules.least, rules.most, rules.width, rules.one_model)
        }
        ok = len(sizes) == 1 and len(set(rules.node.tolist())) == len(rules.node)
        ok = ok and bool((rules.least <= rules.most).all()) and step > 0
        ok = ok and len(rules.soh) == len(rules.model)
        if not ok:
            raise EdgesBroken(
                "the arrays of lots do not fit each other",
                remedy="give each lot one node, a least that is not above its most, and a width",
            )
        return rules


def lot_of_edge(market: Market, lots: LotRules) -> Nodes:
    """The lot that each edge leads into, or -1. A place lies in one lot at most."""
    by_node = np.full(len(market.rooms), -1, dtype=np.int32)
    by_node[lots.node] = np.arange(len(lots.node), dtype=np.int32)
    by_place = np.full(len(market.programmes), -1, dtype=np.int32)
    for place in range(len(market.programmes)):
        inside = [int(by_node[node]) for node in market.path(place) if by_node[node] >= 0]
        if len(inside) > 1:
            raise EdgesBroken(
                f"{market.programmes[place]} lies in {len(inside)} lots",
                remedy="give a place one lot at most",
            )
        by_place[place] = inside[0] if inside else -1
    return by_place[market.dst]


def limited(market: Market, lots: LotRules) -> Market:
    """The same market, in which no lot takes more than its most."""
    rooms, places = market.rooms, len(market.programmes)
    rooms[lots.node] = np.minimum(rooms[lots.node], lots.most)
    pools = replace(market.pools, capacity=rooms[places:])
    return replace(market, capacity=rooms[:places], pools=pools)


@dataclass(frozen=True, kw_only=True)
class Options:
    """What every lot may be made of: arrays by option; members are edges, grouped by option.

    `start[o]` to `start[o + 1]` are the members of option o. Only options that enough packs fit
    are listed. `free` marks the edges that lead into no lot.
    """

    lot: Nodes
    band: tuple[Band, ...]
    start: Cents
    member: Nodes
    free: NDArray[np.bool_]

    def edges(self, chosen: Sequence[int]) -> NDArray[np.bool_]:
        """The edges that are left when these options run, lots without one being closed."""
        left = self.free.copy()
        for option in chosen:
            left[self.member[self.start[option] : self.start[option + 1]]] = True
        return left

    @property
    def of_member(self) -> Nodes:
        """The option of each member."""
        return np.repeat(np.arange(len(self.lot), dtype=np.int32), np.diff(self.start))


def options(market: Market, lots: LotRules) -> Options:
    """Every model and band that a lot may run with, by lot, model and lower edge. [lots-1]

    Bands begin at whole steps of health, of which six at most lie in one band; a band that holds
    nothing that another does not hold is left out. A lot that has begun has one option; one that
    lacks the room for its least has none.
    """
    lot, rooms = lot_of_edge(market, lots), market.rooms
    found: list[tuple[int, Band, Nodes]] = []
    for number in range(len(lots.node)):
        room = rooms[list(market.path(int(lots.node[number])))].min()
        if lots.least[number] <= room:
            edges = np.flatnonzero(lot == number).astype(np.int32)
            found += _of_lot(market, lots, number, edges)
    sizes = [len(inside) for _, _, inside in found]
    return Options(
        lot=np.array([number for number, _, _ in found], dtype=np.int32),
        band=tuple(band for _, band, _ in found),
        start=np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64),
        member=np.concatenate([np.zeros(0, np.int32), *(inside for _, _, inside in found)]),
        free=lot < 0,
    )


def _of_lot(
    market: Market, lots: LotRules, number: int, edges: Nodes
) -> list[tuple[int, Band, Nodes]]:
    packs = market.src[edges]
    fixed = dict(lots.fixed)
    found: list[tuple[int, Band, Nodes]] = []
    for band in [fixed[number]] if number in fixed else _bands(lots, number, packs):
        inside = edges[_fits(lots, band, packs)]
        if len(np.unique(market.src[inside])) < max(1, int(lots.least[number])):
            continue
        before = found[-1] if found and found[-1][1].model == band.model else None
        if before is not None and np.isin(inside, before[2]).all():
            continue
        if before is not None and np.isin(before[2], inside).all():
            found.pop()
        found.append((number, band, inside))
    return found


def _bands(lots: LotRules, number: int, packs: Nodes) -> list[Band]:
    """All bands that hold one of these packs."""
    if not len(packs):
        return []
    width, low, high = int(lots.width[number]), lots.soh[packs].min(), lots.soh[packs].max()
    models = np.unique(lots.model[packs]).tolist() if lots.one_model[number] else [ANY_MODEL]
    if not width:
        return [Band(model=model, low=0, high=int(high) + 1) for model in models]
    step = max(lots.step, width // 6)
    first = lots.first + max(0, -((lots.first + width - int(low) - 1) // step)) * step
    edges = range(first, int(high) + 1, step)
    return [Band(model=model, low=at, high=at + width) for model in models for at in edges]


def _fits(lots: LotRules, band: Band, packs: Nodes) -> NDArray[np.bool_]:
    health = lots.soh[packs]
    inside = (health >= band.low) & (health < band.high)
    return inside if band.model == ANY_MODEL else inside & (lots.model[packs] == band.model)
