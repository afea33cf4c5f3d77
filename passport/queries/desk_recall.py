"""What the recall desk needs besides the recalls: one's own models, names, and what is in hand."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from passport.models import Battery, BatteryModel, Party, Role
from passport.rules.errors import Refusal
from passport.rules.identity import parse
from passport.rules.recall import NoSuchBatteries, SeveralBatteries

_SHOWN = 200


@dataclass(frozen=True)
class InHand:
    """A whole unit in the party's hands that is, or holds, something under an open recall."""

    id: uuid.UUID
    serial: str
    model_name: str


@dataclass(frozen=True)
class AllInHand:
    """The first of these by serial, and how many there are in all."""

    first: tuple[InHand, ...]
    total: int


def models(*, party_id: uuid.UUID) -> tuple[BatteryModel, ...]:
    """The models of a maker."""
    return tuple(BatteryModel.objects.filter(maker_id=party_id).order_by("code")[:_SHOWN])


def makers() -> tuple[Party, ...]:
    """Everybody who makes batteries, for an authority to choose from."""
    return tuple(Party.objects.filter(roles__contains=[Role.MAKER]).order_by("name")[:_SHOWN])


def named(*, maker: Party, names: Sequence[str]) -> list[uuid.UUID]:
    """A maker's batteries of these serials or links.

    Makers give a serial again for another model: such a one is named by its link. Refuses
    NoSuchBatteries and SeveralBatteries, naming the first, NotAnIdentity and its like.
    """
    links = {each: _identity(each) for each in names if "://" in each}
    made = Battery.objects.filter(maker=maker)
    found: dict[str, list[uuid.UUID]] = {}
    for serial, one in made.filter(serial__in=set(names) - set(links)).values_list("serial", "pk"):
        found.setdefault(serial, []).append(one)
    by_link = dict(made.filter(identity__in=links.values()).values_list("identity", "pk"))
    found |= {each: [by_link[link]] for each, link in links.items() if link in by_link}
    for each in names:
        _check_one(each, len(found.get(each, ())))
    return list(dict.fromkeys(found[each][0] for each in names))


def in_hand() -> AllInHand:
    """What the acting party holds and is under an open recall."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM recalled_in_hand_v2(%s)", [_SHOWN])
        rows = cursor.fetchall()
    first = tuple(InHand(one, serial, model_name) for one, serial, model_name, _ in rows)
    return AllInHand(first, rows[0][3] if rows else 0)


def _identity(link: str) -> str:
    try:
        return parse(link).canonical
    except Refusal as refusal:
        raise refusal.at("/serials") from None


def _check_one(name: str, count: int) -> None:
    if not count:
        raise NoSuchBatteries(
            f"the maker has no battery of the serial {name[:60]}",
            pointer="/serials",
            remedy="check how the serial is written on the label",
        )
    if count > 1:
        raise SeveralBatteries(
            f"{count} batteries of the maker have the serial {name[:60]}",
            pointer="/serials",
            remedy="name each that is meant by the link in its code, instead of the serial",
        )
