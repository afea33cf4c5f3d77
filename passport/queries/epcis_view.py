"""Recorded events as EPCIS tells them: captured ones as received, native ones as views."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from passport.models import Battery, LifecycleEvent
from passport.proof import canonical
from passport.proof.encoding import b64u_encode
from passport.proof.leaf import subject_hash
from passport.queries import correction
from passport.rules.epcis_answer import Told
from passport.rules.epcis_native import Declared, Native, context_of
from passport.rules.epcis_view import event_name, events_of
from passport.rules.lifecycle import EventKind

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Around:
    """What is known beside some events: batteries by salted digest, other events by their id."""

    names: Mapping[str, str]
    places: Mapping[uuid.UUID, str]
    events: Mapping[uuid.UUID, LifecycleEvent]


def told_of(*, rows: Iterable[Any], stem: str) -> list[list[Told]]:
    """What each of these events says in EPCIS, in their order; nothing where it was erased.

    `stem` is what `bat:` stands for. What the reader may not know of an event is left out before:
    see event.told(); batteries that it does not see have the digests of the log for names.
    """
    found = list(rows)
    correction.mark(found)
    around = _around(found)
    return [_told(row, around, stem) for row in found]


def native_of(*, body: Body, digest: bytes, stem: str, **more: Any) -> Native:
    """A native event from what was logged of it."""
    facts = body.get("facts")
    return Native(
        event_id=uuid.UUID(str(body["eventId"])),
        kind=str(body["kind"]),
        happened_at=_moment(body["happenedAt"]),
        recorded_at=_moment(body["recordedAt"]),
        recorder=str(body["recorder"]),
        digest=digest,
        facts=facts if isinstance(facts, dict) else {},
        stem=stem,
        **{"subject": str(body.get("battery", ""))} | more,
    )


def body_of(data: bytes | memoryview) -> Body:
    """The words of an event; none where they were erased."""
    said = canonical.loads(bytes(data), max_bytes=max(len(data), 1)) if data else {}
    return said if isinstance(said, dict) else {}


def _told(row: Any, around: Around, stem: str) -> list[Told]:
    body = body_of(row.body)
    if not body:
        return []
    declared: dict[str, Any] = {}
    digest = bytes(row.body_sha256)
    if row.kind == EventKind.CORRECTED and row.corrects in around.events:
        declared["declared"] = _declared(row, body, around)
        row = around.events[row.corrects]
        body = body_of(row.body)
        if not body:
            return []
    native = native_of(
        body=body,
        digest=digest,
        stem=stem,
        names=around.names,
        classes=_classes(row, body, stem),
        place=around.places.get(row.battery_id, "") if row.kind == EventKind.REGISTERED else "",
        **declared,
    )
    return [Told(each, list(context_of(stem))) for each in events_of(native)]


def _declared(row: Any, body: Body, around: Around) -> Declared:
    right = [around.events[each] for each in row.correctives if each in around.events]
    return Declared(
        at=row.recorded_at,
        reason=str(body["facts"]["reason"]),
        correctives=[event_name(each.event_id) for each in right],
    )


def _classes(row: LifecycleEvent, body: Body, stem: str) -> list[tuple[str, int]]:
    """Of a file's rest, how many there are; the index counts them by model."""
    if row.intake_id is None:
        return []
    return [(f"{stem}battery", int(body["batteries"]["count"]))]


def _around(rows: Sequence[Any]) -> Around:
    wanted = {row.corrects for row in rows if row.kind == EventKind.CORRECTED and row.corrects}
    wanted |= {each for row in rows for each in row.correctives}
    others = LifecycleEvent.objects.in_bulk(list(wanted - {row.pk for row in rows}))
    events = {row.pk: row for row in rows} | others
    whole = {each for row in events.values() for each in row.members or ()}
    batteries = Battery.objects.filter(pk__in=whole).only("salt", "identity")
    names = {
        b64u_encode(subject_hash(salt=bytes(each.salt), subject=each.identity)): each.identity
        for each in batteries
    }
    return Around(names, _places(rows), events)


def _places(rows: Sequence[Any]) -> dict[uuid.UUID, str]:
    """Where batteries came to be: by the GLN of their facility."""
    ids = {row.battery_id for row in rows if row.kind == EventKind.REGISTERED and row.battery_id}
    found = Battery.objects.filter(pk__in=ids).exclude(facility__gln="").exclude(facility=None)
    return {
        pk: f"https://id.gs1.org/414/{gln}" for pk, gln in found.values_list("pk", "facility__gln")
    }


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
