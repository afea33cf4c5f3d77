"""What a plan is held against: the best edge first, and the optimum of the linear relaxation."""

import numpy as np
from ortools.linear_solver import pywraplp

from recycling.rules.matching import Market, NoAssignment


def best_edge_first(market: Market) -> int:
    """The worth in cents of always taking the best edge that is left; ties by id. [match-4]"""
    pack_rank = _ranks(market.packs)
    programme_rank = _ranks(market.programmes)
    order = np.lexsort((programme_rank[market.dst], pack_rank[market.src], -market.cents))
    room = market.capacity.tolist()
    free = [True] * len(market.packs)
    total = int(market.hold_cents.sum())
    hold = market.hold_cents.tolist()
    for edge in order.tolist():
        pack, programme = int(market.src[edge]), int(market.dst[edge])
        cents = int(market.cents[edge])
        if free[pack] and room[programme] > 0 and cents > hold[pack]:
            free[pack] = False
            room[programme] -= 1
            total += cents - hold[pack]
    return total


def linear_optimum(market: Market) -> int:
    """The optimum of the linear programme in whole cents, above which nothing lies. [match-5]

    Solved by another method (GLOP, simplex) on purpose. Refuses NoAssignment.
    """
    solver = pywraplp.Solver.CreateSolver("GLOP")
    # Parts of a cent do not exist: tolerances must stay below one over all packs.
    solver.SetSolverSpecificParametersAsString(
        "primal_feasibility_tolerance: 1e-9 dual_feasibility_tolerance: 1e-9"
    )
    once = [solver.Constraint(-solver.infinity(), 1) for _ in market.packs]
    room = [solver.Constraint(-solver.infinity(), int(places)) for places in market.capacity]
    goal = solver.Objective()
    for pack, programme, cents in zip(market.src, market.dst, market.cents, strict=True):
        share = solver.NumVar(0, 1, "")
        once[pack].SetCoefficient(share, 1)
        room[programme].SetCoefficient(share, 1)
        goal.SetCoefficient(share, int(cents) - int(market.hold_cents[pack]))
    goal.SetMaximization()
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        raise NoAssignment("the linear solver gave no optimum", remedy="run the plan again")
    gained: int = round(goal.Value())
    return gained + int(market.hold_cents.sum())


def _ranks(names: tuple[str, ...]) -> np.ndarray:
    order = np.argsort(np.array(names, dtype=object), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank
