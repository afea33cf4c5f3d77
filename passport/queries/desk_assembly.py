"""What a battery is made of and where it stood, as its record shows it; what could go into it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, DecimalField, Exists, F, OuterRef, Q, When
from django.db.models.functions import Cast

from passport.models import (
    Assembly,
    Attestation,
    AttestationItem,
    Battery,
    BatteryState,
    HandOver,
    HandOverState,
    Withdrawal,
)
from passport.proof import canonical
from passport.proof.batch import component_root
from passport.queries import recall as recalls
from passport.queries.recall import Hit
from passport.rules.assembly import RANK, Level

_SHOWN = 200
# Places that are numbers stand in the order of numbers, before all others.
_NATURAL = Case(
    When(
        position__regex="^[0-9]+$",
        then=Cast("position", DecimalField(max_digits=60, decimal_places=0)),
    ),
    output_field=DecimalField(),
)


@dataclass(frozen=True)
class Standing:
    """A battery that stands in the one shown; what the reader does not see has no serial."""

    battery_id: uuid.UUID
    serial: str
    level: str
    position: str
    since: datetime
    recalled: bool


@dataclass(frozen=True)
class PlaceLine:
    """Where something stood: `went_in` says whether it is the battery shown that stood there."""

    serial: str
    battery_id: uuid.UUID
    position: str
    since: datetime
    until: datetime | None
    went_in: bool


@dataclass(frozen=True)
class Candidate:
    """A battery in the holder's hands that could go in."""

    id: uuid.UUID
    serial: str
    level: str


@dataclass(frozen=True)
class Attested:
    """How many components its maker signed for, and whether these are what stands in it now."""

    count: int
    same: bool


@dataclass(frozen=True)
class AssemblyPanel:
    contents: tuple[Standing, ...]
    total: int
    places: tuple[PlaceLine, ...]
    candidates: tuple[Candidate, ...]
    attested: Attested | None
    recalls: tuple[Hit, ...]


def panel(*, battery: Battery, party_id: uuid.UUID, held: bool) -> AssemblyPanel:
    """Everything about how a battery is built, for a party that sees it."""
    now = Assembly.objects.filter(parent=battery, until__isnull=True)
    return AssemblyPanel(
        contents=_contents(battery),
        total=now.count(),
        places=_places(battery),
        candidates=_candidates(battery, party_id) if held else (),
        attested=_attested(battery),
        recalls=tuple(recalls.of_battery(battery_id=battery.pk)),
    )


def _contents(battery: Battery) -> tuple[Standing, ...]:
    now = Assembly.objects.filter(parent=battery, until__isnull=True)
    rows = list(now.order_by(_NATURAL.asc(nulls_last=True), "position", "id")[:_SHOWN])
    ids = [row.child_id for row in rows]
    seen = Battery.objects.in_bulk(ids)
    danger = recalls.recalled(batteries=ids)
    return tuple(
        Standing(
            battery_id=row.child_id,
            serial=seen[row.child_id].serial if row.child_id in seen else "",
            level=seen[row.child_id].level if row.child_id in seen else "",
            position=row.position,
            since=row.since,
            recalled=row.child_id in danger,
        )
        for row in rows
    )


def _places(battery: Battery) -> tuple[PlaceLine, ...]:
    """Where it stood, and what has left it, newest first."""
    stood = Assembly.objects.filter(child=battery)
    left = Assembly.objects.filter(parent=battery, until__isnull=False)
    rows = sorted((stood | left).order_by("-since")[:_SHOWN], key=_ended, reverse=True)
    others = [row.parent_id if row.child_id == battery.pk else row.child_id for row in rows]
    seen = Battery.objects.in_bulk(others)
    return tuple(
        PlaceLine(
            serial=seen[other].serial if other in seen else "",
            battery_id=other,
            position=row.position,
            since=row.since,
            until=row.until,
            went_in=row.child_id == battery.pk,
        )
        for row, other in zip(rows, others, strict=True)
    )


def _ended(row: Assembly) -> tuple[bool, datetime]:
    return (row.until is None, row.until or row.since)


def _candidates(battery: Battery, party_id: uuid.UUID) -> tuple[Candidate, ...]:
    """Whole units of a lower level that could go in: in use, not on offer, not recalled."""
    lower = [level for level in Level if RANK[level] < RANK[Level(battery.level)]]
    offered = HandOver.objects.filter(state=HandOverState.OFFERED).values("battery_id")
    rows = Battery.objects.filter(
        holder_id=party_id,
        unit_id=F("id"),
        level__in=lower,
        state__in=(BatteryState.REGISTERED, BatteryState.IN_SERVICE),
    ).exclude(pk__in=offered)
    found = list(rows.order_by("serial")[:_SHOWN])
    danger = recalls.recalled_units(units=[row.pk for row in found])
    return tuple(Candidate(row.pk, row.serial, row.level) for row in found if row.pk not in danger)


def _attested(battery: Battery) -> Attested | None:
    """The newest origin that names components, held against what stands in the battery now.

    None when none does, or when the reader does not see all that stands in it.
    """
    claimed = next((each for each in _claimed(battery) if isinstance(each, dict)), None)
    inside = Assembly.objects.filter(parent=battery, until__isnull=True)
    names = Battery.objects.filter(parents__in=inside).values_list("identity", flat=True)
    if claimed is None or len(names) != inside.count():
        return None
    return Attested(count=int(claimed["count"]), same=claimed == component_root(names))


def _claimed(battery: Battery) -> list[object]:
    """What its attestations of origin say of its components, the newest first."""
    alone = Attestation.objects.filter(battery=battery, withdrawals__isnull=True).exclude(body=b"")
    back = Withdrawal.objects.filter(
        Q(items__isnull=True) | Q(items__contains=[battery.identity]),
        attestation=OuterRef("attestation"),
    )
    items = AttestationItem.objects.filter(~Exists(back), battery=battery).exclude(body=b"")
    said = [(row.recorded_at, _subject(bytes(row.body))) for row in alone]
    said += [
        (row.attestation.recorded_at, canonical.loads(bytes(row.body)))
        for row in items.select_related("attestation")
    ]
    said.sort(key=lambda each: each[0], reverse=True)
    return [subject.get("components") for _, subject in said if isinstance(subject, dict)]


def _subject(body: bytes) -> object:
    document = canonical.loads(body, max_bytes=len(body))
    return document.get("credentialSubject") if isinstance(document, dict) else None
