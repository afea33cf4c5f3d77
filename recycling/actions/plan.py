"""Asks for a plan and makes it: a snapshot, its parts to many workers, and their answers as one.

Rows are the queue. A job of kind KIND reads the market and leaves a job for each part of it; once
all have answered it writes the plan, all of it or nothing. A worker that dies leaves its lease to
run out, and the next one goes on where the rows stand.
"""

from datetime import datetime, timedelta

import zstandard
from django.db import IntegrityError, transaction

from passport.actions import job as jobs
from passport.models import Job, JobState, Party
from passport.models.ids import new_id
from passport.postgres import planned
from recycling.actions import offer, outlook, plan_keeping, plan_part
from recycling.models import Offer, Plan, PlanPart, PlanRun, Retirement, RetirementState, RunState
from recycling.queries import market
from recycling.queries.offer import lapsed
from recycling.rules.components import Component
from recycling.rules.errors import MarketMoved, NothingToPlan, PartNotSolved
from recycling.rules.inputs import Inputs, digest, encode
from recycling.rules.keeping import check_keeper
from recycling.rules.parting import pack
from recycling.rules.plan_columns import Ready, earlier_of, parts_of, ready

KIND = "plan"
MOST_LOOKS = 3
# After so long it is looked at anew: a market that moved does not bar its keeper for good.
CALM = timedelta(seconds=20)
# So long the job rests while its parts are solved; the last part calls it earlier.
LOOK_AGAIN = timedelta(seconds=2)


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
    """Begin the plan that a leased job asks for, or end it once its parts are solved.

    None when nothing waits any more. Refuses MarketMoved, PartNotSolved, LeaseLost; raises GoesOn
    while parts are being solved, or while another plan has the market.
    """
    now = jobs.clock(at)
    under_way = PlanRun.objects.filter(job=job, state=RunState.SOLVING).first()
    if under_way is not None:
        return end(run=under_way, job=job, at=at)
    moved = PlanRun.objects.filter(job=job, state=RunState.MOVED, ended_at__gt=at - CALM)
    if moved.count() >= MOST_LOOKS:
        raise MarketMoved(
            f"the market changed {MOST_LOOKS} times while it was planned",
            remedy="the job tries again by itself",
        )
    offer.sweep(at=at)
    if _is_taken():
        raise jobs.GoesOn(LOOK_AGAIN)
    outlook.refresh(
        keeper=job.party, at=at, told=lambda: jobs.progress(job=job, done=0, total=0, at=now())
    )
    with transaction.atomic():
        planned.look_once()
        seen = market.inputs(keeper=job.party, on=at.date())
    jobs.progress(job=job, done=0, total=len(seen.packs), at=now())
    return begin(seen, job=job, binding=True, at=at)


def begin(
    seen: Inputs, *, job: Job, binding: bool, at: datetime, change: dict[str, object] | None = None
) -> Plan | None:
    """Keep what a plan is made from, and leave a job for each of its parts."""
    now = jobs.clock(at)
    content = encode(seen)
    earlier = Plan.objects.filter(keeper=job.party, snapshot_sha256=digest(content)).first()
    if not len(seen.packs) or earlier is not None:
        with transaction.atomic():
            jobs.finish(job=job, at=at)
        return earlier
    made = ready(seen)
    jobs.progress(job=job, done=0, total=len(seen.packs), at=now())
    parts = parts_of(seen, made)
    proposed = earlier_of(seen.packs, seen.openings, made.placed.layout)
    packed = [pack(each, earlier=proposed) for each in parts]
    jobs.progress(job=job, done=0, total=len(seen.packs), at=now())
    try:
        with transaction.atomic():
            jobs.hold(job=job, at=now())
            kept = PlanRun.objects.create(
                job=job,
                keeper=job.party,
                binding=binding,
                snapshot_sha256=digest(content),
                content=zstandard.compress(content, 1),
                change=change or {},
                packs=len(seen.packs),
                edges=len(made.placed.src),
                began_at=at,
            )
            _leave(kept, list(zip(parts, packed, strict=True)), seen=seen, made=made, at=at)
    except IntegrityError as clash:
        # Another keeper's plan was begun between two looks: it has the market first.
        raise jobs.GoesOn(LOOK_AGAIN) from clash
    if not parts:
        return end(run=kept, job=job, at=at)
    raise jobs.GoesOn(LOOK_AGAIN)


def _leave(
    kept: PlanRun,
    parts: list[tuple[Component, bytes]],
    *,
    seen: Inputs,
    made: Ready,
    at: datetime,
) -> None:
    asked = [
        Job(
            id=new_id(),
            kind=plan_part.KIND,
            dedupe_key=f"{plan_part.KIND}:{kept.pk}:{number}",
            party_id=kept.keeper_id,
            payload={"run": str(kept.pk), "part": number},
            run_after=at,
            created_at=at,
            total_count=len(part.packs),
        )
        for number, (part, _) in enumerate(parts)
    ]
    Job.objects.bulk_create(asked, batch_size=500)
    PlanPart.objects.bulk_create(
        [
            PlanPart(
                run=kept,
                number=number,
                job=asked[number],
                label=market.label(seen, part.packs),
                packs=len(part.packs),
                programmes=len(part.places),
                content=content,
            )
            for number, (part, content) in enumerate(parts)
        ],
        batch_size=100,
    )


def _is_taken() -> bool:
    """Whether another plan has the market; one whose work rests for good gives it back."""
    other = PlanRun.objects.filter(state=RunState.SOLVING, binding=True).first()
    if other is None:
        return False
    stuck = Job.objects.filter(plan_part__run=other, state=JobState.RESTING).exists()
    if not stuck and other.job.state in (JobState.READY, JobState.RUNNING):
        return True
    close(other, RunState.FAILED)
    return False


def close(run: PlanRun, state: RunState, *, at: datetime | None = None) -> None:
    """End a run, once."""
    PlanRun.objects.filter(pk=run.pk, state=RunState.SOLVING).update(
        state=state, ended_at=at or run.began_at
    )


def end(*, run: PlanRun, job: Job, at: datetime) -> Plan | None:
    """Write the plan once every part is solved. Refuses as run() does."""
    if Job.objects.filter(plan_part__run=run, state=JobState.RESTING).exists():
        close(run, RunState.FAILED, at=at)
        raise PartNotSolved("a part of the market could not be solved", remedy="ask for it again")
    if run.parts.filter(result__isnull=True).exists():
        raise jobs.GoesOn(LOOK_AGAIN)
    made = plan_keeping.keep(run=run, job=job, at=at)
    if made is None:
        close(run, RunState.MOVED, at=at)
        raise jobs.GoesOn
    return made
