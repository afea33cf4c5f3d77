"""Which events were declared wrong, by whom, and what stands in their place."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from passport.models import Correction, LifecycleEvent, LogEntry
from passport.proof.leaf import decode as decode_leaf
from passport.queries.battery import unknown
from passport.rules.correction import Told
from passport.rules.lifecycle import EventKind


@dataclass(frozen=True)
class Place:
    """Whom a log entry is about: how many, and their salted digest or root."""

    count: int
    subject: bytes


def about(row: LifecycleEvent) -> tuple[uuid.UUID, ...]:
    """The batteries or the intake that an event is about."""
    if row.members:
        return tuple(row.members)
    return tuple(each for each in (row.battery_id, row.intake_id) if each is not None)


def as_told(row: LifecycleEvent) -> Told:
    """An event as the rules of corrections judge it."""
    wrong = Correction.objects.filter(event=row).exists()
    return Told(
        id=row.pk, kind=row.kind, recorder=row.recorder_id, about=about(row), wrong=wrong
    )  # fmt: skip


def find(
    *, event_id: uuid.UUID, recorder_id: uuid.UUID, battery_id: uuid.UUID | None, pointer: str = ""
) -> LifecycleEvent:
    """An event by its id; one of this battery also by the id that the recorder itself gave it.

    Refuses NotFound.
    """
    rows = LifecycleEvent.objects.filter(pk=event_id)
    if battery_id is not None:
        named = Q(pk=event_id) | Q(event_id=event_id, recorder_id=recorder_id)
        whose = Q(battery_id=battery_id) | Q(members__contains=[battery_id])
        rows = LifecycleEvent.objects.filter(named, whose)
    row = rows.order_by("id").first()
    if row is None:
        raise unknown("event").pointing(pointer)
    return row


def standing(rows: QuerySet[Any], *, through: str = "pk") -> QuerySet[Any]:
    """Without what was declared wrong; `through` is the column that names the event."""
    return rows.filter(~Exists(Correction.objects.filter(event=OuterRef(through))))


def carries(*, row: LifecycleEvent) -> bool:
    """Whether the present state of its battery rests on this event alone of its kind."""
    life = LifecycleEvent.objects.filter(battery=row.battery)
    last = life.filter(kind=EventKind.REGRADED).order_by("-id").first()
    if last is not None:
        life = life.filter(pk__gt=last.pk)
    kin = standing(life.filter(kind=row.kind)).values_list("pk", flat=True)
    return list(kin) == [row.pk]


def logged(*, row: LifecycleEvent) -> Place | None:
    """Whom the log entry of an event is about; None before it is in the log."""
    entry = LogEntry.objects.filter(digest=bytes(row.body_sha256)).order_by("index").first()
    if entry is None:
        return None
    leaf = decode_leaf(bytes(entry.leaf))
    return Place(leaf.count, leaf.subject or b"")


def mark(rows: Iterable[Any]) -> None:
    """Say of each event, as attributes: `corrected`, by which it was declared wrong, or None;
    `corrects`, the id of the event that it declares wrong or replaces, or None; and `correctives`,
    the ids of those that a declaration names.
    """
    found = list(rows)
    ids = [row.pk for row in found]
    told = Correction.objects.select_related("party").filter(
        Q(event__in=ids) | Q(declaration__in=ids) | Q(correctives__overlap=ids)
    )
    wrong: dict[uuid.UUID, Correction] = {}
    corrects: dict[uuid.UUID, uuid.UUID] = {}
    named: dict[uuid.UUID, Sequence[uuid.UUID]] = {}
    for each in told.order_by("-id"):
        wrong[each.event_id] = each
        named[each.declaration_id] = each.correctives
        corrects |= dict.fromkeys([each.declaration_id, *each.correctives], each.event_id)
    for row in found:
        row.corrected = wrong.get(row.pk)
        row.corrects = corrects.get(row.pk)
        row.correctives = list(named.get(row.pk, ()))
