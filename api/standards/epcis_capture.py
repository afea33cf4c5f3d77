"""EPCIS 2.0 comes in: documents into the queue, single events at once."""

from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.bodies import check_media_type, read_body
from api.http.errors import problem_of
from api.http.fields import Count, Document, Flag, Identifier, Moment, Several, Word
from api.http.idempotency import replayable
from api.http.parsers import JSON, fingerprint_of
from api.http.permissions import Scope, needs
from api.http.problems import respond
from api.http.shapes import StrictShape, write_shape
from api.http.streaming import Streaming
from api.standards.epcis_problems import ROOT, EpcisResource, discoverable, named
from passport.actions import attempt
from passport.actions import epcis_capture as captures
from passport.actions.attempt import Tried
from passport.models.epcis import ErrorBehaviour
from passport.models.party import Role
from passport.queries import epcis_capture
from passport.rules import epcis_json
from passport.rules.custody import NotTheHolder
from passport.rules.errors import Malformed

# Whose hands a battery passes through.
HANDS: Final = (Role.MAKER, Role.KEEPER, Role.WORKSHOP, Role.RECYCLER)
LINKED: Final = "application/ld+json"
FORMS: Final = (LINKED, JSON)
BEHAVIOUR: Final = "GS1-Capture-Error-Behaviour"
LIMITS: Final = {
    "GS1-EPCIS-Capture-Limit": str(captures.MOST_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(epcis_json.MAX_BYTES),
}
_USUAL: Final = 30
_MOST: Final = 100


class UnknownBehaviour(Malformed):
    """The header says neither rollback nor proceed."""

    code = "epcis-error-behaviour"
    title = "The error behaviour is not known"


class CaptureShape(StrictShape):
    catalogue = "capture"

    captureID = Identifier(source="id")  # noqa: N815 - as the standard spells it
    createdAt = Moment(source="created_at")  # noqa: N815
    finishedAt = Moment(source="finished_at", allow_null=True)  # noqa: N815
    running = Flag()
    success = Flag()
    captureErrorBehaviour = Word(among=("rollback", "proceed"), source="behaviour")  # noqa: N815
    accepted = Count()
    duplicates = Count()
    rejected = Count()
    errors = Several(of=Document)  # type: ignore[assignment]
    warnings = Several(of=Document)


def _payload(view: Any, request: Request) -> bytes:
    return fingerprint_of(request._request)


def _take(request: HttpRequest) -> bytes:
    """Read the body, whichever of the two names its JSON has."""
    check_media_type(request, *FORMS)
    request.document = document = read_body(  # type: ignore[attr-defined]
        request, limit=epcis_json.MAX_BYTES
    )
    return document


class Captures(Streaming, EpcisResource):
    """POST takes an EPCISDocument or EPCISQueryDocument and answers 202 with the capture job.

    Each event is recorded once: the same again, in whatever document, is a success that changes
    nothing. `GS1-Capture-Error-Behaviour: proceed` keeps the good events of a document in which
    others are refused; else nothing of it is kept. Of an event that names something of its own
    twice the last one counts: its bytes are kept, and `warnings` says so.
    """

    needs = discoverable(
        {"GET": needs(scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    )
    answers = {"GET": CaptureShape, "POST": CaptureShape}
    statuses = {"POST": 202}
    takes = {"POST": FORMS}
    wholes = frozenset({"GET"})
    says = LIMITS

    def get(self, request: Request) -> Response:
        """The capture jobs, oldest first, in pages of `perPage`; `Link: rel=next` leads on."""
        after, limit = _page(request)
        with self.acting():
            rows = epcis_capture.listing(party=self.party, after=after, limit=limit + 1)
        response = Response([write_shape(CaptureShape, row) for row in rows[:limit]])
        if len(rows) > limit:
            token = rows[limit - 1].id
            following = f"{request.path}?perPage={limit}&nextPageToken={token}"
            response["Link"] = f'<{following}>; rel="next"'
        return response

    def post(self, request: Request) -> HttpResponse:
        behaviour = _behaviour(request)
        document = _take(request._request)
        with self.acting():
            return self._begin(request, document, behaviour)

    post.idempotent = True  # type: ignore[attr-defined]
    post.reads = (BEHAVIOUR,)  # type: ignore[attr-defined]

    @replayable(fingerprint=_payload, required=False)
    def _begin(self, request: Request, document: bytes, behaviour: ErrorBehaviour) -> Response:
        made = captures.begin(document=document, behaviour=behaviour, by=self.party, at=self.at)
        place = f"{ROOT}capture/{made.pk}"
        return self.one(epcis_capture.told(capture=made), location=place)


class Capture(EpcisResource):
    """How a capture job stands, and what was refused of its document."""

    needs = discoverable({"GET": needs(scope=Scope.READ)})
    answers = {"GET": CaptureShape}

    def get(self, request: Request, capture_id: UUID) -> Response:
        return self.one(epcis_capture.state(capture_id=capture_id))

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        epcis_capture.state(capture_id=kwargs["capture_id"])
        return super().options(request)


class TakesEvents(EpcisResource):
    """POST takes one event, and answers when it is recorded: 201, or 200 where it was before."""

    takes = {"POST": FORMS}
    statuses = {"POST": 201}
    tried: list[Tried]

    def post(self, request: Request) -> HttpResponse:
        _take(request._request)
        try:
            return self._recorded(request)
        except NotTheHolder as refusal:
            attempt.keep(tried=self.tried, by=self.party, at=self.at)
            told = problem_of(refusal)
            assert told is not None  # noqa: S101 - of a refusal there is always one
            return respond(named(told), request._request)

    post.idempotent = True  # type: ignore[attr-defined]

    def _recorded(self, request: Request) -> Response:
        try:
            with transaction.atomic():
                return self._record(request)
        except IntegrityError:
            # The same event came in at the same moment by another request: now it is seen.
            with transaction.atomic():
                return self._record(request)

    @replayable(fingerprint=_payload, required=False)
    def _record(self, request: Request) -> Response:
        document = request._request.document  # type: ignore[attr-defined]
        kept = captures.record(document=document, by=self.party, at=self.at)
        self.tried = kept.tried
        for refusal in kept.refused.values():
            raise refusal
        (uri,) = kept.uris
        place = f"{ROOT}events/{quote(uri, safe='')}"
        return Response(status=201 if kept.fresh else 200, headers={"Location": place})


def _behaviour(request: Request) -> ErrorBehaviour:
    text = request.headers.get(BEHAVIOUR, "rollback").strip().lower()
    if text in ("rollback", "proceed"):
        return ErrorBehaviour(text.upper())
    raise UnknownBehaviour(
        f"{BEHAVIOUR} is {text[:40]!a}", remedy="write rollback or proceed, or leave it out"
    )


def _page(request: Request) -> tuple[UUID | None, int]:
    size, token = request.GET.get("perPage", str(_USUAL)), request.GET.get("nextPageToken")
    if not (size.isascii() and size.isdecimal() and 1 <= int(size[:4]) <= _MOST):
        raise Malformed(
            "`perPage` is not a number in range", pointer="?perPage", remedy=f"use 1 to {_MOST}"
        )
    try:
        return Identifier().read(token) if token is not None else None, int(size)
    except ValidationError as error:
        raise Malformed(
            "`nextPageToken` is none", pointer="?nextPageToken", remedy="follow the link rel=next"
        ) from error
