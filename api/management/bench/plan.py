"""bench plan: packs to programmes, exact and with lots, beside what bounds it and what loses.

Every part runs in a process of its own; edges are ready in memory when its clock starts.
"""

import json
import os
import subprocess
import sys

from django.conf import settings
from django.core.management.base import CommandError
from rich.console import Console

from api.management.bench import plan_run
from api.management.bench.figures import Figure, Sheet

SYNTHETIC = "50 programmes, synthetic, seed 7"

Found = dict[str, float]


def measure(sheet: Sheet, console: Console) -> None:
    """Fill the sheet."""
    few, many = (2_000, 5_000) if sheet.quick else (100_000, 1_000_000)
    some = 500 if sheet.quick else 10_000
    sheet.figures += _solved(few, "100k", most=(5, 300), console=console)
    sheet.figures += _solved(many, "1m", most=(60, 2_000), console=console)
    sheet.figures += plan_run.measured(few, most=60, console=console)
    sheet.figures += _lots(some, console=console)
    sheet.figures += _against(few, some, console=console)


def _solved(packs: int, key: str, *, most: tuple[float, float], console: Console) -> list[Figure]:
    console.print(f"planning {packs:,} packs …")
    found = _child("solved", packs)
    return [
        Figure(
            f"{packs:,} packs planned", found["wall_s"], "s", f"solve_s_{key}", most=most[0],
            how=f"{found['edges']:,} edges, {SYNTHETIC}; {found['cpu_s']:.3g} s of one core",
        ),
        Figure(
            "its process at most", found["peak_mb"], "MB", f"solve_mb_{key}", most=most[1],
            how="VmHWM: interpreter, edges, solver",
        ),
    ]  # fmt: skip


def _lots(packs: int, *, console: Console) -> list[Figure]:
    console.print(f"planning {packs:,} packs in lots …")
    found = _child("lots", packs)
    below = {name: 1 - found["objective"] / found[name] for name in ("bound", "linear")}
    return [
        Figure(
            f"{packs:,} packs planned in lots", found["wall_s"], "s", "lots_s_10k", most=60,
            how=f"60 % filled, six points of health; {found['cpu_s']:.3g} s of one core, "
            f"{found['flows']} flows, {found['open']} lots open",
        ),
        Figure(
            "below the bound", max(below["bound"], 0), "", "lots_gap_10k", most=0.08,
            how="packs priced, each lot its best: the linear relaxation with a row an edge",
        ),
        Figure(
            "below the relaxation by HiGHS", max(below["linear"], 0), "", most=0.08,
            how="a row a band: a looser bound, by a solver that is not ours",
        ),
        Figure(
            "against bands chosen once", found["objective"] / found["one_shot"], "",
            "lots_vs_heuristic", least=1.03, how="best band of the plan without lots, then closing",
        ),
    ]  # fmt: skip


def _against(packs: int, fewer: int, *, console: Console) -> list[Figure]:
    console.print("beside the linear programme and the best edge first …")
    linear, first = _child("linear", fewer), _child("greedy", packs)
    apart = linear["objective"] - linear["linear"]
    return [
        Figure(
            "against the linear optimum", 1.0 if not apart else min(0.999, 1 - abs(apart)), "",
            "vs_lp", least=1,
            how=f"{fewer:,} packs, simplex (GLOP), {apart:+.0f} cents apart",
        ),
        Figure(
            "against the best edge first", first["objective"] / first["first"], "",
            "vs_greedy", least=1.07, how=f"{packs:,} packs",
        ),
    ]  # fmt: skip


def _child(what: str, packs: int) -> Found:
    """What a process of its own found. Refuses where it failed, with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "api.management.bench.plan_child", what, str(packs)],
        cwd=settings.ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise CommandError(f"Planning {packs:,} packs failed:\n{done.stderr[-2000:]}")
    found: Found = json.loads(done.stdout.rstrip().rpartition("\n")[2])
    return found
