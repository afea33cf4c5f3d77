"""Ends a battery's present life: its holder declares it, with what an inspection found."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction

from passport.actions import event
from passport.models import Battery, Facility, Party
from passport.queries.battery import unknown
from passport.rules.custody import NotTheHolder, PartOfAnother
from passport.rules.lifecycle import EventKind
from recycling.actions import gate_check
from recycling.models import CheckedBecause, Retirement, RetirementReason
from recycling.rules.inspection import parse_condition
from recycling.rules.keeping import check_days, check_keeper


@transaction.atomic
def retire(
    *,
    battery_id: uuid.UUID,
    by: Party,
    reason: RetirementReason | str,
    condition: Mapping[str, Any],
    event_id: uuid.UUID,
    at: datetime,
    happened_at: datetime | None = None,
    facility_id: uuid.UUID | None = None,
    ready_on: date | None = None,
    due_on: date | None = None,
) -> Retirement:
    """Retire a whole unit that the party holds; the same retirement again changes nothing.

    `condition` answers the questions of rules.inspection; `facility_id` is where the pack stands,
    `ready_on` and `due_on` from when it may be fetched and by when it must be gone. Refuses
    NotFound, NotTheHolder, PartOfAnother, NotAKeeper, AnswerNotKnown, DaysBroken, and what
    event.append refuses.
    """
    battery = event.lock(battery_id=battery_id)
    earlier = Retirement.objects.filter(keeper=by, event__event_id=event_id).first()
    if earlier is None:
        _check_holder(battery, by=by)
        check_days(ready_on=ready_on, due_on=due_on, on=at.date())
    check_keeper(roles=by.roles)
    answers = {k: v for k, v in asdict(parse_condition(condition)).items() if v is not None}
    facility = _facility(facility_id, by=by)

    recorded = event.append(
        battery=battery,
        kind=EventKind.RETIRED,
        happened_at=happened_at or at,
        event_id=event_id,
        facts={"reason": RetirementReason(reason).value, "condition": answers},
        by=by,
        at=at,
    )
    if earlier is not None:
        return earlier
    made = Retirement.objects.create(
        battery=battery,
        keeper=by,
        event=recorded,
        facility=facility,
        reason=RetirementReason(reason),
        condition=answers,
        declared_at=recorded.happened_at,
        ready_on=ready_on,
        due_on=due_on,
    )
    gate_check.check(battery_id=battery.pk, by=by, at=at, because=CheckedBecause.RETIRED)
    return made


@transaction.atomic
def retire_all(
    *,
    events: Mapping[uuid.UUID, uuid.UUID],
    by: Party,
    reason: RetirementReason | str,
    condition: Mapping[str, Any],
    at: datetime,
    happened_at: datetime | None = None,
    facility_id: uuid.UUID | None = None,
    ready_on: date | None = None,
    due_on: date | None = None,
) -> list[Retirement]:
    """Retire several units found in the same condition: all of them, or none.

    `events` gives each battery the id of its event. Refuses as retire() does.
    """
    return [
        retire(
            battery_id=battery_id,
            by=by,
            reason=reason,
            condition=condition,
            event_id=event_id,
            at=at,
            happened_at=happened_at,
            facility_id=facility_id,
            ready_on=ready_on,
            due_on=due_on,
        )
        for battery_id, event_id in events.items()
    ]


def _check_holder(battery: Battery, *, by: Party) -> None:
    if battery.holder_id != by.pk:
        raise NotTheHolder(
            "the battery is in another party's hands", remedy="ask its holder to retire it"
        )
    if battery.unit_id != battery.pk:
        raise PartOfAnother(
            f"the battery sits in {battery.unit.identity}",
            remedy=f"retire {battery.unit.identity}, or take this battery out of it first",
        )


def _facility(facility_id: uuid.UUID | None, *, by: Party) -> Facility | None:
    if facility_id is None:
        return None
    facility = Facility.objects.filter(pk=facility_id, party=by).first()
    if facility is None:
        raise unknown("facility of yours").at("/facility")
    return facility
