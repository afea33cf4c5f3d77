"""How fast the sequencer orders and signs, beside a bare COPY of the same leaves."""

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rich.console import Console

from api.management.bench import stage
from passport.actions import log, publication
from passport.management import pressroom
from passport.models import LogHead

ENTRIES, QUICK_ENTRIES = 200_000, 2_000
# Each subject comes back, so that chains grow; a tenth of the entries is about many.
ENTRIES_A_SUBJECT = 4
METHOD = "did:web:cellmaker.example#key-1"
_COLUMNS = ("kind", "digest", "method", "subjects", "subject", "at")


@dataclass(frozen=True)
class Rates:
    """Entries a second: sequenced and signed; published as tiles; copied by PostgreSQL alone."""

    entries: int
    sequenced: float
    published: float
    copied: float


def measure(*, quick: bool, console: Console) -> Rates:
    """Fill the outbox, let the sequencer empty it, copy what it wrote into an equal table."""
    count = QUICK_ENTRIES if quick else ENTRIES
    console.print(f"filling the outbox with {count:,} rows …")
    _fill(count)
    console.print("sequencing …")
    press, before = _press(), LogHead.objects.get().size
    seconds = _sequence(press)
    done = LogHead.objects.get().size - before
    published = _publish(press)
    console.print("copying the same leaves …")
    return Rates(done, done / seconds, done / published, done / _copy())


def _fill(count: int) -> None:
    """Rows as business transactions leave them, put there by COPY and not timed."""
    names = ", ".join(_COLUMNS)
    with stage.admin() as server, server.cursor() as cursor:
        with cursor.copy(f"COPY passport_outbox ({names}) FROM STDIN") as copy:
            for row in _rows(count):
                copy.write_row(row)
        cursor.execute("ANALYZE passport_outbox")


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    at = datetime.now(UTC)
    subjects = max(1, count // ENTRIES_A_SUBJECT)
    for number in range(count):
        digest = os.urandom(32)
        if number % 10 == 0:
            yield "event", digest, None, 5, os.urandom(32), at
            continue
        subject = hashlib.sha256(b"%d" % (number % subjects)).digest()
        kind = "attestation" if number % 2 else "event"
        yield kind, digest, METHOD if number % 2 else None, 1, subject, at


def _sequence(press: publication.Press) -> float:
    key = pressroom.log_key()
    began = time.perf_counter()
    while log.append_pending(key=key, at=datetime.now(UTC), lock=press.lock):
        pass
    return time.perf_counter() - began


def _publish(press: publication.Press) -> float:
    """Write the tiles of all that was sequenced."""
    began = time.perf_counter()
    publication.publish(press=press, at=datetime.now(UTC))
    return time.perf_counter() - began


def _press() -> publication.Press:
    """The sequencer's own, except that the witnesses are not asked and not missed."""
    return replace(pressroom.press(), ask=lambda body, proof: [], quorum=lambda body: None)


def _copy() -> float:
    """The limit: one COPY of ready text into a table with the same columns, indexes and checks."""
    with stage.admin() as server, server.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_copy (LIKE passport_logentry INCLUDING ALL)")
        with cursor.copy("COPY passport_logentry TO STDOUT (FORMAT BINARY)") as out:
            rows = [bytes(part) for part in out]
        cursor.execute("CHECKPOINT")
        began = time.perf_counter()
        with cursor.copy("COPY bench_copy FROM STDIN (FORMAT BINARY)") as copy:
            for part in rows:
                copy.write(part)
        return time.perf_counter() - began
