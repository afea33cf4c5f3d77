"""Readings of many batteries in one request, as a BMS or an energy management system sends them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar, Final

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.bodies import check_media_type, read_body
from api.http.errors import ShapeRefused, problem_of
from api.http.fields import Count, Identifier, Text, Word
from api.http.idempotency import replayable
from api.http.parsers import JSON, NDJSON
from api.http.permissions import Scope, needs
from api.http.problems import Fault, Problem
from api.http.resource import Resource
from api.http.shapes import StrictShape, read_shape
from api.v1.events import HANDS
from api.v1.readings import NewReading, with_kind
from passport.actions import readings
from passport.actions.readings import Fate, Outcome, Sent
from passport.proof import canonical
from passport.proof.errors import NotStrictJson
from passport.rules.errors import Malformed
from passport.rules.health import Method, make_reading

MOST: Final = 1000


class NamedReading(NewReading):
    """Of a battery under any of its names; what a BMS reports needs no method."""

    event_id = Identifier(required=False)
    battery = Text()
    method = Word(among=tuple(Method), required=False)


class FaultShape(StrictShape):
    catalogue = "reading.fault"

    code = Text()
    detail = Text()
    pointer = Text(required=False)
    remedy = Text(required=False)


class OutcomeShape(StrictShape):
    catalogue = "reading.outcome"

    line = Count()
    outcome = Word(among=tuple(Fate))
    battery = Identifier(allow_null=True)
    event_id = Identifier(allow_null=True)
    problems = FaultShape(many=True)


class OutcomesShape(StrictShape):
    catalogue = "reading.outcome"

    recorded = Count()
    known = Count()
    refused = Count()
    items = OutcomeShape(many=True)


class TooMany(Malformed):
    """More readings than one request may bring, or none."""

    code = "too-many-readings"
    title = "Not as many readings as one request brings"


@dataclass(frozen=True)
class Told:
    """One answer: what became of the reading on a line."""

    line: int
    outcome: str
    battery: Any
    event_id: Any
    problems: Sequence[Mapping[str, Any]]


def _digest(view: "ManyReadings", request: Request) -> bytes:
    return sha256(view.body).digest()


class ManyReadings(Resource):
    """Record up to 1,000 readings at once: NDJSON, a reading a line, or a JSON list.

    `battery` is any name of the battery: its id, identity or link, its serial, another name. Good
    readings land and the others are refused each by itself, in `items`, by line. What a BMS reports
    needs no `method`. With `event_id`, the client's own, and without, the same reading sent again
    is `KNOWN` and changes nothing.
    """

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    takes = {"POST": (JSON, NDJSON)}
    answers = {"POST": OutcomesShape}
    # What stands on a line.
    shape: ClassVar[type[StrictShape]] = NamedReading

    @cached_property
    def body(self) -> bytes:
        """The body, read once."""
        return read_body(self.request._request)

    @replayable(fingerprint=_digest, required=False)
    def post(self, request: Request) -> Response:
        media_type = check_media_type(request._request, JSON, NDJSON)
        lines = list(_lines(self.body, media_type))
        if not 1 <= len(lines) <= MOST:
            raise TooMany(
                f"the request brings {len(lines)} readings", remedy=f"send 1 to {MOST} at a time"
            )
        sent, told = self._read(lines)
        made = self.record(sent)
        told += [_outcome(each) for each in made]
        counts = {fate: sum(each.outcome == fate for each in told) for fate in Fate}
        items = sorted(told, key=lambda each: each.line)
        return self.one({"items": items} | {fate.lower(): n for fate, n in counts.items()})

    @staticmethod
    def sent(number: int, values: dict[str, Any]) -> Any:
        """The reading on a line."""
        battery, own = values.pop("battery"), values.pop("event_id", None)
        values["method"] = Method(values.pop("method", Method.BMS_REPORTED))
        reading = make_reading(**with_kind(values))
        return Sent(place=number, battery=battery, event_id=own, reading=reading)

    def record(self, sent: list[Any]) -> list[Outcome]:
        """What became of each."""
        return readings.record_all(sent=sent, by=self.party, at=self.at)

    def _read(self, lines: Sequence[tuple[int, Any]]) -> tuple[list[Any], list[Told]]:
        sent, wrong = [], []
        for number, each in lines:
            try:
                if isinstance(each, NotStrictJson):
                    raise each
                sent.append(self.sent(number, read_shape(self.shape, each)))
            except (ShapeRefused, NotStrictJson) as error:
                wrong.append(_refused(number, problem_of(error)))
        return sent, wrong


def _lines(body: bytes, media_type: str) -> Iterator[tuple[int, Any]]:
    """The readings of a body with their lines; one that is no JSON is an error in its place."""
    if media_type == JSON:
        found = canonical.loads(body, max_bytes=len(body))
        if not isinstance(found, list):
            raise Malformed("the document is no list", remedy="send the readings in brackets")
        yield from enumerate(found, start=1)
        return
    for number, line in enumerate(body.splitlines(), start=1):
        if line.strip():
            try:
                yield number, canonical.loads(line, max_bytes=len(line))
            except NotStrictJson as error:
                yield number, error


def _outcome(each: Outcome) -> Told:
    if each.refusal is not None:
        return _refused(each.place, problem_of(each.refusal), event_id=each.event_id)
    return Told(each.place, each.fate, each.battery_id, each.event_id, ())


def _refused(number: int, problem: Problem | None, *, event_id: Any = None) -> Told:
    faults: Sequence[Fault] = problem.faults if problem else ()
    if problem and not faults:
        faults = (Fault(problem.code, problem.detail),)
    return Told(number, Fate.REFUSED, None, event_id, [each.on_wire(None) for each in faults])
