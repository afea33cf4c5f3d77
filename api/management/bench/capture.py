"""bench capture: EPCIS documents through the service, by clients that send several at once.

1. a maker, and cells that it holds, one for each event;
2. documents of 1,000 events about distinct cells: from the first body byte to all jobs done and a
   published checkpoint over all entries: `events_per_s`;
3. the same documents again, which change nothing: `replay_per_s`;
4. all rows that the documents made (events, how they are found, wishes for the log), by COPY over
   one connection into the same tables with the same indexes, constraints and triggers: `vs_copy`.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError
from rich.console import Console

from api.management.bench import clients, household, rows, sending
from api.management.bench.figures import Figure, Sheet
from api.management.bench.line_file import CELL, MakerFile
from api.management.bench.sending import PATIENCE_S, Sender
from passport.models import CaptureState, EpcisCapture, EpcisEvent, LogHead
from passport.models.ids import new_id

EVENTS, EACH = 100_000, 1_000
QUICK = 50
CLIENTS = 3
# What the rows point to: whole tables, before the clock starts.
_BEFORE = (
    "party", "job", "intake", "batterymodel", "attestation", "battery", "epciscapture",
)  # fmt: skip
_MADE = {
    "lifecycleevent": "select l.* from passport_lifecycleevent l join passport_epcisevent e"
    " on e.event_id = l.id where e.capture_id is not null order by l.id",
    "epcisevent": "select * from passport_epcisevent where capture_id is not null "
    "order by event_id",
    "outbox": "select l.outbox_id, l.kind, l.digest, l.method, 1, l.subject, e.recorded_at "
    "from passport_lifecycleevent e join passport_logentry l on l.digest = e.body_sha256 "
    "join passport_epcisevent c on c.event_id = e.id where c.capture_id is not null "
    "order by l.outbox_id",
}
_STEM = f"https://id.gs1.org/01/{CELL}/21/A"


def measure(sheet: Sheet, console: Console) -> None:
    """Fill the sheet."""
    share = QUICK if sheet.quick else 1
    empty = rows.empty_copy()
    try:
        _measure(sheet, console, empty, EVENTS // share, EACH // (10 if sheet.quick else 1))
    finally:
        rows.drop(empty)


def _measure(sheet: Sheet, console: Console, empty: str, count: int, each: int) -> None:
    maker = sending.maker()
    console.print("starting web, worker, clock, sequencer and two witnesses …")
    with household.serving() as house:
        console.print(f"registering {count:,} cells …")
        path = Path(settings.PASSPORT_STATE) / "cells.ndjson"
        file = MakerFile(maker, path, tag="A", cells=count, packs=max(1, count // 1000))
        Sender(house.url, maker).take_in(file)
        requests = [
            _request(house.url, maker.secret, range(first, first + each))
            for first in range(0, count, each)
        ]
        console.print(f"sending {len(requests)} documents of {each:,} events …")
        took = _send(house.url, requests, entries=count)
        if (landed := _captured()) != count:
            raise CommandError(f"{landed} of {count} events landed.")
        console.print("sending them again …")
        again = _send(house.url, requests, entries=0)
        if _captured() != count:
            raise CommandError("The same documents again changed something.")
    console.print("copying the same rows over one connection …")
    copied = rows.copy_rows(empty, before=_BEFORE, made=_MADE)
    sheet.figures += _figures(count, took, again, copied)


def _figures(count: int, took: float, again: float, copied: dict[str, float]) -> list[Figure]:
    rate, limit = count / took, count / sum(copied.values())
    slowest = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in copied.items())
    return [
        Figure("COPY of the same rows", limit, "1/s", how=f"one connection: {slowest}"),
        Figure(
            "events captured and logged", rate, "1/s", "events_per_s", least=5000,
            how=f"{count:,} events, first byte → all jobs done and checkpoint",
        ),
        Figure("against COPY", rate / limit, "", "vs_copy", least=0.25),
        Figure(
            "the same documents again", count / again, "1/s", "replay_per_s",
            how="events, all known before; no row more",
        ),
    ]  # fmt: skip


def _send(url: str, requests: list[bytes], *, entries: int) -> float:
    """Send all documents; seconds until each is settled and so many entries more are published."""
    before, settled = LogHead.objects.get().size, _settled()
    began = time.monotonic()
    answers, _ = clients.send(url, requests, clients=CLIENTS)
    if other := next((each for each in answers if each.status != 202), None):
        raise CommandError(f"The server answered {other.status}: {other.body[:500]!r}")
    # The clients' process takes a moment to start, and sends nothing before that.
    began = max(began, min(each.asked for each in answers))
    _await(lambda: _settled() == settled + len(requests))
    _await(lambda: LogHead.objects.get().published_size >= before + entries)
    return time.monotonic() - began


def _captured() -> int:
    """Without native events, which are found in the same table."""
    return EpcisEvent.objects.filter(capture__isnull=False).count()


def _settled() -> int:
    return EpcisCapture.objects.filter(state=CaptureState.KEPT, rejected=0).count()


def _await(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise CommandError("The documents were not captured in time.")
        time.sleep(0.05)


def _request(url: str, secret: str, places: range) -> bytes:
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-02T06:00:00Z",
        "epcisBody": {"eventList": list(_events(places))},
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/ld+json"}
    return clients.request(
        "POST", "/epcis/capture", host=urlsplit(url).netloc, headers=headers,
        body=json.dumps(document).encode(),
    )  # fmt: skip


def _events(places: range) -> Iterator[dict[str, object]]:
    for place in places:
        yield {
            "type": "ObjectEvent", "eventID": f"urn:uuid:{new_id()}",
            "eventTime": f"2026-03-02T06:{place // 1000 % 60:02}:00.{place % 1000:03}Z",
            "eventTimeZoneOffset": "+01:00", "action": "OBSERVE", "bizStep": "shipping",
            "disposition": "in_transit", "epcList": [f"{_STEM}{place:09}"],
            "readPoint": {"id": "https://id.gs1.org/414/9521234000112/254/DOCK-1"},
            "bizTransactionList": [
                {"type": "desadv", "bizTransaction": f"https://maker.example/asn/{place // 100}"}
            ],
        }  # fmt: skip
