"""Which recorded events have no row in the index of EPCIS yet: by the log, and before it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from passport.models import EpcisEvent, LifecycleEvent, LogEntry, Outbox

# Most entries are of what was captured as EPCIS, and has its row: so many are looked at in one go.
ENTRIES = 5_000


@dataclass(frozen=True)
class Span:
    """Events without a row, in the log's order; before `end` there are no others."""

    events: Sequence[LifecycleEvent]
    end: int
    goes_on: bool


def span(*, start: int, most: int) -> Span:
    """Look at the entries from `start` on, as far as at most so many events lack a row.

    An entry is written once its transaction is over, so none comes in before the end of the log.
    Only the system's role can.
    """
    entries = LogEntry.objects.filter(index__gte=start).order_by("index")
    rows = list(entries.values_list("digest", "index")[:ENTRIES])
    index = {bytes(digest): place for digest, place in rows}
    places = {pk: index[digest] for pk, digest in _without_row(index).items()}
    ordered = sorted(places, key=lambda pk: (places[pk], pk))
    whole = len(ordered) <= most
    last = rows[-1][1] + 1 if rows else start
    end = last if whole else places[ordered[most]]
    return Span(_events(ordered[:most]), end, not whole or len(rows) == ENTRIES)


def waiting(*, most: int) -> list[LifecycleEvent]:
    """At most so many events without a row whose entries wait; the older first."""
    rows = Outbox.objects.order_by("id").values_list("digest", flat=True)[:ENTRIES]
    return _events(sorted(_without_row([bytes(each) for each in rows]))[:most])


def _without_row(digests: Collection[bytes]) -> Mapping[uuid.UUID, bytes]:
    """In two questions by keys: a join would read a whole table where statistics are old."""
    found = LifecycleEvent.objects.filter(body_sha256__in=list(digests)).exclude(body=b"")
    events = {pk: bytes(digest) for pk, digest in found.values_list("pk", "body_sha256")}
    known = EpcisEvent.objects.filter(pk__in=list(events)).values_list("pk", flat=True)
    for pk in known:
        del events[pk]
    return events


def _events(ids: Sequence[uuid.UUID]) -> list[LifecycleEvent]:
    rows = LifecycleEvent.objects.select_related("recorder", "battery").in_bulk(ids)
    return [rows[pk] for pk in ids]
