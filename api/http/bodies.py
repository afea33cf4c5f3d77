"""Reads request bodies as bytes, straight from the server: with a length, chunked, or cut off.

Django sees a chunked body as empty, and a server's readline() may lose lines; read(n) is sound.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import APIException, UnsupportedMediaType

from passport.rules.errors import Malformed

READ: Final = 65_536
BLOCK: Final = 1 << 20


class TooLarge(APIException):
    """More bytes than are read at this address."""

    status_code = 413


class CutOff(Malformed):
    """The body ended before its announced end."""

    code = "cut-off"
    title = "The body was cut off on its way"


class NotThatDigest(Malformed):
    """The bytes that arrived are not those that were announced."""

    code = "wrong-digest"
    title = "The body is not the one that was announced"


def check_media_type(request: HttpRequest, *wanted: str) -> str:
    """Return the media type of the body; refuses (415) any but the wanted ones."""
    given = (request.content_type or "").lower()
    if given in wanted:
        return given
    shown = given or "nothing"
    raise UnsupportedMediaType(shown, f"Content-Type is {shown}; send {' or '.join(wanted)}.")


def read_body(request: HttpRequest, *, limit: int | None = None) -> bytes:
    """Return a whole body; refuses cut-offs, and (413) more than PASSPORT_BODY_MAX_BYTES or limit.

    A body without bytes is empty, whichever way it came.
    """
    return b"".join(Body(request, limit=limit or settings.PASSPORT_BODY_MAX_BYTES))


class Body:
    """The pieces of a body, counted and digested as they pass."""

    def __init__(self, request: HttpRequest, *, limit: int) -> None:
        self.stream = request.environ["wsgi.input"]  # type: ignore[attr-defined]
        self.announced = _announced(request)
        self.wanted = _wanted_digest(request)
        self.limit = limit
        self.size = 0
        self._tail = b""
        self._digest = hashlib.sha256()
        if self.announced is not None and self.announced > limit:
            raise _too_large(limit)

    @property
    def sha256(self) -> bytes:
        return self._digest.digest()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._read():
            self.size += len(piece)
            if self.size > self.limit:
                raise _too_large(self.limit)
            self._digest.update(piece)
            self._tail = (self._tail + piece)[-3:]
            yield piece
        self._check_end()

    def check_ended(self) -> None:
        """A body of no announced end ends with an empty line, or has a digest. Refuses CutOff.

        The server does not tell a whole chunked body from one that was cut between two lines.
        """
        endless = self.announced is None and self.wanted is None
        if endless and not self._tail.replace(b"\r", b"").endswith(b"\n\n"):
            raise CutOff(
                f"The body has no announced end and stops after {self.size} bytes.",
                remedy="Send a Content-Length or a Content-Digest, or end with an empty line.",
            )

    def _read(self) -> bytes:
        # Never past the announced end: a keep-alive connection would wait for the next request.
        left = READ if self.announced is None else min(READ, self.announced - self.size)
        if left <= 0:
            return b""
        try:
            return bytes(self.stream.read(left))
        except (OSError, RuntimeError) as error:
            raise self._cut() from error

    def _check_end(self) -> None:
        if self.announced is not None and self.size < self.announced:
            raise self._cut()
        if self.wanted is not None and self.wanted != self.sha256:
            raise NotThatDigest(
                f"{self.size} bytes arrived; their SHA-256 is not the one in Content-Digest.",
                remedy="Send it again, with the same Idempotency-Key.",
            )

    def _cut(self) -> CutOff:
        expected = "more" if self.announced is None else f"{self.announced}"
        return CutOff(
            f"{self.size} bytes arrived, {expected} were announced.",
            remedy="Send it again, with the same Idempotency-Key.",
        )

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """The pieces of the body joined into blocks; of a body that is cut off all that came."""
        waiting = bytearray()
        try:
            for piece in self:
                waiting += piece
                while len(waiting) >= size:
                    yield bytes(waiting[:size])
                    del waiting[:size]
        except CutOff:
            if waiting:
                yield bytes(waiting)
            raise
        if waiting:
            yield bytes(waiting)


def _announced(request: HttpRequest) -> int | None:
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        return None
    text = request.headers.get("Content-Length", "")
    if not text:
        return None if request.environ.get("wsgi.input_terminated") else 0  # type: ignore[attr-defined]
    if not text.isdecimal():
        raise Malformed("Content-Length is not a number.")
    return int(text)


def _wanted_digest(request: HttpRequest) -> bytes | None:
    """The SHA-256 of RFC 9530, which tells a chunked body's end from a cut."""
    for part in request.headers.get("Content-Digest", "").split(","):
        name, _, value = part.strip().partition("=")
        if name != "sha-256":
            continue
        try:
            return base64.b64decode(value.strip(":"), validate=True)
        except binascii.Error as error:
            raise Malformed("Content-Digest does not decode.", remedy="See RFC 9530.") from error
    return None


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is larger than the {limit} bytes that are read here.")
