"""Promises that what was taken in will be logged, and waits until it is.

The receipt is evidence against the service itself: whoever holds one can show by when the log had
to hold the digest, and anybody can see that it does not.
"""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from passport.actions.bundle import record_key
from passport.actions.event import stamp
from passport.proof import receipt
from passport.queries import log
from passport.queries.log import Proof
from passport.rules.errors import NotFound

_LOOK_S = 0.02


def make(*, digest: bytes, kind: str, at: datetime, origin: str | None = None) -> bytes:
    """The signed intake receipt for a document of this digest, taken in at this moment.

    `kind` is that of the log entry to come; `origin` is the log's name, read unless told. Call it
    in the transaction that asks for the entry: either both come about, or neither. Refuses
    ImproperlyConfigured without the record key.
    """
    key = record_key()
    promise = receipt.Receipt(
        digest=digest,
        kind=kind,
        received_at=stamp(at),
        log_by=stamp(at + timedelta(seconds=settings.PASSPORT_LOG_WITHIN_S)),
        origin=origin or log.origin() or settings.PASSPORT_LOG_ORIGIN,
    )
    return receipt.sign(promise, signer=key.signer, method=key.method)


def wait_for_proof(*, digest: bytes, seconds: float) -> Proof | None:
    """The proof that a digest is in the published log; None when it takes longer than that.

    Call it after the transaction that asks for the entry was committed. While nothing is published
    it looks at one file, and leaves the database alone.
    """
    until = time.monotonic() + seconds
    seen: tuple[int, int] | None = None
    while True:
        now = _mark()
        if now != seen and (found := _published(digest)) is not None:
            return found
        seen = now
        if time.monotonic() >= until:
            return None
        time.sleep(_LOOK_S)


def _published(digest: bytes) -> Proof | None:
    try:
        return log.proof_of(digest=digest)
    except NotFound:
        return None


def _mark() -> tuple[int, int] | None:
    """What changes whenever another checkpoint is published."""
    try:
        found = os.stat(Path(settings.PASSPORT_LOG_DIR) / "checkpoint")
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
