"""bench forecast: six noisy readings of a published cell, and how long it then really lasted.

1. each cell is left out and read six times on its way to the origin, with one point of noise;
2. the others of its set are the fleet: of the cell itself these readings are known, no more;
3. beside the forecast stand trends through the same readings, and the shrunk law.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from django.core.management.base import CommandError
from rich.console import Console

from api.management.bench import cells
from api.management.bench.cells import SETS, Cell, CellSet
from api.management.bench.figures import Figure, Sheet
from api.management.bench.own_trend import TRENDS
from recycling.rules.forecast_fleet import left_by_fleet, reference_class
from recycling.rules.forecast_law import exponent_of, left_by_law
from recycling.rules.forecast_looks import Trace

READINGS, NOISE = 6, 0.01
SEEDS, QUICK_SEEDS = 20, 1
SHARES: Final = (0.1, 0.5, 0.9)
FLEET, LAW = "fleet of the same model", "shrunk power law"


@dataclass
class Outcome:
    """Relative errors by method, below zero where too little life was foretold; and what held."""

    cells: int
    errors: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    held: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)

    def median_error(self, method: str) -> float:
        """The middle of the errors, without their signs."""
        return float(np.median(np.abs(self.errors[method])))

    def bias(self, method: str) -> float:
        """The middle of the errors with their signs: above zero is too optimistic."""
        return float(np.median(self.errors[method]))

    @property
    def coverage(self) -> float:
        """The share of truths inside the interval."""
        return float(np.mean(self.held))


def measure(sheet: Sheet, console: Console) -> None:
    """Fill the sheet. Refuses where the curves are absent."""
    where = cells.folder()
    seeds = QUICK_SEEDS if sheet.quick else SEEDS
    for each in SETS:
        known = cells.read(each, where=where)
        console.print(f"{each.what}: {len(known)} cells, {seeds} times each …")
        found = evaluate(known, each, seeds=seeds)
        sheet.figures += _figures(each, found, seeds)


def evaluate(
    known: Sequence[Cell], wanted: CellSet, *, seeds: int, some: slice = slice(None)
) -> Outcome:
    """Leave each cell out, or `some` of them, and forecast it by the others."""
    found = Outcome(cells=len(known))
    for number in range(len(known))[some]:
        others = [cell.life for place, cell in enumerate(known) if place != number]
        fleet = reference_class(others, threshold=wanted.threshold)
        exponent = exponent_of(others, threshold=wanted.threshold)
        for seed in range(seeds):
            own = _read(known[number], seed=(seed, number))
            truth = known[number].end - known[number].origin
            by_fleet = left_by_fleet(own, fleet=fleet, ends=(SHARES[0], SHARES[-1]))
            if by_fleet is None:
                raise CommandError(f"{wanted.what}: too few of the fleet pass through its origin.")
            low, middle, high = by_fleet[0]
            found.errors[FLEET].append((middle - truth) / truth)
            found.held.append(bool(low <= truth <= high))
            found.widths.append((high - low) / truth)
            if exponent is not None:
                law = left_by_law(own, exponent=exponent, threshold=wanted.threshold, shares=SHARES)
                if law is not None:
                    found.errors[LAW].append((law[1] - truth) / truth)
            for name, trend in TRENDS.items():
                found.errors[name].append((trend(own, wanted.threshold) - truth) / truth)
    return found


def _read(cell: Cell, *, seed: tuple[int, int]) -> Trace:
    """Six readings at equal steps of usage, the last one at the origin."""
    usage = cell.origin * np.arange(1, READINGS + 1) / READINGS
    noise = np.random.default_rng(seed).normal(0, NOISE, READINGS)
    soh = np.interp(usage, cell.life.usage, cell.calm) + noise
    return Trace(usage=usage, soh=soh, sigma=np.full(READINGS, NOISE))


def _figures(wanted: CellSet, found: Outcome, seeds: int) -> list[Figure]:
    what, key = wanted.what, wanted.key
    span = f"{wanted.origin:.2f} → {wanted.threshold:.2f}"
    return [
        Figure(
            f"{what}, {span}: median error of what is left", found.median_error(FLEET), "",
            key, most=wanted.most_error,
            how=f"{found.cells} cells left out in turn × {seeds}, {READINGS} readings, one point of"
            f" noise; bias {found.bias(FLEET):+.3f}",
        ),
        Figure(
            f"{what}: truths inside the interval of 0.8", found.coverage, "", f"coverage_{key}",
            least=0.70, most=0.90,
            how=f"calibrated on the fleet alone; median width {np.median(found.widths):.2f} of the"
            " truth",
        ),
        *(
            Figure(
                f"{what}: {name}", found.median_error(name), "",
                how=f"bias {found.bias(name):+.2f}",
            )
            for name in (LAW, *TRENDS)
        ),
    ]  # fmt: skip
