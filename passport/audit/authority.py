"""Asks a time-stamping authority for a token over the text of a checkpoint (RFC 3161).

The token is over the SHA-256 of the checkpoint's signed text with its last newline, so that
cosignatures which come later change nothing. passport.audit.stamps checks tokens. Needs
rfc3161-client, which is optional; everything else here runs without it.
"""

import importlib
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from passport.proof.case import TimestampCheck
from passport.proof.errors import BadTimestamp

SECONDS = 5.0
_LIBRARY = "rfc3161_client"
MAX_BYTES = 65_536
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
    answer = _read(_post(url, asked.as_bytes(), time.monotonic() + seconds))
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


def _post(url: str, body: bytes, until: float) -> bytes:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadTimestamp(f"{url!r} is not the address of a time-stamping authority.")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=_left(until))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/timestamp-query",
        "Accept": "application/timestamp-reply",
    }
    try:
        connection.connect()
        connection.request("POST", path, body=body, headers=headers)
        return _answer(connection, url, until)
    except (OSError, HTTPException) as error:
        raise BadTimestamp(f"{url} does not answer: {type(error).__name__} {error}") from error
    finally:
        connection.close()


def _left(until: float) -> float:
    return max(0.01, until - time.monotonic())


def _answer(connection: HTTPConnection, url: str, until: float) -> bytes:
    socket = connection.sock
    socket.settimeout(_left(until))
    response = connection.getresponse()
    kind = response.headers.get_content_type()
    if response.status != 200 or kind != "application/timestamp-reply":
        raise BadTimestamp(f"{url} answered {response.status} with {kind}.")
    data = b""
    while piece := response.read1(MAX_BYTES):
        data += piece
        # However slowly the other side drips, it has so many seconds and no more.
        if len(data) > MAX_BYTES or time.monotonic() > until:
            raise BadTimestamp(f"{url} answers with too much, or too slowly.")
        socket.settimeout(_left(until))
    return data
