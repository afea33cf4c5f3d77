"""What a keeper sees of plans on its desk: work under way, plans made, and the board of one."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncWeek

from passport.models import Battery, Job, JobState
from passport.queries.battery import unknown
from recycling.models import (
    Offer,
    Plan,
    PlanLine,
    PlanPart,
    PlanState,
    Retirement,
    RetirementState,
    RunState,
)
from recycling.queries.explained import explained, inputs_of
from recycling.queries.plan import by_id
from recycling.rules.feasibility import Kind, Place

JOB_KINDS = ("plan", "plan_whatif")
_NAMED_PARTS = 5
_SHOWN = 100


@dataclass(frozen=True)
class JobLine:
    """How far the work on a plan has come; `plan_id` is known when it is done.

    `base_id` is the plan that a what-if is asked of; one that comes to the same has no plan.
    """

    id: uuid.UUID
    state: str
    done: int
    total: int
    attempts: int
    last_error: str
    created_at: datetime
    finished_at: datetime | None
    plan_id: uuid.UUID | None
    base_id: str = ""
    parts: int = 0
    solved: int = 0
    seconds: Decimal = Decimal(0)
    gap_cents: int = 0
    parts_open: tuple[str, ...] = ()


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
    goes_by: date | None
    why: dict[str, Any]


@dataclass(frozen=True)
class PartRow:
    """One part of a plan: how it was solved, how long that took, how far it is from its bound."""

    label: str
    packs: int
    programmes: int
    method: str
    seconds: Decimal
    gap_cents: int
    cut_off: bool


@dataclass(frozen=True)
class WeekRow:
    """How many packs go to one programme in the week that begins on that Monday."""

    begins_on: date
    programme: str
    packs: int


@dataclass(frozen=True)
class LaneRow:
    """How many packs go from one place to one programme; places are degrees north and east."""

    name: str
    packs: int
    recycles: bool
    start: tuple[float, float]
    end: tuple[float, float]


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
    weeks: tuple[WeekRow, ...]
    lines: tuple[LineRow, ...]
    next: str
    change: dict[str, Any]
    base_id: uuid.UUID | None
    parts: tuple[PartRow, ...]
    programmes: tuple[tuple[str, str], ...]


def plans(*, party_id: uuid.UUID) -> Plans:
    """What waits for a plan, the work under way, and the plans made, newest first."""
    running = Job.objects.filter(party_id=party_id, kind__in=JOB_KINDS).exclude(state=JobState.DONE)
    made = (
        Plan.objects.filter(keeper_id=party_id)
        .exclude(state=PlanState.WHATIF)
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
    row = Job.objects.filter(party_id=party_id, kind__in=JOB_KINDS, id=job_id).first()
    if row is None:
        raise unknown("plan under way")
    return _job(row)


def board(*, plan_id: uuid.UUID, route: str = "", after: str = "") -> PlanBoard:
    """A plan with a hundred of its lines, of one route when asked. Refuses NotFound."""
    plan = by_id(plan_id=plan_id)
    rows = (
        PlanLine.objects.filter(plan=plan)
        .select_related("plan", "retirement", "programme__party", "offer")
        # Not joined: a pack that was handed over is hidden, and would hide its line.
        .prefetch_related("retirement__battery__model")
        .order_by("id")
    )
    if route:
        rows = rows.filter(route=None if route == "HOLD" else route)
    if after:
        rows = rows.filter(id__gt=_cursor(after))
    found = explained(rows[: _SHOWN + 1])
    routes = _routes(plan)
    return PlanBoard(
        id=plan.id,
        created_at=plan.created_at,
        seconds=plan.seconds,
        packs=sum(each.packs for each in routes),
        placed=sum(each.packs for each in routes if each.route != "HOLD"),
        currency=_currency(found),
        value_cents=plan.objective_cents,
        greedy_cents=plan.best_edge_first_cents,
        bound_cents=plan.linear_cents,
        solver=plan.solver,
        rules_version=plan.rules_version,
        prices_version=plan.prices_version,
        snapshot_sha256=bytes(plan.snapshot_sha256).hex(),
        routes=routes,
        destinations=_destinations(plan),
        weeks=_weeks(plan),
        lines=tuple(_line(row) for row in found[:_SHOWN]),
        next=str(found[_SHOWN - 1].id) if len(found) > _SHOWN else "",
        change=plan.change,
        base_id=plan.base_id,
        parts=_parts(plan),
        programmes=_programmes(plan),
    )


def lanes(*, plan_id: uuid.UUID) -> tuple[LaneRow, ...]:
    """From where to whom the packs of a plan go, where both places are known. Refuses NotFound."""
    plan = by_id(plan_id=plan_id)
    if plan.run_id is None:
        return ()
    seen = inputs_of(run_id=plan.run_id)
    openings = {opening.terms.id: opening for opening in seen.openings}
    counted: Counter[tuple[int, str]] = Counter()
    placed = PlanLine.objects.filter(plan=plan, programme__isnull=False)
    for row, programme in placed.values_list("row", "programme_id"):
        counted[int(seen.packs.place[row]), str(programme)] += 1
    return tuple(
        LaneRow(
            name=opening.name,
            packs=packs,
            recycles=opening.terms.kind is Kind.RECYCLER,
            start=_degrees(seen.packs.places[place]),
            end=_degrees(opening.terms.place),
        )
        for (place, programme), packs in counted.items()
        if place >= 0 and (opening := openings[programme]).terms.place is not None
    )


def _degrees(place: Place) -> tuple[float, float]:
    return float(place.latitude), float(place.longitude)


def _parts(plan: Plan) -> tuple[PartRow, ...]:
    rows = PlanPart.objects.filter(run=plan.run_id).defer("content", "result").order_by("number")
    return tuple(
        PartRow(
            label=row.label,
            packs=row.packs,
            programmes=row.programmes,
            method=row.method,
            seconds=row.seconds or Decimal(0),
            gap_cents=(row.bound_cents or 0) - (row.objective_cents or 0),
            cut_off=row.cut_off,
        )
        for row in rows[:_SHOWN]
    )


def _programmes(plan: Plan) -> tuple[tuple[str, str], ...]:
    """What may be supposed closed: id and name of each programme that was open."""
    if plan.run_id is None:
        return ()
    openings = inputs_of(run_id=plan.run_id).openings
    return tuple(sorted((each.terms.id, each.name) for each in openings))


def _currency(rows: Sequence[PlanLine]) -> str:
    return str((rows[0].explanation or {})["currency"]) if rows else "EUR"


def _job(row: Job) -> JobLine:
    made = Plan.objects.filter(job=row).values_list("id", flat=True).first()
    parts = list(
        PlanPart.objects.filter(run__job=row, run__state=RunState.SOLVING)
        .defer("content", "result")
        .order_by("number")
    )
    solved = [each for each in parts if each.solved_at is not None]
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
        base_id=row.payload.get("base", ""),
        parts=len(parts),
        solved=len(solved),
        seconds=sum((each.seconds or Decimal(0) for each in solved), Decimal(0)),
        gap_cents=sum((each.bound_cents or 0) - (each.objective_cents or 0) for each in solved),
        parts_open=tuple(each.label for each in parts if each.solved_at is None)[:_NAMED_PARTS],
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


def _weeks(plan: Plan) -> tuple[WeekRow, ...]:
    counted = (
        PlanLine.objects.filter(plan=plan, goes_by__isnull=False)
        .annotate(week=TruncWeek("goes_by"))
        .values("week", "programme__name")
        .annotate(packs=Count("id"))
        .order_by("week", "programme__name")
    )
    return tuple(WeekRow(row["week"], row["programme__name"], row["packs"]) for row in counted)


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
        goes_by=row.goes_by,
        why=row.explanation or {},
    )


def _cursor(after: str) -> uuid.UUID:
    try:
        return uuid.UUID(after)
    except ValueError:
        raise unknown("page") from None
