"""What the log holds that endpoints may be told, and what of it one party may know."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from passport.models import (
    Battery,
    LifecycleEvent,
    LogEntry,
    Party,
    Recall,
    Role,
    WebhookEndpoint,
)
from passport.queries.audience import sets_read
from passport.rules.disclosure import closed_events
from passport.rules.lifecycle import EventKind
from passport.rules.webhook import EndpointState

# Roles that read what happened to a battery at all.
TOLD = frozenset({Role.MAKER, Role.KEEPER, Role.WORKSHOP, Role.RECYCLER, Role.AUDITOR})
MOST_NAMED = 20


@dataclass(frozen=True)
class Span:
    """Some entries of the log, in order, and what they are of: digest → index."""

    start: int
    end: int
    events: Mapping[uuid.UUID, int] = field(default_factory=dict)
    opened: Mapping[uuid.UUID, int] = field(default_factory=dict)
    closed: Mapping[uuid.UUID, int] = field(default_factory=dict)

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing in it to tell anybody."""
        return not (self.events or self.opened or self.closed)


@dataclass(frozen=True)
class Seen:
    """An event as one party sees it: the batteries that it may know of, and how many there are."""

    event: LifecycleEvent
    index: int
    batteries: Sequence[Battery]
    named: int
    withheld: bool
    reads_use: bool


def span(*, start: int, end: int) -> Span:
    """Look at the entries from start to before end. Only the system's role can."""
    rows = LogEntry.objects.filter(index__gte=start, index__lt=end).values_list("digest", "index")
    by_digest = {bytes(digest): index for digest, index in rows}
    digests = list(by_digest)
    events = LifecycleEvent.objects.filter(body_sha256__in=digests)
    opened, closed = (
        Recall.objects.filter(**{f"{name}__in": digests}).values_list("pk", name)
        for name in ("sha256", "closing_sha256")
    )
    return Span(
        start=start,
        end=end,
        events={
            pk: by_digest[bytes(digest)] for pk, digest in events.values_list("pk", "body_sha256")
        },
        opened={pk: by_digest[bytes(digest)] for pk, digest in opened},
        closed={pk: by_digest[bytes(digest)] for pk, digest in closed},
    )


def behind(*, size: int) -> list[tuple[uuid.UUID, int]]:
    """The active endpoints that were not told all of a log of this size: id, and how far."""
    rows = WebhookEndpoint.objects.filter(state=EndpointState.ACTIVE, next_index__lt=size)
    return list(rows.order_by("next_index", "id").values_list("id", "next_index"))


def seen(*, events: Mapping[uuid.UUID, int], by: Party) -> list[Seen]:
    """Those of these events that a party may know of, in the log's order.

    Row-level security decides what it sees; what an event says is withheld as on its timeline.
    The caller is inside sight_of() this party.
    """
    if not TOLD & set(by.roles):
        return []
    rows = list(LifecycleEvent.objects.filter(pk__in=list(events)))
    named = {each for row in rows for each in _named(row)}
    # Some name thousands of parts; only this is asked of each.
    told = Battery.objects.filter(pk__in=named).only("identity", "unit", "maker")
    batteries = {row.pk: row for row in told}
    closed = {
        pk: closed_events(reads=reads)
        for pk, reads in sets_read(of=batteries.values(), by=by).items()
    }
    found = []
    for row in rows:
        visible = [batteries[each] for each in _named(row) if each in batteries]
        if visible or row.intake_id is not None:
            found.append(
                Seen(
                    event=row,
                    index=events[row.pk],
                    batteries=visible[:MOST_NAMED],
                    named=len(visible),
                    withheld=row.recorder_id != by.pk
                    and any(row.kind in closed[each.pk] for each in visible),
                    reads_use=bool(visible)
                    and not any(EventKind.HEALTH_READ in closed[each.pk] for each in visible),
                )
            )
    return sorted(found, key=lambda each: each.index)


def recalls(*, ids: Mapping[uuid.UUID, int]) -> list[tuple[Recall, int]]:
    """These recalls with the entry of each, in order; a recall is for everybody to know."""
    rows = Recall.objects.filter(pk__in=list(ids))
    return sorted(((row, ids[row.pk]) for row in rows), key=lambda each: each[1])


def _named(row: LifecycleEvent) -> list[uuid.UUID]:
    """The batteries that an event names: one, or a whole and its parts, the whole first."""
    if row.battery_id is not None:
        return [row.battery_id]
    return list(row.members or ())
