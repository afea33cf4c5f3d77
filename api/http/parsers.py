"""From bytes to documents and lines: one reading of JSON, and lines of bounded length."""

import hashlib
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from django.conf import settings
from django.http import HttpRequest
from rest_framework.parsers import BaseParser

from api.http.bodies import READ, Body, CutOff, check_media_type, read_body
from passport.proof import canonical
from passport.rules.errors import Malformed

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
IN_MEMORY: Final = 4 << 20


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


def check_line(line: bytes, *, name: str = "A line") -> None:
    """Refuse a line longer than any record is (LineTooLong)."""
    longest = getattr(settings, "PASSPORT_LINE_MAX_BYTES", 262_144)
    if len(line) > longest:
        raise LineTooLong(
            f"{name} has more than {longest} bytes; nothing was kept.",
            remedy="Send one record a line.",
        )


class Lines:
    """The lines of a body, which is kept on disk until it is whole; never all of it in memory.

    receive() comes first and needs no database: a slow sender holds no transaction open.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.media_type = check_media_type(request, NDJSON, "application/jsonl")
        limit = getattr(settings, "PASSPORT_INTAKE_MAX_BYTES", 1 << 30)
        self.body = Body(request, limit=limit)
        self.count = 0
        self._kept: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - __exit__

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def receive(self) -> None:
        """Read the body to its end. Refuses TooLarge, CutOff, NotThatDigest."""
        tail = b""
        for piece in self.body:
            self._kept.write(piece)
            tail = (tail + piece)[-3:]
        # The server does not tell a whole chunked body from one that was cut between two lines.
        endless = self.body.announced is None and self.body.wanted is None
        if endless and not tail.replace(b"\r", b"").endswith(b"\n\n"):
            raise CutOff(
                f"The body has no announced end and stops after {self.body.size} bytes; "
                "nothing was kept.",
                remedy="Send a Content-Length or a Content-Digest, or end with an empty line.",
            )

    def __iter__(self) -> Iterator[bytes]:
        self._kept.seek(0)
        rest = b""
        while piece := self._kept.read(READ):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield self._one(line)
            check_line(rest, name=f"Line {self.count + 1}")
        if rest:
            yield self._one(rest)

    def _one(self, line: bytes) -> bytes:
        self.count += 1
        check_line(line, name=f"Line {self.count}")
        return line.removesuffix(b"\r")
