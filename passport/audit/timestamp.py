"""Tokens of time-stamping authorities over the text of a checkpoint: asked for, and checked.

The token is over the SHA-256 of the checkpoint's signed text with its last newline, so that
cosignatures which come later change nothing. Needs rfc3161-client, which is optional; everything
else here runs without it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from passport.audit import files
from passport.proof.errors import ProofError

try:
    import rfc3161_client
    from rfc3161_client.errors import VerificationError
except ImportError:
    rfc3161_client = None  # type: ignore[assignment]

SECONDS = 5.0
MAX_BYTES = 65_536
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
# PKIStatusInfo with the status `granted`, as it stands before the token in an answer.
_GRANTED = b"\x30\x03\x02\x01\x00"


class BadTimestamp(ProofError):
    """A token that does not prove what it should, or an authority that gives none."""

    code = "bad-timestamp"
    title = "The time stamp does not hold"


@dataclass(frozen=True)
class Authority:
    """A time-stamping authority: where it answers, and the certificates that it ends in."""

    url: str
    roots: tuple[x509.Certificate, ...]


def load_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM file; refuses a file without any (BadTimestamp)."""
    try:
        found = x509.load_pem_x509_certificates(files.read(path, limit=1 << 20))
    except ValueError as error:
        raise BadTimestamp(f"{path} holds no certificates: {error}") from error
    return tuple(found)


def ask(*, text: str, authority: Authority, seconds: float = SECONDS) -> bytes:
    """Return an authority's token over a checkpoint's text, checked. Refuses BadTimestamp."""
    _require()
    asked = (
        rfc3161_client.TimestampRequestBuilder()
        .data(text.encode())
        .hash_algorithm(rfc3161_client.HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
    )
    answer = _read(_post(authority.url, asked.as_bytes(), time.monotonic() + seconds))
    if answer.status not in (0, 1):
        said = "; ".join(answer.status_string) or "no reason"
        raise BadTimestamp(f"{authority.url} gives no token: status {answer.status}, {said}.")
    if answer.tst_info.nonce != asked.nonce:
        raise BadTimestamp(f"{authority.url} answered another question.")
    token = bytes(answer.time_stamp_token())
    check(token=token, text=text, roots=authority.roots)
    return token


def check(*, token: bytes, text: str, roots: Sequence[x509.Certificate]) -> int:
    """Return the moment of a token over a checkpoint's text, in POSIX seconds.

    Refuses BadTimestamp unless its authority ends in one of the roots (RFC 3161 §2.4).
    """
    _require()
    if not roots:
        raise BadTimestamp(
            "No certificate of a time-stamping authority is trusted here.",
            remedy="Name the file with its root certificate.",
        )
    answer = _read(_sequence(_GRANTED + token))
    imprint = answer.tst_info.message_imprint
    if imprint.hash_algorithm != _SHA256:
        raise BadTimestamp("The token is over another hash than SHA-256.")
    verifier = rfc3161_client.VerifierBuilder(roots=list(roots)).build()
    try:
        verifier.verify_message(answer, text.encode())
    except VerificationError as error:
        raise BadTimestamp(f"The token does not hold: {error}.") from error
    return int(answer.tst_info.gen_time.timestamp())


def _require() -> None:
    if rfc3161_client is None:
        raise BadTimestamp(
            "Time stamps cannot be read here.", remedy="Install rfc3161-client: it is optional."
        )


def _read(data: bytes) -> "rfc3161_client.TimeStampResponse":
    try:
        answer = rfc3161_client.decode_timestamp_response(data)
        if answer.status in (0, 1):
            answer.time_stamp_token()
            answer.tst_info.message_imprint  # noqa: B018 - read now, where a refusal has its words
    except (ValueError, TypeError) as error:
        raise BadTimestamp(f"This is no time stamp: {error}") from error
    return answer


def _sequence(content: bytes) -> bytes:
    """A DER SEQUENCE around what is DER already."""
    size = len(content)
    if size < 0x80:
        return b"\x30" + bytes([size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return b"\x30" + bytes([0x80 | len(length)]) + length + content


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
