"""Documents of EPCIS as a party sends them, and the worker that records what is in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from passport.actions import epcis_capture, job
from passport.models import Job
from passport.proof import canonical
from passport.rules.epcis_json import Json, SaidTwice, read
from tests.cast import Speaker

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
LINKED = "application/ld+json"
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
OWN = [*CONTEXT, {"bat": "https://maker.example/bat/"}]
# The least that is a document, and one event of something that nobody has registered.
EPCIS = {"epcisBody": {"eventList": []}}
SEEN = {
    "@context": CONTEXT, "type": "ObjectEvent", "eventTime": "2026-01-20T10:00:00Z",
    "eventTimeZoneOffset": "+01:00", "action": "OBSERVE", "epcList": ["urn:example:not-here"],
}  # fmt: skip
System = Callable[[], AbstractContextManager[None]]


def seen(*epcs: str, **changed: Any) -> dict[str, Any]:
    """An event of some things; a field that becomes None is left out."""
    usual = {
        "type": "ObjectEvent", "eventTime": "2026-01-20T10:00:00.000Z",
        "eventTimeZoneOffset": "+01:00", "action": "OBSERVE", "bizStep": "shipping",
        "epcList": list(epcs),
        "readPoint": {"id": "https://id.gs1.org/414/9521234000112/254/LINE-3"},
    }  # fmt: skip
    return {name: each for name, each in (usual | changed).items() if each is not None}


def numbered(number: int) -> str:
    """An eventID."""
    return f"urn:uuid:0190f4b2-7c1e-7abc-8def-{number:012d}"


def document(*events: dict[str, Any], context: Any = CONTEXT) -> bytes:
    """An EPCIS document with these events."""
    whole = {
        "@context": context, "type": "EPCISDocument", "schemaVersion": "2.0",
        "creationDate": "2026-01-20T12:00:00.000Z", "epcisBody": {"eventList": list(events)},
    }  # fmt: skip
    return json.dumps(whole).encode()


def sent(who: Speaker, body: bytes, **headers: str) -> str:
    """Send a document; the address of its capture job."""
    answer = who.send("/epcis/capture", body, content_type=LINKED, **headers)
    assert answer.status_code == 202, answer.content
    return str(answer["Location"])


def work_off(as_system: System) -> None:
    """Do what the worker does, to all that waits."""
    with as_system():
        for waiting in Job.objects.filter(kind=epcis_capture.KIND, state="READY"):
            leased = job.lease(job_id=waiting.pk, at=datetime.now(UTC))
            assert leased is not None
            epcis_capture.run(job=leased, at=datetime.now(UTC))


def captured(who: Speaker, as_system: System, body: bytes, **headers: str) -> dict[str, Any]:
    """Send a document, have it worked off, and ask what became of it."""
    place = sent(who, body, **headers)
    work_off(as_system)
    return dict(who.get(place).json())


def understood(body: bytes) -> Json:
    """A document as a common reader takes it: of what is said twice, what is said last."""
    try:
        return read(body)
    except SaidTwice:
        return read(json.dumps(json.loads(body), ensure_ascii=False).encode())


def said(row: Any) -> Json:
    """The event in a row, as it was received."""
    body = canonical.loads(bytes(row.body))
    facts: Any = body["facts"]  # type: ignore[index, call-overload]
    if "apart" in facts:
        facts = canonical.loads(bytes(row.epcis.apart))
    return read(facts["epcis"].encode())
