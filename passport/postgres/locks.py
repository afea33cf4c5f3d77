"""Advisory locks: one number a purpose, released when the transaction or the connection ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

SEQUENCER = 0x5EC0
PLANNER = 0x91A0
REPLAY = 0x1DE0
INDEX = 0x1DE8
# Shared by whoever makes a copy that is kept, held alone by an erasure.
ERASURE = 0xE4A5
WITHDRAWAL = 0x7A4B
BATCH = 0xBA7C
CORRECTION = 0xC0DE
# Held by the one who reads the log for the index of EPCIS.
EPCIS_INDEX = 0xE1D5
# Held by the one who sends webhooks, and the one who reads the log for them.
WEBHOOKS = 0x3EB0
WEBHOOK_FEED = 0x3EB1
# Held by the one who makes another endpoint for a party.
WEBHOOK_COUNT = 0x3EB2
# A form that is sent twice makes one shipment.
SHIPMENT = 0x5417
# The records of one party's yard come in one device after the other.
YARD = 0x7A4D
# A project of a credit is written by one at a time.
PROJECT = 0xFE0C
# A party's register of entities is written by one at a time.
REGISTER = 0xFE0D
# Known to the triggers of sql/keys_v1.sql too.
ISSUER = 0x155E


def try_lock(purpose: int, key: int = 0) -> bool:
    """Take a lock until the transaction ends, or say at once that another holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [purpose, key])
        return bool(cursor.fetchone()[0])


def lock(purpose: int, key: int = 0) -> None:
    """Take a lock until the transaction ends, waiting for whoever holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [purpose, key])


def share(purpose: int) -> None:
    """Take a lock together with others until the transaction ends; waits for who holds it alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [purpose])


def lock_name(purpose: int, name: str, *, shared: bool = False) -> None:
    """Take a lock on what a text names until the transaction ends; sharers wait for no sharer."""
    with connection.cursor() as cursor:
        if shared:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, hashtext(%s))", [purpose, name])
        else:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [purpose, name])


@contextmanager
def held(purpose: int, key: int = 0) -> Iterator[bool]:
    """Hold a lock over several transactions; False at once when another connection holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [purpose, key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        # A connection that was lost has lost the lock too: there is nothing left to give back.
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [purpose, key])


def not_waiting_for_the_disk() -> None:
    """Let the running transaction commit before it is on the disk: for notes, never for facts."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
