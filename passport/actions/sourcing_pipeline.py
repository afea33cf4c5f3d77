"""Plans projects ahead of their opening, and saves scenarios that were reckoned over them."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from passport.actions import sourcing_project
from passport.actions.sourcing_supply import StillAllocated, check_keeper
from passport.models import Party, PlannedProject, SourcingScenario, SupplyAllocation
from passport.queries import sourcing_rules, sourcing_scenario, sourcing_supply
from passport.rules.errors import Conflict, Refusal
from passport.rules.sourcing_mix import Planned


class PlannedNameTaken(Conflict):
    """The party plans another project of this name."""

    code = "planned-name-taken"
    title = "The name is taken by another project that you plan"


class ScenarioNameTaken(Conflict):
    """The party has saved another scenario of this name."""

    code = "scenario-name-taken"
    title = "The name is taken by another scenario of yours"


class NoSize(Refusal):
    """A planned project has no size, or costs less than nothing."""

    code = "planned-without-size"
    title = "A planned project needs a nameplate"


@transaction.atomic
def plan(*, told: Planned, project_id: uuid.UUID | None, by: Party, at: datetime) -> PlannedProject:
    """Put a project into the pipeline; `project_id` is the one already opened for it, if any.

    Refuses NoKeeper, NotFound, NoSize, PlannedNameTaken.
    """
    check_keeper(by)
    project = None
    if project_id is not None:
        project = sourcing_project.own(project_id=project_id, by=by)
    if told.kwh <= 0 or told.kw < 0 or told.other_cost < 0:
        raise NoSize(
            f"{told.kwh} kWh, {told.kw} kW and {told.other_cost} dollars are no size",
            pointer="/nameplate_kwh",
            remedy="send kWh above 0, and kW and dollars from 0 upwards",
        )
    try:
        with transaction.atomic():
            return PlannedProject.objects.create(
                owner=by, project=project, name=told.name, begins_on=told.begins_on,
                incurred_on=told.incurred_on, nameplate_kwh=told.kwh, nameplate_kw=told.kw,
                other_cost=told.other_cost, planned_at=at,
            )  # fmt: skip
    except IntegrityError as clash:
        raise PlannedNameTaken(
            f"you plan a project called {told.name}",
            pointer="/name",
            remedy="choose another name, or end that one first",
        ) from clash


@transaction.atomic
def end_plan(*, planned_id: uuid.UUID, by: Party, at: datetime) -> PlannedProject:
    """Take a project out of the pipeline. Twice is once. Refuses NotFound, StillAllocated."""
    found = sourcing_supply.planned_row(planned_id=planned_id, owner=by, lock=True)
    standing = SupplyAllocation.objects.filter(planned=found, released_at__isnull=True).count()
    if standing:
        raise StillAllocated(
            f"{standing} allocations to {found.name} stand", remedy="release them first"
        )
    if found.ended_at is None:
        found.ended_at = at
        found.save(update_fields=["ended_at"])
    return found


@transaction.atomic
def save_scenario(
    *, name: str, inputs: Mapping[str, Any], rule_set: str, as_of: date, by: Party, at: datetime
) -> SourcingScenario:
    """Keep the inputs of a scenario; what comes of them is reckoned anew whenever it is looked at.

    The same under the same name changes nothing. Refuses NoKeeper, ScenarioNameTaken,
    NoSuchRuleSet, NothingPlanned, and what reckoned() refuses.
    """
    check_keeper(by)
    rules = sourcing_rules.rules_of(rule_set)
    inputs = sourcing_scenario.with_pipeline(inputs, owner=by)
    sourcing_scenario.reckoned(inputs=inputs, owner=by, as_of=as_of, rules=rules)
    try:
        with transaction.atomic():
            return SourcingScenario.objects.create(
                owner=by, name=name, inputs=inputs, rule_set=rule_set, as_of=as_of,
                saved_at=at,
            )  # fmt: skip
    except IntegrityError as clash:
        there = SourcingScenario.objects.get(owner=by, name=name)
        if (there.inputs, there.rule_set, there.as_of) == (inputs, rule_set, as_of):
            return there
        raise ScenarioNameTaken(
            f"you have saved another scenario as {name}",
            pointer="/name",
            remedy="save this one under another name",
        ) from clash
