"""Recorded events as EPCIS tells them: captured ones as received, native ones as views."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from passport.models import Battery, EpcisEvent, LifecycleEvent
from passport.proof import canonical
from passport.proof.encoding import b64u_encode
from passport.proof.leaf import subject_hash
from passport.queries import correction
from passport.queries.epcis_received import received
from passport.rules.epcis import Event
from passport.rules.epcis_answer import Told
from passport.rules.epcis_native import Declared, Native, context_of
from passport.rules.epcis_view import declared_wrong, event_name, events_of
from passport.rules.lifecycle import EventKind

Body = Mapping[str, Any]
Shows = Callable[[Any], bool]
Classes = Mapping[uuid.UUID, Sequence[tuple[str, int]]]


@dataclass(frozen=True)
class Around:
    """What is known beside some events: batteries by salted digest, other events by their id."""

    names: Mapping[str, str]
    places: Mapping[uuid.UUID, str]
    events: Mapping[uuid.UUID, LifecycleEvent]
    index: Mapping[uuid.UUID, EpcisEvent]
    classes: Classes


def told_of(
    *, rows: Iterable[Any], stem: str, shows: Shows, classes: Classes | None = None
) -> list[list[Told]]:
    """What each of these events says in EPCIS, in their order; nothing where it was erased.

    `stem` is what `bat:` stands for, `shows` whether an event is for the reader: a declaration
    repeats its event, so both must be. Batteries that the reader does not see have the digests of
    the log for names. `classes` counts the batteries of a file's event by their class, where the
    index does not yet.
    """
    found = list(rows)
    correction.mark(found)
    around = _around(found, classes or {})
    return [_told(row, around, stem, shows) for row in found]


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


def _told(row: Any, around: Around, stem: str, shows: Shows) -> list[Told]:
    body = body_of(row.body)
    if not body or not shows(row):
        return []
    if _is_received(body):
        return received(row=row, body=body, index=around.index.get(row.pk), shows=shows)
    wrong = around.events.get(row.corrects) if row.kind == EventKind.CORRECTED else None
    if wrong is None:
        return [_under(stem, each) for each in events_of(_native(row, body, around, stem))]
    said = body_of(wrong.body)
    if not said or not shows(wrong):
        return []
    declared = _declared(row, body, around)
    if _is_received(said):
        found = received(row=wrong, body=said, index=around.index.get(wrong.pk), shows=shows)
        return [Told(declared_wrong(each.event, declared), each.context) for each in found]
    native = replace(_native(wrong, said, around, stem), declared=declared)
    return [_under(stem, each) for each in events_of(native)]


def _is_received(body: Body) -> bool:
    return not {"epcis", "apart"}.isdisjoint(body.get("facts", ()))


def _under(stem: str, event: Event) -> Told:
    return Told(event, list(context_of(stem)))


def _native(row: Any, body: Body, around: Around, stem: str) -> Native:
    made = row.kind == EventKind.REGISTERED
    return native_of(
        body=body,
        digest=bytes(row.body_sha256),
        stem=stem,
        names=around.names,
        classes=_classes(row, body, around, stem),
        place=around.places.get(row.battery_id, "") if made else "",
    )


def _declared(row: Any, body: Body, around: Around) -> Declared:
    right = [each for each in row.correctives if each in around.events]
    return Declared(
        at=row.recorded_at,
        reason=str(body["facts"]["reason"]),
        correctives=[
            around.index[each].event_uri
            if each in around.index
            else event_name(around.events[each].event_id)
            for each in right
        ],
    )


def _classes(
    row: LifecycleEvent, body: Body, around: Around, stem: str
) -> Sequence[tuple[str, int]]:
    """Of a file's rest, how many there are, by model where that was counted."""
    if row.intake_id is None or "batteries" not in body:
        return ()
    return around.classes.get(row.pk) or [(f"{stem}battery", int(body["batteries"]["count"]))]


def _counted(index: Mapping[uuid.UUID, EpcisEvent]) -> dict[uuid.UUID, Sequence[tuple[str, int]]]:
    known = {pk: (row.measured or {}).get("classes") for pk, row in index.items()}
    return {pk: [(str(n), int(count)) for n, count in some] for pk, some in known.items() if some}


def _around(rows: Sequence[Any], classes: Classes) -> Around:
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
    index = EpcisEvent.objects.in_bulk(list(events))
    return Around(names, _places(rows), events, index, _counted(index) | dict(classes))


def _places(rows: Sequence[Any]) -> dict[uuid.UUID, str]:
    """Where batteries came to be: by the GLN of their facility."""
    ids = {row.battery_id for row in rows if row.kind == EventKind.REGISTERED and row.battery_id}
    found = Battery.objects.filter(pk__in=ids).exclude(facility__gln="").exclude(facility=None)
    return {
        pk: f"https://id.gs1.org/414/{gln}" for pk, gln in found.values_list("pk", "facility__gln")
    }


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
