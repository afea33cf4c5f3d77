"""From bytes to documents and lines: one reading of JSON, and lines of bounded length."""

import hashlib
from collections.abc import Iterator
from typing import IO, Any, Final

from django.conf import settings
from django.http import HttpRequest
from rest_framework.parsers import BaseParser

from api.http.bodies import Body, CutOff, check_media_type, read_body
from passport.proof import canonical
from passport.rules.errors import Malformed

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"


class LineTooLong(Malformed):
    """A line that no record of ours needs."""

    code = "line-too-long"
    title = "A line is too long"


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


class NdjsonParser(BaseParser):
    """The framework's name for Lines, which views read themselves."""

    media_type = NDJSON

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        return Lines(parser_context["request"]._request)


class Lines:
    """The lines of a body as they arrive, without their ends; never the whole body in memory."""

    def __init__(self, request: HttpRequest) -> None:
        self.media_type = check_media_type(request, NDJSON, "application/jsonl")
        limit = getattr(settings, "PASSPORT_INTAKE_MAX_BYTES", 1 << 30)
        self.longest = getattr(settings, "PASSPORT_LINE_MAX_BYTES", 262_144)
        self.body = Body(request, limit=limit)
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        rest, last = b"", b"."
        for piece in self.body:
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                last = self._one(line)
                yield last
            if len(rest) > self.longest:
                self._one(rest)
        if rest:
            last = self._one(rest)
            yield last
        self._check_end(last)

    def _check_end(self, last: bytes) -> None:
        """Tell a whole body from one that was cut between two lines: the server does not."""
        if self.body.announced is None and self.body.wanted is None and last:
            raise CutOff(
                f"The body has no announced end and stops after line {self.count}; "
                "nothing was kept.",
                remedy="Send a Content-Length or a Content-Digest, or end with an empty line.",
            )

    def drain(self) -> bytes:
        """Read to the end without looking at the lines; return the SHA-256 of the body."""
        for _ in self.body:
            continue
        return self.body.sha256

    def _one(self, line: bytes) -> bytes:
        self.count += 1
        if len(line) > self.longest:
            raise LineTooLong(
                f"Line {self.count} has more than {self.longest} bytes; nothing was kept.",
                pointer="",
                remedy="Send one record a line.",
            )
        return line.removesuffix(b"\r")
