"""The bands that lots run with: chosen by prices, then bettered one lot at a time."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from recycling.rules.arrays import HELD, Cents, Market, Nodes
from recycling.rules.flow import NoAssignment, flow
from recycling.rules.lot_bound import Terms, descend, worth_of_options
from recycling.rules.lots import LotRules, Options
from recycling.rules.matching import values
from recycling.rules.prices_of_places import load, shadow_prices

CLOSED = -1


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A plan with lots: the option each lot runs with (CLOSED: none), and where packs go."""

    running: tuple[int, ...]
    chosen: Nodes
    worth: int


@dataclass
class Bench:
    """Solves the flow for given bands, and remembers what it has solved."""

    market: Market
    lots: LotRules
    options: Options
    flows: int = 0
    known: dict[tuple[int, ...], Draft] = field(default_factory=dict)

    def draft(self, running: tuple[int, ...]) -> Draft:
        """The best plan with these bands; a lot that cannot reach its least is closed. [lots-4]"""
        at = running
        while at not in self.known:
            try:
                chosen = self._flow(self.live(at), least=self.least(at))
                self.known[at] = self._draft(at, chosen)
            except NoAssignment:
                at = self._without_emptiest(at)
        self.known[running] = self.known[at]
        return self.known[at]

    def least(self, running: tuple[int, ...]) -> Cents:
        """How many packs must come to every node when these lots run."""
        least = np.zeros(len(self.market.rooms), dtype=np.int64)
        open_lots = [lot for lot, option in enumerate(running) if option != CLOSED]
        least[self.lots.node[open_lots]] = self.lots.least[open_lots]
        return least

    def live(self, running: tuple[int, ...]) -> Market:
        """The market with the edges that these bands leave."""
        return self.market.only(self.options.edges([o for o in running if o != CLOSED]))

    def free_flow(self, live: Market) -> Nodes:
        """Where packs go in the best plan when nobody must go anywhere."""
        return self._flow(live, least=None)

    def emptiest(self, running: tuple[int, ...], chosen: Nodes) -> tuple[int, float]:
        """The open lot that is farthest from its least, and how full it is; inf if none is open."""
        held = load(self.market, chosen)[self.lots.node]
        fill = held / np.maximum(self.lots.least, 1)
        # A lot without a least is never short.
        fill[(np.array(running) == CLOSED) | (self.lots.least == 0)] = np.inf
        lot = int(fill.argmin())
        return lot, float(fill[lot])

    def _flow(self, live: Market, *, least: Cents | None) -> Nodes:
        self.flows += 1
        taken = flow(live, least=least, ties=False)
        chosen = np.full(len(live.packs), HELD, dtype=np.int32)
        chosen[live.src[taken]] = live.dst[taken]
        return chosen

    def _draft(self, running: tuple[int, ...], chosen: Nodes) -> Draft:
        worth = int(values(self.market, chosen=chosen).sum())
        return Draft(running=running, chosen=chosen, worth=worth)

    def _without_emptiest(self, running: tuple[int, ...]) -> tuple[int, ...]:
        """One lot fewer: the one that is farthest from its least when nothing is forced."""
        closed, _ = self.emptiest(running, self.free_flow(self.live(running)))
        return (*running[:closed], CLOSED, *running[closed + 1 :])


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best draft, the least upper bound, whether the clock cut the search off, and whether
    every choice was tried.
    """

    draft: Draft
    bound_cents: int
    flows: int
    cut_off: bool = False
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How many flows a search may solve, and whether the clock still runs."""

    flows: int
    seed: int
    open: Callable[[], bool]


ROUNDS, FEWEST_ROUNDS, ROUND_WORK = 240, 40, 60_000_000
PLAN_EVERY, TRIED = 20, 40
# So near to the bound shaking is not worth its time.
GOOD_ENOUGH = 0.002


