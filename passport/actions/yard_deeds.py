"""What each kind of record of a yard does to the battery that it is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from passport.actions import correction, custody, event
from passport.models import Battery, LifecycleEvent, Party, YardRecord
from passport.queries import yard
from passport.rules.correction import Reason
from passport.rules.errors import Refusal
from passport.rules.lifecycle import EventKind
from passport.rules.yard import (
    NothingOffered,
    NothingToUndo,
    RecordKind,
    StaysTaken,
    UnknownHere,
    check_danger,
)


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One record that is to be acted on, the battery that it is of, and who asks."""

    record: YardRecord
    battery: Battery | None
    facts: dict[str, object]
    by: Party
    at: datetime

    @property
    def subject(self) -> Battery:
        """The battery; a record without a text is of none. Refuses UnknownHere."""
        if self.battery is not None:
            return self.battery
        raise UnknownHere(
            "the record has no text that was read", pointer="/text", remedy="scan the battery"
        )

    def recorded(self, kind: EventKind, facts: Mapping[str, object]) -> LifecycleEvent:
        """An event of it under the record's own id."""
        return event.append(
            battery=self.subject,
            kind=kind,
            happened_at=self.record.happened_at,
            event_id=self.record.record_id,
            facts={**self.facts, **facts},
            by=self.by,
            at=self.at,
        )


def _scan(deed: Deed) -> LifecycleEvent | None:
    return deed.recorded(EventKind.OBSERVED, {"seen": "scanned"})


def _relabel(deed: Deed) -> LifecycleEvent | None:
    return deed.recorded(
        EventKind.OBSERVED, {"seen": "labelled anew", "because": deed.record.because}
    )


def _quarantine(deed: Deed) -> LifecycleEvent | None:
    danger = check_danger(deed.record.because)
    return deed.recorded(EventKind.INCIDENT, {"setApart": True, "because": danger.value.lower()})


def _take(deed: Deed) -> LifecycleEvent | None:
    """Accept what waits; who has it in hand already is told that all is well."""
    battery = deed.subject
    offer = yard.offer_of(battery=battery, to_id=deed.by.pk)
    if offer is not None:
        custody.accept(hand_over_id=offer.pk, by=deed.by, at=deed.at)
    elif not yard.holds(battery=battery, party_id=deed.by.pk):
        raise _nothing_offered(battery)
    return None


def _refuse(deed: Deed) -> LifecycleEvent | None:
    battery = deed.subject
    offer = yard.offer_of(battery=battery, to_id=deed.by.pk)
    if offer is None:
        raise _nothing_offered(battery)
    custody.refuse(hand_over_id=offer.pk, by=deed.by, at=deed.at)
    return None


def _nothing_offered(battery: Battery) -> Refusal:
    return NothingOffered(
        f"no hand-over of {battery.serial} waits for you",
        pointer="/text",
        remedy="ask whoever brought it to offer it to you, then try again",
    )


def _undo(deed: Deed) -> LifecycleEvent | None:
    """Declare that the event of an earlier record did not occur; or settle what came to nothing."""
    target = deed.record.of and yard.known(party_id=deed.by.pk, record_ids=[deed.record.of]).get(
        deed.record.of
    )
    if not target:
        raise NothingToUndo(
            "the record that is to be taken back has not arrived here",
            pointer="/of",
            remedy="send it first, or send both together",
        )
    deed.record.battery, deed.record.identity = target.battery, target.identity
    if target.event is not None:
        return correction.declare(
            event_id=target.event.pk,
            reason=Reason.DID_NOT_OCCUR,
            correctives=(),
            declaration_id=deed.record.record_id,
            by=deed.by,
            at=deed.at,
        )
    if target.kind in (RecordKind.TAKE, RecordKind.REFUSE) and not target.code:
        raise StaysTaken(
            "the hand-over was answered",
            pointer="/of",
            remedy="offer the battery back to whoever brought it, or ask for a new offer",
        )
    YardRecord.objects.filter(pk=target.pk, settled_at__isnull=True).update(settled_at=deed.at)
    return None


DEEDS: Final[Mapping[RecordKind, Callable[[Deed], LifecycleEvent | None]]] = {
    RecordKind.SCAN: _scan,
    RecordKind.TAKE: _take,
    RecordKind.REFUSE: _refuse,
    RecordKind.QUARANTINE: _quarantine,
    RecordKind.RELABEL: _relabel,
    RecordKind.UNDO: _undo,
}
