"""A reading is an interval with a method and a source, within physics, recorded once."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from passport.actions import health
from passport.actions.event import EventIdReused
from passport.models import HealthReading, LifecycleEvent
from passport.models.ids import new_id
from passport.queries import health as readings
from passport.rules.errors import NotFound, Refusal
from passport.rules.health import Method, make_reading
from tests.cast import THEN
from tests.passport.acting import acting

ID = uuid.UUID("01a1b2c3-0000-7000-8000-000000000002")


def _made(soh="0.93", **told):
    usual = {"method": Method.TESTED, "source": "cycler 4", "measured_at": THEN}
    return make_reading(soh=Decimal(soh), **usual | told)


def _read(pack, by, reading=None, *, event_id=None, at=THEN):
    with acting(by):
        return health.read(
            battery_id=pack.pk,
            event_id=event_id or new_id(),
            reading=reading or _made(),
            by=by,
            at=at,
        )


def test_a_reading_is_a_row_and_an_event_with_decimals_as_texts(cast, pack, as_system):
    row = _read(pack, cast["maker"], _made("0.930", capacity_ah=Decimal("260.4")))
    assert row.soh_low <= row.soh <= row.soh_high
    facts = json.loads(bytes(row.event.body))["facts"]
    assert (facts["soh"], facts["capacity_ah"], facts["method"]) == ("0.93", "260.4", "TESTED")
    with as_system():
        assert readings.latest(battery=pack).pk == row.pk


def test_the_same_reading_again_changes_nothing(cast, pack, as_system):
    first = _read(pack, cast["maker"], event_id=ID)
    _read(pack, cast["maker"], _made("0.92", measured_at=THEN + timedelta(hours=1)),
          at=THEN + timedelta(hours=1))  # fmt: skip
    again = _read(pack, cast["maker"], event_id=ID, at=THEN + timedelta(days=2))
    assert again.pk == first.pk
    with as_system():
        assert HealthReading.objects.count() == 2
        assert LifecycleEvent.objects.filter(kind="HEALTH_READ").count() == 2


def test_an_event_id_does_not_serve_for_another_reading(cast, pack):
    _read(pack, cast["maker"], event_id=ID)
    with pytest.raises(EventIdReused):
        _read(pack, cast["maker"], _made("0.5"), event_id=ID)


def _raw(**changed):
    return replace(_made(), **changed)


IMPOSSIBLE = {
    "above what a battery has": lambda: _raw(soh=Decimal("1.3"), soh_high=Decimal("1.3")),
    "below nothing": lambda: _raw(soh=Decimal("-0.1"), soh_low=Decimal("-0.1")),
    "outside its own interval": lambda: _raw(soh_low=Decimal("0.95")),
    "of the future": lambda: _raw(measured_at=THEN + timedelta(hours=1)),
    "before the battery was made": lambda: _raw(measured_at=THEN - timedelta(days=4000)),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_reading_outside_physics_is_refused(cast, pack, name, as_system):
    with pytest.raises(Refusal):
        _read(pack, cast["maker"], IMPOSSIBLE[name]())
    with as_system():
        assert not HealthReading.objects.exists()


def test_a_battery_does_not_recover_between_two_tests(cast, pack):
    _read(pack, cast["maker"], _made("0.60"))
    later = THEN + timedelta(days=1)
    with pytest.raises(Refusal):
        _read(pack, cast["maker"], _made("0.99", measured_at=later), at=later)


def test_a_stranger_reads_nothing_in(cast, pack):
    with pytest.raises(NotFound):
        _read(pack, cast["stranger"])
