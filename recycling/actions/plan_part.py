"""Solves one part of a market: the job of any worker on any host."""

from datetime import datetime

from django.db import transaction

from passport.actions import job as jobs
from passport.models import Job, JobState
from recycling.actions import patience
from recycling.models import PlanPart, PlanRun, RunState
from recycling.rules.answers import answer_to_bytes
from recycling.rules.parting import solve_part, unpack
from recycling.rules.solving import Solution

KIND = "plan_part"
# The search stops by itself; what does not stop is killed, and the best edge first stands instead.
SEARCH_S = 45.0
HARD_S = 120.0
# A worker that was lost so often in one part was perhaps short of memory.
MOST_SEARCHES = 2


def run(*, job: Job, at: datetime) -> PlanPart:
    """Solve the part that a leased job names, and call whoever ends the plan if it was the last.

    A part of a run that is over is left alone. Refuses LeaseLost.
    """
    part = PlanPart.objects.select_related("run").get(job=job)
    now = jobs.clock(at)
    if part.run.state != RunState.SOLVING or part.result is not None:
        jobs.finish(job=job, at=at)
        return part
    found, killed = _solved(part, job=job, now=now)
    with transaction.atomic():
        jobs.hold(job=job, at=now())
        # One after the other, so that the last one sees that it is.
        PlanRun.objects.select_for_update().get(pk=part.run_id)
        PlanPart.objects.filter(pk=part.pk).update(
            result=answer_to_bytes(found.assignment),
            method=found.method,
            solver=found.solver,
            objective_cents=found.objective_cents,
            bound_cents=found.bound_cents,
            best_edge_first_cents=found.best_edge_first_cents,
            seconds=str(round((now() - at).total_seconds(), 3)),
            cut_off=found.cut_off or killed,
            solved_at=now(),
        )
        jobs.progress(job=job, done=part.packs, total=part.packs, at=now())
        jobs.finish(job=job, at=now())
        if not PlanPart.objects.filter(run=part.run_id, result__isnull=True).exists():
            waiting = Job.objects.filter(pk=part.run.job_id, state=JobState.READY)
            waiting.update(run_after=at)
    part.refresh_from_db()
    return part


def _solved(part: PlanPart, *, job: Job, now: jobs.Clock) -> tuple[Solution, bool]:
    """The answer, and whether the search was killed for it."""
    component, earlier = unpack(bytes(part.content))

    def waiting() -> None:
        jobs.progress(job=job, done=0, total=part.packs, at=now())

    def search() -> Solution:
        return solve_part(component, earlier=earlier, seconds=SEARCH_S)

    lost = (job.attempts - 1) % jobs.MOST_ATTEMPTS >= MOST_SEARCHES
    found = None if lost else patience.within(HARD_S, search, meanwhile=waiting)
    if found is not None:
        return found, False
    return solve_part(component, earlier=earlier, seconds=0), True
