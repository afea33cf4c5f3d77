"""Records of a yard as a device makes and sends them, and what came of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from passport.actions import yard
from passport.actions.yard import Kept, Noted
from passport.models import Battery, LifecycleEvent, Party
from passport.models.ids import new_id
from passport.rules.yard import RecordKind
from tests.passport.acting import acting

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
SCANNED = NOW - timedelta(hours=2)
UNKNOWN = "https://id.gs1.org/01/09521234000020/21/NOBODY"


def noted(kind: RecordKind = RecordKind.SCAN, text: str = "", **changed: Any) -> Noted:
    usual = {"id": new_id(), "happened_at": SCANNED, "device": "phone-1"}
    return Noted(kind=kind, text=text, **(usual | changed))


def send(by: Party, *each: Noted, at: datetime = NOW, sent_at: datetime = NOW) -> list[Kept]:
    with acting(by):
        return yard.keep(noted=each, sent_at=sent_at, by=by, person_id=None, at=at)


def events(battery: Battery, kind: str = "OBSERVED") -> int:
    return LifecycleEvent.objects.filter(battery=battery, kind=kind).count()


def codes(kept: list[Kept]) -> list[str]:
    return [each.record.code if each.record else f"not kept: {each.refusal}" for each in kept]
