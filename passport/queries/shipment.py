"""Shipments of a party: what waits for an answer, what is inside, what their papers say."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, F, Max, OuterRef, QuerySet

from passport.models import (
    Battery,
    BatteryState,
    HandOver,
    HandOverState,
    Party,
    Shipment,
    ShipmentState,
)
from passport.queries import dangerous_goods, scanned
from passport.queries.battery import held_units, unknown
from passport.queries.custody import hindrances
from passport.queries.scanned import Wrong
from passport.rules.dangerous_goods import Statement, check_statement
from passport.rules.errors import Refusal
from passport.rules.shipment import WrongException, read_sscc

_TO_SHOW = 200
# Whoever turned a shipment away leaves its number free.
_TURNED_AWAY = (ShipmentState.REFUSED, ShipmentState.WITHDRAWN)


@dataclass(frozen=True)
class Arrival:
    """What codes name of a shipment: batteries of it by id, and codes that name none of it."""

    arrived: tuple[uuid.UUID, ...]
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True)
class Draft:
    """A shipment as it would be: what is good, what is wrong and where, what it is to carry."""

    batteries: tuple[Battery, ...]
    wrong: tuple[Wrong, ...]
    papers: tuple[dict[str, object], ...]
    suggestion: Statement | None
    case: dict[str, object] | None
    refusal: Refusal | None


def by_id(*, shipment_id: uuid.UUID) -> Shipment:
    """The shipment of this id, if the acting party is one of its sides. Refuses NotFound."""
    found = _loaded().filter(pk=shipment_id).first()
    if found is None:
        raise unknown("shipment")
    return found


def by_sscc(*, sscc: str) -> Shipment | None:
    """The newest shipment of this number that the acting party is a side of."""
    return _loaded().filter(sscc=sscc).order_by("-offered_at", "-id").first()


def scanned_as(*, text: str) -> Shipment | None:
    """The newest shipment whose number somebody scanned, for a side of it; None for other codes."""
    try:
        return by_sscc(sscc=read_sscc(text))
    except Refusal:
        return None


def listing(
    *, after: uuid.UUID | None, limit: int, state: str = "", sscc: str = ""
) -> list[Shipment]:
    """A page of the shipments that the acting party gives or gets, by id."""
    rows = _loaded().order_by("id")
    if state:
        rows = rows.filter(state=state)
    if sscc:
        rows = rows.filter(sscc=sscc)
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def newest(*, party: Party) -> tuple[list[Shipment], list[Shipment]]:
    """What comes to a party and what it sends; those that wait for an answer first."""
    rows = _loaded().order_by(F("answered_at").desc(nulls_first=True), "-id")
    return (
        list(rows.filter(to_party=party)[:_TO_SHOW]),
        list(rows.filter(from_party=party)[:_TO_SHOW]),
    )


def waiting(*, party_id: uuid.UUID) -> int:
    """How many shipments wait for the answer of a party."""
    rows = Shipment.objects.filter(to_party_id=party_id, state=ShipmentState.OFFERED)
    return rows.count()


def contents(*, shipment: Shipment, after: uuid.UUID | None, limit: int) -> list[HandOver]:
    """A page of the hand-overs of a shipment, by id; what each was called stands in it."""
    rows = HandOver.objects.filter(shipment=shipment).order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def tally(*, shipment: Shipment) -> dict[str, int]:
    """How many hand-overs of a shipment are in each state."""
    rows = HandOver.objects.filter(shipment=shipment).values_list("state", flat=True)
    return dict(Counter(rows))


def of_battery(*, battery_id: uuid.UUID) -> Shipment | None:
    """The shipment in which a battery waits for its answer, for the sides of it."""
    return _loaded().filter(hand_overs__battery_id=battery_id, state=ShipmentState.OFFERED).first()


def arrival(*, shipment: Shipment, codes: Sequence[tuple[int, str]]) -> Arrival:
    """Which batteries of a shipment some codes name; codes have their line as place."""
    found = scanned.named(codes=codes)
    inside = set(HandOver.objects.filter(shipment=shipment).values_list("battery_id", flat=True))
    lines = dict(codes)
    strange = [
        Wrong(place, lines[place], not_inside())
        for place, battery in found.batteries.items()
        if battery.pk not in inside
    ]
    arrived = tuple(each.pk for each in found.batteries.values() if each.pk in inside)
    wrong = sorted([*found.wrong, *strange], key=lambda each: each.place)
    return Arrival(arrived, tuple(wrong))


def not_inside() -> Refusal:
    """A battery that was scanned with a shipment and is not part of it."""
    return WrongException(
        "the battery is not in this shipment",
        remedy="ask the giver to offer it to you; put it aside until then",
    )


def missing(*, shipment: Shipment, arrived: Collection[uuid.UUID]) -> list[HandOver]:
    """The hand-overs of a shipment whose batteries are not among these, by id."""
    rows = HandOver.objects.filter(shipment=shipment).exclude(battery_id__in=arrived)
    return list(rows.order_by("id"))


def offerable(*, party: Party) -> list[Battery]:
    """What a party can ship: whole units in its hands that wait in no hand-over, newest first."""
    waiting_ = HandOver.objects.filter(battery=OuterRef("pk"), state=HandOverState.OFFERED)
    ended = (BatteryState.RECYCLED, BatteryState.MERGED)
    rows = held_units(party=party).exclude(state__in=ended).filter(~Exists(waiting_))
    return list(rows.order_by("-id")[:_TO_SHOW])


def draft(
    *,
    codes: Sequence[tuple[int, str]],
    statement: Statement | None,
    by: Party,
    on: date,
) -> Draft:
    """What a shipment of these would be; nothing is recorded, and nobody is told."""
    found = scanned.named(codes=codes)
    batteries = list(found.batteries.values())
    hindered = hindrances(batteries=batteries, by=by)
    lines = dict(codes)
    late = [
        Wrong(place, lines[place], hindered[battery.pk])
        for place, battery in found.batteries.items()
        if battery.pk in hindered
    ]
    good = tuple(each for each in batteries if each.pk not in hindered)
    inside = dangerous_goods.inside(good)
    case, refusal = None, None
    try:
        case = check_statement(
            statement=statement, inside=inside, table=dangerous_goods.table(), on=on
        )
    except Refusal as refused:
        refusal = refused
    return Draft(
        batteries=good,
        wrong=tuple(sorted([*found.wrong, *late], key=lambda each: each.place)),
        papers=tuple(papers(good)),
        suggestion=dangerous_goods.suggestion(batteries=good, on=on),
        case=case.words() if case else None,
        refusal=refusal,
    )


def last_offered(*, by: Party, sscc: str) -> datetime | None:
    """When a party last offered a shipment of this number that was not turned away."""
    rows = Shipment.objects.filter(from_party=by, sscc=sscc).exclude(state__in=_TURNED_AWAY)
    found: datetime | None = rows.aggregate(last=Max("offered_at"))["last"]
    return found


def papers(batteries: Iterable[Battery]) -> list[dict[str, object]]:
    """What is inside, a row a model: how many, their chemistry, mass and energy when new."""
    rows: dict[uuid.UUID, list[Battery]] = {}
    for each in batteries:
        rows.setdefault(each.model_id, []).append(each)
    return [_row(alike) for alike in sorted(rows.values(), key=lambda row: row[0].model.name)]


def _row(alike: Sequence[Battery]) -> dict[str, object]:
    model, count = alike[0].model, len(alike)
    return {
        "model": model.name,
        "code": model.code,
        "chemistry": model.chemistry,
        "level": alike[0].level,
        "count": count,
        "massKg": _plain(count * model.mass_kg),
        "energyKwh": _plain(count * model.rated_energy_kwh),
        "waste": sum(each.status == "waste" for each in alike),
    }


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _loaded() -> QuerySet[Shipment]:
    return Shipment.objects.select_related("from_party", "to_party")
