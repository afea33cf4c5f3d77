"""What the recall desk needs besides the recalls: one's own lots, models, and what is in hand."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max

from passport.models import Battery, BatteryModel, Party, Role
from passport.queries.battery import held_units
from passport.queries.party import by_id
from passport.queries.recall import recalled_units
from passport.rules.recall import NoSuchBatteries

_SHOWN = 200
_ASKED = 10_000


@dataclass(frozen=True)
class LotLine:
    lot: str
    count: int


@dataclass(frozen=True)
class InHand:
    """A whole unit in the party's hands that is, or holds, something under an open recall."""

    id: uuid.UUID
    serial: str
    model_name: str


def lots(*, party_id: uuid.UUID) -> tuple[LotLine, ...]:
    """A maker's newest production lots, each with how many batteries it has."""
    made = Battery.objects.filter(maker_id=party_id).exclude(lot="")
    rows = made.values("lot").annotate(count=Count("id"), newest=Max("registered_at"))
    return tuple(LotLine(row["lot"], row["count"]) for row in rows.order_by("-newest")[:50])


def models(*, party_id: uuid.UUID) -> tuple[BatteryModel, ...]:
    """The models of a maker."""
    return tuple(BatteryModel.objects.filter(maker_id=party_id).order_by("code")[:_SHOWN])


def makers() -> tuple[Party, ...]:
    """Everybody who makes batteries, for an authority to choose from."""
    return tuple(Party.objects.filter(roles__contains=[Role.MAKER]).order_by("name")[:_SHOWN])


def named(*, maker: Party, names: Sequence[str]) -> list[uuid.UUID]:
    """A maker's batteries of these serials. Refuses NoSuchBatteries, naming the first."""
    found = dict(Battery.objects.filter(maker=maker, serial__in=names).values_list("serial", "pk"))
    for each in names:
        if each not in found:
            raise NoSuchBatteries(
                f"the maker has no battery of the serial {each[:60]}",
                pointer="/serials",
                remedy="check how the serial is written on the label",
            )
    return [found[each] for each in names]


def in_hand(*, party_id: uuid.UUID) -> tuple[InHand, ...]:
    """What a party holds and is under an open recall, by serial."""
    held = held_units(party=by_id(party_id=party_id))
    ids = list(held.values_list("pk", flat=True)[:_ASKED])
    danger = recalled_units(units=ids)
    rows = Battery.objects.filter(pk__in=danger).select_related("model").order_by("serial")
    return tuple(InHand(row.pk, row.serial, row.model.name) for row in rows[:_SHOWN])
