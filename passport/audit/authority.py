"""Asks a time-stamping authority for a token over the text of a checkpoint (RFC 3161).

The token is over the SHA-256 of the checkpoint's signed text with its last newline, so that
cosignatures which come later change nothing. passport.audit.stamps checks tokens. Needs
rfc3161-client, which is optional; everything else here runs without it.
"""

import importlib
import socket
import ssl
import time
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from passport.audit.fetch import Channel, Clock, Dripping, NoAnswer, connect, look_up
from passport.proof.case import TimestampCheck
from passport.proof.errors import BadTimestamp

SECONDS = 5.0
_LIBRARY = "rfc3161_client"
MAX_BYTES = 65_536
_MAX_HEAD = 32_768
_REQUEST = """POST {path} HTTP/1.1\r
Host: {place}\r
Content-Type: application/timestamp-query\r
Content-Length: {length}\r
Accept: application/timestamp-reply\r
Accept-Encoding: identity\r
User-Agent: battery-passport\r
Connection: close\r
\r
"""
# The statuses with which a token comes: granted, and granted with modifications.
_GIVEN = (0, 1)


def ask(*, text: str, url: str, check: TimestampCheck, seconds: float = SECONDS) -> bytes:
    """Return an authority's token over a checkpoint's text, which `check` let pass.

    Refuses BadTimestamp, also when nothing has come after so many seconds.
    """
    client = _client()
    asked = (
        client.TimestampRequestBuilder()
        .data(text.encode())
        .hash_algorithm(client.HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
    )
    answer = _read(_post(url, asked.as_bytes(), seconds))
    if answer.status not in _GIVEN:
        said = "; ".join(answer.status_string) or "no reason"
        raise BadTimestamp(f"{url} gives no token: status {answer.status}, {said}.")
    imprint = answer.tst_info.message_imprint
    if (answer.tst_info.nonce, imprint.message) != (asked.nonce, asked.message_imprint.message):
        raise BadTimestamp(f"{url} answered another question.")
    token = bytes(answer.time_stamp_token())
    check(token, text)
    return token


def _client() -> Any:
    """The optional library, by its name: only who asks for time stamps pays for loading it."""
    try:
        return importlib.import_module(_LIBRARY)
    except ImportError as error:
        raise BadTimestamp(
            "No time stamp can be asked for here: rfc3161-client is not installed.",
            remedy="Install it (pip install rfc3161-client), or unset PASSPORT_TSA_URL.",
        ) from error


def _read(data: bytes) -> Any:
    try:
        answer = _client().decode_timestamp_response(data)
        if answer.status in _GIVEN:
            answer.tst_info.message_imprint  # noqa: B018 - read now, where a refusal has its words
    except (ValueError, TypeError) as error:
        raise BadTimestamp(f"This is no time stamp: {error}") from error
    return answer


def _post(url: str, body: bytes, seconds: float) -> bytes:
    """Look up, connect, ask and hear the answer, all within so many seconds."""
    clock, parts, port = Clock(time.monotonic() + seconds), urlsplit(url), _port(url)
    host = parts.hostname or ""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asked = _REQUEST.format(path=path, place=parts.netloc, length=len(body)).encode() + body
    try:
        with connect(look_up(host, port, clock), port, clock) as bare:
            if parts.scheme == "http":
                return _exchange(bare, asked, url, clock)
            bare.settimeout(clock.left())
            with ssl.create_default_context().wrap_socket(bare, server_hostname=host) as line:
                return _exchange(line, asked, url, clock)
    except TimeoutError as error:
        raise BadTimestamp(f"{url} did not answer in full within {seconds:g} seconds.") from error
    except (OSError, HTTPException) as error:
        raise BadTimestamp(f"{url} does not answer: {type(error).__name__} {error}") from error
    except NoAnswer as error:
        raise BadTimestamp(f"{url} does not answer: {error.detail}") from error


def _port(url: str) -> int:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise BadTimestamp(f"{url!r} is not the address of anything.") from error
    good = parts.scheme in ("http", "https") and parts.hostname
    if not good or not url.isascii() or url.split() != [url]:
        raise BadTimestamp(f"{url!r} is not the address of a time-stamping authority.")
    return port


def _exchange(line: socket.socket, asked: bytes, url: str, clock: Clock) -> bytes:
    line.settimeout(clock.left())
    line.sendall(asked)
    channel = Channel(Dripping(line, clock, _MAX_HEAD + MAX_BYTES))
    response = HTTPResponse(channel, method="POST")  # type: ignore[arg-type]
    response.begin()
    kind = response.headers.get_content_type()
    if response.status != 200 or kind != "application/timestamp-reply":
        raise BadTimestamp(f"{url} answered {response.status} with {kind}.")
    data = response.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadTimestamp(f"{url} answers with too much.")
    if response.length:
        raise BadTimestamp(f"{url} broke off in the middle of its answer.")
    return data
