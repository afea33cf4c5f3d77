"""The whole run of a plan: asked for, read, gated, solved and written by the worker, as in service.

The clock starts when the plan is asked for and stops when its job is done: reading the database,
gates, edges, solving, and every line, offer and sight of it committed.
"""

import time
from datetime import UTC, datetime

from django.core.management.base import CommandError
from rich.console import Console

from api.management.bench import household, plan_stage
from api.management.bench.figures import Figure
from passport.models import Job, JobState
from recycling.actions import plan
from recycling.models import Offer, Plan, PlanPart

PATIENCE_S = 900.0


def measured(packs: int, *, most: float, console: Console) -> list[Figure]:
    """`run_s_100k`: one plan of so many packs by a worker, beat and PostgreSQL."""
    console.print(f"loading {packs:,} retired packs …")
    made = plan_stage.set_up(packs)
    console.print("starting web, worker, clock, sequencer and two witnesses …")
    with household.serving():
        console.print(f"planning {packs:,} packs by the worker …")
        began = time.monotonic()
        job = plan.request(by=made.keeper, at=datetime.now(UTC))
        _await(job)
        took = time.monotonic() - began
    return [_figure(packs, made, job, took=took, most=most)]


def _figure(packs: int, made: plan_stage.Stage, job: Job, *, took: float, most: float) -> Figure:
    kept = Plan.objects.get(job=job)
    if kept.lines.count() != packs:
        raise CommandError(f"{kept.lines.count()} of {packs} packs were planned.")
    offers = Offer.objects.filter(plan_line__plan=kept).count()
    parts = list(PlanPart.objects.filter(run=kept.run_id).defer("content", "result"))
    solving = sum(float(part.seconds or 0) for part in parts)
    return Figure(
        f"{packs:,} packs planned in service", took, "s", "run_s_100k", most=most,
        how=f"asked for → all committed: {kept.run.edges if kept.run else 0:,} edges, "
        f"{made.programmes} programmes, {offers:,} offers; parts solved in {solving:.3g} s",
    )  # fmt: skip


def _await(job: Job) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if job.state == JobState.DONE:
            return
        if job.last_error:
            raise CommandError(f"The plan failed: {job.last_error}")
        time.sleep(0.05)
    raise CommandError(f"The plan was not made within {PATIENCE_S:.0f} s.")
