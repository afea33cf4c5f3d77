"""Plans as their keeper reads them: the sums, the lines, and why each pack goes where it does."""

import uuid
from collections import Counter
from dataclasses import dataclass

from passport.models import Party
from passport.queries.battery import unknown
from recycling.models import Plan, PlanLine
from recycling.queries.explained import explained


def by_id(*, plan_id: uuid.UUID) -> Plan:
    """The plan of this id, if the acting party is its keeper. Refuses NotFound."""
    found = Plan.objects.select_related("job", "base").filter(pk=plan_id).first()
    if found is None:
        raise unknown("plan")
    return found


def listing(*, keeper: Party, after: uuid.UUID | None = None, limit: int = 50) -> list[Plan]:
    """A page of a keeper's plans, newest first."""
    rows = Plan.objects.filter(keeper=keeper).order_by("-id")
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def lines(*, plan: Plan, after: uuid.UUID | None = None, limit: int = 100) -> list[PlanLine]:
    """A page of the lines of a plan, in its order."""
    rows = (
        PlanLine.objects.filter(plan=plan)
        .select_related("plan", "retirement", "programme__party", "offer")
        .order_by("id")
    )
    return explained(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def explanation(*, line_id: uuid.UUID) -> PlanLine:
    """One line with all that decided it, if the acting party keeps the plan. Refuses NotFound."""
    found = (
        PlanLine.objects.select_related(
            "plan", "retirement__battery__model", "programme__party", "offer"
        )
        .filter(pk=line_id)
        .first()
    )
    if found is None:
        raise unknown("line of a plan")
    return explained([found])[0]


@dataclass(frozen=True)
class Move:
    """How many packs go from one place to another, None being where they are."""

    was: str | None
    now: str | None
    packs: int
    value_cents: int


@dataclass(frozen=True)
class Difference:
    """What a plan that binds nobody would change of the one it varies."""

    value_cents: int
    moved: int
    moves: tuple[Move, ...]

    @property
    def apart_cents(self) -> int:
        """By how much the two are apart, whichever is worth more."""
        return abs(self.value_cents)


def difference_of(*, plan_id: uuid.UUID) -> Difference:
    """The same of a plan by its id. Refuses NotFound."""
    return difference(plan=by_id(plan_id=plan_id))


def difference(*, plan: Plan) -> Difference:
    """Which packs would go elsewhere, the most first; of a plan that varies another.

    Refuses NotFound for one that binds.
    """
    if plan.base is None:
        raise unknown("variant of a plan")
    rows = PlanLine.objects.filter(plan=plan).values_list(
        "retirement_id", "programme__name", "value_cents"
    )
    before = PlanLine.objects.filter(plan=plan.base_id).values_list(
        "retirement_id", "programme__name", "value_cents"
    )
    was = {retirement: (name, cents) for retirement, name, cents in before}
    packs: Counter[tuple[str | None, str | None]] = Counter()
    cents: Counter[tuple[str | None, str | None]] = Counter()
    for retirement, name, value in rows:
        old, worth = was[retirement]
        if old != name:
            packs[old, name] += 1
            cents[old, name] += value - worth
    order = sorted(packs, key=lambda key: (-packs[key], key[0] or "", key[1] or ""))
    return Difference(
        value_cents=plan.objective_cents - plan.base.objective_cents,
        moved=packs.total(),
        moves=tuple(Move(*key, packs=packs[key], value_cents=cents[key]) for key in order),
    )
