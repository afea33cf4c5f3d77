"""What one signed claim is held against, asked in one question."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from passport.models import Battery, ConcernReason, Party
from passport.queries import key
from passport.queries.key import Standing
from passport.queries.legacy import is_found
from passport.rules.attestation import Tie
from passport.rules.legacy import may_find

_LOOK = "SELECT * FROM submission_v1(%s, %s, %s, %s)"
_KEY_COLUMNS = 11
# In the order of the model, as from_db() wants them.
_BATTERY = ("id", "identity", "maker_id", "salt", "unit_id")


@dataclass(frozen=True)
class Submission:
    """What is there already: `known` is the attestation of the same bytes, and then the rest is
    left open. `battery` carries the columns that a claim is held against.
    """

    known: uuid.UUID | None
    key: Standing | None
    battery: Battery | None
    ties: frozenset[Tie]


def look(*, digest: bytes, method: str, subject: str | None, by: Party) -> Submission:
    """What stands for and against a claim with this digest, key and battery (canonical identity).

    No event of the key's issuer comes in until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [digest, method, subject, by.pk])
        known, *rest = cursor.fetchone()
    standing, about = rest[:_KEY_COLUMNS], rest[_KEY_COLUMNS:]
    *columns, holder, reasons = about
    return Submission(
        known=known,
        key=None if standing[0] is None else key.told(standing),
        battery=None if columns[0] is None else Battery.from_db(None, _BATTERY, columns),
        ties=_tied(made=_made(columns, by), holds=holder == by.pk, reasons=reasons or ()),
    )


def _made(columns: Sequence[object], by: Party) -> bool:
    """Who found a battery is written as its maker, and has not made it."""
    own = columns[2] == by.pk
    return own and not (
        may_find(roles=by.roles) and is_found(battery_id=uuid.UUID(str(columns[0])))
    )


def _tied(*, made: bool, holds: bool, reasons: Collection[str]) -> frozenset[Tie]:
    """How a party stands to a battery, by what it did and by what opens the battery to it."""
    found = {Tie.MADE} if made else set()
    if holds:
        found.add(Tie.HOLDS)
    if ConcernReason.GRANT in reasons:
        found.add(Tie.LET_IN)
    return frozenset(found | {Tie.SEES} if found or reasons else found)
