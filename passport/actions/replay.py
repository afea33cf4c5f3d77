"""Remembers the answer to a request, so that the same request gets it again and acts once."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from passport.models.job import IdempotencyKey
from passport.models.party import Party
from passport.postgres.locks import REPLAY, held, try_lock
from passport.queries.replay import kept
from passport.rules.errors import Conflict, Refusal


class StillRunning(Conflict):
    """The same request is being answered at this moment."""

    code = "still-running"
    title = "The same request is being answered"


class AnotherPayload(Refusal):
    """The key was used before, for other bytes."""

    code = "another-payload"
    title = "The Idempotency-Key belongs to another request"


@contextmanager
def turn(*, party: Party, route: str, key: str) -> Iterator[None]:
    """Be the only one who answers this request, over several transactions. Refuses StillRunning.

    For a request that takes its time: claim() holds a transaction open. A process that dies loses
    its connection, and with it the turn.
    """
    with held(REPLAY, _number(f"{party.pk} {route} {key}")) as mine:
        if not mine:
            raise _still_running()
        yield


def answered(*, party: Party, route: str, key: str) -> bool:
    """Whether this request was answered before."""
    return kept(party_id=party.pk, route=route, key=key) is not None


def claim(*, party: Party, route: str, key: str) -> IdempotencyKey | None:
    """Return the answer this request got before; None makes the caller the one to answer it.

    The claim ends with the transaction. Refuses StillRunning. A crash before keep() leaves nothing,
    and the same request starts anew.
    """
    if not try_lock(REPLAY, _number(f"{party.pk} {route} {key}")):
        raise _still_running()
    return kept(party_id=party.pk, route=route, key=key)


def check_payload(*, before: IdempotencyKey, fingerprint: bytes) -> None:
    """The same key means the same bytes. Refuses AnotherPayload."""
    if bytes(before.fingerprint) != fingerprint:
        raise another_payload(at=before.created_at)


def another_payload(*, at: datetime) -> AnotherPayload:
    """The refusal of other bytes under a key that was used at this moment."""
    return AnotherPayload(
        f"the key was used at {at.isoformat()} for other bytes",
        remedy="use a new key for a new request; repeat a request with its very bytes",
    )


def keep(
    *,
    party: Party,
    route: str,
    key: str,
    fingerprint: bytes,
    status: int,
    body: bytes,
    location: str,
    at: datetime,
) -> IdempotencyKey:
    """Keep the answer, in the transaction of what it tells of."""
    return IdempotencyKey.objects.create(
        party=party,
        route=route,
        key=key,
        fingerprint=fingerprint,
        status=status,
        body=body,
        location=location,
        created_at=at,
    )


def _still_running() -> StillRunning:
    return StillRunning(
        "the first request with this key has not ended",
        remedy="wait a second and send it again with the same key",
    )


def _number(name: str) -> int:
    """Two requests with one number at one moment: one of them is told to wait, and no more."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], signed=True)
