"""Captured events as they were received, numbers in them as they were written."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from passport.models import EpcisEvent
from passport.proof import canonical
from passport.rules.epcis import Event
from passport.rules.epcis_answer import Told
from passport.rules.epcis_json import Json, read
from passport.rules.epcis_native import STANDARD_CONTEXT, stamp

_SET_HERE = ("eventID", "recordTime")


def received(
    *, row: Any, body: Mapping[str, Any], index: EpcisEvent | None, shows: Callable[[Any], bool]
) -> list[Told]:
    """The event that was captured, with the eventID and the recordTime that it has here.

    `index` is its row in the index, as far as the reader sees that: of an event about several
    batteries it holds what was received. Nothing where it is not to be shown.
    """
    text, context = _words(body, index)
    if not text or not _shown(index, shows):
        return []
    said = cast(Event, read(text.encode()))
    name = index.event_uri if index else str(body["facts"].get("eventHash", ""))
    event: Event = {"type": said["type"], "eventID": said.get("eventID", name)}
    event["recordTime"] = stamp(row.recorded_at)
    event |= {key: value for key, value in said.items() if key not in _SET_HERE}
    return [Told(event, _context(context))]


def _words(body: Mapping[str, Any], index: EpcisEvent | None) -> tuple[str, str]:
    facts = body["facts"]
    if "apart" in facts:
        # Its digest stands in the logged body; whoever does not see all of it has no row of it.
        if index is None or not index.apart:
            return "", ""
        apart = bytes(index.apart)
        facts = canonical.loads(apart, max_bytes=len(apart))
    return str(facts["epcis"]), str(facts.get("context", ""))


def _shown(index: EpcisEvent | None, shows: Callable[[Any], bool]) -> bool:
    """A declaration repeats its event: where that is not for the reader, neither is this."""
    if index is None or not index.declaration:
        return True
    rows = EpcisEvent.objects.select_related("event")
    of = rows.filter(
        recorder_id=index.recorder_id, event_uri=index.event_uri, declaration=False
    ).first()
    return of is None or shows(of.event)


def _context(text: str) -> Json:
    return read(text.encode()) if text else STANDARD_CONTEXT