def search(bench: Bench, *, budget: Budget, first: Draft, start: Cents, bound_cents: int) -> Found:
    """Prices first, then one lot at a time, then shaken starts until the budget is spent. [lots-5]

    Never worse than `first`. `start` prices the packs as if there were no lots, `bound_cents` is
    the worth of that.
    """
    everything = _every(bench, budget)
    if everything is not None:
        return Found(draft=everything, bound_cents=everything.worth, flows=bench.flows, whole=True)
    terms = Terms.of(bench.market, bench.lots, bench.options)
    best = first
    rounds = max(FEWEST_ROUNDS, min(ROUNDS, ROUND_WORK // max(len(terms.member), 1)))
    for number, round_ in enumerate(descend(terms, start, reached=best.worth, rounds=rounds)):
        bound_cents = min(bound_cents, round_.bound_cents)
        if not budget.open() or _good(best, bound_cents):
            break
        if number % PLAN_EVERY == 0 and bench.flows < budget.flows // 2:
            best = better(best, bench.draft(tuple(round_.wanted.tolist())))
    best = climb(bench, terms, best, budget=budget)
    dice = np.random.default_rng(budget.seed)
    while bench.flows < budget.flows and budget.open() and not _good(best, bound_cents):
        shaken = _shaken(best, dice, bench.options)
        best = better(best, climb(bench, terms, bench.draft(shaken), budget=budget))
    return Found(draft=best, bound_cents=bound_cents, flows=bench.flows, cut_off=not budget.open())


def _good(draft: Draft, bound_cents: int) -> bool:
    return bound_cents - draft.worth <= GOOD_ENOUGH * abs(bound_cents)


def _every(bench: Bench, budget: Budget) -> Draft | None:
    """The best of all choices, where there are no more of them than flows may be solved."""
    counts = np.bincount(bench.options.lot, minlength=len(bench.lots.node)) + 1
    if np.log(counts).sum() > np.log(budget.flows):
        return None
    lots = range(len(counts))
    choices = [[CLOSED, *np.flatnonzero(bench.options.lot == lot).tolist()] for lot in lots]
    best = bench.draft(tuple([CLOSED] * len(counts)))
    for running in itertools.product(*choices):
        if not budget.open():
            return None
        best = better(best, bench.draft(running))
    return best


def climb(bench: Bench, terms: Terms, draft: Draft, *, budget: Budget) -> Draft:
    """Change one lot at a time, the most promising first, while that betters the plan."""
    while True:
        better = _step(bench, terms, draft, budget=budget)
        if better is None:
            return draft
        draft = better


def _step(bench: Bench, terms: Terms, draft: Draft, *, budget: Budget) -> Draft | None:
    for lot, option in _promising(bench, terms, draft)[:TRIED]:
        if bench.flows >= budget.flows or not budget.open():
            return None
        running = (*draft.running[:lot], option, *draft.running[lot + 1 :])
        tried = bench.draft(running)
        if tried.worth > draft.worth:
            return tried
    return None


def _promising(bench: Bench, terms: Terms, draft: Draft) -> list[tuple[int, int]]:
    """Changes of one lot that could gain by the prices of this draft, the largest first."""
    live = bench.live(draft.running)
    value = values(live, chosen=draft.chosen)
    least = bench.least(draft.running)
    prices = shadow_prices(live, chosen=draft.chosen, value=value, least=least)
    toll = np.append(prices[: len(live.programmes)], 0)  # HELD pays nothing
    worth, _ = worth_of_options(terms, value - live.hold_cents - toll[draft.chosen])
    nodes = bench.lots.node
    now = prices[nodes] * load(live, draft.chosen)[nodes]
    gain = worth - now[bench.options.lot]
    found = [
        (int(gain[option]), int(bench.options.lot[option]), int(option))
        for option in np.flatnonzero(gain > 0)
        if draft.running[int(bench.options.lot[option])] != option
    ]
    found += [
        (int(-now[lot]), lot, CLOSED)
        for lot, option in enumerate(draft.running)
        if option != CLOSED and now[lot] < 0
    ]
    return [(lot, option) for _, lot, option in sorted(found, key=lambda f: (-f[0], f[1], f[2]))]


def _shaken(draft: Draft, dice: np.random.Generator, options: Options) -> tuple[int, ...]:
    """The same draft with a few lots given another option or none."""
    running = list(draft.running)
    count = max(2, len(running) // 10)
    for lot in dice.permutation(len(running))[:count].tolist():
        choices = [CLOSED, *np.flatnonzero(options.lot == lot).tolist()]
        running[lot] = int(choices[int(dice.integers(len(choices)))])
    return tuple(running)


def better(one: Draft, other: Draft) -> Draft:
    """The draft that is worth more; of equal ones the first."""
    return other if other.worth > one.worth else one
