"""A shift's file as a factory's own software writes it: a thousand cells in ten packs, three lines
bad.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.cast import battery_line, model_line

PREFIX = "7350053"
PACKS, CELLS = 10, 100


def gtin(number: str) -> str:
    """A GTIN-14 of thirteen digits and their check digit."""
    total = sum(int(each) * (3, 1)[place % 2] for place, each in enumerate(number))
    return f"{number}{-total % 10}"


CELL_GTIN, PACK_GTIN = gtin(f"0{PREFIX}00001"), gtin(f"0{PREFIX}00002")
BAD = {
    "colour": "NC-007-042",
    "manufactured_on": "NC-003-011",
    "id": "NC-009-099",
}


def identity(serial: str) -> str:
    """The link of a battery of this maker."""
    return f"https://id.gs1.org/01/{CELL_GTIN if serial.count('-') > 1 else PACK_GTIN}/21/{serial}"


def lines() -> Iterator[dict[str, object]]:
    """Two models, ten packs, a thousand cells in them."""
    yield model_line(
        "PACK-100", gtin=PACK_GTIN, mass_kg="640", rated_energy_kwh="89.6",
        nominal_voltage_v="320", minimum_voltage_v="250", maximum_voltage_v="365",
    )  # fmt: skip
    yield model_line("CELL-280", level="CELL", gtin=CELL_GTIN)
    for pack in range(PACKS):
        own = f"NC-{pack:03}"
        yield battery_line(own, model="PACK-100", id=identity(own), manufactured_on="2026-11-27")
        for cell in range(CELLS):
            serial = f"{own}-{cell:03}"
            yield battery_line(
                serial, model="CELL-280", id=identity(serial), parent=identity(own),
                position=str(cell + 1), manufactured_on="2026-11-20", lot=f"L{pack}",
            )  # fmt: skip


def spoilt(line: dict[str, object]) -> dict[str, object]:
    """A line as it came out of the factory's own software."""
    name = str(line.get("id", ""))
    if name.endswith(BAD["colour"]):
        return line | {"colour": "blue"}
    if name.endswith(BAD["manufactured_on"]):
        return line | {"manufactured_on": "20.11.2026"}
    if name.endswith(BAD["id"]):
        wrong = CELL_GTIN[:-1] + str((int(CELL_GTIN[-1]) + 1) % 10)
        return line | {"id": name.replace(CELL_GTIN, wrong)}
    return line
