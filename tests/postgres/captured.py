"""Rows of what a side has captured, and has tried in vain."""

from __future__ import annotations

import hashlib

from passport.actions import attempt, event, job
from passport.actions.attempt import Tried
from passport.models import Battery, EpcisCapture, EpcisError, EpcisEvent, Party
from passport.models.ids import new_id
from passport.rules.custody import NotTheHolder
from passport.rules.lifecycle import EventKind
from tests.cast import THEN


def furnish_captures(side: Party, *, of_others: Battery) -> None:
    """A document that waits, one that was refused, an event of nothing that is registered."""
    waiting = _capture(side, "waiting", state="WAITING", body=b"{}")
    EpcisError.objects.create(capture=waiting, code="epcis-not-json", detail="it is not JSON")
    content = event.words(
        kind=EventKind.OBSERVED, subject={}, happened_at=THEN, event_id=new_id(),
        facts={"epcis": "{}"},
    )  # fmt: skip
    seen = event.written(content=content, by=side, at=THEN)
    seen.members = []
    seen.save(force_insert=True)
    EpcisEvent.objects.create(
        event=seen, recorder=side, event_uri=f"urn:uuid:{seen.event_id}", declaration=False,
        event_hash=hashlib.sha256(b"").digest(), event_type="ObjectEvent", event_time=THEN,
        record_time=THEN, terms=["bizStep shipping"],
    )  # fmt: skip
    tried = Tried(
        battery_id=of_others.pk, identity=of_others.identity, event_id=new_id(),
        sha256=hashlib.sha256(b"").digest(), refusal=NotTheHolder("it is in other hands"),
    )  # fmt: skip
    attempt.keep(tried=[tried], by=side, at=THEN)


def _capture(side: Party, name: str, **columns: object) -> EpcisCapture:
    work = job.enqueue(
        kind="epcis", dedupe_key=f"epcis:{side.slug}:{name}", party=side, payload={}, at=THEN
    )
    return EpcisCapture.objects.create(
        party=side, job=work, error_behaviour="ROLLBACK", received_at=THEN,
        sha256=hashlib.sha256(b"{}").digest(), size_bytes=2, events=0, **columns,
    )  # fmt: skip
