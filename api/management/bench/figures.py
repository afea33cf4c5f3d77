"""What a benchmark found: figures beside their targets, as a table and as one line of JSON."""

import json
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One number. `key` is its name in the last line; without one it is for people only.

    `least` and `most` are the target; `how` says against what it was measured, and what was
    synthetic in it.
    """

    what: str
    value: float
    unit: str
    key: str = ""
    least: float | None = None
    most: float | None = None
    how: str = ""

    @property
    def target(self) -> str:
        """The target in words, empty where there is none."""
        if self.least is not None and self.most is not None:
            return f"{_number(self.least)} to {_number(self.most)}"
        if self.least is not None:
            return f"≥ {_number(self.least)}"
        return "" if self.most is None else f"≤ {_number(self.most)}"

    @property
    def verdict(self) -> str:
        """Whether the target was met."""
        if not self.target:
            return ""
        low = self.least is not None and self.value < self.least
        high = self.most is not None and self.value > self.most
        return "missed" if low or high else "met"


@dataclass
class Sheet:
    """All figures of one run; `quick` marks loads smaller than the ones that targets are for,
    `size` asks for a larger one.
    """

    name: str
    quick: bool
    size: int = 0
    figures: list[Figure] = field(default_factory=list)

    def show(self, console: Console) -> None:
        """Print the table."""
        size = ", small loads: no figure to quote" if self.quick else ""
        table = Table(title=f"bench {self.name}{size}", title_justify="left")
        for name in ("figure", "measured", "", "target", "", "how"):
            table.add_column(name, justify="right" if name in ("measured", "target") else "left")
        for each in self.figures:
            table.add_row(
                each.what, _number(each.value), each.unit, each.target, each.verdict, each.how
            )
        console.print(table)

    def line(self) -> str:
        """The figures that have a key, as one JSON object."""
        found: dict[str, object] = {
            each.key: _kept(each.value) for each in self.figures if each.key
        }
        return json.dumps(found | ({"quick": True} if self.quick else {}))


def _kept(value: float) -> float:
    """Four figures say all that a measurement knows."""
    return float(f"{value:.4g}") if value < 1000 else round(value)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.4g}"
