"""What a keeper sees of plans on its desk: work under way, plans made, and the board of one."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from passport.models import Battery, Job, JobState
from passport.queries.battery import unknown
from recycling.models import Offer, Plan, PlanLine, Retirement, RetirementState
from recycling.queries.plan import by_id

JOB_KIND = "plan"
_SHOWN = 100


@dataclass(frozen=True)
class JobLine:
    """How far the work on a plan has come; `plan_id` is known when it is done."""

    id: uuid.UUID
    state: str
    done: int
    total: int
    attempts: int
    last_error: str
    created_at: datetime
    finished_at: datetime | None
    plan_id: uuid.UUID | None


@dataclass(frozen=True)
class PlanRow:
    id: uuid.UUID
    created_at: datetime
    packs: int
    placed: int
    value_cents: int
    currency: str


@dataclass(frozen=True)
class Plans:
    waiting: int
    jobs: tuple[JobLine, ...]
    plans: tuple[PlanRow, ...]


@dataclass(frozen=True)
class RouteCount:
    route: str
    packs: int
    value_cents: int


@dataclass(frozen=True)
class Destination:
    """A programme in a plan: how many packs it gets, and how many places it has in all."""

    name: str
    party_name: str
    route: str
    packs: int
    capacity: int
    value_cents: int


@dataclass(frozen=True)
class LineRow:
    """One pack of a plan with all that decided it, as it was kept with the plan.

    `serial` is empty once the pack was handed over and no longer concerns the reader.
    """

    id: uuid.UUID
    battery_id: uuid.UUID
    serial: str
    model_name: str
    chemistry: str
    gate_route: str
    route: str
    programme: str
    party_name: str
    value_cents: int
    regret_cents: int
    offer_state: str
    why: dict[str, Any]


@dataclass(frozen=True)
class PlanBoard:
    """The sums of a plan beside its yardsticks, where packs go, and a page of its lines."""

    id: uuid.UUID
    created_at: datetime
    seconds: Decimal
    packs: int
    placed: int
    currency: str
    value_cents: int
    greedy_cents: int
    bound_cents: int
    solver: str
    rules_version: str
    prices_version: str
    snapshot_sha256: str
    routes: tuple[RouteCount, ...]
    destinations: tuple[Destination, ...]
    lines: tuple[LineRow, ...]
    next: str


def plans(*, party_id: uuid.UUID) -> Plans:
    """What waits for a plan, the work under way, and the plans made, newest first."""
    running = Job.objects.filter(party_id=party_id, kind=JOB_KIND).exclude(state=JobState.DONE)
    made = (
        Plan.objects.filter(keeper_id=party_id)
        .annotate(packs=Count("lines"), placed=Count("lines", filter=Q(lines__route__isnull=False)))
        .order_by("-created_at")[:_SHOWN]
    )
    return Plans(
        waiting=Retirement.objects.filter(keeper_id=party_id, state=RetirementState.OPEN).count(),
        jobs=tuple(_job(row) for row in running.order_by("-created_at")),
        plans=tuple(
            PlanRow(row.id, row.created_at, row.packs, row.placed, row.objective_cents, "EUR")
            for row in made
        ),
    )


def progress(*, party_id: uuid.UUID, job_id: uuid.UUID) -> JobLine:
    """How far one piece of work has come. Refuses NotFound."""
    row = Job.objects.filter(party_id=party_id, kind=JOB_KIND, id=job_id).first()
    if row is None:
        raise unknown("plan under way")
    return _job(row)


def board(*, plan_id: uuid.UUID, route: str = "", after: str = "") -> PlanBoard:
    """A plan with a hundred of its lines, of one route when asked. Refuses NotFound."""
    plan = by_id(plan_id=plan_id)
    rows = (
        PlanLine.objects.filter(plan=plan)
        .select_related("retirement", "programme__party", "offer")
        # Not joined: a pack that was handed over is hidden, and would hide its line.
        .prefetch_related("retirement__battery__model")
        .order_by("id")
    )
    if route:
        rows = rows.filter(route=None if route == "HOLD" else route)
    if after:
        rows = rows.filter(id__gt=_cursor(after))
    found = list(rows[: _SHOWN + 1])
    routes = _routes(plan)
    return PlanBoard(
        id=plan.id,
        created_at=plan.created_at,
        seconds=plan.seconds,
        packs=sum(each.packs for each in routes),
        placed=sum(each.packs for each in routes if each.route != "HOLD"),
        currency=found[0].explanation["currency"] if found else "EUR",
        value_cents=plan.objective_cents,
        greedy_cents=plan.best_edge_first_cents,
        bound_cents=plan.linear_cents,
        solver=plan.solver,
        rules_version=plan.rules_version,
        prices_version=plan.prices_version,
        snapshot_sha256=bytes(plan.snapshot_sha256).hex(),
        routes=routes,
        destinations=_destinations(plan),
        lines=tuple(_line(row) for row in found[:_SHOWN]),
        next=str(found[_SHOWN - 1].id) if len(found) > _SHOWN else "",
    )


def _job(row: Job) -> JobLine:
    made = Plan.objects.filter(job=row).values_list("id", flat=True).first()
    return JobLine(
        id=row.id,
        state=row.state,
        done=row.done_count,
        total=row.total_count,
        attempts=row.attempts,
        last_error=row.last_error,
        created_at=row.created_at,
        finished_at=row.finished_at,
        plan_id=made,
    )


def _routes(plan: Plan) -> tuple[RouteCount, ...]:
    counted = (
        PlanLine.objects.filter(plan=plan)
        .values("route")
        .annotate(packs=Count("id"), cents=Sum("value_cents"))
        .order_by("-packs")
    )
    return tuple(RouteCount(row["route"] or "HOLD", row["packs"], row["cents"]) for row in counted)


def _destinations(plan: Plan) -> tuple[Destination, ...]:
    counted = (
        PlanLine.objects.filter(plan=plan, programme__isnull=False)
        .values("programme__name", "programme__party__name", "route", "programme__capacity_packs")
        .annotate(packs=Count("id"), cents=Sum("value_cents"))
        .order_by("-packs", "programme__name")
    )
    return tuple(
        Destination(
            name=row["programme__name"],
            party_name=row["programme__party__name"],
            route=row["route"] or "HOLD",
            packs=row["packs"],
            capacity=row["programme__capacity_packs"],
            value_cents=row["cents"],
        )
        for row in counted
    )


def _line(row: PlanLine) -> LineRow:
    battery: Battery | None = getattr(row.retirement, "battery", None)
    offer: Offer | None = getattr(row, "offer", None)
    return LineRow(
        id=row.id,
        battery_id=row.retirement.battery_id,
        serial=battery.serial if battery else "",
        model_name=battery.model.name if battery else "",
        chemistry=battery.model.chemistry if battery else "",
        gate_route=row.gate_route,
        route=row.route or "HOLD",
        programme=row.programme.name if row.programme else "",
        party_name=row.programme.party.name if row.programme else "",
        value_cents=row.value_cents,
        regret_cents=row.regret_cents,
        offer_state=offer.state if offer else "",
        why=row.explanation,
    )


def _cursor(after: str) -> uuid.UUID:
    try:
        return uuid.UUID(after)
    except ValueError:
        raise unknown("page") from None
