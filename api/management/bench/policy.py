"""bench policy: where really used cells and packs go, by our own gates, values and plan.

1. retired cells of three chemistries, field readings of one vehicle and of one fleet become packs;
2. what is read in cars is as the gates take it, and then as a test would confirm it;
3. programmes are the uses of the reference table, without a limit of places, at stated prices.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from rich.console import Console

from api.management.bench import cells
from api.management.bench.figures import Figure, Sheet
from passport.rules.health import HALF_WIDTH, Method
from recycling.queries import tables
from recycling.rules.feasibility import Kind, ProgrammeTerms
from recycling.rules.gates import Facts
from recycling.rules.market import Opening, PackFile, Route, Snapshot
from recycling.rules.planning import Line, make_plan

ON: Final = date(2026, 11, 1)
# Cents a usable kWh, this project's own choice: from whole packs in strings up to the same vehicle.
PRICES: Final = {
    "behind-the-meter": 4500, "data-centre-backup": 5600, "charging-hub": 6000, "grid-array": 1800,
    "slow-vehicles": 5000, "off-grid": 3300, "same-vehicle": 7200,
}  # fmt: skip
RECYCLING: Final = "recycler"
_PACK_KWH: Final = {"LFP": Decimal(54), "LMO": Decimal(24), "NMC": Decimal(60), "NCA": Decimal(78)}
_KG_A_KWH: Final = {
    "LFP": Decimal("6.49"), "LMO": Decimal("9.33"), "NMC": Decimal("5.15"), "NCA": Decimal("4.99"),
}  # fmt: skip
_PLENTY = 1_000_000


@dataclass(frozen=True)
class Group:
    """Packs of one origin; `key` names the share that goes to a second life in the last line."""

    key: str
    name: str
    packs: tuple[PackFile, ...]


def measure(sheet: Sheet, console: Console) -> None:
    """Fill the sheet. Refuses where the data are absent."""
    for group in groups(where=cells.folder()):
        console.print(f"{group.name}: {len(group.packs)} packs …")
        sheet.figures += _figures(group, planned(group.packs))


def planned(packs: Iterable[PackFile]) -> tuple[Line, ...]:
    """The plan of these packs among all programmes, with its explanation pack by pack."""
    snapshot = Snapshot(on=ON, packs=tuple(packs), openings=tuple(_openings()))
    return make_plan(snapshot, tables=tables.planning()).lines


def groups(*, where: Path) -> Iterator[Group]:
    """The packs of each data set, split by health where the split is the point."""
    retired = list(_retired(where))
    for chemistry in ("LMO", "LFP", "NMC"):
        some = [pack for pack in retired if pack.facts.chemistry == chemistry]
        for word, packs in _split(some, at=Decimal("0.75")):
            yield Group(
                _key(chemistry, word), f"retired {chemistry} cells, health {word}", tuple(packs)
            )
    read = list(_tesla(where))
    yield Group("nca_bms", "NCA vehicles as their BMS says", tuple(read))
    tested = [_tested(pack) for pack in read]
    for word, packs in _split(tested, at=Decimal("0.70")):
        name = f"NCA vehicles, confirmed by a test, health {word}"
        yield Group(_key("NCA", word), name, tuple(packs))
    for word, packs in _split(list(_changan(where, retired)), at=Decimal("0.80")):
        yield Group(_key("fleet", word), f"NMC fleet, health {word}", tuple(packs))


def _key(what: str, word: str) -> str:
    return f"{what.lower()}_{'low' if word.startswith('below') else 'high'}"


def _split(packs: list[PackFile], *, at: Decimal) -> Iterator[tuple[str, list[PackFile]]]:
    low = [pack for pack in packs if pack.soh is not None and pack.soh < at]
    high = [pack for pack in packs if pack not in low]
    for word, some in ((f"below {at}", low), (f"from {at} on", high)):
        if some:
            yield word, some


def _retired(where: Path) -> Iterator[PackFile]:
    """Cells retired from vehicles; the best decile of a batch stands for resistance when new."""
    rows = [row for row in _rows(where / "pulsebat_retired_cells.csv") if row["first_life"] in
            ("HEV", "BEV")]  # fmt: skip
    for row in rows:
        batch = sorted(
            Decimal(each["r5s_soc50_mohm"]) for each in rows if each["batch"] == row["batch"]
        )
        ratio = Decimal(row["r5s_soc50_mohm"]) / batch[len(batch) // 10]
        yield _pack(
            row["cell_id"], row["chemistry"], Decimal(row["soh_c"]), Method.TESTED,
            ratio=ratio.quantize(Decimal("0.0001")), tested=True,
        )  # fmt: skip


def _tesla(where: Path) -> Iterator[PackFile]:
    rows = [row for row in _rows(where / "field_tesla_model3_lr_nca.csv")
            if row["age_years"] == "6"]  # fmt: skip
    for number, row in enumerate(rows):
        yield _pack(f"NCA-{number:05}", "NCA", Decimal(row["soh_e"]), Method.BMS_REPORTED)


def _changan(where: Path, retired: list[PackFile]) -> Iterator[PackFile]:
    """Readings from charging; resistance is that of the retired NMC cell of the nearest health."""
    known = [pack for pack in retired if pack.facts.chemistry == "NMC"]
    for number, row in enumerate(_rows(where / "field_changan_fleet_soh_vs_km.csv")):
        if number % 4 == 0:
            soh = Decimal(row["soh_c"])
            near = min(known, key=lambda pack: abs((pack.soh or Decimal(0)) - soh))
            yield _pack(
                f"NMC-{number:05}", "NMC", soh, Method.CHARGE_BASED,
                ratio=near.facts.resistance_ratio,
            )  # fmt: skip


def _tested(pack: PackFile) -> PackFile:
    """The same with a test that confirms the middle of what was read, and a sound resistance."""
    facts = replace(
        pack.facts, soh_method=Method.TESTED, reuse_test_passed=True,
        soh_low=(pack.soh or Decimal(0)) - HALF_WIDTH[Method.TESTED],
        resistance_ratio=Decimal("1.3"),
    )  # fmt: skip
    return replace(pack, facts=facts)


def _pack(
    name: str, chemistry: str, soh: Decimal, method: Method,
    *, ratio: Decimal | None = None, tested: bool = False,
) -> PackFile:  # fmt: skip
    kwh = _PACK_KWH[chemistry]
    return PackFile(
        id=name, model=f"{chemistry} pack", soh=soh, rated_kwh=kwh,
        facts=Facts(
            chemistry=chemistry, recall_open=False, thermal_event=False, case_damage=False,
            water_ingress=False, crash_severity="NONE", soh_low=soh - HALF_WIDTH[method],
            resistance_ratio=ratio, age_years=Decimal(7), reading_age_days=Decimal(30),
            soh_method=method, traceability=True, waste=False, reuse_test_passed=tested,
        ),
        mass_kg=kwh * _KG_A_KWH[chemistry], place=None, remaining_years_low=None, rounds=0,
        declined_by=frozenset(),
    )  # fmt: skip


def _openings() -> Iterator[Opening]:
    for use in tables.uses():
        terms = use.terms
        if use.use in PRICES:
            yield _opening(
                use.use, use.route, Kind.SECOND_LIFE, terms["chemistries"].split(),
                soh_min=Decimal(terms["soh_min"]), soh_max=Decimal(terms["soh_max"]),
                resistance_max=Decimal(terms["resistance_max"]),
                contract_years=Decimal(terms["contract_years"]),
                price_cents_per_kwh=Decimal(PRICES[use.use]),
            )  # fmt: skip
    yield _opening(
        RECYCLING, Route.RECYCLE, Kind.RECYCLER, ["*"], soh_min=Decimal(0), soh_max=Decimal("1.2"),
        resistance_max=None, contract_years=Decimal(0), price_cents_per_kwh=Decimal(0),
    )  # fmt: skip


def _opening(
    name: str, route: Route, kind: Kind, chemistries: list[str], **terms: Decimal | None
) -> Opening:
    return Opening(
        name=name, route=route, places=_PLENTY,
        terms=ProgrammeTerms(
            id=name, kind=kind, chemistries=frozenset(chemistries or ["*"]), models=frozenset(),
            accepts_damaged=True, place=None, max_distance_km=None, fee_cents_per_kg=None,
            **terms,  # type: ignore[arg-type]
        ),
    )  # fmt: skip


def _figures(group: Group, lines: tuple[Line, ...]) -> list[Figure]:
    went = Counter(line.programme or "held" for line in lines)
    second = sum(line.route not in (None, Route.RECYCLE) for line in lines) / len(lines)
    what = f"{group.name}: second life, of {len(lines)} packs"
    return [
        Figure(what, second, "", group.key, how="share of the packs"),
        *_ways(group, lines, went),
    ]


def _ways(group: Group, lines: tuple[Line, ...], went: Counter[str]) -> list[Figure]:
    return [
        Figure(
            f"{group.name}: {name}", count / len(lines), "",
            how=next(line.sentence for line in lines if (line.programme or "held") == name),
        )
        for name, count in went.most_common()
    ]  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
