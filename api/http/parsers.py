"""From bytes to documents: one reading of JSON, and the forms in which files come."""

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


class FileParser(BaseParser):
    """Says in which form a file may come; views read it themselves, piece by piece."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        raise NotImplementedError("a file is read by its view")


class NdjsonParser(FileParser):
    """One record a line."""

    media_type = NDJSON


class CsvParser(FileParser):
    """One record a row, fields named by the first line."""

    media_type = "text/csv"


class ParquetParser(FileParser):
    """One record a row, in columns."""

    media_type = "application/vnd.apache.parquet"


class PartParser(FileParser):
    """The bytes of a file from some offset on, whatever the file is."""

    media_type = "application/partial-upload"
