"""One measurement of planning in a process of its own, so that its memory is its own.

`python -m api.management.bench.plan_child WHAT PACKS` prints one JSON object as its last line.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from api.management.bench.plan_market import instance
from recycling.rules.arrays import canonical
from recycling.rules.lot_yardsticks import linear_lots, one_shot
from recycling.rules.matching import solve
from recycling.rules.solving import Limits, bench_of, solve_component
from recycling.rules.yardsticks import best_edge_first, linear_optimum

# The search of lots: flows bind first, the same on any machine; seconds are the last resort.
LIMITS = Limits(flows=260, seconds=55)

Found = dict[str, float | int | str]


def solved(packs: int) -> Found:
    """Edges ready in memory → the exact plan with the price of every place."""
    market = instance(packs).market
    began, used = time.perf_counter(), time.process_time()
    answer = solve(market)
    found: Found = {
        "wall_s": time.perf_counter() - began,
        "cpu_s": time.process_time() - used,
        "edges": len(market.src),
        "objective": answer.objective_cents,
    }
    return found | {"peak_mb": peak_mb()}


def greedy(packs: int) -> Found:
    """The exact plan beside the best edge first."""
    market = instance(packs).market
    return {"objective": solve(market).objective_cents, "first": best_edge_first(market)}


def linear(packs: int) -> Found:
    """The exact plan beside the optimum of the linear programme."""
    market = instance(packs).market
    answer = solve(market).objective_cents
    began = time.process_time()
    optimum = linear_optimum(market)
    return {"objective": answer, "linear": optimum, "cpu_s": time.process_time() - began}


def lots(packs: int) -> Found:
    """The plan with lots, its own bound, the linear relaxation, and bands chosen once."""
    made = instance(packs)
    began, used = time.perf_counter(), time.process_time()
    found = solve_component(made.market, made.lots(), limits=LIMITS)
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    bench = bench_of(canonical(made.market), made.lots())
    once = one_shot(bench, solve(bench.market).chosen)
    return {
        "wall_s": wall,
        "cpu_s": cpu,
        "objective": found.objective_cents,
        "bound": found.bound_cents,
        "flows": found.flows,
        "open": len(found.bands),
        "one_shot": once.worth,
        "linear": linear_lots(bench, strong=False),
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    """The most that this process had resident: VmHWM, which starts anew with the program."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


WHAT: Mapping[str, Callable[[int], Found]] = {
    "solved": solved,
    "greedy": greedy,
    "linear": linear,
    "lots": lots,
}

if __name__ == "__main__":
    # A solver may greet on standard output: ours is the last line.
    sys.stdout.write(f"\n{json.dumps(WHAT[sys.argv[1]](int(sys.argv[2])))}\n")
