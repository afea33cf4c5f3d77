"""Plans that bind nobody: the same market with other prices, or with a programme closed."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from passport.actions import job as jobs
from passport.models import Job, Party
from passport.postgres import planned
from passport.proof import canonical
from recycling.actions import plan
from recycling.models import Plan, PlanRun, RunState
from recycling.queries import plan as plans
from recycling.queries.explained import inputs_of
from recycling.rules.inputs import Change, changed
from recycling.rules.keeping import check_keeper
from recycling.rules.supposing import check_change

KIND = "plan_whatif"


@transaction.atomic
def request(
    *,
    plan_id: uuid.UUID,
    price_percent: int,
    programme: str,
    closed: Sequence[str],
    by: Party,
    at: datetime,
) -> Job:
    """Ask what a plan would have been; the same question again is the same job.

    Nothing is offered to anybody. Refuses NotFound, NotAKeeper, NothingSupposed.
    """
    check_keeper(roles=by.roles)
    base = plans.by_id(plan_id=plan_id)
    change = Change(
        price_percent=price_percent, programme=programme, closed=tuple(sorted(set(closed)))
    )
    known = [] if base.run_id is None else inputs_of(run_id=base.run_id).openings
    check_change(
        change, known=[opening.terms.id for opening in known], binds=base.state != "WHATIF"
    )
    names = {opening.terms.id: opening.name for opening in known}
    said = {
        "base": str(base.pk),
        **asdict(change),
        "closed": list(change.closed),
        "closed_names": [names[each] for each in change.closed],
    }
    key = f"{KIND}:{canonical.encode(said).decode()}"
    return jobs.enqueue(kind=KIND, dedupe_key=_short(key), party=by, payload=said, at=at)


def run(*, job: Job, at: datetime) -> Plan | None:
    """Begin, or end, the plan that a leased job supposes. Raises GoesOn as plan.run() does."""
    under_way = PlanRun.objects.filter(job=job, state=RunState.SOLVING).first()
    if under_way is not None:
        return plan.end(run=under_way, job=job, at=at)
    base = Plan.objects.get(pk=job.payload["base"])
    with transaction.atomic():
        planned.look_once()
        seen = inputs_of(run_id=base.run_id)
    change = Change(
        price_percent=job.payload["price_percent"],
        programme=job.payload["programme"],
        closed=tuple(job.payload["closed"]),
    )
    return plan.begin(
        changed(seen, change), job=job, binding=False, at=at, change=dict(job.payload)
    )


def _short(key: str) -> str:
    return f"{KIND}:{uuid.uuid5(uuid.NAMESPACE_OID, key)}"
