"""Alarms of a party; and, for the worker, what was scanned since it looked last."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from passport.models import Alarm, Battery, NamingRight, NamingState, Scan
from passport.queries.battery import unknown
from passport.rules import alarm as rule
from passport.rules import identity as identities
from passport.rules.alarm import AlarmState, Limits, Sighting
from passport.rules.errors import Refusal
from passport.rules.naming_right import covering, stem_of

TABLE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "alarms.json"
_WINDOW = timedelta(hours=24)
MOST_IDENTITIES = 5_000
_MOST_SIGHTINGS = 1_000


@dataclass(frozen=True)
class Unregistered:
    """A name under somebody's proven prefix that was scanned, and that nobody has registered."""

    identity: str
    stem: str
    owner_id: uuid.UUID
    count: int
    last_at: datetime


@cache
def limits() -> Limits:
    """The dated limits, as this service keeps them."""
    return rule.load(TABLE.read_bytes())


def listing(
    *, party_id: uuid.UUID, after: uuid.UUID | None, limit: int, state: str = ""
) -> list[Alarm]:
    """A page of a party's alarms, by id."""
    rows = Alarm.objects.filter(party_id=party_id).order_by("id")
    if state:
        rows = rows.filter(state=state)
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def newest(*, party_id: uuid.UUID, limit: int = 200) -> tuple[Alarm, ...]:
    """A party's alarms, the open ones first, the newest on top."""
    rows = Alarm.objects.filter(party_id=party_id)
    open_first = rows.order_by("-state", "-last_seen_at", "-id")
    return tuple(open_first[:limit])


def by_id(*, alarm_id: uuid.UUID) -> Alarm:
    """The alarm of this id, if it is the acting party's. Refuses NotFound."""
    found = Alarm.objects.filter(pk=alarm_id).first()
    if found is None:
        raise unknown("alarm")
    return found


def waiting(*, party_id: uuid.UUID) -> int:
    """How many alarms of a party are open."""
    return Alarm.objects.filter(party_id=party_id, state=AlarmState.OPEN).count()


@dataclass(frozen=True, slots=True)
class Scanned:
    """Identities that were scanned, and from when on more were than are looked at in one go."""

    names: tuple[str, ...]
    more_from: datetime | None


def scanned(*, since: datetime, registered: bool) -> Scanned:
    """The identities that were scanned since a moment, the first first, within bounds.

    Those that are `registered` and those that nobody has registered are bounded apart, so that
    names that somebody makes up crowd out no battery.
    """
    battery = Exists(Battery.objects.filter(identity=OuterRef("identity")))
    rows = Scan.objects.filter(battery if registered else ~battery, at__gte=since)
    first = rows.values("identity").annotate(first=Min("at")).order_by("first", "identity")
    found = list(first[: MOST_IDENTITIES + 1])
    names = tuple(row["identity"] for row in found[:MOST_IDENTITIES])
    return Scanned(names, found[MOST_IDENTITIES]["first"] if len(found) > len(names) else None)


def sightings(*, identity: str, until: datetime) -> list[Sighting]:
    """Where a label was read in the last day, as coarse as it was kept, oldest first.

    Of more than a thousand the newest count: an older leap was seen when it was new.
    """
    rows = Scan.objects.filter(identity=identity, at__gt=until - _WINDOW, at__lte=until)
    placed = rows.filter(Q(latitude__isnull=False) | ~Q(country="")).order_by("-at")
    newest = list(placed[:_MOST_SIGHTINGS])
    return [
        Sighting(
            at=row.at,
            country=row.country,
            latitude=None if row.latitude is None else float(row.latitude),
            longitude=None if row.longitude is None else float(row.longitude),
        )
        for row in reversed(newest)
    ]


def registered(*, names: Sequence[str]) -> dict[str, Battery]:
    """Those of these identities that are registered, with their units."""
    rows = Battery.objects.filter(identity__in=names).select_related("unit")
    return {row.identity: row for row in rows}


def unregistered(*, names: Sequence[str]) -> list[Unregistered]:
    """Names that nobody has registered, under a prefix or domain that somebody has proven."""
    stems = {name: stem for name in names if (stem := _stem(name))}
    could = {name: covering(stem=stem) for name, stem in stems.items()}
    wanted = {each for many in could.values() for each in many}
    rights = NamingRight.objects.filter(stem__in=wanted, state=NamingState.PROVEN)
    owners = {row.stem: row.party_id for row in rights}
    found = []
    counts = _counts(list(could))
    for name, many in could.items():
        held = [each for each in many if each in owners]
        if held:
            found.append(Unregistered(name, held[0], owners[held[0]], *counts[name]))
    return found


def single_alarms(*, party_id: uuid.UUID, kind: str) -> set[str]:
    """The identities about which this party has an open alarm of a kind."""
    rows = Alarm.objects.filter(party_id=party_id, kind=kind, state=AlarmState.OPEN)
    return set(rows.values_list("identity", flat=True))


def _stem(name: str) -> str:
    """Nothing for what is no name any more, such as one whose scheme was read differently."""
    try:
        return stem_of(identity=identities.parse(name))
    except Refusal:
        return ""


def _counts(names: Sequence[str]) -> dict[str, tuple[int, datetime]]:
    rows = Scan.objects.filter(identity__in=names).values("identity")
    told = rows.annotate(seen=Count("id"), last=Max("at"))
    return {row["identity"]: (row["seen"], row["last"]) for row in told}
