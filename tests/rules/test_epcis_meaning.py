"""What an event of EPCIS means in the life of a battery here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from passport.rules.epcis_meaning import meaning_of, names_in
from passport.rules.epcis_spelling import naming_of
from passport.rules.health import Method
from passport.rules.lifecycle import EventKind
from tests.rules import epcis_samples as samples
from tests.rules.epcis_samples import event

NAMING = naming_of({"@context": samples.said(samples.CONTEXT)})
SOH = {"type": "bat:StateOfHealth", "value": 97.5, "uom": "P1"}


def measured(*reports: dict[str, Any], **about: Any) -> dict[str, Any]:
    return samples.OBJECT | {
        "sensorElementList": [{"sensorMetadata": about, "sensorReport": list(reports)}]
    }


CASES: dict[str, tuple[dict[str, Any], EventKind]] = {
    "a repair": (samples.OBJECT | {"bizStep": "repairing"}, EventKind.REPAIRED),
    "damage": (samples.OBJECT | {"disposition": "damaged"}, EventKind.INCIDENT),
    "damage that lasts": (
        samples.OBJECT | {"persistentDisposition": {"set": ["damaged"]}}, EventKind.INCIDENT
    ),
    "damage that is over": (
        samples.OBJECT | {"persistentDisposition": {"unset": ["damaged"]}}, EventKind.OBSERVED
    ),
    "what is put in": (samples.ASSOCIATION | {"bizStep": "installing"}, EventKind.COMMISSIONED),
    "what is taken out": (
        samples.ASSOCIATION | {"bizStep": "installing", "action": "DELETE"}, EventKind.OBSERVED
    ),
    "a name is given": (
        samples.OBJECT | {"bizStep": "commissioning", "action": "ADD"}, EventKind.OBSERVED
    ),
    "a health reading": (measured(SOH), EventKind.HEALTH_READ),
    "two readings": (measured(SOH, SOH), EventKind.OBSERVED),
    "a reading in volts": (measured(SOH | {"uom": "VLT"}), EventKind.OBSERVED),
    "a reading without a value": (measured({"type": "bat:StateOfHealth"}), EventKind.OBSERVED),
    "another reading": (measured({"type": "bat:StateOfCharge", "value": 1}), EventKind.OBSERVED),
    "one that only ends like it": (
        measured({"type": "bat:NoStateOfHealth", "value": 1}), EventKind.OBSERVED
    ),
    "a declaration": (
        samples.OBJECT | {"bizStep": "repairing",
                          "errorDeclaration": {"declarationTime": "2026-03-03T06:00:00Z"}},
        EventKind.OBSERVED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_event_means(name: str) -> None:
    sample, kind = CASES[name]
    found = meaning_of(event(sample), naming=NAMING)
    assert found.kind is kind
    assert (found.reading is not None) is (kind is EventKind.HEALTH_READ)


def test_a_reading_has_its_interval_its_source_and_its_moment() -> None:
    sample = measured(
        SOH | {"minValue": 97, "maxValue": 98},
        deviceID="urn:x:tester",
        endTime="2026-03-02T05:00:00Z",
    )
    found = meaning_of(event(sample), naming=NAMING).reading
    assert found is not None
    assert (found.soh_low, found.soh, found.soh_high) == (
        Decimal("0.97"), Decimal("0.975"), Decimal("0.98"),
    )  # fmt: skip
    assert (found.method, found.source) == (Method.TESTED, "urn:x:tester")
    assert found.measured_at.isoformat() == "2026-03-02T05:00:00+00:00"


def test_a_reading_of_a_bms_that_says_little_is_of_its_event() -> None:
    sample = measured({"type": "own:StateOfHealth", "meanValue": 0.9}) | {
        "bizStep": "sensor_reporting", "@context": {"own": "urn:own:"},
    }  # fmt: skip
    found = meaning_of(event(sample), naming=NAMING).reading
    assert found is not None
    assert (found.soh, found.method, found.source) == (
        Decimal("0.9"), Method.BMS_REPORTED, "EPCIS",
    )  # fmt: skip
    assert found.measured_at.isoformat() == "2026-03-02T06:00:00+00:00"


def test_each_name_is_told_once_and_canonically() -> None:
    assert names_in(event(samples.ASSOCIATION), naming=NAMING) == [
        "https://id.gs1.org/01/09521234000013/21/B1",
        "https://id.gs1.org/01/09521234000037/21/C1",
    ]
