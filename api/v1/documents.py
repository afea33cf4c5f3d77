"""Papers and pictures that the key's party shows: sent as they are, named by their SHA-256."""

import hashlib
from functools import cached_property

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.bodies import check_media_type, read_body
from api.http.fields import Count, Digest, Moment, Text
from api.http.idempotency import replayable
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address
from api.http.shapes import StrictShape
from passport.actions import document as documents
from passport.queries import document
from passport.rules.document import MEDIA_TYPES, MOST_BYTES


class DocumentShape(StrictShape):
    catalogue = "document"

    sha256 = Digest()
    media_type = Text()
    size_bytes = Count()
    stored_at = Moment()


def _digest(view: "Documents", request: Request) -> bytes:
    return hashlib.sha256(view.content).digest()


class Documents(Resource):
    """POST takes the bytes of a picture or a PDF; the same bytes again change nothing."""

    needs = {"POST": needs(scope=Scope.REGISTER)}
    takes = {"POST": MEDIA_TYPES}
    answers = {"POST": DocumentShape}
    statuses = {"POST": 201}

    @cached_property
    def content(self) -> bytes:
        """The body, read once."""
        return read_body(self.request._request, limit=MOST_BYTES)

    @replayable(fingerprint=_digest, required=False)
    def post(self, request: Request) -> Response:
        media_type = check_media_type(request._request, *MEDIA_TYPES)
        made = documents.store(
            content=self.content, media_type=media_type, by=self.party, at=self.at
        )
        return self.one(made, location=address("documents", bytes(made.sha256).hex()))


class Document(Resource):
    """One document, as it was sent."""

    needs = {"GET": needs(scope=Scope.READ)}
    also = {"GET": {200: "the document as it was sent"}}

    def get(self, request: Request, sha256: str) -> HttpResponse:
        found = document.by_digest(sha256=sha256)
        response = HttpResponse(bytes(found.content), content_type=found.media_type)
        response["Content-Disposition"] = f'attachment; filename="{sha256}"'
        return response
