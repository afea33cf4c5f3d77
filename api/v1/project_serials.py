"""Serials of a project: lists by the million, how they agree, and what replaced what."""

import tempfile
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.bodies import Body, check_media_type
from api.http.fields import Count, Day, Digest, Flag, Identifier, Moment, Several, Text, Word
from api.http.idempotency import replayable
from api.http.permissions import Scope, needs
from api.http.resource import Resource, repeatable
from api.http.shapes import StrictShape, read_shape
from api.http.streaming import Streaming
from passport.actions import sourcing_serial
from passport.models.party import Role
from passport.queries import sourcing_serial as serials
from passport.queries import sourcing_sheet
from passport.queries.sourcing_project import by_id
from passport.rules.sourcing_serials import Mismatch, Stage

PLAIN, CSV = "text/plain", "text/csv"
LARGEST: Final = 96 << 20
_IN_MEMORY: Final = 1 << 20


class ListAsked(StrictShape):
    catalogue = "project.serials"

    line = Text(longest=60)
    stage = Word(among=tuple(Stage))
    certificate = Identifier(required=False)


class SerialListShape(StrictShape):
    catalogue = "project.serials"

    id = Identifier()
    line = Text()
    stage = Word(among=tuple(Stage))
    version = Count(source="number")
    certificate = Identifier(source="certificate_id", allow_null=True)
    count = Count()
    sha256 = Digest()
    recorded_at = Moment()


class MismatchShape(StrictShape):
    catalogue = "project.serials"

    kind = Word(among=tuple(Mismatch))
    count = Count()
    examples = Several(of=Text)


class ReconciliationShape(StrictShape):
    catalogue = "project.serials"

    line = Text()
    agrees = Flag()
    agreed = Count()
    replaced = Count()
    missing = Several(of=Text)
    mismatches = MismatchShape(many=True)


class NewSerialChange(StrictShape):
    catalogue = "project.serials"

    line = Text(longest=60)
    old = Text(longest=80)
    new = Text(longest=80)
    changed_on = Day()
    reason = Text(longest=300)
    certificate = Identifier(required=False)


class SerialChangeShape(StrictShape):
    catalogue = "project.serials"

    id = Identifier()
    line = Text()
    old = Text()
    new = Text()
    changed_on = Day()
    reason = Text()
    certificate = Identifier(source="certificate_id", allow_null=True)


def _digest(view: "SerialLists", request: Request) -> bytes:
    return sha256(view.body.sha256 + repr(sorted(view.asked.items())).encode()).digest()


class SerialLists(Streaming):
    """The lists of serials of a project; POST takes one in, one serial a line, up to a million.

    `?line=`, `?stage=` and, as needed, `?certificate=` say of what. The list lands whole or not at
    all; the same serials again are the same list. Serials are sorted on the disk as they come.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.KEEPER, scope=Scope.RECORD)}
    takes = {"POST": (PLAIN, CSV)}
    answers = {"GET": SerialListShape, "POST": SerialListShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}
    largest = LARGEST
    asked: dict[str, Any]
    kept: Any
    body: Body

    def get(self, request: Request, project_id: UUID) -> Response:
        with self.acting():
            project = by_id(project_id=project_id)
            return self.all(serials.lists(project=project, as_of=self.at.date()))

    def post(self, request: Request, project_id: UUID) -> Response:
        check_media_type(request._request, PLAIN, CSV)
        with self.acting():
            by_id(project_id=project_id)
        self.asked = read_shape(ListAsked, dict(request.GET.items()))
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as self.kept:
            self.body = Body(request._request, limit=LARGEST)
            for block in self.body.blocks():
                self.kept.write(block)
            self.body.check_ended()
            self.kept.seek(0)
            with self.acting():
                return self._take(request, project_id)

    post.idempotent = True  # type: ignore[attr-defined]

    @replayable(fingerprint=_digest, required=False)
    def _take(self, request: Request, project_id: UUID) -> Response:
        made = sourcing_serial.bring(
            project_id=project_id,
            line=self.asked["line"],
            stage=Stage(self.asked["stage"]),
            certificate_id=self.asked.get("certificate"),
            serials=_texts(self.kept),
            by=self.party,
            at=self.at,
        )
        return self.one(made)


class SerialReconciliations(Resource):
    """Each line that has serials, and whether certified, delivered and installed are the same."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ReconciliationShape}
    wholes = frozenset({"GET"})

    def get(self, request: Request, project_id: UUID) -> Response:
        project = by_id(project_id=project_id)
        found = sourcing_sheet.serials_sheet(project=project, as_of=self.at.date())
        return self.all([_told(each) for each in found])


class SerialChanges(Resource):
    """What was put in the place of what; POST records one more."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.KEEPER, scope=Scope.RECORD)}
    accepts = {"POST": NewSerialChange}
    answers = {"GET": SerialChangeShape, "POST": SerialChangeShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, project_id: UUID) -> Response:
        project = by_id(project_id=project_id)
        return self.all(serials.changes(project=project, as_of=self.at.date()))

    @repeatable(required=False)
    def post(self, request: Request, project_id: UUID) -> Response:
        told = self.payload()
        certificate = told.pop("certificate", None)
        return self.one(
            sourcing_serial.change(
                project_id=project_id, **told, certificate_id=certificate, by=self.party,
                at=self.at,
            )
        )  # fmt: skip


def _texts(kept: Any) -> Iterator[str]:
    for line in kept:
        yield line.decode("utf-8", "replace")


def _told(each: sourcing_sheet.SerialSheet) -> dict[str, Any]:
    return {
        "line": each.line,
        "agrees": each.found.agrees,
        "agreed": each.found.agreed,
        "replaced": each.found.replaced,
        "missing": each.found.missing,
        "mismatches": [
            {"kind": kind, "count": count, "examples": each.found.examples[kind]}
            for kind, count in each.found.mismatches.items()
        ],
    }
