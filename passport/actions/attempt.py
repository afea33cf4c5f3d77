"""Keeps what a party tried to record of a battery that it does not hold; it lands nowhere else."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from passport.actions import outbox
from passport.actions.event import stamp
from passport.models import Attempt, Outbox, Party
from passport.models.ids import new_salt
from passport.proof import canonical
from passport.proof.encoding import b64u_encode
from passport.rules.errors import Refusal

BODY_FORMAT = "batterypassport/attempt/v1"
_AT_ONCE = 1000


@dataclass(frozen=True)
class Tried:
    """A refused record: of which battery, under which event id, and the SHA-256 of its words."""

    battery_id: uuid.UUID
    identity: str
    event_id: uuid.UUID
    sha256: bytes
    refusal: Refusal


@transaction.atomic
def keep(*, tried: Sequence[Tried], by: Party, at: datetime) -> int:
    """Keep refused attempts, each with its entry in the log under the party; how many were new.

    The same attempt again changes nothing. The log does not name the battery, and its chain has no
    part in it.
    """
    events = {each.event_id for each in tried}
    kept = Attempt.objects.filter(party=by, event_id__in=events)
    known = set(kept.values_list("battery_id", "event_id", "code"))
    fresh = {
        key: each
        for each in tried
        if (key := (each.battery_id, each.event_id, each.refusal.code)) not in known
    }
    rows = [_row(each, by=by, at=at) for each in fresh.values()]
    Attempt.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)
    # What a request at the same moment has kept is not there under this id, and is logged by that.
    ours = set(Attempt.objects.filter(id__in=[row.id for row in rows]).values_list("id", flat=True))
    subjects = [outbox.subject_of_party(party=by)]
    Outbox.objects.bulk_create(
        [
            outbox.row(kind="event", body=bytes(row.body), subjects=subjects, at=at)
            for row in rows
            if row.id in ours
        ],
        batch_size=_AT_ONCE,
    )
    return len(ours)


def _row(tried: Tried, *, by: Party, at: datetime) -> Attempt:
    body = canonical.encode(
        {
            "format": BODY_FORMAT,
            "by": by.did or by.slug,
            "at": stamp(at),
            "battery": tried.identity,
            "eventId": str(tried.event_id),
            "tried": b64u_encode(tried.sha256),
            "code": tried.refusal.code,
            "salt": b64u_encode(new_salt()),
        }
    )
    return Attempt(
        party=by,
        at=at,
        battery_id=tried.battery_id,
        event_id=tried.event_id,
        code=tried.refusal.code,
        detail=tried.refusal.detail,
        body=body,
        digest=hashlib.sha256(body).digest(),
    )
