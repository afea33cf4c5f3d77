"""What a plan is held against: the best edge first, and the optimum of the linear relaxation."""

import numpy as np
from ortools.linear_solver import pywraplp

from recycling.rules.arrays import HELD, Market, Nodes, rank
from recycling.rules.flow import NoAssignment
from recycling.rules.matching import values


def best_edge_first(market: Market) -> int:
    """The worth in cents of always taking the best edge that is left; ties by id. [match-4]"""
    return int(values(market, chosen=taken_best_first(market)).sum())


def taken_best_first(market: Market) -> Nodes:
    """Where each pack goes when the best edge that is left is always taken."""
    order = np.lexsort(
        (_ranks(market.programmes)[market.dst], _ranks(market.packs)[market.src], -market.cents)
    )
    order = order[(market.cents > market.hold_cents[market.src])[order]]
    paths = [market.path(place) for place in range(len(market.programmes))]
    room = market.rooms.tolist()
    chosen = [HELD] * len(market.packs)
    for pack, place in zip(market.src[order].tolist(), market.dst[order].tolist(), strict=True):
        if chosen[pack] == HELD and all(room[node] > 0 for node in paths[place]):
            chosen[pack] = place
            for node in paths[place]:
                room[node] -= 1
    return np.asarray(chosen, dtype=np.int32)


def linear_optimum(market: Market, *, solver: str = "GLOP") -> int:
    """The optimum of the linear programme in whole cents, above which nothing lies. [match-5]

    Solved by another method (GLOP: simplex; HIGHS_LP) on purpose. Refuses NoAssignment.
    """
    linear = pywraplp.Solver.CreateSolver(solver)
    if solver == "GLOP":
        # Parts of a cent do not exist: tolerances must stay below one over all packs.
        linear.SetSolverSpecificParametersAsString(
            "primal_feasibility_tolerance: 1e-9 dual_feasibility_tolerance: 1e-9"
        )
    once = [linear.Constraint(-linear.infinity(), 1) for _ in market.packs]
    rooms = [linear.Constraint(-linear.infinity(), int(places)) for places in market.rooms]
    paths = [market.path(place) for place in range(len(market.programmes))]
    goal = linear.Objective()
    gains = (market.cents - market.hold_cents[market.src]).tolist()
    for pack, place, cents in zip(market.src.tolist(), market.dst.tolist(), gains, strict=True):
        share = linear.NumVar(0, 1, "")
        once[pack].SetCoefficient(share, 1)
        for node in paths[place]:
            rooms[node].SetCoefficient(share, 1)
        goal.SetCoefficient(share, cents)
    goal.SetMaximization()
    if linear.Solve() != pywraplp.Solver.OPTIMAL:
        raise NoAssignment("the linear solver gave no optimum", remedy="run the plan again")
    gained: int = round(goal.Value())
    return gained + int(market.hold_cents.sum())


def _ranks(names: tuple[str, ...]) -> Nodes:
    return rank(np.argsort(np.array(names, dtype=object), kind="stable"))
