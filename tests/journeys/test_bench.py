"""A benchmark names its figures as agreed, and leaves nothing on the server that it was given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from passport.local.borrow import BENCH_DATABASE
from tests.databases import Cluster

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "proof": {
        "entries_per_s", "entries_vs_copy", "attest_vs_ed25519",
        "bundle_make_s", "bundle_verify_s", "proof_bytes",
    },
    "attest": {"register_per_s", "vs_trivial", "p95_proof_s"},
    "intake": {"cells_per_s", "vs_copy", "replay_per_s", "peak_mb", "flat_1e6"},
    "capture": {"events_per_s", "vs_copy", "replay_per_s"},
    "labels": {"svg_per_s", "zpl_per_s"},
    "plan": {
        "solve_s_100k", "solve_mb_100k", "run_s_100k", "solve_s_1m", "solve_mb_1m",
        "lots_s_10k", "lots_gap_10k", "lots_vs_heuristic", "vs_lp", "vs_greedy",
    },
    "feoc": {"ratio_s", "reconcile_s", "peak_mb"},
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_the_last_line_has_every_figure(
    name: str, cluster: Cluster, template: str, redis_url: str
) -> None:
    before = _databases(cluster)
    code, out, err = _run(name, cluster, template, REDIS_URL=redis_url)
    assert code == 0, out[-3000:] + err[-3000:]
    table, _, last = out.rstrip("\n").rpartition("\n")
    found = json.loads(last)

    assert found.pop("quick") is True
    assert set(found) == KEYS[name]
    assert all(value > 0 for value in found.values()), found
    assert "small loads: no figure to quote" in table
    assert _databases(cluster) == before


def _run(name: str, cluster: Cluster, template: str, **told: str) -> tuple[int, str, str]:
    """Code and output; the database that the benchmark would make has its tables already.

    Its name ends with the id of the process, which is known while a shell still waits in it.
    """
    waiting = ["sh", "-c", 'read -r _ && exec "$@"', "sh"]
    with subprocess.Popen(
        [*waiting, sys.executable, "manage.py", "bench", name, "--quick"],
        cwd=ROOT, env=os.environ | {"PASSPORT_PYTHON": "current"} | told, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        cluster.copy(template, f"{BENCH_DATABASE}{process.pid}")
        out, err = process.communicate("\n", timeout=300)
    return process.returncode, out, err


def _databases(cluster: Cluster) -> set[str]:
    """The databases of benchmarks on the server; of others' sessions there may be more."""
    with cluster.admin() as admin:
        found = admin.execute("select datname from pg_database").fetchall()
    return {name for (name,) in found if name.startswith(BENCH_DATABASE)}


def test_a_benchmark_refuses_a_database_that_somebody_works_with(cluster: Cluster) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "bench", "proof", "--quick"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "passport.settings", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "makes its own database" in done.stderr
