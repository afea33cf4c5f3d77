"""From bytes to documents: one reading of JSON."""

import hashlib
from typing import IO, Any, Final

from django.http import HttpRequest
from rest_framework.parsers import BaseParser

from api.http.bodies import check_media_type, read_body
from passport.proof import canonical

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"


def read_json(request: HttpRequest, *, limit: int | None = None) -> object:
    """Return the one document in the body; keeps its bytes as `request.document`.

    Refuses other media types (415), too many bytes (413), and all that is not strict JSON (400).
    """
    check_media_type(request, JSON)
    request.document = document = read_body(request, limit=limit)  # type: ignore[attr-defined]
    return canonical.loads(document, max_bytes=len(document))


def fingerprint_of(request: HttpRequest) -> bytes:
    """Return the SHA-256 of a body that read_json() has read."""
    return hashlib.sha256(getattr(request, "document", b"")).digest()


class StrictJsonParser(BaseParser):
    """The framework's name for read_json()."""

    media_type = JSON

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        return read_json(parser_context["request"]._request)
