"""Checks time stamps over checkpoints (RFC 3161) with rfc3161-client, which is optional."""

import importlib
from pathlib import Path
from typing import Any

from passport.audit import files
from passport.proof.case import TimestampCheck
from passport.proof.errors import BadTimestamp

_ROOTS_LIMIT = 1_048_576
# A token alone becomes the answer of an authority: status "granted", then the token.
_GRANTED = bytes.fromhex("3003020100")


def checker(roots: Path) -> TimestampCheck:
    """Return the check of tokens against the authorities' root certificates in a PEM file.

    Refuses when the library is missing, and a file without certificates.
    """
    client = _library("rfc3161_client")
    x509 = _library("cryptography.x509")
    try:
        certificates = x509.load_pem_x509_certificates(files.read(roots, limit=_ROOTS_LIMIT))
    except ValueError as error:
        raise BadTimestamp(f"{roots} holds no certificates in PEM form.") from error
    builder = client.VerifierBuilder(roots=certificates)
    verifier = builder.build()

    def check(token: bytes, text: str) -> int:
        try:
            answer = client.decode_timestamp_response(_answer(token))
            verifier.verify_message(answer, text.encode())
        except (client.VerificationError, ValueError) as error:
            raise BadTimestamp(f"The time stamp does not hold: {error}.") from error
        return int(answer.tst_info.gen_time.timestamp())

    return check


def _library(name: str) -> Any:
    """An optional library, by its name: only who has time stamps checked pays for loading it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise BadTimestamp(
            "Time stamps cannot be checked here: rfc3161-client is not installed.",
            remedy="Install it (pip install rfc3161-client), or leave out --tsa-root.",
        ) from error


def _answer(token: bytes) -> bytes:
    """Return the DER of an authority's answer around a token, or of the answer as it came.

    Both are a sequence; an answer begins with the sequence of its status, a token with its type.
    """
    start = 2 if token[1:2] < b"\x80" else 2 + (token[1] & 0x7F)
    if token[start : start + 1] == b"\x30":
        return token
    body = _GRANTED + token
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    head = bytes([len(body)]) if len(body) < 0x80 else bytes([0x80 | len(size)]) + size
    return b"\x30" + head + body
