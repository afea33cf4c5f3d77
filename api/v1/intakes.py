"""Files of serials: streamed in, worked off behind the request, their errors told line by line."""

from itertools import islice
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Digest, Identifier, Moment, Text, Word
from api.http.idempotency import key_of, replayable
from api.http.parsers import NDJSON, Lines, NdjsonParser
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address
from api.http.shapes import StrictShape
from api.http.streaming import Streaming
from api.v1.jobs import JobShape
from passport.actions import intake as intakes
from passport.models.intake import IntakeState
from passport.models.party import Role
from passport.proof import canonical
from passport.queries import intake
from passport.rules.errors import Malformed

ERRORS_AT_ONCE = 10_000


class IntakeShape(StrictShape):
    catalogue = "intake"

    id = Identifier()
    state = Word(among=IntakeState.values)
    media_type = Text()
    size_bytes = Count()
    sha256 = Digest(allow_null=True)
    lines_read = Count()
    accepted = Count()
    rejected = Count()
    duplicates = Count()
    received_at = Moment()
    finished_at = Moment(allow_null=True)
    job = JobShape(allow_null=True)


class ErrorShape(StrictShape):
    catalogue = "intake-error"

    line = Count(source="number")
    pointer = Text(empty=True)
    code = Text()
    detail = Text()
    remedy = Text(empty=True)


def _digest(view: "Intakes", request: Request) -> bytes:
    return view.lines.body.sha256


class Intakes(Streaming):
    """POST takes one record a line (NDJSON) and answers 202; the good lines land."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.MAKER, scope=Scope.REGISTER)}
    answers = {"GET": IntakeShape, "POST": IntakeShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 202}
    parser_classes = (NdjsonParser,)
    lines: Lines

    def get(self, request: Request) -> Response:
        with self.acting():
            return self.page(intake.listing, party=self.party)

    def post(self, request: Request) -> HttpResponse:
        key_of(request, required=True)
        with Lines(request._request) as self.lines:
            self.lines.receive()
            with self.acting():
                return self._receive(request)

    @replayable(fingerprint=_digest, required=True)
    def _receive(self, request: Request) -> Response:
        made = intakes.receive(
            lines=self.lines,
            media_type=self.lines.media_type,
            by=self.party,
            at=self.at,
            body=(self.lines.body.size, self.lines.body.sha256),
        )
        return self.one(made, location=address("intakes", made.pk))

    post.idempotent = True  # type: ignore[attr-defined]


class Intake(Resource):
    """How far an intake is."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": IntakeShape}

    def get(self, request: Request, intake_id: UUID) -> Response:
        return self.one(intake.state(intake_id=intake_id))


class IntakeErrors(Resource):
    """What was wrong, one JSON object a line; `?after=` a line number goes on from there."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ErrorShape}

    def get(self, request: Request, intake_id: UUID) -> HttpResponse:
        after = _line_number(request.GET.get("after", "0"))
        found = intake.state(intake_id=intake_id)
        rows = list(islice(intake.errors(intake=found, after=after), ERRORS_AT_ONCE))
        lines = [canonical.encode(dict(ErrorShape(row).data)) + b"\n" for row in rows]
        response = HttpResponse(b"".join(lines), content_type=NDJSON)
        if len(rows) == ERRORS_AT_ONCE:
            response["Link"] = f'<{request.path}?after={rows[-1].number}>; rel="next"'
        return response


def _line_number(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 12:
        return int(text)
    raise Malformed("`after` is not a line number", pointer="?after", remedy="write digits")
