"""The journey of the really retired cells, as a person starts it, on servers of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracle_data import oracle

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def told() -> str:
    """What `manage.py journey` prints."""
    file = oracle("soh/pulsebat_retired_cells.csv")
    profiles = oracle("eol/use_profiles.json")
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [sys.executable, "manage.py", "journey", str(file), "--profiles", str(profiles)],
        cwd=ROOT,
        env=kept | {"PASSPORT_PYTHON": "current"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_every_retired_cell_is_planned_with_a_route_and_a_reason(told: str) -> None:
    counts = {"LFP": 56, "LMO": 95, "NMC": 52}
    assert {c: int(n) for c, n in re.findall(r"^(\w+): (\d+) packs\s*$", told, re.M)} == counts
    assert "Planned by a Celery worker" in told
    assert sum(int(n) for n in re.findall(r"│\s+(\d+) │\s+-?[\d,]+\.\d\d │", told)) == 203


def test_the_plan_is_the_linear_optimum_and_above_best_edge_first(told: str) -> None:
    rows = re.findall(r"│ ([a-z][\w() -]+?)\s+│\s+(-?[\d,]+\.\d\d) │", told)
    sums = {name: float(value.replace(",", "")) for name, value in rows}
    assert sums["plan (min-cost flow)"] == sums["linear optimum (GLOP)"]
    assert sums["plan (min-cost flow)"] > sums["best edge first"]


def test_the_bundle_of_one_of_them_verifies(told: str) -> None:
    assert "12. Completeness" in told
    assert told.rstrip().endswith("ACCEPTED")
