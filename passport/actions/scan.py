"""Writes down that labels were read: which, when, and no more of where than the grid allows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from passport.models import Scan
from passport.postgres import locks

PAGE, DATA = "PAGE", "DATA"


@dataclass(frozen=True, slots=True)
class Seen:
    """A label was read; the place is a country, or tenths of a degree, or nothing."""

    identity: str
    battery_id: uuid.UUID | None
    kind: str
    at: datetime
    country: str = ""
    place: tuple[str, str] | None = None


def record(*, seen: Sequence[Seen]) -> None:
    """Write scans in one statement that no reader of the page waits for on the disk.

    A crash of the server within the next moment may lose them: they prove nothing.
    """
    with transaction.atomic():
        locks.not_waiting_for_the_disk()
        Scan.objects.bulk_create([_row(each) for each in seen])


def _row(seen: Seen) -> Scan:
    latitude, longitude = seen.place or (None, None)
    return Scan(
        identity=seen.identity,
        battery_id=seen.battery_id,
        kind=seen.kind,
        at=seen.at,
        country=seen.country,
        latitude=None if latitude is None else Decimal(latitude),
        longitude=None if longitude is None else Decimal(longitude),
    )
