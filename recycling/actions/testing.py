"""Orders tests of batteries for another use, books them, and records their results."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from passport.actions import custody, event, health
from passport.models import Party
from passport.queries import party as parties
from passport.queries.battery import unknown
from passport.rules.custody import NotTheHolder
from passport.rules.errors import Conflict
from passport.rules.health import Method, make_reading
from passport.rules.lifecycle import EventKind
from recycling.actions import gate_check
from recycling.models import CheckedBecause, TestOrder, TestState
from recycling.queries import gate_check as gates
from recycling.queries.tested import NOBODY_LOOKED, looked_at
from recycling.rules.inspection import parse_condition
from recycling.rules.testing import (
    Campaign,
    CampaignBroken,
    NotTheTester,
    check_booking,
    check_order,
    check_place,
    check_step,
    parse_campaign,
)


class TestUnderWay(Conflict):
    """A battery is tested once at a time."""

    code = "test-under-way"
    title = "A test of this battery is under way"


@transaction.atomic
def order(*, battery_id: uuid.UUID, tester_id: uuid.UUID, by: Party, at: datetime) -> TestOrder:
    """Order a test of a battery in hand; a tester that is somebody else may see it from now on.

    Refuses NotFound, NotTheHolder, NotToBeTested, TestUnderWay.
    """
    battery = event.lock(battery_id=battery_id)
    if battery.holder_id != by.pk:
        raise NotTheHolder(
            "the battery is in another party's hands", remedy="ask its holder to order the test"
        )
    tester = parties.by_id(party_id=tester_id)
    route = gates.ask(battery=battery, on=at.date()).outcome.route
    check_order(own=tester.pk == by.pk, tester_roles=tester.roles, route=route.value)
    seen = looked_at(battery_ids=[battery.pk]).get(battery.pk, NOBODY_LOOKED)
    if tester.pk != by.pk:
        custody.grant(battery_id=battery.pk, to_id=tester.pk, by=by, at=at)
    try:
        with transaction.atomic():
            return TestOrder.objects.create(
                battery=battery,
                retirement=seen.retirement,
                ordered_by=by,
                tester=tester,
                ordered_at=at,
            )
    except IntegrityError as clash:
        raise TestUnderWay(
            "a test of it is ordered or booked already",
            remedy="wait for its result, or cancel it",
        ) from clash


@transaction.atomic
def book(*, order_id: uuid.UUID, booked_on: date, by: Party, at: datetime) -> TestOrder:
    """Name the day of a test. Refuses NotFound, NotTheTester, TestSettled, CampaignBroken."""
    found = _lock(order_id)
    check_step(state=found.state, tester=found.tester_id, by=by.pk)
    check_booking(on=booked_on, today=at.date())
    found.state, found.booked_on = TestState.BOOKED, booked_on
    found.save(update_fields=["state", "booked_on"])
    return found


@transaction.atomic
def cancel(*, order_id: uuid.UUID, by: Party, at: datetime) -> TestOrder:
    """Call a test off, from either side. Refuses NotFound, NotTheTester, TestSettled."""
    found = _lock(order_id)
    side = by.pk if by.pk in (found.ordered_by_id, found.tester_id) else found.tester_id
    check_step(state=found.state, tester=side, by=by.pk)
    found.state, found.settled_at = TestState.CANCELLED, at
    found.save(update_fields=["state", "settled_at"])
    return found


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a tester says: seven items, what its inspection answers, and where that was."""

    items: Mapping[str, Any]
    facility: str
    country: str
    certificate: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    tested_at: datetime | None = None


@transaction.atomic
def record(
    *, order_id: uuid.UUID, result: Result, by: Party, at: datetime, event_id: uuid.UUID
) -> TestOrder:
    """Record the seven items; the same record again changes nothing.

    What was measured becomes a reading, what was inspected answers the gates, and the gates are
    asked anew. Refuses NotFound, NotTheTester, TestSettled, CampaignBroken, AnswerNotKnown, and
    what health.read() and event.append() refuse.
    """
    found = _lock(order_id)
    if found.state == TestState.RECORDED and _is_same(found, event_id, by=by):
        return found
    check_step(state=found.state, tester=found.tester_id, by=by.pk)
    check_place(facility=result.facility, country=result.country, certificate=result.certificate)
    campaign = parse_campaign(result.items)
    said = {k: v for k, v in asdict(parse_condition(result.answers)).items() if v is not None}

    _read(found, campaign, result, event_id=event_id, by=by, at=at)
    _tell(found, campaign, replace(result, answers=said), event_id=event_id, by=by, at=at)
    found.state, found.verdict, found.settled_at = TestState.RECORDED, campaign.verdict, at
    found.items, found.answers = dict(campaign.items), said
    found.facility, found.country = result.facility, result.country
    found.certificate = result.certificate
    found.save(update_fields=_RECORDED)
    gate_check.check(battery_id=found.battery_id, by=by, at=at, because=CheckedBecause.TESTED)
    return found


_RECORDED = (
    *("state", "verdict", "settled_at", "items", "answers", "reading", "event"),
    *("facility", "country", "certificate"),
)


def _read(
    found: TestOrder,
    campaign: Campaign,
    result: Result,
    *,
    event_id: uuid.UUID,
    by: Party,
    at: datetime,
) -> None:
    found.reading = health.read(
        battery_id=found.battery_id,
        event_id=uuid.uuid5(event_id, "reading"),
        reading=make_reading(
            method=Method.TESTED,
            source=f"{result.facility}, {result.certificate}"[:200],
            measured_at=result.tested_at or at,
            **_measured(campaign),
        ),
        by=by,
        at=at,
    )


def _tell(
    found: TestOrder,
    campaign: Campaign,
    result: Result,
    *,
    event_id: uuid.UUID,
    by: Party,
    at: datetime,
) -> None:
    found.event = event.append(
        battery=event.lock(battery_id=found.battery_id),
        kind=EventKind.OBSERVED,
        happened_at=result.tested_at or at,
        event_id=event_id,
        facts={
            "seen": "tested for reuse",
            "verdict": campaign.verdict.value,
            "items": {name: dict(item) for name, item in campaign.items.items()},
            "answers": dict(result.answers),
            "facility": result.facility,
            "country": result.country,
            "certificate": result.certificate,
        },
        by=by,
        at=at,
    )


def _lock(order_id: uuid.UUID) -> TestOrder:
    rows = TestOrder.objects.select_for_update(of=("self",)).select_related("event")
    found = rows.filter(pk=order_id).first()
    if found is None:
        raise unknown("test")
    return found


def _is_same(found: TestOrder, event_id: uuid.UUID, *, by: Party) -> bool:
    if found.tester_id != by.pk:
        raise NotTheTester("another party tests this battery")
    return found.event is not None and found.event.event_id == event_id


def _measured(campaign: Campaign) -> dict[str, Any]:
    """What the reading takes; a bound that lies on the wrong side of the mean is told here."""
    low, high = campaign.measured.get("soh_low"), campaign.measured.get("soh_high")
    mean = campaign.measured["soh"]
    if (low is not None and low > mean) or (high is not None and high < mean):
        raise CampaignBroken(
            f"the capacity {mean} does not lie between {low} and {high}",
            pointer="/items/capacity/soh",
            remedy="check the three figures",
        )
    return dict(campaign.measured)
