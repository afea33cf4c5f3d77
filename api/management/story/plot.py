"""Reads the plot of the story and puts it on the calendar."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "demo"
CELLS_A_PACK = 100
KINDS = ("lfp", "nmc")
_DOCUMENTS = (
    *("calendar", "parties", "materials", "models", "programmes", "packs", "treatment"),
    "project",
)


@dataclass(frozen=True)
class Pack:
    """One pack and what becomes of it; `index` counts through both kinds, from 0."""

    kind: str
    number: int
    index: int
    told: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What people in the story call it."""
        return f"{self.kind.upper()}-{self.number:02}"

    @property
    def end(self) -> Mapping[str, Any] | None:
        """How it retires, or None when it stays in service."""
        return self.told.get("end")

    def number_of(self, name: str, default: str) -> Decimal:
        """A figure of the plot."""
        return Decimal(self.told.get(name, default))


@dataclass(frozen=True)
class Plot:
    """Everything that is written down; `shift` moves each day of it."""

    documents: Mapping[str, Any]
    shift: timedelta = timedelta(0)

    def day(self, name: str) -> date:
        """A day of the calendar by its name, or a day as it is written."""
        written: str = self.documents["calendar"].get(name, name)
        return date.fromisoformat(written) + self.shift

    def moment(self, name: str, hour: int = 9, minute: int = 0) -> datetime:
        """An hour of such a day, in UTC."""
        return datetime.combine(self.day(name), time(hour, minute), tzinfo=UTC)

    @property
    def parties(self) -> list[dict[str, Any]]:
        """Everybody, in the order of registration."""
        return list(self.documents["parties"]["parties"])

    @property
    def cell_makers(self) -> list[str]:
        """Short names; the first makes what the LFP packs hold, the second the NMC ones."""
        return list(self.documents["parties"]["cell_makers"])

    @property
    def suppliers(self) -> list[str]:
        """Short names of those who make the materials of the cells."""
        return list(self.documents["parties"]["suppliers"])

    @property
    def lots(self) -> dict[str, dict[str, Any]]:
        """The lots of material by their names in the plot, the deepest first."""
        return dict(self.documents["materials"]["lots"])

    def materials_of_pack(self, code: str) -> list[dict[str, Any]]:
        """What a pack of this model is made of besides its cells."""
        return list(self.documents["materials"]["packs"][code])

    def one(self, role: str) -> str:
        """The short name of the pack maker, the keeper, the auditor or the treater of the story."""
        return str(self.documents["parties"][role])

    def cells_of(self, maker: str) -> dict[str, Any]:
        """What a cell maker makes, of what, and for which pack."""
        return dict(self.documents["models"]["cells"][maker])

    def pack_model(self, code: str) -> dict[str, Any]:
        """The line that registers a pack model."""
        rows = self.documents["models"]["packs"]
        return dict(next(row for row in rows if row["code"] == code))

    @property
    def programmes(self) -> list[dict[str, Any]]:
        """What the takers take."""
        return list(self.documents["programmes"]["programmes"])

    @property
    def treatment(self) -> dict[str, Any]:
        """How one pack is treated, step by step, and what lots come of it."""
        return dict(self.documents["treatment"])

    @property
    def project(self) -> dict[str, Any]:
        """A storage project, who stands behind what it is built of, and what is weighed next."""
        return dict(self.documents["project"])

    @property
    def treated(self) -> Pack:
        """The pack that is treated."""
        return next(pack for pack in self.packs if "treated" in pack.told)

    @cached_property
    def packs(self) -> tuple[Pack, ...]:
        """All packs, the LFP ones first."""
        rows = [(kind, row) for kind in KINDS for row in self.documents["packs"][kind]]
        return tuple(
            Pack(kind=kind, number=row["number"], index=index, told=row)
            for index, (kind, row) in enumerate(rows)
        )


def read(*, today: date, began: date | None = None) -> Plot:
    """The plot as it stands today; `began` is when an earlier telling of it began.

    Health readings go stale, so a story told after its last day moves forward as a whole.
    """
    plot = Plot({name: _document(name) for name in _DOCUMENTS})
    if began is not None:
        return Plot(plot.documents, began - plot.day("registered"))
    return Plot(plot.documents, max(timedelta(0), today - plot.day("last")))


def _document(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
