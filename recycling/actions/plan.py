"""Asks for a plan, makes it, and puts its offers out: one plan at a time, all of it or nothing."""

import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from passport.actions import job as jobs
from passport.models import Job, JobState, Party
from passport.postgres import locks
from recycling.actions import offer
from recycling.models import (
    Offer,
    Plan,
    PlanLine,
    PlanState,
    Retirement,
    RetirementState,
)
from recycling.queries import snapshot, tables
from recycling.queries.offer import lapsed
from recycling.rules.errors import MarketMoved, NothingToPlan
from recycling.rules.explanation import explain
from recycling.rules.keeping import check_keeper
from recycling.rules.market import Snapshot
from recycling.rules.planning import Solved, make_plan

KIND = "plan"
OFFER_LIFE = timedelta(hours=72)
MOST_LOOKS = 3


@transaction.atomic
def request(*, by: Party, at: datetime) -> Job:
    """Ask for a plan of all that waits; asked twice before it starts, it is one job.

    Refuses NotAKeeper, NothingToPlan. Nothing is published: the dispatcher finds the row.
    """
    check_keeper(roles=by.roles)
    if not _waits(by, at=at):
        raise NothingToPlan(
            "none of your batteries waits for a plan", remedy="retire a battery first"
        )
    asked = Job.objects.filter(kind=KIND, party=by)
    waiting = asked.filter(state=JobState.READY).order_by("created_at").first()
    if waiting is not None:
        return waiting
    # The count is the same for two requests at once, so they meet in one row.
    key = f"{KIND}:{by.pk}:{asked.count()}"
    return jobs.enqueue(kind=KIND, dedupe_key=key, party=by, payload={}, at=at)


def _waits(keeper: Party, *, at: datetime) -> bool:
    """Whether a pack waits now, or will once lapsed offers are swept."""
    if Retirement.objects.filter(keeper=keeper, state=RetirementState.OPEN).exists():
        return True
    return Offer.objects.filter(lapsed(at=at), from_party=keeper).exists()


def run(*, job: Job, at: datetime) -> Plan | None:
    """Make the plan that a leased job asks for; None when nothing waits any more.

    Solving holds no lock: the snapshot is read again under the market's lock, and when it has
    moved, the plan is made anew. A crash anywhere leaves no trace but the lease, which runs out;
    progress renews it. Refuses NoAssignment, MarketMoved, LeaseLost.
    """
    offer.sweep(at=at)
    for _ in range(MOST_LOOKS):
        draft = _draft(job, at=at)
        packs = len(draft.snapshot.packs)
        with transaction.atomic():
            locks.lock(locks.PLANNER)
            if _digest(job.party, at=at) == draft.digest:
                # From here the job's row is locked: nobody else leases it until we are done.
                jobs.progress(job=job, done=packs, total=packs, at=at)
                plan = _keep(draft, job=job, at=at)
                jobs.finish(job=job, at=at)
                return plan
    raise MarketMoved(
        f"the market changed {MOST_LOOKS} times while it was planned",
        remedy="the job tries again by itself",
    )


@dataclass(frozen=True, kw_only=True)
class _Draft:
    snapshot: Snapshot
    digest: bytes
    solved: Solved
    seconds: Decimal


def _draft(job: Job, *, at: datetime) -> _Draft:
    began = time.perf_counter()
    seen = snapshot.of_market(keeper=job.party, on=at.date())

    def show(packs: int) -> None:
        now = at + timedelta(seconds=time.perf_counter() - began)
        jobs.progress(job=job, done=packs, total=len(seen.packs), at=now)

    return _Draft(
        snapshot=seen,
        digest=snapshot.digest(seen, tables=tables.planning()),
        solved=make_plan(seen, tables=tables.planning(), seen=show),
        seconds=Decimal(str(round(time.perf_counter() - began, 3))),
    )


def _digest(keeper: Party, *, at: datetime) -> bytes:
    seen = snapshot.of_market(keeper=keeper, on=at.date())
    return snapshot.digest(seen, tables=tables.planning())


def _keep(draft: _Draft, *, job: Job, at: datetime) -> Plan | None:
    if not draft.snapshot.packs:
        return None
    keeper = job.party
    earlier = Plan.objects.filter(keeper=keeper, snapshot_sha256=draft.digest).first()
    if earlier is not None:
        return earlier
    solved, known = draft.solved, tables.planning()
    offered = any(line.programme for line in solved.lines)
    plan = Plan.objects.create(
        keeper=keeper,
        job=job,
        snapshot_sha256=draft.digest,
        rules_version=known.gates.version,
        prices_version=known.prices.version,
        solver=solved.solver,
        objective_cents=solved.objective_cents,
        linear_cents=solved.linear_cents,
        best_edge_first_cents=solved.best_edge_first_cents,
        seconds=draft.seconds,
        created_at=at,
        state=PlanState.OFFERED if offered else PlanState.HELD,
    )
    lines = PlanLine.objects.bulk_create(_lines(draft, plan=plan), batch_size=1000)
    offer.propose(lines=lines, expires_at=at + OFFER_LIFE, at=at)
    return plan


def _lines(draft: _Draft, *, plan: Plan) -> list[PlanLine]:
    names = {opening.terms.id: opening for opening in draft.snapshot.openings}
    return [
        PlanLine(
            plan=plan,
            retirement_id=uuid.UUID(line.docket.pack.id),
            gate_route=line.docket.outcome.route.value,
            programme_id=uuid.UUID(line.programme) if line.programme else None,
            route=line.route,
            reason=line.reason.value,
            value_cents=line.value_cents,
            regret_cents=line.regret_cents,
            explanation=explain(
                line,
                names=names,
                tables=tables.planning(),
                snapshot_sha256=draft.digest.hex(),
                solver=draft.solved.solver,
            ),
        )
        for line in draft.solved.lines
    ]
