"""What was taken back of what was attested, and where the log says so."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from passport.models import Battery, Withdrawal
from passport.queries.battery import unknown


@dataclass(frozen=True)
class Logged:
    """About how many an attestation is, as its entry in the log says it: count, and salted digest
    or root; `identity` is the one battery or lot, None for a batch.
    """

    subjects: int
    subject: bytes
    identity: str | None


def withdrawals(*, of: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Withdrawal]]:
    """What was taken back of these attestations, oldest first, by attestation.

    Of the items of a batch those are named that the acting party sees: others are others' business.
    """
    found: dict[uuid.UUID, list[Withdrawal]] = defaultdict(list)
    for each in Withdrawal.objects.filter(attestation_id__in=of).order_by("id"):
        found[each.attestation_id].append(each)
    parts = [each for several in found.values() for each in several if each.items is not None]
    named = {item for each in parts for item in each.items or ()}
    seen = set(Battery.objects.filter(identity__in=named).values_list("identity", flat=True))
    for each in parts:
        each.items = [item for item in each.items or () if item in seen]
    return found


def in_log(*, attestation_id: uuid.UUID) -> Logged:
    """How the log knows what an attestation of the acting party is about. Refuses NotFound."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM own_attestation_in_log_v1(%s)", [attestation_id])
        row = cursor.fetchone()
    if row is None:
        raise unknown("attestation")
    return Logged(*row)


def withdrawn_places(*, first: int, count: int) -> list[int]:
    """The log indices of attestations that were wholly taken back, of so many from the first on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT withdrawn_entries_v1(%s, %s)", [first, first + count - 1])
        return [row[0] for row in cursor.fetchall()]
