"""Programmes out of a table: one a line, each lands or is refused by itself."""

from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.bodies import check_media_type, read_body
from api.http.errors import problem_of
from api.http.fields import Count, Identifier, Text, Word
from api.http.idempotency import replayable
from api.http.permissions import Scope, needs
from api.http.problems import Fault
from api.http.resource import Resource
from api.http.shapes import StrictShape
from api.v1.many_readings import FaultShape
from api.v1.programmes import TAKERS
from passport.rules.errors import Malformed
from recycling.actions import programme as programmes
from recycling.actions.programme import Fate, Outcome
from recycling.rules.programme_table import read_table

CSV: Final = "text/csv"
MOST: Final = 500


class ProgrammeOutcome(StrictShape):
    catalogue = "programme.outcome"

    line = Count()
    outcome = Word(among=tuple(Fate))
    name = Text()
    programme = Identifier(allow_null=True)
    problems = FaultShape(many=True)


class ProgrammeOutcomes(StrictShape):
    catalogue = "programme.outcome"

    published = Count()
    known = Count()
    refused = Count()
    items = ProgrammeOutcome(many=True)


class TooManyProgrammes(Malformed):
    """More programmes than one table may bring, or none."""

    code = "too-many-programmes"
    title = "Not as many programmes as one table brings"


def _digest(view: "ProgrammeTables", request: Request) -> bytes:
    return sha256(view.body).digest()


class ProgrammeTables(Resource):
    """Publish up to 500 programmes from a CSV table, UTF-8, whose first line names the columns.

    They are named as the fields of a programme are, but for `kind`, which follows from `route`.
    Several values in a cell are parted by `|`; a lane is `DE=31/tkm` or `FR=90000 flat`. Good lines
    land, others are refused each by itself, in `items`; the same line again is `KNOWN`.
    """

    needs = {"POST": needs(*TAKERS, scope=Scope.PLAN)}
    takes = {"POST": (CSV,)}
    answers = {"POST": ProgrammeOutcomes}

    @cached_property
    def body(self) -> bytes:
        """The body, read once."""
        return read_body(self.request._request)

    @replayable(fingerprint=_digest, required=False)
    def post(self, request: Request) -> Response:
        check_media_type(request._request, CSV)
        table = read_table(_text(self.body))
        if not 1 <= len(table.lines) <= MOST:
            raise TooManyProgrammes(
                f"the table brings {len(table.lines)} programmes", remedy=f"send 1 to {MOST}"
            )
        made = programmes.publish_table(table=table, by=self.party, at=self.at)
        counts = {fate.lower(): sum(each.fate is fate for each in made) for fate in Fate}
        return self.one(counts | {"items": [_told(each) for each in made]})


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Malformed(
            f"the table is not UTF-8: {fault.reason} at byte {fault.start}",
            remedy="save it as CSV in UTF-8",
        ) from fault


def _told(each: Outcome) -> dict[str, Any]:
    problem = problem_of(each.refusal) if each.refusal else None
    faults = problem.faults or (Fault(problem.code, problem.detail),) if problem else ()
    return {
        "line": each.line,
        "outcome": each.fate,
        "name": each.name,
        "programme": each.programme_id,
        "problems": [fault.on_wire(None) for fault in faults],
    }
