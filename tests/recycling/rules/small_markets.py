"""Small markets with and without lots, and the best of all their assignments, one by one."""

import itertools

import numpy as np

from recycling.rules.arrays import HELD, OUTSIDE, Market
from recycling.rules.lots import ANY_MODEL, LotRules

POINT = 10_000


def small(dice, *, packs=7, places=4, rooms=0):
    """A market with ties, full places, packs that nobody takes, and rooms that places share."""
    n, m = int(dice.integers(1, packs + 1)), int(dice.integers(1, places + 1))
    cells = np.argwhere(dice.random((n, m)) < 0.55)
    k = int(dice.integers(0, rooms + 1))
    above = [int(dice.integers(-1, k)) if k else OUTSIDE for _ in range(m)]
    above += [int(dice.integers(at, k)) if at < k and dice.random() < 0.5 else OUTSIDE
              for at in range(1, k + 1)]  # fmt: skip
    return Market.of(
        tuple(f"pack-{i}" for i in dice.permutation(n)),
        tuple(f"programme-{j}" for j in dice.permutation(m)),
        (cells[:, 0], cells[:, 1], dice.integers(-9, 10, len(cells))),
        capacity=dice.integers(0, 5, m),
        hold_cents=dice.integers(-12, 2, n),
        pools=(tuple(f"room-{c}" for c in range(k)), above, dice.integers(0, 6, k)),
    )


def lots_for(dice, market):
    """Rules for some nodes, of which no place lies in two: least, most, a band, one model."""
    free, nodes = set(range(len(market.programmes))), []
    for node in dice.permutation(len(market.rooms)).tolist():
        inside = {j for j in range(len(market.programmes)) if node in market.path(j)}
        if inside and inside <= free:
            free -= inside
            nodes.append(node)
    least = dice.integers(0, 4, len(nodes))
    return LotRules.of(
        (
            nodes,
            least,
            least + dice.integers(0, 3, len(nodes)),
            dice.choice([0, 3, 6, 12], len(nodes)) * POINT,
            dice.random(len(nodes)) < 0.5,
        ),
        soh=dice.integers(60, 90, len(market.packs)) * POINT,
        model=dice.integers(0, 2, len(market.packs)),
        step=POINT,
    )


def best_of_all(market, lots=None):
    """The worth of the best of all assignments that keep every rule."""
    worth = np.full((len(market.packs), len(market.programmes)), -(10**6))
    worth[market.src, market.dst] = market.cents
    ways = [[HELD, *np.flatnonzero(row > -(10**6)).tolist()] for row in worth]
    plans = np.array(list(itertools.product(*ways)), dtype=np.int32)
    value = np.where(
        plans == HELD,
        market.hold_cents,
        worth[np.arange(len(market.packs)), plans],
    ).sum(axis=1)
    return int(value[allowed(market, plans, lots)].max())


def allowed(market, plans, lots=None):
    """Which of these assignments keep every room, and every rule of lots."""
    ok = np.ones(len(plans), dtype=bool)
    paths = [market.path(j) for j in range(len(market.programmes))]
    for node, room in enumerate(market.rooms.tolist()):
        inside = np.isin(plans, [j for j, path in enumerate(paths) if node in path])
        ok &= inside.sum(axis=1) <= room
        number = np.flatnonzero(lots.node == node) if lots is not None else ()
        if len(number):
            ok &= _keeps(lots, int(number[0]), inside)
    return ok


def _keeps(lots, lot, inside):
    count = inside.sum(axis=1)
    ok = (count >= lots.least[lot]) & (count <= lots.most[lot])
    if lots.width[lot]:
        low = np.where(inside, lots.soh, 10**9).min(axis=1)
        high = np.where(inside, lots.soh, -1).max(axis=1)
        # Six bands at most overlap: a wide one begins at fewer points.
        step = max(lots.step, int(lots.width[lot]) // 6)
        ok &= high < low // step * step + lots.width[lot]
    if lots.one_model[lot]:
        ok &= np.where(inside, lots.model, 9).min(axis=1) == np.where(
            inside, lots.model, ANY_MODEL
        ).max(axis=1)
    return ok | (count == 0)
