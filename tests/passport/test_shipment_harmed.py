"""What an incident happened to is not carried as sound before somebody has seen to it."""

from datetime import timedelta

import pytest

from passport.actions import correction, event
from passport.models.ids import new_id
from passport.rules.correction import Reason
from passport.rules.dangerous_goods import ConditionDoesNotFit
from passport.rules.lifecycle import EventKind
from tests.cast import THEN, packs
from tests.passport.acting import acting
from tests.passport.shipping import offer

LATER = THEN + timedelta(hours=1)


@pytest.fixture
def truck(cast, as_system):
    with as_system():
        return packs(cast["maker"], "H1", "H2", cells=1)


def happened(cast, battery, kind, at=THEN):
    with acting(cast["maker"]):
        return event.record(
            battery_id=battery.pk, kind=kind, happened_at=at, event_id=new_id(), facts={},
            by=cast["maker"], at=at,
        )  # fmt: skip


def test_after_an_incident_no_pack_travels_as_sound(cast, truck):
    happened(cast, truck[0], EventKind.INCIDENT)
    with pytest.raises(ConditionDoesNotFit, match="an incident stands on the record"):
        offer(cast, truck, at=LATER)
    assert offer(cast, truck[1:], at=LATER).pieces == 1


def test_after_its_repair_it_does(cast, truck):
    happened(cast, truck[0], EventKind.INCIDENT)
    happened(cast, truck[0], EventKind.REPAIRED, at=LATER)
    assert offer(cast, truck, at=LATER).pieces == 2


def test_an_incident_that_never_was_stops_nothing(cast, truck):
    wrong = happened(cast, truck[0], EventKind.INCIDENT)
    with acting(cast["maker"]):
        correction.declare(
            event_id=wrong.pk, reason=Reason.DID_NOT_OCCUR, correctives=[],
            declaration_id=new_id(), by=cast["maker"], at=LATER,
        )  # fmt: skip
    assert offer(cast, truck, at=LATER).pieces == 2
