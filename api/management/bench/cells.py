"""Published cells that were cycled to their end, as the forecast benchmark reads them."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.core.management.base import CommandError

from api.management.bench import oracle
from recycling.rules.forecast_looks import Floats, Trace, falling, usage_at

FOLDER = "soh"
# What is left of the noise in a published curve, as a standard deviation.
_CURVE_SIGMA = 0.003


@dataclass(frozen=True)
class CellSet:
    """Which cells of which file, and between which fractions of what they are rated at."""

    key: str
    what: str
    file: str
    dataset: str
    usage: str
    origin: float
    threshold: float
    most_error: float


CURVES = "cycling_capacity_curves.csv"
SETS = (
    CellSet("hust", "HUST LFP", CURVES, "HUST", "cycle", 0.95, 0.85, 0.16),
    CellSet("rwth", "RWTH NMC", CURVES, "RWTH-ISEA-Baumhoefer", "cycle", 0.92, 0.80, 0.12),
    CellSet(
        "uconn", "UConn LFP", "uconn_first_to_second_life_lfp.csv", "", "cum_ah_throughput",
        0.85, 0.70, 0.16,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell: its curve, its smoothed health, and the usage at the origin and at the end."""

    life: Trace
    calm: Floats
    origin: float
    end: float


def folder() -> Path:
    """Where the curves lie. Refuses where they are absent, with where they were looked for."""
    found = oracle.find(FOLDER)
    if found is None:
        looked = ", ".join(str(place / FOLDER) for place in oracle.PLACES)
        raise CommandError(
            f"The curves of published cells are absent: looked in {looked}. "
            "Name the folder above in ORACLE_DATA."
        )
    return found


def read(wanted: CellSet, *, where: Path) -> list[Cell]:
    """The cells of a set that were seen at its origin and at its threshold, in order of names."""
    curves: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with (where / wanted.file).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row.get("dataset", "") == wanted.dataset and row["soh_c"]:
                curves[row["cell_id"]].append((float(row[wanted.usage]), float(row["soh_c"])))
    made = [_cell(sorted(points), wanted) for _, points in sorted(curves.items())]
    return [cell for cell in made if cell is not None]


def _cell(points: list[tuple[float, float]], wanted: CellSet) -> Cell | None:
    usage, soh = np.array(points).T
    life = Trace(usage=usage, soh=soh, sigma=np.full(len(usage), _CURVE_SIGMA))
    calm = falling(soh)
    origin = usage_at(usage, calm, level=wanted.origin)
    end = usage_at(usage, calm, level=wanted.threshold)
    if origin is None or end is None:
        return None
    return Cell(life=life, calm=calm, origin=origin, end=end)
