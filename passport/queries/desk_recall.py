"""What the recall desk needs besides the recalls: one's own models, names, and what is in hand."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import connection

from passport.models import Battery, BatteryModel, Party, Role
from passport.queries import legacy
from passport.rules.errors import Refusal
from passport.rules.identity import parse
from passport.rules.recall import NoSuchBatteries, SeveralBatteries, check_named

_SHOWN = 200
# Units in hand are looked into so many at a time, and so often.
_UNITS, _ROUNDS = 1000, 20
Row = TypeVar("Row")


@dataclass(frozen=True)
class InHand:
    """A whole unit in the party's hands that is, or holds, something under an open recall."""

    id: uuid.UUID
    serial: str
    model_name: str


@dataclass(frozen=True)
class Choice(Generic[Row]):
    """What there is to choose from; `cut` says that there is more."""

    first: tuple[Row, ...]
    cut: bool


@dataclass(frozen=True)
class AllInHand:
    """The first of these by serial, and how many there are in all; with `cut`, at least so many:
    who holds very much is not told of all.
    """

    first: tuple[InHand, ...]
    total: int
    cut: bool


def models(*, party_id: uuid.UUID) -> Choice[BatteryModel]:
    """The models of a maker, by code; not what it only found."""
    rows = BatteryModel.objects.filter(maker_id=party_id).order_by("code")[: _SHOWN + 1]
    found = list(rows)
    plain = legacy.plates(model_ids=[each.pk for each in found])
    return Choice(
        tuple(each for each in found[:_SHOWN] if each.pk not in plain), len(found) > _SHOWN
    )


def makers(*, name: str = "") -> Choice[Party]:
    """Everybody who makes batteries, for an authority to choose from; by how the name begins."""
    rows = Party.objects.filter(roles__contains=[Role.MAKER], name__istartswith=name)
    found = tuple(rows.order_by("name")[: _SHOWN + 1])
    return Choice(found[:_SHOWN], len(found) > _SHOWN)


def named(*, maker: Party, names: Sequence[str]) -> list[uuid.UUID]:
    """A maker's batteries of these serials or links.

    Makers give a serial again for another model: such a one is named by its link. Refuses
    NoSuchBatteries and SeveralBatteries, naming the first, NotAnIdentity and its like, and
    RecallOfNothing where they are more than are looked up.
    """
    check_named(count=len(names), pointer="/serials")
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
        cursor.execute("SELECT * FROM recalled_in_hand_v3(%s, %s, %s)", [_SHOWN, _UNITS, _ROUNDS])
        rows = cursor.fetchall()
    first = tuple(InHand(*row[:3]) for row in rows if row[0] is not None)
    return AllInHand(first, total=rows[0][3] if rows else 0, cut=bool(rows and rows[0][4]))


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
