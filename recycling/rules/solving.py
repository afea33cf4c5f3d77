"""One component of a market within limits: what a worker calls, and what it hands back."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import version

from recycling.rules.arrays import Market
from recycling.rules.lots import Band, LotRules
from recycling.rules.matching import Assignment, assignment, solve
from recycling.rules.prices_of_places import bound
from recycling.rules.yardsticks import best_edge_first, taken_best_first

SOLVER = f"ortools {version('ortools')} SimpleMinCostFlow"


class Method(StrEnum):
    """How an answer was found."""

    EXACT_FLOW = "EXACT_FLOW"
    BAND_SEARCH = "BAND_SEARCH"
    BEST_EDGE_FIRST = "BEST_EDGE_FIRST"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long to search. `flows` is a number of solver calls: the same component gives the same
    answer on any machine. `seconds` by `clock` is the hard stop; an answer cut off by it says so.

    `last_resort`: no solver at all, the best edge first; for a worker that was killed in one.
    """

    flows: int = 400
    seconds: float = 45.0
    seed: int = 7
    last_resort: bool = False
    clock: Callable[[], float] = time.perf_counter


@dataclass(frozen=True, kw_only=True)
class Solution:
    """The answer with its record. Nothing lies above `bound_cents`; `bands` by the node's id.

    `priced` says whether `assignment.shadow_cents` certify: with lots, at the bands chosen.
    """

    assignment: Assignment
    bound_cents: int
    best_edge_first_cents: int
    method: Method
    solver: str
    seconds: float
    flows: int
    cut_off: bool = False
    bands: Mapping[str, Band] = field(default_factory=dict)

    @property
    def objective_cents(self) -> int:
        """The worth of the answer, packs that stay included."""
        return self.assignment.objective_cents

    @property
    def gap(self) -> float:
        """How far below the bound the answer lies at most, as a share of the bound."""
        return (self.bound_cents - self.objective_cents) / max(abs(self.bound_cents), 1)


def solve_component(
    market: Market,
    lots: LotRules | None = None,
    *,
    limits: Limits = Limits(),
    warm: Mapping[str, Band] | None = None,
) -> Solution:
    """The plan of one component. [solve-1]

    Without lots the exact optimum; with lots a search over bands from `warm` (bands of the last
    plan, by the node's id), each step an exact flow, held against an upper bound. Where the solver
    gives no answer: best edge first. Never raises for a market that Market.of took.
    """
    began = limits.clock()
    if limits.last_resort:
        answer = assignment(market, chosen=taken_best_first(market), priced=False)
        return Solution(
            assignment=answer,
            bound_cents=answer.objective_cents,
            best_edge_first_cents=answer.objective_cents,
            method=Method.BEST_EDGE_FIRST,
            solver="best edge first",
            seconds=limits.clock() - began,
            flows=0,
        )
    answer = solve(market)
    return Solution(
        assignment=answer,
        bound_cents=bound(market, prices=answer.shadow_cents),
        best_edge_first_cents=best_edge_first(market),
        method=Method.EXACT_FLOW,
        solver=SOLVER,
        seconds=limits.clock() - began,
        flows=1,
    )
