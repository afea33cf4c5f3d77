"""Reads the table of really retired cells and makes one pack of each."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from pathlib import Path

from django.core.management.base import CommandError

from passport.rules.gs1_values import check_digit
from recycling.queries import tables
from recycling.rules.recovery import composition_of

RETIRED = ("HEV", "BEV")
# The data set gives no day of manufacture; the gates ask only whether it is over 15 years ago.
MADE_ON = "2019-01-01"
IN_SERIES = 96
IN_PARALLEL = {"LFP_35Ah": 1, "LMO_10Ah": 2, "NMC_21Ah": 4}
VOLTS = {
    "LFP": ("3.2", "2.5", "3.65"),
    "LMO": ("3.75", "2.7", "4.2"),
    "NMC": ("3.65", "2.7", "4.2"),
}
_COLUMNS = (
    "cell_id",
    "serial",
    "chemistry",
    "first_life",
    "nominal_ah",
    "capacity_ah",
    "soh_c",
    "ocv_soc20_v",
    "r5s_soc50_mohm",
    "batch",
)


@dataclass(frozen=True)
class Cell:
    """One really retired cell. `resistance_ratio` is against the best decile of its batch."""

    id: str
    serial: str
    chemistry: str
    batch: str
    first_life: str
    nominal_ah: Decimal
    capacity_ah: Decimal
    soh: Decimal
    volts: Decimal
    resistance_ratio: Decimal


def read(path: Path) -> list[Cell]:
    """The cells retired from vehicles, in the order of the file. Refuses another kind of table."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["first_life"] in RETIRED]
        best = _best_deciles(rows)
        return [_cell(row, best=best[row["batch"]]) for row in rows]
    except OSError as missing:
        raise CommandError(f"{path} cannot be read: {missing.strerror}.") from missing
    except (KeyError, InvalidOperation, IndexError) as strange:
        wanted = ", ".join(_COLUMNS)
        raise CommandError(f"{path} is not the table of cells; it has {wanted}.") from strange


def models(cells: list[Cell], *, tag: str) -> list[dict[str, object]]:
    """One pack model a batch of cells, as lines of a maker's file."""
    batches = {cell.batch: cell for cell in cells}
    return [_model(cell, number=number, tag=tag) for number, cell in enumerate(batches.values())]


def identity(cell: Cell, *, gtin: str, tag: str) -> str:
    """The address of the pack that a cell seeds."""
    return f"https://id.gs1.org/01/{gtin}/21/{cell.id}-{tag}"


def _best_deciles(rows: list[dict[str, str]]) -> dict[str, Decimal]:
    by_batch: dict[str, list[Decimal]] = defaultdict(list)
    for row in rows:
        by_batch[row["batch"]].append(Decimal(row["r5s_soc50_mohm"]))
    return {batch: sorted(values)[len(values) // 10] for batch, values in by_batch.items()}


def _cell(row: dict[str, str], *, best: Decimal) -> Cell:
    ratio = Decimal(row["r5s_soc50_mohm"]) / best
    return Cell(
        id=row["cell_id"],
        serial=row["serial"],
        chemistry=row["chemistry"],
        batch=row["batch"],
        first_life=row["first_life"],
        nominal_ah=Decimal(row["nominal_ah"]),
        capacity_ah=Decimal(row["capacity_ah"]),
        soh=Decimal(row["soh_c"]),
        volts=Decimal(row["ocv_soc20_v"]).quantize(Decimal("0.001")),
        resistance_ratio=ratio.quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN),
    )


def _model(cell: Cell, *, number: int, tag: str) -> dict[str, object]:
    nominal, least, most = (Decimal(volts) * IN_SERIES for volts in VOLTS[cell.chemistry])
    capacity = cell.nominal_ah * IN_PARALLEL[cell.batch]
    energy = capacity * nominal / 1000
    mass = composition_of(chemistry=cell.chemistry, tables=tables.recovery()).pack_kg_per_kwh
    stem = f"0952123410{number:03d}"
    return {
        "type": "model",
        "code": f"{cell.batch}-{tag}",
        "name": f"Pack of {IN_SERIES}s{IN_PARALLEL[cell.batch]}p {cell.batch} cells",
        "level": "PACK",
        "category": "EV",
        "chemistry": cell.chemistry,
        "gtin": stem + check_digit(stem),
        "rated_capacity_ah": _text(capacity),
        "rated_energy_kwh": _text(energy),
        "nominal_voltage_v": _text(nominal),
        "minimum_voltage_v": _text(least),
        "maximum_voltage_v": _text(most),
        "mass_kg": _text((mass * energy).quantize(Decimal("0.001"))),
    }


def _text(number: Decimal) -> str:
    return format(number.normalize(), "f")
