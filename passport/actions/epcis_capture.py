"""EPCIS documents: taken in as they come, worked off behind the request, each exactly once."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime

import zstandard
from django.db import DatabaseError, IntegrityError, transaction

from passport.actions import attempt, epcis_events
from passport.actions import job as jobs
from passport.actions.epcis_events import Kept
from passport.actions.epcis_reading import Document, read_document
from passport.actions.epcis_slices import count_events
from passport.actions.epcis_twice import read_tolerantly
from passport.models import CaptureState, EpcisCapture, EpcisError, ErrorBehaviour, Job, Party
from passport.models.ids import new_id
from passport.queries.tenancy import act_as
from passport.rules.errors import Refusal

KIND = "epcis"
MOST_EVENTS = 10_000
# Of one document so many attempts at other people's batteries are kept; its errors tell of all.
MOST_ATTEMPTS = 200
_TRIES = 4
# As fast as it goes: the document lies there for a moment only.
_LEVEL = 1


class TooManyEvents(Refusal):
    """A document brings more events than are taken in at once."""

    code = "epcis-too-many-events"
    title = "Too many events in one document"


@transaction.atomic
def begin(*, document: bytes, behaviour: ErrorBehaviour, by: Party, at: datetime) -> EpcisCapture:
    """Take a document in, to be captured behind the request. [EPCIS 12.7]

    Refuses NotStrictJson, TooManyEvents; all else is told by the capture itself.
    """
    count = count_events(document=document)
    if count > MOST_EVENTS:
        raise TooManyEvents(
            f"the document has {count} events; at most {MOST_EVENTS} are taken at once",
            remedy="send several documents",
        )
    key = new_id()
    job = jobs.enqueue(
        kind=KIND, dedupe_key=f"epcis:{key}", party=by, payload={"capture": str(key)}, at=at
    )
    return EpcisCapture.objects.create(
        id=key,
        party=by,
        job=job,
        error_behaviour=behaviour,
        received_at=at,
        sha256=hashlib.sha256(document).digest(),
        size_bytes=len(document),
        events=count,
        body=zstandard.ZstdCompressor(level=_LEVEL).compress(document),
    )


def run(*, job: Job, at: datetime) -> None:
    """Record what is in a document, and settle it, in one transaction with its job.

    A crash before it ends leaves the document waiting, and none of its events. Refuses LeaseLost.
    """
    capture = EpcisCapture.objects.select_related("party").get(pk=uuid.UUID(job.payload["capture"]))
    body = bytes(capture.body or b"")
    document = zstandard.ZstdDecompressor().decompress(body, max_output_size=capture.size_bytes)
    try:
        found = read_tolerantly(document=document, max_bytes=capture.size_bytes)
    except Refusal as refusal:
        found = Document([], {-1: refusal}, capture.events, "")
    for left in reversed(range(_TRIES)):
        try:
            return _settle(capture, found, job=job, at=at)
        except (IntegrityError, DatabaseError):
            # Another document with some of the same events was faster: now its events are seen.
            if not left:
                raise


@transaction.atomic
def _settle(capture: EpcisCapture, found: Document, *, job: Job, at: datetime) -> None:
    jobs.hold(job=job, at=at)
    act_as(capture.party_id)
    whole = capture.error_behaviour == ErrorBehaviour.ROLLBACK
    kept = _keep(found, capture=capture, at=at, whole=whole)
    refused = {**found.refused, **kept.refused}
    if kept.tried:
        attempt.keep(tried=kept.tried[:MOST_ATTEMPTS], by=capture.party, at=at)
    _tell(capture, found, refused)
    lost = -1 in refused or (whole and refused)
    EpcisCapture.objects.filter(pk=capture.pk).update(
        state=CaptureState.REFUSED if lost else CaptureState.KEPT,
        body=None,
        accepted=0 if lost else len(kept.fresh),
        duplicates=0 if lost else len(kept.same),
        rejected=len(refused),
        finished_at=at,
    )
    jobs.finish(job=job, at=at)


def _keep(found: Document, *, capture: EpcisCapture, at: datetime, whole: bool) -> Kept:
    """Record the events; of a whole that has a fault, what was tried is known and nothing kept."""
    if not found.read:
        return Kept()
    with transaction.atomic():
        kept = epcis_events.keep(
            events=found.read,
            by=capture.party,
            at=at,
            capture=capture.pk,
            whole=whole,
        )
        if whole and (kept.refused or found.refused):
            transaction.set_rollback(True)
    return kept


def _tell(capture: EpcisCapture, found: Document, refused: Mapping[int, Refusal]) -> None:
    said = [(place, refusal, False) for place, refusal in sorted(refused.items())]
    said += [(place, each, True) for place, some in found.warned.items() for each in some]
    EpcisError.objects.bulk_create(
        [
            EpcisError(
                capture=capture,
                position=None if place < 0 else place,
                pointer=each.pointer if place < 0 else found.pointer(place) + each.pointer,
                code=each.code,
                detail=each.detail,
                remedy=each.remedy,
                warning=warning,
            )
            for place, each, warning in said
        ],
        batch_size=1000,
    )


def record(*, document: bytes, by: Party, at: datetime) -> Kept:
    """Record one event within its request: an event, or a document that holds one.

    The caller holds the transaction and keeps what was `tried`. Refuses what read_document()
    refuses, and TooManyEvents.
    """
    found = read_document(document=document)
    if found.count != 1:
        raise TooManyEvents(
            f"{found.count} events came where one is taken",
            remedy="send documents to /epcis/capture",
        )
    for refusal in found.refused.values():
        raise refusal.at(found.pointer(0))
    kept = epcis_events.keep(events=found.read, by=by, at=at, capture=None, whole=True)
    kept.uris = [each.uri for each in found.read]
    return kept
