"""Shows where the packs of a plan go and why, and holds the plan against its yardsticks."""

from collections import Counter, defaultdict

from django.core.management.base import CommandError
from rich.console import Console
from rich.table import Table

from recycling.models import Plan, PlanLine
from recycling.queries.explained import explained
from recycling.rules.planning import SENTENCES, Reason

# What a pack without a destination waits for, by the route of its gates.
_HELD = {"T": "TEST FIRST", "Q": "QUARANTINE"}


def show(plan: Plan, *, console: Console) -> None:
    """One table a chemistry, then the three sums."""
    lines = PlanLine.objects.filter(plan=plan).select_related(
        "plan", "programme", "retirement__battery__model"
    )
    by_chemistry: dict[str, list[PlanLine]] = defaultdict(list)
    for line in explained(lines):
        by_chemistry[line.retirement.battery.model.chemistry].append(line)
    for chemistry, found in sorted(by_chemistry.items()):
        console.print(_table(chemistry, found))
    console.print(_sums(plan))


def check(plan: Plan, *, packs: int) -> None:
    """Every pack has a line with a reason; the plan is the optimum, and best-edge-first is not."""
    lines = PlanLine.objects.filter(plan=plan).exclude(reason="")
    if lines.count() != packs:
        raise CommandError(f"{lines.count()} of {packs} packs were planned.")
    if plan.objective_cents != plan.linear_cents:
        raise CommandError("The plan differs from the linear optimum: it is not optimal.")
    if plan.objective_cents <= plan.best_edge_first_cents:
        raise CommandError("The plan is not above best-edge-first: capacity was not tight.")


def _table(chemistry: str, lines: list[PlanLine]) -> Table:
    table = Table(title=f"{chemistry}: {len(lines)} packs", title_justify="left", expand=False)
    for name in ("route", "programme", "packs", "EUR a pack", "why"):
        table.add_column(name, justify="right" if name in ("packs", "EUR a pack") else "left")
    packs: Counter[tuple[str, str, str]] = Counter()
    cents: Counter[tuple[str, str, str]] = Counter()
    for line in lines:
        key = (line.route or _HELD.get(line.gate_route, "HOLD"), _programme(line), _why(line))
        packs[key] += 1
        cents[key] += line.value_cents
    for key, number in sorted(packs.items(), key=lambda row: (row[0][0], row[0][1], -row[1])):
        route, programme, why = key
        table.add_row(route, programme, str(number), _euro(cents[key] // number), why)
    return table


def _programme(line: PlanLine) -> str:
    return line.programme.name.split(" ")[0] if line.programme else ""


def _why(line: PlanLine) -> str:
    failed = [
        gate
        for gate in (line.explanation or {})["gates"]
        if gate["route"] == line.gate_route != "A"
    ]
    words = SENTENCES[Reason(line.reason)]
    return f"{words} {' '.join(gate['gate'] for gate in failed)}".strip()


def _sums(plan: Plan) -> Table:
    table = Table(title="The plan, in EUR", title_justify="left")
    table.add_column("")
    table.add_column("value", justify="right")
    table.add_column("against the plan", justify="right")
    rows = (
        ("plan (min-cost flow)", plan.objective_cents),
        ("linear optimum (GLOP)", plan.linear_cents),
        ("best edge first", plan.best_edge_first_cents),
    )
    for name, cents in rows:
        table.add_row(name, _euro(cents), _euro(cents - plan.objective_cents))
    return table


def _euro(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
