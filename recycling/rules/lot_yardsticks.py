"""What a plan with lots is held against: bands chosen once, and the best edge first."""

from collections.abc import Callable
from typing import Any

import numpy as np
from ortools.linear_solver import pywraplp

from recycling.rules.arrays import Market, Nodes
from recycling.rules.band_search import CLOSED, Bench, Draft
from recycling.rules.flow import NoAssignment
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


def linear_lots(bench: Bench, *, strong: bool, solver: str = "HIGHS_LP") -> float:
    """The linear relaxation of the lot model in cents, by another solver. [lots-8]

    A band runs as far as it likes between not and wholly; its packs lie between its least and its
    most times that. `strong`: no edge is open further than its band, a row an edge. Refuses
    NoAssignment.
    """
    linear = pywraplp.Solver.CreateSolver(solver)
    rows = _Rows(linear, bench)
    for edge in np.flatnonzero(bench.options.free).tolist():
        rows.share(edge, [*bench.market.path(int(bench.market.dst[edge]))])
    for option, lot in enumerate(bench.options.lot.tolist()):
        runs = linear.NumVar(0, 1, "")
        rows.one_band[lot].SetCoefficient(runs, 1)
        most, least = (
            linear.Constraint(-linear.infinity(), 0),
            linear.Constraint(0, linear.infinity()),
        )
        most.SetCoefficient(runs, -int(bench.lots.most[lot]))
        least.SetCoefficient(runs, -int(bench.lots.least[lot]))
        start, end = bench.options.start[option : option + 2].tolist()
        for edge in bench.options.member[start:end].tolist():
            share = rows.share(edge, [])
            most.SetCoefficient(share, 1)
            least.SetCoefficient(share, 1)
            if strong:
                open_ = linear.Constraint(-linear.infinity(), 0)
                open_.SetCoefficient(share, 1)
                open_.SetCoefficient(runs, -1)
    rows.goal.SetMaximization()
    if linear.Solve() != pywraplp.Solver.OPTIMAL:
        raise NoAssignment("the linear solver gave no optimum", remedy="try fewer packs")
    return float(rows.goal.Value()) + float(bench.market.hold_cents.sum())


class _Rows:
    """Each pack once, each room kept, one band a lot at most; and the goal."""

    def __init__(self, linear: Any, bench: Bench) -> None:
        market, none = bench.market, -linear.infinity()
        self.linear, self.src = linear, market.src.tolist()
        self.gain = (market.cents - market.hold_cents[market.src]).tolist()
        self.once = [linear.Constraint(none, 1) for _ in market.packs]
        self.rooms = [linear.Constraint(none, int(room)) for room in market.rooms]
        self.one_band = [linear.Constraint(none, 1) for _ in bench.lots.node]
        self.goal = linear.Objective()

    def share(self, edge: int, nodes: list[int]) -> Any:
        """How far an edge is taken; it counts in these rooms."""
        share = self.linear.NumVar(0, 1, "")
        self.once[self.src[edge]].SetCoefficient(share, 1)
        self.goal.SetCoefficient(share, self.gain[edge])
        for node in nodes:
            self.rooms[node].SetCoefficient(share, 1)
        return share


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
