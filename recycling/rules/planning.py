"""The plan: one optimal assignment of a snapshot, held against its yardsticks and explained."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version

from recycling.rules.arrays import HELD, Market
from recycling.rules.feasibility import Kind
from recycling.rules.gates import GateRoute
from recycling.rules.market import Docket, Opening, Route, Snapshot, Tables, dockets
from recycling.rules.matching import Assignment, solve
from recycling.rules.prices_of_places import bound
from recycling.rules.yardsticks import best_edge_first, linear_optimum

SOLVER = f"ortools {version('ortools')} SimpleMinCostFlow"
# Above this many edges the simplex would take longer than the plan; the dual bound is the same sum.
LINEAR_LIMIT = 100_000


class Reason(StrEnum):
    """Why a pack goes where it goes, or stays."""

    BEST_VALUE = "BEST_VALUE"
    PLACE_WORTH_MORE_TO_ANOTHER = "PLACE_WORTH_MORE_TO_ANOTHER"
    RECYCLING_WORTH_MORE = "RECYCLING_WORTH_MORE"
    LOT_OF_OTHERS = "LOT_OF_OTHERS"
    GATE_RECYCLES = "GATE_RECYCLES"
    GATE_QUARANTINES = "GATE_QUARANTINES"
    NO_SECOND_LIFE_FITS = "NO_SECOND_LIFE_FITS"
    HELD_FOR_TEST = "HELD_FOR_TEST"
    HELD_NOBODY_TAKES_IT = "HELD_NOBODY_TAKES_IT"
    HELD_NO_PLACE_LEFT = "HELD_NO_PLACE_LEFT"
    HELD_TOO_LATE = "HELD_TOO_LATE"
    HELD_COSTS_LESS = "HELD_COSTS_LESS"


SENTENCES: Mapping[Reason, str] = {
    Reason.BEST_VALUE: "This is its best use.",
    Reason.PLACE_WORTH_MORE_TO_ANOTHER: "Its best use is full of packs that gain more by it.",
    Reason.RECYCLING_WORTH_MORE: "It is fit for a second life, but recycling is worth more.",
    Reason.LOT_OF_OTHERS: "What it is best for forms lots of another health or model, or none.",
    Reason.GATE_RECYCLES: "A gate allows recycling only.",
    Reason.GATE_QUARANTINES: "It is damaged: only a recycler that takes damaged ones may have it.",
    Reason.NO_SECOND_LIFE_FITS: "No second life that is open fits it.",
    Reason.HELD_FOR_TEST: "A test decides whether it gets a second life.",
    Reason.HELD_NOBODY_TAKES_IT: "No programme that is open may take it.",
    Reason.HELD_NO_PLACE_LEFT: "All that may take it are full.",
    Reason.HELD_TOO_LATE: "Nobody takes it between the days on which it is ready and must be gone.",
    Reason.HELD_COSTS_LESS: "Storing it costs less than any place that is left.",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One pack of a plan; `programme` is None when it stays. `price_cents`: worth of its place."""

    docket: Docket
    programme: str | None
    route: Route | None
    reason: Reason
    value_cents: int
    regret_cents: int
    price_cents: int
    best_second_life_cents: int | None

    @property
    def sentence(self) -> str:
        """The reason for people, with what the gates that decided say."""
        said = [result.why for result in self.docket.outcome.deciding]
        return " ".join([SENTENCES[self.reason], *said])


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A plan in integer cents, beside the linear optimum and best-edge-first."""

    solver: str
    objective_cents: int
    linear_cents: int
    best_edge_first_cents: int
    lines: tuple[Line, ...]


def make_plan(
    snapshot: Snapshot, *, tables: Tables, seen: Callable[[int], object] = lambda packs: None
) -> Solved:
    """Gates, edges, the exact optimum, a line a pack. [plan-1] Refuses NoAssignment.

    `seen` is told now and then how many packs are done.
    """
    files = dockets(snapshot, tables=tables, seen=seen)
    market = market_of(files, openings=snapshot.openings)
    answer = solve(market)
    return Solved(
        solver=SOLVER,
        objective_cents=answer.objective_cents,
        linear_cents=_linear(market, answer),
        best_edge_first_cents=best_edge_first(market),
        lines=_lines(files, openings=snapshot.openings, answer=answer),
    )


def market_of(files: Sequence[Docket], *, openings: Sequence[Opening]) -> Market:
    """The arrays of a market; places are counted in packs."""
    index = {opening.terms.id: number for number, opening in enumerate(openings)}
    edges = [
        (pack, index[edge.programme], edge.value.cents)
        for pack, file in enumerate(files)
        for edge in file.edges
    ]
    src, dst, cents = zip(*edges, strict=True) if edges else ((), (), ())
    return Market.of(
        tuple(file.pack.id for file in files),
        tuple(index),
        (src, dst, cents),
        capacity=[opening.places for opening in openings],
        hold_cents=[file.hold.cents for file in files],
    )


def _linear(market: Market, answer: Assignment) -> int:
    if len(market.src) <= LINEAR_LIMIT:
        return linear_optimum(market)
    return bound(market, prices=answer.shadow_cents)


def _lines(
    files: Sequence[Docket], *, openings: Sequence[Opening], answer: Assignment
) -> tuple[Line, ...]:
    lines, full = [], _full(openings, answer)
    for pack, file in enumerate(files):
        place = int(answer.chosen[pack])
        chosen = None if place == HELD else openings[place]
        regret = int(answer.regret_cents[pack])
        second = [edge.value.cents for edge in file.edges if edge.kind is Kind.SECOND_LIFE]
        lines.append(
            Line(
                docket=file,
                programme=chosen.terms.id if chosen else None,
                route=chosen.route if chosen else None,
                reason=_placed(file, route=chosen.route, regret=regret)
                if chosen
                else _held(file, full=full),
                value_cents=int(answer.value_cents[pack]),
                regret_cents=regret,
                price_cents=int(answer.shadow_cents[place]) if chosen else 0,
                best_second_life_cents=max(second, default=None),
            )
        )
    return tuple(lines)


def _placed(file: Docket, *, route: Route, regret: int) -> Reason:
    if file.outcome.route is GateRoute.QUARANTINE:
        return Reason.GATE_QUARANTINES
    if file.outcome.route is GateRoute.RECYCLE:
        return Reason.GATE_RECYCLES
    if all(edge.kind is Kind.RECYCLER for edge in file.edges):
        return Reason.NO_SECOND_LIFE_FITS
    if regret:
        return Reason.PLACE_WORTH_MORE_TO_ANOTHER
    return Reason.RECYCLING_WORTH_MORE if route is Route.RECYCLE else Reason.BEST_VALUE


def _held(file: Docket, *, full: Collection[str]) -> Reason:
    if file.awaits_test:
        return Reason.HELD_FOR_TEST
    if not file.edges:
        return Reason.HELD_NOBODY_TAKES_IT
    if all(edge.programme in full for edge in file.edges):
        return Reason.HELD_NO_PLACE_LEFT
    return Reason.HELD_COSTS_LESS


def _full(openings: Sequence[Opening], answer: Assignment) -> frozenset[str]:
    taken = Counter(answer.chosen.tolist())
    return frozenset(
        opening.terms.id
        for number, opening in enumerate(openings)
        if taken[number] >= opening.places
    )
