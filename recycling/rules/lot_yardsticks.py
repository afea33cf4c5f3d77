"""What a plan with lots is held against: bands chosen once, and the best edge first."""

from collections.abc import Callable

import numpy as np

from recycling.rules.arrays import Market, Nodes
from recycling.rules.band_search import CLOSED, Bench, Draft
from recycling.rules.matching import values
from recycling.rules.yardsticks import taken_best_first


def one_shot(bench: Bench, chosen: Nodes) -> Draft:
    """Each lot keeps the band that holds most of the gain that it got without lot rules; then the
    emptiest lots close until all that are open reach their least. [lots-6]
    """
    gain = bench.market.cents - bench.market.hold_cents[bench.market.src]
    taken = chosen[bench.market.src] == bench.market.dst
    return _until_filled(bench, _richest(bench, np.where(taken, gain, 0)), bench.free_flow)


def first_edges(bench: Bench) -> Draft:
    """Each lot keeps the band with most to gain in all, and the best edge goes first. [lots-7]"""
    gain = bench.market.cents - bench.market.hold_cents[bench.market.src]
    return _until_filled(bench, _richest(bench, np.maximum(gain, 0)), taken_best_first)


def _richest(bench: Bench, gain: np.ndarray[tuple[int], np.dtype[np.int64]]) -> tuple[int, ...]:
    """The option of each lot whose edges hold the most; none where nothing is to gain."""
    options = bench.options
    sums = np.zeros(len(options.lot), dtype=np.int64)
    np.add.at(sums, options.of_member, gain[options.member])
    running = [CLOSED] * len(bench.lots.node)
    for option in np.argsort(sums, kind="stable").tolist():
        if sums[option] > 0:
            running[int(options.lot[option])] = option
    return tuple(running)


def _until_filled(
    bench: Bench, running: tuple[int, ...], place: Callable[[Market], Nodes]
) -> Draft:
    while True:
        chosen = place(bench.live(running))
        emptiest, fill = bench.emptiest(running, chosen)
        if fill >= 1:
            worth = int(values(bench.market, chosen=chosen).sum())
            return Draft(running=running, chosen=chosen, worth=worth)
        running = (*running[:emptiest], CLOSED, *running[emptiest + 1 :])
