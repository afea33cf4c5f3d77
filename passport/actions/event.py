"""Records what happened to a battery: once, for good, and into the log."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from passport.actions import outbox
from passport.models import Battery, Concern, ConcernReason, LifecycleEvent, Party, Role
from passport.models.ids import new_salt
from passport.proof import canonical
from passport.queries import battery as batteries
from passport.queries.erasure import erased, in_words
from passport.queries.event import recorded
from passport.rules.custody import NotTheHolder, check_recorder
from passport.rules.errors import Conflict, Refusal
from passport.rules.lifecycle import EventKind, check_event

BODY_FORMAT = "batterypassport/event/v1"


class Erased(Conflict):
    """What was erased on lawful demand is not recorded again under the same id."""

    code = "erased"
    title = "The content was erased"


class EventIdReused(Conflict):
    """The same event id came with other contents."""

    code = "event-id-reused"
    title = "The event id was used for another event"


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
) -> LifecycleEvent:
    """Record one event of one battery; the same event again changes nothing.

    `event_id` is the client's own (UUIDv7), so an offline queue may be re-sent. Decimals in `facts`
    are strings. Refuses NotFound, EventIdReused, and what rules.lifecycle.check_event refuses.
    """
    battery = lock(battery_id=battery_id)
    return append(
        battery=battery,
        kind=kind,
        happened_at=happened_at,
        event_id=event_id,
        facts=facts,
        by=by,
        at=at,
    )


def lock(*, battery_id: uuid.UUID) -> Battery:
    """Take a battery's row until the transaction ends. Refuses NotFound, NotTheHolder."""
    battery = Battery.objects.select_for_update(no_key=True).filter(pk=battery_id).first()
    if battery is not None:
        return battery
    raise hidden(battery_ids=[battery_id])


def hidden(*, battery_ids: Sequence[uuid.UUID]) -> Refusal:
    """Why some batteries could not be locked.

    The database locks a row only for whom its policies let change it, so one that is seen all the
    same is in another party's hands.
    """
    if Battery.objects.filter(pk__in=battery_ids).count() < len(set(battery_ids)):
        return batteries.unknown()
    return NotTheHolder(
        "the battery is in another party's hands",
        remedy="ask the holder to record it, or to hand the battery over to you",
    )


def append(
    *,
    battery: Battery,
    kind: EventKind,
    happened_at: datetime,
    event_id: uuid.UUID,
    facts: dict[str, object],
    by: Party,
    at: datetime,
) -> LifecycleEvent:
    """Record an event of a battery whose row the caller has locked; refusals as record()."""
    earlier = recorded(recorder_id=by.pk, event_id=event_id)
    if earlier is not None:
        check_same(
            earlier=earlier, battery=battery, kind=kind, happened_at=happened_at, facts=facts
        )
        return earlier
    state = check_event(
        kind=kind,
        state=battery.state,
        happened_at=happened_at,
        recorded_at=at,
        manufactured_on=battery.manufactured_on,
    )
    holder = batteries.holder_of(battery=battery)
    check_recorder(holder=holder, by=by.pk, let_in=_is_let_in(battery, by, kind=kind))

    if state != battery.state:
        Battery.objects.filter(pk=battery.pk).update(state=state)
        battery.state = state
    content = words(
        kind=kind,
        subject={"battery": battery.identity},
        happened_at=happened_at,
        event_id=event_id,
        facts=facts,
    )
    return keep(content=content, battery=battery, by=by, at=at)


def words(
    *,
    kind: EventKind,
    subject: dict[str, object],
    happened_at: datetime,
    event_id: uuid.UUID,
    facts: dict[str, object],
) -> dict[str, object]:
    """What an event says, before the service adds who recorded it, when, and a salt."""
    return {
        "format": BODY_FORMAT,
        "eventId": str(event_id),
        "kind": kind.value,
        "happenedAt": stamp(happened_at),
        "facts": facts,
        **subject,
    }


def keep(
    *, content: dict[str, object], battery: Battery, by: Party, at: datetime
) -> LifecycleEvent:
    """Write the event's bytes and ask for its log entry; the rules have been asked already."""
    event = written(content=content, by=by, at=at, battery=battery)
    event.save(force_insert=True)
    subjects = [outbox.subject_of(salt=battery.salt, subject=battery.identity)]
    outbox.enter(kind="event", body=bytes(event.body), subjects=subjects, at=at)
    return event


def written(
    *,
    content: dict[str, object],
    by: Party,
    at: datetime,
    battery: Battery | None = None,
    intake_id: uuid.UUID | None = None,
) -> LifecycleEvent:
    """The unsaved event: its canonical bytes, with who recorded it, when, and a salt."""
    salt = canonical.b64u_encode(new_salt())
    body = canonical.encode(
        content | {"recordedAt": stamp(at), "recorder": by.did or by.slug, "salt": salt}
    )
    return LifecycleEvent(
        event_id=uuid.UUID(str(content["eventId"])),
        recorder=by,
        kind=str(content["kind"]),
        battery=battery,
        intake_id=intake_id,
        happened_at=datetime.fromisoformat(str(content["happenedAt"])),
        recorded_at=at,
        body=body,
        body_sha256=hashlib.sha256(body).digest(),
    )


def stamp(moment: datetime) -> str:
    """A moment as the log writes it: UTC, microseconds when there are any, Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def check_content(*, event: LifecycleEvent) -> None:
    """The event still says something. Refuses Erased."""
    gone = None if event.body else erased(digests=[bytes(event.body_sha256)])
    for erasure in (gone or {}).values():
        raise Erased(
            f"the event {event.event_id} was {in_words(erasure=erasure)}",
            pointer="/event_id",
            remedy="take it out of your queue; what was erased is not recorded again",
        )


def may_record(*, battery: Battery, by: Party, kind: EventKind) -> bool:
    """Whether a party has a battery in its hands, or was let in by whoever has it."""
    return batteries.holder_of(battery=battery) == by.pk or _is_let_in(battery, by, kind=kind)


def _is_let_in(battery: Battery, by: Party, *, kind: EventKind) -> bool:
    """A workshop by the holder; and whom the battery is offered to, to say that it saw it."""
    reasons = [ConcernReason.GRANT] if by.acts_as(Role.WORKSHOP) else []
    if kind is EventKind.OBSERVED:
        reasons.append(ConcernReason.OFFER)
    return Concern.objects.filter(
        battery_id=battery.unit_id, party=by, reason__in=reasons, until__isnull=True
    ).exists()


def check_same(
    *,
    earlier: LifecycleEvent,
    battery: Battery,
    kind: EventKind,
    happened_at: datetime,
    facts: dict[str, object],
) -> None:
    """What comes under the id of an earlier event says the same. Refuses Erased, EventIdReused."""
    check_content(event=earlier)
    body = canonical.loads(bytes(earlier.body))
    claimed = (battery.pk, kind.value, stamp(happened_at), facts)
    if not isinstance(body, dict) or claimed != (
        earlier.battery_id,
        body["kind"],
        body["happenedAt"],
        body["facts"],
    ):
        raise EventIdReused(
            f"you have recorded another event as {earlier.event_id}",
            pointer="/event_id",
            remedy="give each event an id of its own; re-send an event without changing it",
        )
