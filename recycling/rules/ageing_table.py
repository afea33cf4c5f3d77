"""Reads the table of what is usual for a chemistry: how it bends, how long it lives."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from passport.rules.errors import Malformed
from recycling.rules.chemistry import family_of
from recycling.rules.forecast_law import Exponent


class AgeingTableBroken(Malformed):
    """The table of ageing lacks a figure, or one contradicts another."""

    code = "ageing-table-broken"
    title = "The table of ageing cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual for a chemistry: the exponent, and life to 0.8 at least and at most."""

    exponent: Exponent
    cycles: tuple[Decimal, Decimal]
    years: tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """A dated table; a chemistry that stands in it under neither name has no row."""

    version: str
    second_life_end: Decimal
    chemistries: Mapping[str, Usual]

    def of(self, chemistry: str) -> Usual | None:
        """The row of a chemistry, else of its family, else None."""
        return self.chemistries.get(chemistry, self.chemistries.get(family_of(chemistry)))


def parse_ageing(document: Mapping[str, Any]) -> Ageing:
    """The table. Refuses AgeingTableBroken where a figure lacks, or a low end is above a high."""
    try:
        rows = {name: _usual(row) for name, row in document["chemistries"].items()}
        return Ageing(
            version=str(document["table"]),
            second_life_end=Decimal(document["second_life_end"]["value"]),
            chemistries=rows,
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as fault:
        raise AgeingTableBroken(
            f"the table of ageing cannot be read: {fault}",
            remedy="compare it with the released table",
        ) from fault


def _usual(row: Mapping[str, Any]) -> Usual:
    bend = row["exponent"]
    mean, spread = float(bend["mean"]), float(bend["spread"])
    if mean <= 0 or spread <= 0:
        raise ValueError("an exponent and its spread are above nought")
    return Usual(
        exponent=Exponent(mean=mean, spread=spread, n=0),
        cycles=_ends(row["cycles"]),
        years=_ends(row["years"]),
    )


def _ends(ends: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    low, high = Decimal(ends["low"]), Decimal(ends["high"])
    if not 0 < low <= high:
        raise ValueError(f"from {low} to {high} is no interval above nought")
    return low, high
