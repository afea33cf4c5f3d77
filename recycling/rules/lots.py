"""Rules of lots: a least and a most, one band of health, one model; and what a lot may be made of.

A lot is a node of the market: a place, or the pool of a programme over its weeks. An option of a
lot is one model and one band; a lot that is open runs with exactly one of them.
"""

from dataclasses import dataclass

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
