"""Small files of serials to begin with: a pack with its cells, under names that nobody has yet."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Final

from passport.proof import canonical

# GS1 keeps the prefix 952 for examples.
_PACK_GTIN, _CELL_GTIN = "09521234000020", "09521234000013"
_CELLS: Final = 4
_PACK: Final = {
    "type": "model", "code": "EXAMPLE-PACK", "name": "Example pack", "level": "PACK",
    "category": "STATIONARY", "chemistry": "LFP", "gtin": _PACK_GTIN,
    "rated_capacity_ah": "280", "rated_energy_kwh": "3.584", "nominal_voltage_v": "12.8",
    "minimum_voltage_v": "10", "maximum_voltage_v": "14.6", "mass_kg": "24",
}  # fmt: skip
_CELL: Final = _PACK | {
    "code": "EXAMPLE-CELL", "name": "Example cell", "level": "CELL", "gtin": _CELL_GTIN,
    "rated_energy_kwh": "0.896", "nominal_voltage_v": "3.2", "minimum_voltage_v": "2.5",
    "maximum_voltage_v": "3.65", "mass_kg": "5.42",
}  # fmt: skip


def lines(*, slug: str, at: datetime) -> list[dict[str, str]]:
    """Two models, a pack and its cells; the serials name the party and the minute."""
    stem = f"{slug[:20].upper()}-{at:%y%m%d%H%M}"
    pack = f"https://id.gs1.org/01/{_PACK_GTIN}/21/{stem}"
    made = {"type": "battery", "manufactured_on": at.date().isoformat()}
    cells = [
        made
        | {
            "model": _CELL["code"],
            "id": f"https://id.gs1.org/01/{_CELL_GTIN}/21/{stem}-{number}",
            "parent": pack,
            "position": str(number),
        }
        for number in range(1, _CELLS + 1)
    ]
    return [_PACK, _CELL, made | {"model": _PACK["code"], "id": pack}, *cells]


def as_ndjson(found: list[dict[str, str]]) -> bytes:
    """One object a line."""
    return b"".join(canonical.encode(line) + b"\n" for line in found)


def as_csv(found: list[dict[str, str]]) -> bytes:
    """One row each, under the names of all fields; with a mark by which Excel knows UTF-8."""
    names = list(dict.fromkeys(name for line in found for name in line))
    text = io.StringIO()
    table = csv.DictWriter(text, names, restval="")
    table.writeheader()
    table.writerows(found)
    return text.getvalue().encode("utf-8-sig")
