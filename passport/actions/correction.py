"""Declares an event wrong in a new event by its recorder; the wrong one stays to be read."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from passport.actions import event, outbox
from passport.models import Battery, Correction, LifecycleEvent, Party
from passport.postgres import locks
from passport.proof import canonical
from passport.proof.encoding import b64u_encode
from passport.queries import correction as corrections
from passport.queries.event import recorded
from passport.rules.correction import Reason, check_declaration, state_without
from passport.rules.custody import NotTheHolder
from passport.rules.errors import Conflict
from passport.rules.lifecycle import EventKind

# Under which names an event says whom it is about.
_SUBJECTS = ("battery", "batteries")


class NotLoggedYet(Conflict):
    """An event is taken back where it stands, and it stands nowhere yet."""

    code = "not-logged-yet"
    title = "The event is not in the log yet"


@dataclass(frozen=True)
class Wrong:
    """An event that may be declared wrong, locked until the transaction ends."""

    row: LifecycleEvent
    reason: Reason
    declaration_id: uuid.UUID


@transaction.atomic
def declare(
    *,
    event_id: uuid.UUID,
    reason: Reason,
    correctives: Sequence[uuid.UUID],
    declaration_id: uuid.UUID,
    by: Party,
    at: datetime,
    battery_id: uuid.UUID | None = None,
    words: Mapping[str, object] | None = None,
) -> LifecycleEvent:
    """Declare an event wrong, and name what stands in its place; the same again changes nothing.

    `event_id` and `correctives` are ids of LifecycleEvent; with `battery_id` also those that the
    recorder gave its events of that battery. `declaration_id` is the client's own (UUIDv7);
    `words` are further facts of the declaration.
    Readings of the event no longer count; a commissioning that the state rests on is undone.
    Refuses NotFound, EventIdReused, NotTheHolder, NotLoggedYet, and what
    rules.correction.check_declaration and state_without refuse.
    """
    find = partial(corrections.find, recorder_id=by.pk, battery_id=battery_id)
    row = find(event_id=event_id)
    right = [
        find(event_id=each, pointer=f"/correctives/{place}")
        for place, each in enumerate(correctives)
    ]
    # Of two that each would take the place of the other, one stands.
    _lock([row, *right])
    wrong = _begin(row, reason=reason, declaration_id=declaration_id, by=by)
    made = end(wrong=wrong, correctives=right, by=by, at=at, words=words)
    corrections.mark([made])
    return made


def instead(
    *, event_id: uuid.UUID, battery_id: uuid.UUID, corrective_id: uuid.UUID, by: Party
) -> Wrong:
    """Hold an event of a battery that another one, recorded in the same act, replaces.

    `corrective_id` is the client's own id of that other one; end() follows, in one transaction.
    Refusals as declare(), but for its correctives.
    """
    row = corrections.find(event_id=event_id, recorder_id=by.pk, battery_id=battery_id)
    # Made from both ids, so that the same act sent again is the same declaration.
    own = uuid.uuid5(corrective_id, f"corrects {row.pk}")
    return _begin(row, reason=Reason.INCORRECT_DATA, declaration_id=own, by=by)


def end(
    *,
    wrong: Wrong,
    correctives: Sequence[LifecycleEvent],
    by: Party,
    at: datetime,
    words: Mapping[str, object] | None = None,
) -> LifecycleEvent:
    """Record the declaration about an event that is held; refusals as declare()."""
    earlier = recorded(recorder_id=by.pk, event_id=wrong.declaration_id)
    if earlier is not None:
        return _same(earlier, wrong=wrong, correctives=correctives)
    check_declaration(
        wrong=corrections.as_told(wrong.row),
        by=by.pk,
        reason=wrong.reason,
        correctives=[corrections.as_told(each) for each in correctives],
    )

    made = _write(wrong, correctives, by=by, at=at, words=words or {})
    Correction.objects.create(
        event=wrong.row,
        declaration=made,
        party=by,
        reason=wrong.reason,
        correctives=[each.pk for each in correctives],
        declared_at=at,
    )
    return made


@transaction.atomic
def record(
    *,
    battery_id: uuid.UUID,
    kind: EventKind,
    happened_at: datetime,
    event_id: uuid.UUID,
    facts: dict[str, object],
    by: Party,
    at: datetime,
    corrects: uuid.UUID | None = None,
) -> LifecycleEvent:
    """Record an event, as event.record(); with `corrects` it stands in the place of a wrong one.

    That one is declared wrong in the same act. Refuses what event.record() and declare() refuse.
    """
    if corrects is None:
        return event.record(
            battery_id=battery_id,
            kind=kind,
            happened_at=happened_at,
            event_id=event_id,
            facts=facts,
            by=by,
            at=at,
        )
    wrong = instead(event_id=corrects, battery_id=battery_id, corrective_id=event_id, by=by)
    battery = event.lock(battery_id=battery_id)
    made = event.append(
        battery=battery,
        kind=kind,
        happened_at=happened_at,
        event_id=event_id,
        facts=facts,
        by=by,
        at=at,
    )
    end(wrong=wrong, correctives=[made], by=by, at=at)
    corrections.mark([made])
    return made


def _begin(row: LifecycleEvent, *, reason: Reason, declaration_id: uuid.UUID, by: Party) -> Wrong:
    """Hold an event, and undo what it did."""
    _lock([row])
    if recorded(recorder_id=by.pk, event_id=declaration_id) is None:
        told = corrections.as_told(row)
        check_declaration(wrong=told, by=by.pk, reason=reason, correctives=())
        event.check_content(event=row)
        _undo(row, by)
    return Wrong(row=row, reason=reason, declaration_id=declaration_id)


def _lock(rows: Iterable[LifecycleEvent]) -> None:
    """Rows cannot be locked by whom the battery no longer concerns, so their names are."""
    for name in sorted(str(each.pk) for each in rows):
        locks.lock_name(locks.CORRECTION, name)


def _undo(row: LifecycleEvent, by: Party) -> None:
    """Take back the state that a commissioning gave; only by whoever may commission it now."""
    if row.kind != EventKind.COMMISSIONED:
        return
    rows = Battery.objects.select_for_update(no_key=True)
    battery = rows.filter(pk__in=corrections.about(row)).first()
    # Whoever sees all rows, as the worker does, is told the same.
    if battery is None or not event.may_record(battery=battery, by=by, kind=EventKind.COMMISSIONED):
        raise NotTheHolder(
            "the battery is in another party's hands, and is in service there",
            remedy="ask its holder to hand it back before you take its commissioning back",
        )
    before = battery.state
    after = state_without(kind=row.kind, state=before, carries=corrections.carries(row=row))
    if after != before:
        Battery.objects.filter(pk=battery.pk).update(state=after)


def _write(
    wrong: Wrong,
    correctives: Sequence[LifecycleEvent],
    *,
    by: Party,
    at: datetime,
    words: Mapping[str, object],
) -> LifecycleEvent:
    row = wrong.row
    said = canonical.loads(bytes(row.body), max_bytes=len(row.body))
    assert isinstance(said, dict)  # noqa: S101 - every event was written as one
    subject: dict[str, object] = {name: said[name] for name in _SUBJECTS if name in said}
    facts: dict[str, object] = {**words, **_named(row), "reason": wrong.reason.value}
    facts["correctives"] = [_named(each) for each in correctives]
    content = event.words(
        kind=EventKind.CORRECTED,
        subject=subject,
        happened_at=at,
        event_id=wrong.declaration_id,
        facts=facts,
    )
    made = event.written(content=content, by=by, at=at)
    made.battery_id, made.intake_id, made.members = row.battery_id, row.intake_id, row.members
    made.save(force_insert=True)
    _log(made, row, at=at)
    return made


def _named(row: LifecycleEvent) -> dict[str, object]:
    return {"event": str(row.event_id), "sha256": b64u_encode(bytes(row.body_sha256))}


def _log(made: LifecycleEvent, row: LifecycleEvent, *, at: datetime) -> None:
    """Ask for an entry about the same subjects as that of the wrong event."""
    seen = list(Battery.objects.filter(pk__in=corrections.about(row)))
    if len(seen) == len(corrections.about(row)):
        subjects = [outbox.subject_of(salt=each.salt, subject=each.identity) for each in seen]
        outbox.enter(kind="event", body=bytes(made.body), subjects=subjects, at=at)
        return
    place = corrections.logged(row=row)
    if place is None:
        raise NotLoggedYet(
            "the event is not in the log yet, and the battery is in other hands",
            remedy="send the declaration again in a second",
        )
    outbox.follow(
        kind="event",
        body=bytes(made.body),
        subjects=place.count,
        subject=place.subject,
        at=at,
        method=None,
    )


def _same(
    earlier: LifecycleEvent, *, wrong: Wrong, correctives: Sequence[LifecycleEvent]
) -> LifecycleEvent:
    known = Correction.objects.filter(declaration=earlier).first()
    claimed = (wrong.row.pk, wrong.reason, {each.pk for each in correctives})
    if known is None or claimed != (known.event_id, known.reason, set(known.correctives)):
        raise event.EventIdReused(
            f"you have recorded something else as {earlier.event_id}",
            pointer="/declaration_id",
            remedy="give each declaration an id of its own; re-send one without changing it",
        )
    return earlier
