"""What a scan in the yard is of, what the party noted there lately, and what needs attention."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F

from passport.models import (
    Battery,
    BatteryState,
    HandOver,
    HandOverState,
    LegacyBattery,
    YardRecord,
)
from passport.queries import alias as aliases
from passport.queries.battery import holder_of
from passport.queries.desk import BatteryLine, lines
from passport.rules.aliases import PUBLIC
from passport.rules.errors import NotFound, Refusal
from passport.rules.yard import (
    InOtherHands,
    NameOfSeveral,
    Scanned,
    UnknownHere,
    check_part,
    read_scan,
)

MOST_FOUND = 20
MOST_RECENT = 30
MOST_OPEN = 100
# What a device keeps for the time without a network.
MOST_CARRIED = 300


@dataclass(frozen=True)
class Found:
    """What a text is of: a battery that the party sees, or why there is none."""

    identity: str
    battery: Battery | None
    refusal: Refusal | None


def find(*, text: str) -> Found:
    """The battery that a scanned text is of, as far as the acting party sees it. [yard-1]

    Where it has gone on under its maker's name, the battery of that name.
    """
    scanned = read_scan(text)
    identity = scanned.identity.canonical if scanned.identity else ""
    seen = _seen(scanned, identity)
    if len(seen) > 1:
        makers = ", ".join(sorted({each.maker.name for each in seen}))
        several = NameOfSeveral(
            f"{text[:80]} is a serial of several: {makers}",
            pointer="/text",
            remedy="scan the code with the GTIN, or the whole link",
        )
        return Found(identity, None, several)
    if seen:
        return Found(identity or seen[0].identity, seen[0], None)
    return Found(identity, None, _absent(text, scanned, identity))


def _seen(scanned: Scanned, identity: str) -> list[Battery]:
    rows = Battery.objects.select_related("model", "maker")
    battery = rows.filter(identity=identity).first() if identity else None
    if battery is None:
        named = aliases.given(aliases=scanned.aliases)
        ids = {row.battery_id for each in named.values() for row in each}
        return [_goes_on(each) for each in rows.filter(pk__in=ids).order_by("identity")[:9]]
    return [_goes_on(battery)]


def _goes_on(battery: Battery) -> Battery:
    if battery.state != BatteryState.MERGED:
        return battery
    found = LegacyBattery.objects.filter(battery=battery, merged_into__isnull=False)
    rows = Battery.objects.select_related("model", "maker")
    return rows.filter(pk__in=found.values("merged_into_id")).first() or battery


def _absent(text: str, scanned: Scanned, identity: str) -> Refusal:
    """Why nothing is to be seen: registered for others, registered by nobody, or no name at all."""
    if identity and aliases.taken(identities=[identity]):
        return in_other_hands(what=identity)
    try:
        return in_other_hands(what=aliases.public_identity(text=text.strip()))
    except NotFound:
        named = any(each.scheme in PUBLIC for each in scanned.aliases)
        if scanned.refusal is None or named:
            return UnknownHere(
                f"nobody has registered {(identity or text.strip())[:255]}",
                pointer="/text",
                remedy="check the label; if it is right, register the battery as found",
            )
        return scanned.refusal.pointing("/text")


def in_other_hands(*, what: str) -> InOtherHands:
    """The refusal for what is registered, and not for the party to record anything of."""
    return InOtherHands(
        f"{what} is registered, and neither in your hands nor offered to you",
        pointer="/text",
        remedy="ask whoever brought it to hand it over to you, then scan it again",
    )


def offer_of(*, battery: Battery, to_id: uuid.UUID) -> HandOver | None:
    """The hand-over of the unit that a battery is in, if it waits for this party's answer."""
    return HandOver.objects.filter(
        battery_id=battery.unit_id, to_party_id=to_id, state=HandOverState.OFFERED
    ).first()


def holds(*, battery: Battery, party_id: uuid.UUID) -> bool:
    """Whether a party has the unit in hand that a battery is in."""
    return holder_of(battery=battery) == party_id


def recent(*, party_id: uuid.UUID) -> list[YardRecord]:
    """What a party noted lately, whichever device, the newest first."""
    rows = YardRecord.objects.filter(party_id=party_id).select_related("battery__model", "event")
    return list(rows.order_by("-id")[:MOST_RECENT])


def listing(
    *, party_id: uuid.UUID, after: uuid.UUID | None, limit: int, open_only: bool = False
) -> list[YardRecord]:
    """A page of what a party noted, by id; `open_only` keeps what needs attention."""
    rows = YardRecord.objects.filter(party_id=party_id).select_related("battery").order_by("id")
    if open_only:
        rows = rows.exclude(code="").filter(settled_at__isnull=True)
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def attention(*, party_id: uuid.UUID) -> list[YardRecord]:
    """What a party noted and nothing came of, until it is settled; the newest first."""
    rows = YardRecord.objects.filter(party_id=party_id, settled_at__isnull=True)
    return list(rows.exclude(code="").select_related("battery__model").order_by("-id")[:MOST_OPEN])


def by_id(*, party_id: uuid.UUID, record_id: uuid.UUID) -> YardRecord:
    """One record of a party, by the id that its device gave it. Refuses NotFound."""
    found = YardRecord.objects.filter(party_id=party_id, record_id=record_id).first()
    if found is None:
        raise NotFound("no such record of your yard", remedy="look for it under the last scans")
    return found


def carried(*, party_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """The units that a device of the party may want to know without a network, newest first."""
    offered = HandOver.objects.filter(to_party_id=party_id, state=HandOverState.OFFERED)
    held = Battery.objects.filter(holder_id=party_id, unit_id=F("id"))
    ids = [
        *offered.order_by("-id").values_list("battery_id", flat=True)[:MOST_CARRIED],
        *held.order_by("-id").values_list("id", flat=True)[:MOST_CARRIED],
    ]
    return tuple(dict.fromkeys(ids))[:MOST_CARRIED]


def partial(*, part: str, party_id: uuid.UUID) -> tuple[BatteryLine, ...]:
    """Batteries that a party sees, by a part of their serial; cells aside, at most 20. [yard-4]

    Refuses TooShort.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM partial_serials_v1(%s, %s)", [check_part(part), MOST_FOUND])
        ids = [found for (found,) in cursor.fetchall()]
    rows = Battery.objects.filter(pk__in=ids).select_related("model").order_by("serial")
    return lines(rows, party_id=party_id)


def known(*, party_id: uuid.UUID, record_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, YardRecord]:
    """Those of these records that are kept already, by the id that the device gave each."""
    rows = YardRecord.objects.filter(party_id=party_id, record_id__in=list(record_ids))
    return {row.record_id: row for row in rows.select_related("event", "battery")}
