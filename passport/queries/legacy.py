"""Batteries that were found: by their finder, by who sees them, and what anybody may know."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from passport.models import LegacyBattery
from passport.postgres.among import among
from passport.queries.battery import unknown
from passport.rules.legacy import LegacyState


@dataclass(frozen=True)
class PublicLegacy:
    """What anybody may know of a battery that was found; empty where the plate says nothing."""

    maker_name: str
    model_name: str
    assumed: tuple[str, ...]
    since: datetime
    merged_at: datetime | None
    merged_identity: str

    @property
    def origin(self) -> str:
        """What is known of where it was made."""
        return "not attested"

    @property
    def claimed(self) -> bool:
        """Whether its maker has made it its own."""
        return self.merged_at is not None


def public(*, identity: str) -> PublicLegacy | None:
    """What the plate of a battery says, if it was found and not made here; needs no tenant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT maker_name, model_name, assumed::text, since, merged_at, merged_identity"
            " FROM public_legacy_v1(%s)",
            [identity],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    maker_name, model_name, assumed, since, merged_at, merged_identity = row
    names = tuple(each.strip('" ') for each in assumed.strip("[]").split(",") if each.strip())
    return PublicLegacy(maker_name, model_name, names, since, merged_at, merged_identity or "")


def listing(*, party_id: uuid.UUID, after: uuid.UUID | None, limit: int) -> list[LegacyBattery]:
    """A page of what a party has found, by id."""
    rows = LegacyBattery.objects.filter(party_id=party_id).order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def newest(*, party_id: uuid.UUID, limit: int = 100) -> tuple[LegacyBattery, ...]:
    """What a party has found, the newest on top."""
    return tuple(LegacyBattery.objects.filter(party_id=party_id).order_by("-id")[:limit])


def by_id(*, legacy_id: uuid.UUID) -> LegacyBattery:
    """What was found under this id, if the acting party sees it. Refuses NotFound."""
    found = LegacyBattery.objects.select_related("battery").filter(pk=legacy_id).first()
    if found is None:
        raise unknown("legacy battery")
    return found


def asked(*, party_id: uuid.UUID, identity: str) -> LegacyBattery | None:
    """What a party has found under this identity, unless it was refused."""
    rows = LegacyBattery.objects.filter(party_id=party_id, identity=identity)
    return rows.exclude(state=LegacyState.REFUSED).first()


def is_found(*, battery_id: uuid.UUID) -> bool:
    """Whether a battery was found, and no maker has claimed it."""
    return bool(untraced(battery_ids=[battery_id]))


def untraced(*, battery_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[str, ...]]:
    """Of these batteries those that were found and that no maker has claimed, with what is assumed.

    Their provenance begins on the day they were found: their first life cannot be traced.
    """
    rows = LegacyBattery.objects.filter(among("battery", battery_ids), claimant__isnull=True)
    return {row.battery_id: tuple(row.assumed) for row in rows if row.battery_id is not None}


def plates(*, model_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, LegacyBattery]:
    """Of these models those that are a plate which somebody read, and no maker has claimed.

    All batteries of such a model have the same plate, but for their serials and days.
    """
    rows = LegacyBattery.objects.filter(battery__model__in=model_ids, claimant__isnull=True)
    found = rows.order_by("battery__model").distinct("battery__model").select_related("battery")
    return {row.battery.model_id: row for row in found if row.battery is not None}
