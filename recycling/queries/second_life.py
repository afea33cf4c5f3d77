"""Second lives as their party reads them, and what a battery needs for one."""

import uuid
from collections.abc import Sequence

from passport.models import Battery, Party, PassportLink
from passport.queries.battery import unknown
from recycling.models import EvidenceFile, SecondLife
from recycling.rules.second_life import QUANTITIES, Original


def listing(*, party: Party, after: uuid.UUID | None = None, limit: int = 100) -> list[SecondLife]:
    """A page of the second lives that a party began, newest first."""
    rows = SecondLife.objects.filter(party=party).order_by("-id")
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def by_id(*, second_life_id: uuid.UUID) -> SecondLife:
    """The second life of this id, if the acting party began it. Refuses NotFound."""
    found = SecondLife.objects.filter(pk=second_life_id).first()
    if found is None:
        raise unknown("second life")
    return found


def originals(*, rows: Sequence[Battery], party: Party) -> list[Original]:
    """What the rules ask of batteries that shall go on; their models are loaded."""
    ids = [row.pk for row in rows]
    filed = set(EvidenceFile.objects.filter(battery__in=ids).values_list("battery_id", flat=True))
    return [
        Original(
            identity=row.identity,
            level=row.level,
            state=row.state,
            status=row.status,
            ours=row.holder_id == party.pk and row.unit_id == row.pk,
            evidence=row.pk in filed,
            chemistry=row.model.chemistry,
            figures={name: getattr(row.model, name) for name in QUANTITIES},
        )
        for row in rows
    ]


def links(*, battery: Battery) -> tuple[list[PassportLink], list[PassportLink]]:
    """What a battery came from, and what it goes on as."""
    rows = PassportLink.objects.select_related("original", "successor").order_by("id")
    return list(rows.filter(successor=battery)), list(rows.filter(original=battery))


def files(*, battery: Battery) -> list[EvidenceFile]:
    """The files of Article 73 of a battery, newest first."""
    rows = EvidenceFile.objects.filter(battery=battery).select_related("test", "party")
    return list(rows.prefetch_related("contract", "transport").order_by("-id"))


def file_by_id(*, file_id: uuid.UUID) -> EvidenceFile:
    """One file of Article 73. Refuses NotFound."""
    rows = EvidenceFile.objects.select_related("test", "party", "battery__model")
    found = rows.filter(pk=file_id).first()
    if found is None:
        raise unknown("file")
    return found
