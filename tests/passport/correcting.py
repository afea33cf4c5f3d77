"""Records things of a battery, and declares them wrong, as one party does."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

from passport.actions import correction, custody, event, health
from passport.models.ids import new_id
from passport.rules.correction import Reason
from passport.rules.health import Method, make_reading
from passport.rules.lifecycle import EventKind
from tests.cast import THEN
from tests.passport.acting import acting

LATER = THEN + timedelta(hours=1)
ID = uuid.UUID("01a1b2c3-0000-7000-8000-000000000003")


def read(pack, by, soh="0.93", *, corrects=None, event_id=None, at=THEN):
    reading = make_reading(
        soh=Decimal(soh), method=Method.TESTED, source="cycler", measured_at=THEN
    )
    with acting(by):
        return health.read(
            battery_id=pack.pk, event_id=event_id or new_id(), reading=reading, by=by, at=at,
            corrects=corrects,
        )  # fmt: skip


def happened(pack, by, kind=EventKind.INCIDENT, **facts):
    with acting(by):
        return event.record(
            battery_id=pack.pk, kind=kind, happened_at=THEN, event_id=new_id(), facts=facts,
            by=by, at=THEN,
        )  # fmt: skip


def declare(wrong, by, *right, reason=Reason.INCORRECT_DATA, declaration_id=None, at=LATER):
    with acting(by):
        return correction.declare(
            event_id=wrong.pk, reason=reason, correctives=[each.pk for each in right],
            declaration_id=declaration_id or new_id(), by=by, at=at,
        )  # fmt: skip


def give(pack, giver, taker):
    with acting(giver):
        offered = custody.hand_over(battery_id=pack.pk, to_id=taker.pk, by=giver, at=THEN)
    with acting(taker):
        custody.accept(hand_over_id=offered.pk, by=taker, at=THEN)
