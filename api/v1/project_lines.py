"""The bill of materials of a project: read line by line, brought as a table."""

from functools import cached_property
from hashlib import sha256
from typing import Final
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.bodies import check_media_type, read_body
from api.http.fields import Count, Day, Quantity, Text, Word
from api.http.idempotency import replayable
from api.http.permissions import Scope, needs
from api.http.resource import Resource
from api.http.shapes import StrictShape
from passport.actions import sourcing_bill
from passport.models.party import Role
from passport.queries import sourcing_case
from passport.queries.sourcing_project import by_id
from passport.rules.errors import Malformed
from passport.rules.sourcing_case import CostKind, LineKind

CSV: Final = "text/csv"


class CostShape(StrictShape):
    catalogue = "project.line"

    kind = Word(among=tuple(CostKind))
    amount = Quantity()
    currency = Text()
    incurred_on = Day()
    rate = Quantity()
    rate_on = Day(allow_null=True)
    invoice = Text(empty=True)
    document_sha256 = Text(empty=True)


class BillLineShape(StrictShape):
    catalogue = "project.line"

    line = Text(source="line.id")
    kind = Word(among=tuple(LineKind), source="line.kind")
    product = Text(empty=True, source="line.product")
    row = Text(empty=True, source="line.row")
    description = Text(empty=True, source="line.description")
    model = Text(empty=True, source="line.model")
    quantity = Quantity(source="line.quantity")
    nameplate = Quantity(allow_null=True, source="line.nameplate")
    producer = Text(allow_null=True, source="line.producer")
    product_producer = Text(allow_null=True, source="line.product_producer")
    supplier = Text(allow_null=True, source="line.supplier")
    facility = Text(empty=True, source="line.facility")
    made_in = Text(empty=True, source="line.made_in")
    excluded = Text(empty=True, source="line.excluded")
    costs = CostShape(many=True, source="line.costs")


class BillFault(StrictShape):
    catalogue = "project.bill"

    row = Count()
    column = Text(empty=True)
    code = Text()
    detail = Text()
    remedy = Text(empty=True)


class BillOutcome(StrictShape):
    catalogue = "project.bill"

    added = Count(source="put.added")
    changed = Count(source="put.changed")
    same = Count(source="put.same")
    faults = BillFault(many=True, source="bill.faults")


def _digest(view: "ProjectLines", request: Request) -> bytes:
    return sha256(view.body).digest()


class ProjectLines(Resource):
    """The lines of a project by name; POST takes a CSV table in, UTF-8, up to 20,000 rows.

    The first row names the columns. Good lines land, the others are told by row and column; a line
    that is there already gets its next version, and one that says the same stays as it is. A row
    with the `line` of an earlier one brings further costs of it.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.KEEPER, scope=Scope.RECORD)}
    takes = {"POST": (CSV,)}
    answers = {"GET": BillLineShape, "POST": BillOutcome}
    lists = frozenset({"GET"})

    @cached_property
    def body(self) -> bytes:
        """The body, read once."""
        return read_body(self.request._request)

    def get(self, request: Request, project_id: UUID) -> Response:
        return self.page(sourcing_case.lines, project=by_id(project_id=project_id))

    @replayable(fingerprint=_digest, required=False)
    def post(self, request: Request, project_id: UUID) -> Response:
        check_media_type(request._request, CSV)
        try:
            text = self.body.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise Malformed(
                f"the table is not UTF-8: {fault.reason} at byte {fault.start}",
                remedy="save it as CSV in UTF-8",
            ) from fault
        taken = sourcing_bill.take(project_id=project_id, text=text, by=self.party, at=self.at)
        return self.one(taken)
