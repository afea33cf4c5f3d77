"""The provenance bundle: one file that an auditor takes away and checks without us."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Digest, Identifier, Moment, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.actions import bundle, bundle_order
from passport.models import BundleOrder
from passport.models.job import JobState
from passport.queries import bundle_order as orders
from passport.rules.bundle import LONGEST_TITLE, MOST_BATTERIES


class Called(Text):
    """What somebody calls a battery: its id, its identity as a label says it, or its serial."""

    def __init__(self) -> None:
        super().__init__(longest=2000)


class NewBundle(StrictShape):
    catalogue = "bundle"

    batteries = Several(of=Called, most=MOST_BATTERIES)
    title = Text(longest=LONGEST_TITLE, empty=True, required=False)


class BundleShape(StrictShape):
    catalogue = "bundle-order"

    id = Identifier()
    title = Text(empty=True)
    batteries = Count()
    state = Word(source="job.state", among=JobState.values)
    done_count = Count(source="job.done_count")
    total_count = Count(source="job.total_count")
    last_error = Text(source="job.last_error", empty=True)
    asked_at = Moment()
    made_at = Moment(allow_null=True)
    expires_at = Moment(allow_null=True)
    size_bytes = Count()
    sha256 = Digest(allow_null=True)
    tree_size = Count(allow_null=True)


def file_of(data: bytes, *, name: str) -> HttpResponse:
    """Hand a bundle out as a file; it is for its reader alone."""
    response = HttpResponse(data, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="bundle-{name}.json"'
    response["Cache-Control"] = "private, no-cache"
    return response


class Bundle(Resource):
    """The bundle of a battery that concerns the key's party; 304 until the log has grown."""

    needs = {"GET": needs(scope=Scope.READ)}

    def get(self, request: Request, battery_id: UUID) -> HttpResponse:
        ready = bundle.prepare(battery_ids=[battery_id], by=self.party)
        etag = f'W/"{ready.tag}"'
        known = get_conditional_response(request._request, etag=etag)
        if known is not None:
            return known
        response = file_of(ready.assemble(at=self.at), name=str(battery_id))
        response["ETag"] = etag
        return response


class Bundles(Resource):
    """The bundles that the key's party asked for; POST asks for one of a list of batteries.

    A short list is answered at once with the bundle itself (200); a longer one with 202, and the
    file lies at /file below its address once the state is DONE.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(scope=Scope.READ)}
    accepts = {"POST": NewBundle}
    answers = {"GET": BundleShape, "POST": BundleShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 202}
    also = {"POST": {200: "The bundle itself, where the list is short."}}

    def get(self, request: Request) -> Response:
        return self.page(orders.listing, party=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> HttpResponse:
        sent = self.payload()
        made = bundle_order.answer(
            names=sent["batteries"], title=sent.get("title", ""), by=self.party, at=self.at
        )
        if isinstance(made, BundleOrder):
            return self.one(made, location=address("bundles", made.pk))
        return file_of(made, name="list")


class OrderedBundle(Resource):
    """How far a bundle is that the key's party asked for."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": BundleShape}

    def get(self, request: Request, bundle_id: UUID) -> Response:
        return self.one(orders.state(order_id=bundle_id))


class BundleFile(Resource):
    """The file itself, until it expires."""

    needs = {"GET": needs(scope=Scope.READ)}

    def get(self, request: Request, bundle_id: UUID) -> HttpResponse:
        return file_of(orders.file(order_id=bundle_id), name=str(bundle_id))
