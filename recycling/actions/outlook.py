"""Keeps how long the packs last that wait for a plan, so that a plan reads it in one question."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from passport.models import Battery, Party
from recycling.models import KeptOutlook
from recycling.queries import kept_outlook, standing

# So many are worked out and kept in one transaction.
AT_ONCE = 200
_CHANGED = ("readings", "looked_until", "years_low", "knee", "kept_at")


def refresh(*, keeper: Party, at: datetime, told: Callable[[], object]) -> int:
    """Work out the outlook of each waiting pack that was read since; how many they were.

    `told` is called now and then. A worker that dies leaves what it has kept.
    """
    stale, beside = kept_outlook.stale(keeper=keeper), standing.fleets(by=keeper)
    for start in range(0, len(stale), AT_ONCE):
        some = {each.battery_id: each for each in stale[start : start + AT_ONCE]}
        batteries = Battery.objects.filter(pk__in=list(some)).select_related("model")
        found = standing.of_batteries(batteries=list(batteries), beside=beside, on=at.date())
        rows = [
            KeptOutlook(
                battery_id=pk,
                readings=some[pk].readings,
                looked_until=some[pk].looked_until,
                years_low=each.rul_low_years,
                knee=each.knee,
                kept_at=at,
            )
            for pk, each in found.items()
        ]
        with transaction.atomic():
            KeptOutlook.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["battery"], update_fields=_CHANGED
            )
        told()
    return len(stale)
