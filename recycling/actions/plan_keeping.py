"""Writes a solved plan: lines and offers, in one transaction, if the market still stands."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import zstandard
from django.db import transaction

from passport.actions import job as jobs
from passport.models import Job
from passport.models.ids import new_ids
from passport.postgres import locks, planned
from passport.postgres.arrays import Packed, packed
from recycling.actions import news
from recycling.models import Plan, PlanPart, PlanRun, PlanState, RunState
from recycling.queries import market
from recycling.rules import inputs as kept
from recycling.rules.answers import answer_from_bytes
from recycling.rules.arrays import HELD, Cents, Nodes
from recycling.rules.columns import Whole
from recycling.rules.components import joined
from recycling.rules.edge_columns import paid_cents
from recycling.rules.gate_columns import ROUTES
from recycling.rules.inputs import Inputs
from recycling.rules.plan_columns import (
    REASONS,
    Lines,
    Ready,
    lines_of,
    market_of,
    parts_of,
    ready,
)
from recycling.rules.weeks import answer_by, days_until, first_monday


def keep(*, run: PlanRun, job: Job, at: datetime) -> Plan | None:
    """The plan of a run whose parts are solved; None where the market has moved meanwhile.

    The market is read again under the planner's lock: what binds was planned for what is there
    now. Refuses LeaseLost.
    """
    now = jobs.clock(at)
    seen = kept.decode(zstandard.decompress(bytes(run.content)))
    made = ready(seen)
    chosen, shadow = _chosen(run, seen, made)
    found = lines_of(seen, made, chosen=chosen, shadow_cents=shadow)
    jobs.progress(job=job, done=run.packs, total=run.packs, at=now())
    with transaction.atomic():
        planned.begin()
        # From here the job's row is locked: nobody else leases it until we are done.
        jobs.hold(job=job, at=now())
        if run.binding:
            locks.lock(locks.PLANNER)
            there = market.inputs(keeper=run.keeper, on=at.date())
            if kept.digest(kept.encode(there)) != bytes(run.snapshot_sha256):
                return None
        plan = _plan(run, seen, found, at=at, seconds=(now() - run.began_at).total_seconds())
        ids = list(new_ids(run.packs))
        days = days_until(
            found.week, found.chosen, packs=seen.packs, openings=seen.openings, on=seen.on
        )
        planned.lines(
            plan=plan.pk,
            since=first_monday(seen.on),
            each=_each(seen, made, found, ids, days),
            shared=_shared(seen),
        )
        if run.binding:
            _put_out(plan, seen, made, found, ids, days, at=at)
        news.of_plan(plan, at=now())
        PlanRun.objects.filter(pk=run.pk).update(state=RunState.DONE, ended_at=now())
        jobs.finish(job=job, at=now())
    return plan


def _chosen(run: PlanRun, seen: Inputs, made: Ready) -> tuple[Nodes, Cents]:
    """Where every pack of the whole goes, and what one more of each place is worth."""
    parts = parts_of(seen, made)
    answers, shadow = [], np.zeros(len(made.placed.layout.names), dtype=np.int64)
    results = PlanPart.objects.filter(run=run).order_by("number").values_list("result", flat=True)
    for part, result in zip(parts, results, strict=True):
        chosen, prices = answer_from_bytes(bytes(result or b""))
        shadow[part.places] = prices[: len(part.places)]
        answers.append((part, chosen))
    return joined(market_of(seen, made), answers), shadow


def _plan(run: PlanRun, seen: Inputs, found: Lines, *, at: datetime, seconds: float) -> Plan:
    parts = list(PlanPart.objects.filter(run=run).defer("content", "result"))
    # Packs without an edge are in no part, and stay in every plan.
    rest = int(found.value_cents.sum()) - sum(part.objective_cents or 0 for part in parts)
    offered = bool((found.chosen != HELD).any())
    state = PlanState.OFFERED if offered else PlanState.HELD
    return Plan.objects.create(
        keeper=run.keeper,
        job=run.job,
        run=run,
        snapshot_sha256=bytes(run.snapshot_sha256),
        rules_version=seen.tables.gates.version,
        prices_version=seen.prices.version,
        solver=max((part.solver for part in parts), default="nothing to solve"),
        objective_cents=int(found.value_cents.sum()),
        linear_cents=rest + sum(part.bound_cents or 0 for part in parts),
        best_edge_first_cents=rest + sum(part.best_edge_first_cents or 0 for part in parts),
        seconds=Decimal(str(round(seconds, 3))),
        created_at=at,
        state=state if run.binding else PlanState.WHATIF,
        base_id=run.change.get("base"),
        change=run.change,
    )


def _shared(seen: Inputs) -> list[Packed]:
    """What lines share, in the order of their numbers from 1."""
    return [
        packed("text", [route.value for route in ROUTES]),
        packed("uuid", [_bytes(opening.terms.id) for opening in seen.openings]),
        packed("text", [opening.route.value for opening in seen.openings]),
        packed("text", [reason.value for reason in REASONS]),
    ]


def _each(seen: Inputs, made: Ready, found: Lines, ids: list[bytes], days: Whole) -> list[Packed]:
    return [
        packed("uuid", ids),
        packed("uuid", [row.tobytes() for row in seen.packs.ids]),
        packed("integer", (made.gated.route + 1).tolist()),
        packed("integer", (found.chosen + 1).tolist()),
        packed("integer", (found.reason + 1).tolist()),
        packed("bigint", found.value_cents.tolist()),
        packed("bigint", found.regret_cents.tolist()),
        packed("bigint", found.price_cents.tolist()),
        packed("integer", found.indicative.astype(int).tolist()),
        packed("integer", days.tolist()),
    ]


def _put_out(
    plan: Plan,
    seen: Inputs,
    made: Ready,
    found: Lines,
    ids: list[bytes],
    days: Whole,
    *,
    at: datetime,
) -> None:
    """Offer every placed pack to the party of its programme, which sees it from now on."""
    since = first_monday(seen.on)
    rows = np.flatnonzero(found.chosen != HELD)
    paid = paid_cents(
        seen.packs, made.gated, chosen=found.chosen, openings=seen.openings, prices=seen.prices
    )
    lines = packed("uuid", [ids[row] for row in rows])
    named = list(new_ids(len(rows)))
    until = {day: answer_by(since + timedelta(day), at=at) for day in set(days[rows].tolist())}
    ends = [until[day] for day in days[rows].tolist()]
    offered = packed("uuid", named)
    planned.put_out(retirements=packed("uuid", [seen.packs.ids[row].tobytes() for row in rows]))
    planned.offers(
        each=[
            offered,
            lines,
            packed("bigint", paid[rows].tolist()),
            packed("text", [each.isoformat() for each in ends]),
        ],
        keeper=plan.keeper_id,
        at=at,
    )
    planned.concerns(each=[packed("uuid", list(new_ids(len(rows)))), lines], at=at)
    partners = [uuid.UUID(opening.partner) for opening in seen.openings]
    news.of_proposals(
        [
            (partners[to], uuid.UUID(bytes=offer), end)
            for to, offer, end in zip(found.chosen[rows].tolist(), named, ends, strict=True)
        ],
        at=at,
    )


def _bytes(name: str) -> bytes:
    return bytes.fromhex(name.replace("-", ""))
