"""One address of the API: says for each method who may, what comes in, and what goes out."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.http import paging, parsers
from api.http.idempotency import replayable
from api.http.negotiation import OneForm
from api.http.permissions import Needs
from api.http.schema import ShapeSchema
from api.http.shapes import StrictShape, read_shape, write_shape
from api.http.throttles import PerKey
from api.http.versions import unless_known
from passport.models.party import Party
from passport.proof import canonical

Shape = type[StrictShape]


class Resource(APIView):
    """The base of every view of /api/v1; a view makes one call into an action or a query."""

    needs: ClassVar[Mapping[str, Needs]] = {}
    accepts: ClassVar[Mapping[str, Shape]] = {}
    answers: ClassVar[Mapping[str, Shape]] = {}
    # Methods whose answer is a page of `answers`.
    lists: ClassVar[frozenset[str]] = frozenset()
    # Methods whose answer is a list that is never long, in the same wrapping.
    wholes: ClassVar[frozenset[str]] = frozenset()
    # Media types of a body that is no JSON and is kept as it comes, by method.
    takes: ClassVar[Mapping[str, Sequence[str]]] = {}
    # More bytes than PASSPORT_BODY_MAX_BYTES may come in here.
    largest: ClassVar[int | None] = None
    # The status of a success, where it is not 200.
    statuses: ClassVar[Mapping[str, int]] = {}
    # Other successes, told in words: documents that no shape of ours describes.
    also: ClassVar[Mapping[str, Mapping[int, str]]] = {}

    # Other media types that a caller may accept instead of JSON, by method.
    forms: ClassVar[Mapping[str, Sequence[str]]] = {}

    schema = ShapeSchema()
    content_negotiation_class = OneForm
    throttle_classes = (PerKey,)
    http_method_names: Sequence[str] = ("get", "head", "post", "patch")
    metadata_class = None

    @property
    def party(self) -> Party:
        return self.request._request.party  # type: ignore[attr-defined]

    @property
    def at(self) -> datetime:
        return self.request._request.at  # type: ignore[attr-defined]

    def payload(self) -> dict[str, Any]:
        """Return the values of the body; refuses all that `accepts` does not name."""
        shape = self.accepts[str(self.request.method)]
        return read_shape(shape, self.document())

    def document(self) -> object:
        """Return the JSON value in the body, whatever its shape."""
        return parsers.read_json(self.request._request, limit=self.largest)

    def one(self, record: object, *, location: str = "") -> Response:
        """Answer with one record in its shape."""
        status = self.statuses.get(self._method, 200)
        headers = {"Location": location} if location else None
        return Response(self._write(record), status=status, headers=headers)

    def all(self, records: Iterable[object]) -> Response:
        """Answer with a list that is never long."""
        return Response({"items": [self._write(record) for record in records], "next": None})

    def page(self, fetch: Callable[..., Sequence[Any]], **where: Any) -> Response:
        """Answer with a page of the records that `fetch(after=, limit=, **where)` returns."""
        return paging.page(
            self.request._request,
            lambda after, limit: fetch(after=after, limit=limit, **where),
            self._write,
        )

    def _write(self, record: object) -> dict[str, Any]:
        return write_shape(self.answers[self._method], record)

    @property
    def _method(self) -> str:
        """HEAD is answered as GET is, up to the body (RFC 9110 §9.3.2)."""
        return "GET" if self.request.method == "HEAD" else str(self.request.method)

    def rendered(self, response: Response) -> HttpResponse:
        """Finish an answer early, where its bytes are wanted before it is sent."""
        finished = self.finalize_response(self.request, response)
        return finished.render()


def tagged(request: Request, response: Response) -> HttpResponse:
    """Add a strong ETag made from the content; answer 304 to a caller that has it already."""
    digest = hashlib.sha256(canonical.encode(response.data)).hexdigest()
    return unless_known(request._request, response, tag=digest[:32])


def _document(view: Resource, request: Any) -> bytes:
    # A body that an address does not take is not read, and is no part of what was asked.
    if str(request.method) in view.accepts and not hasattr(request._request, "document"):
        view.document()
    return parsers.fingerprint_of(request._request)


# A write that may be repeated: with the header it acts once.
repeatable: Final = partial(replayable, fingerprint=_document)


def address(*parts: str | UUID) -> str:
    """Return the address of a record below /api/v1."""
    return "/api/v1/" + "/".join(str(part) for part in parts)
