"""What happened to batteries that nobody has repaired or taken back since."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from passport.models import LifecycleEvent
from passport.postgres.among import among, sharing
from passport.proof import canonical
from passport.queries.correction import standing
from passport.rules.lifecycle import EventKind
from passport.rules.yard import Danger


@dataclass(frozen=True)
class Incident:
    """Something that happened to a battery: when in the world, when with us; ids grow with time."""

    id: uuid.UUID
    happened_at: datetime
    recorded_at: datetime


def incidents(*, battery_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, list[Incident]]:
    """Every incident that stands of these batteries, repaired since or not."""
    ids = list(battery_ids)
    rows = standing(LifecycleEvent.objects.filter(_of(ids), kind=EventKind.INCIDENT))
    found: dict[uuid.UUID, list[Incident]] = defaultdict(list)
    for pk, happened_at, recorded_at, one, several in rows.values_list(
        "pk", "happened_at", "recorded_at", "battery_id", "members"
    ):
        for each in [one] if one else several:
            found[each].append(Incident(pk, happened_at, recorded_at))
    return found


def harmed(*, battery_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, list[uuid.UUID]]:
    """The incidents, by id, that stand of these batteries and that no repair has followed.

    A repair mends what happened before it and was known by then: what is recorded behind it and
    dated back was not in it.
    """
    ids = list(battery_ids)
    known = LifecycleEvent.objects.filter(kind__in=(EventKind.INCIDENT, EventKind.REPAIRED))
    rows = standing(known.filter(_of(ids)))
    found: dict[uuid.UUID, list[tuple[datetime, uuid.UUID]]] = {each: [] for each in ids}
    for pk, recorded_at, one, several, kind in rows.order_by("happened_at", "id").values_list(
        "pk", "recorded_at", "battery_id", "members", "kind"
    ):
        said = (recorded_at, pk)
        for each in [one] if one else several:
            if each not in found:
                continue
            if kind == EventKind.REPAIRED:
                found[each] = [incident for incident in found[each] if incident > said]
            else:
                found[each].append(said)
    return {each: [pk for _, pk in events] for each, events in found.items() if events}


def set_apart(*, battery_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, frozenset[Danger]]:
    """Why these batteries were set apart in a yard, where nobody has repaired them since."""
    found = harmed(battery_ids=battery_ids)
    wanted = {event for events in found.values() for event in events}
    said = {
        row.pk: danger
        for row in LifecycleEvent.objects.filter(pk__in=wanted).only("body")
        if (danger := _danger(bytes(row.body))) is not None
    }
    told = {
        each: frozenset(said[event] for event in events if event in said)
        for each, events in found.items()
    }
    return {each: dangers for each, dangers in told.items() if dangers}


def _of(ids: Collection[uuid.UUID]) -> Q:
    return among("battery", ids) | sharing("members", ids)


def _danger(body: bytes) -> Danger | None:
    """Why an incident set a battery apart; None where it did not, or was erased."""
    content = canonical.loads(body, max_bytes=max(len(body), 1)) if body else {}
    facts = content.get("facts") if isinstance(content, dict) else None
    if not isinstance(facts, dict) or facts.get("setApart") is not True:
        return None
    word = str(facts.get("because", "")).upper()
    return Danger(word) if word in set(Danger) else Danger.OTHER
