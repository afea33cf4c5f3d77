"""Batteries that concern the acting party, and what they are made of."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, QuerySet

from passport.models import Assembly, Battery, Party
from passport.postgres.script import body
from passport.queries.naming_right import mark
from passport.rules.errors import NotFound

_LOADED = ("model", "maker", "facility")
_AT_ONCE = 10_000


@dataclass(frozen=True)
class Component:
    """One battery inside another, at any depth; `depth` 1 is directly inside."""

    id: uuid.UUID
    identity: str
    level: str
    parent_id: uuid.UUID
    position: str
    depth: int


def _loaded() -> QuerySet[Battery]:
    # No join to the unit: the maker of a cell sees the cell, but not the pack that another built
    # around it, and a join would hide both.
    return Battery.objects.select_related(*_LOADED).prefetch_related("unit__holder")


def unknown(what: str = "battery") -> NotFound:
    """The one refusal for absent and foreign alike, so that it gives nothing away."""
    return NotFound(
        f"no such {what} among those that concern you",
        remedy="check the id; ask the holder to grant you sight of it",
    )


def by_id(*, battery_id: uuid.UUID) -> Battery:
    """The battery of this id, if it concerns the acting party. Refuses NotFound."""
    battery = _loaded().filter(id=battery_id).first()
    if battery is None:
        raise unknown()
    return battery


def shown(*, battery_id: uuid.UUID) -> Battery:
    """As by_id(), with how its name stands towards its maker. Refuses NotFound."""
    return mark([by_id(battery_id=battery_id)])[0]


def several(*, battery_ids: Sequence[uuid.UUID]) -> list[Battery]:
    """The batteries of these ids, each once, by identity. Refuses NotFound, naming the first."""
    rows = {row.pk: row for row in Battery.objects.filter(id__in=battery_ids)}
    for number, each in enumerate(battery_ids):
        if each not in rows:
            raise unknown().at(f"/batteries/{number}")
    return sorted(rows.values(), key=lambda row: row.identity)


def find(*, identity: str) -> Battery:
    """The battery of this canonical identity, if it concerns the acting party. Refuses NotFound."""
    battery = _loaded().filter(identity=identity).first()
    if battery is None:
        raise unknown()
    return mark([battery])[0]


@dataclass(frozen=True, slots=True)
class Registered:
    """What is asked of batteries by the thousand."""

    id: uuid.UUID
    maker_id: uuid.UUID
    salt: bytes


def registered(*, identities: Sequence[str]) -> dict[str, Registered]:
    """Those of these canonical identities that the acting party sees; there may be a million."""
    found: dict[str, Registered] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(identities), _AT_ONCE):
            cursor.execute(
                "SELECT identity, id, maker_id, salt FROM passport_battery"
                " WHERE identity = ANY (%s)",
                [list(identities[start : start + _AT_ONCE])],
            )
            found |= {row[0]: Registered(*row[1:]) for row in cursor.fetchall()}
    return found


def listing(
    *, party: Party, after: uuid.UUID | None, limit: int, level: str = "", held: bool = False
) -> list[Battery]:
    """A page of the batteries that concern a party, by id; `held` keeps those in its hands."""
    rows = _loaded().order_by("id")
    if level:
        rows = rows.filter(level=level)
    if held:
        rows = rows.filter(unit__holder=party)
    return mark(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def components(*, battery: Battery) -> list[Component]:
    """Everything inside a battery now, at any depth, parents before children, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(body("genealogy_v1"), {"battery": battery.pk})
        return [Component(*row) for row in cursor.fetchall()]


def parents(*, battery: Battery) -> list[Assembly]:
    """The battery's place in others now, from the nearest outwards."""
    found: list[Assembly] = []
    child = battery.pk
    while len(found) < 4:
        step = (
            Assembly.objects.filter(child_id=child, until__isnull=True)
            .select_related("parent__model")
            .first()
        )
        if step is None:
            break
        found.append(step)
        child = step.parent_id
    return found


def outermost(*, battery: Battery) -> Battery:
    """The unit that a battery is in: itself when it is in none."""
    return battery if battery.unit_id == battery.pk else battery.unit


def holder_of(*, battery: Battery) -> uuid.UUID | None:
    """Who holds the unit that a battery is in; None where that unit is hidden from who asks."""
    if battery.unit_id == battery.pk:
        return battery.holder_id
    units = Battery.objects.filter(pk=battery.unit_id)
    return units.values_list("holder_id", flat=True).first()


def place_of(*, battery: Battery) -> str | None:
    """The unit that a battery is in, in words for its caller; None when it is in none."""
    if battery.unit_id == battery.pk:
        return None
    units = Battery.objects.filter(pk=battery.unit_id)
    return units.values_list("identity", flat=True).first() or "a battery of another party"


def held_units(*, party: Party) -> QuerySet[Battery]:
    """The outermost batteries in a party's hands."""
    return _loaded().filter(holder=party, unit_id=F("id")).order_by("id")
