"""What a pack is worth in a programme: integer cents, itemised, so that the sum explains itself.

Rounding: each item is computed exactly in Decimal and rounded once, half to even, to a cent; the
value is the sum of the rounded items, so a breakdown always adds up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from recycling.rules.chemistry import family_of
from recycling.rules.feasibility import Kind, PackTerms, ProgrammeTerms, distance_km, way_of
from recycling.rules.grading import TransportCase

_CENT = Decimal(1)
# The items that a programme's own terms name; the others the holder bears, or gains, elsewhere.
PAID = ("price", "fee", "damaged")


@dataclass(frozen=True, kw_only=True)
class PriceSet:
    """One dated price set; every figure in cents unless its name says otherwise."""

    version: str
    currency: str
    recycler_fee_per_kg: Mapping[str, Decimal]
    damaged_surcharge_per_kg: Decimal
    discount_per_year: Decimal
    test_per_pack: Decimal
    refurbishment_per_kwh: Decimal
    reuse_bonus_per_kwh: Decimal
    pickup_per_pack: Decimal
    haul_per_tonne_km: Decimal
    road_factor: Decimal
    assumed_distance_km: Decimal
    packaging_per_kg: Mapping[TransportCase, Decimal]
    storage_per_kwh_month: Decimal
    hold_months: Decimal
    hold_risk_per_kwh: Decimal

    def fee_per_kg(self, chemistry: str) -> Decimal:
        """The usual fee for a chemistry, else for its family, else nothing."""
        usual = self.recycler_fee_per_kg
        return usual.get(chemistry, usual.get(family_of(chemistry), Decimal(0)))


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of a breakdown: its name, its cents, and the sum written out."""

    name: str
    cents: int
    formula: str


@dataclass(frozen=True, kw_only=True)
class Value:
    """The worth of an edge to the holder, in integer cents; negative is a cost."""

    cents: int
    items: tuple[Item, ...]


def parse_prices(document: Mapping[str, Any]) -> PriceSet:
    """The price set of a dated table."""

    def one(name: str) -> Decimal:
        return Decimal(document[name]["value"])

    def table(name: str) -> dict[str, Decimal]:
        return {key: Decimal(cents) for key, cents in document[name]["value"].items()}

    packaging = table("packaging_cents_per_kg")
    return PriceSet(
        version=document["price_set"],
        currency=document["currency"],
        recycler_fee_per_kg=table("recycler_fee_cents_per_kg"),
        damaged_surcharge_per_kg=one("damaged_surcharge_cents_per_kg"),
        discount_per_year=one("discount_per_year"),
        test_per_pack=one("test_cents_per_pack"),
        refurbishment_per_kwh=one("refurbishment_cents_per_kwh"),
        reuse_bonus_per_kwh=one("reuse_bonus_cents_per_kwh"),
        pickup_per_pack=one("pickup_cents_per_pack"),
        haul_per_tonne_km=one("haul_cents_per_tonne_km"),
        road_factor=one("road_factor"),
        assumed_distance_km=one("assumed_distance_km"),
        packaging_per_kg={TransportCase(case): cents for case, cents in packaging.items()},
        storage_per_kwh_month=one("storage_cents_per_kwh_month"),
        hold_months=one("hold_months"),
        hold_risk_per_kwh=one("hold_risk_cents_per_kwh"),
    )


def cents(amount: Decimal) -> int:
    """Whole cents, half to even."""
    return int(amount.quantize(_CENT, rounding=ROUND_HALF_EVEN))


def edge_value(pack: PackTerms, programme: ProgrammeTerms, *, prices: PriceSet) -> Value:
    """The worth of a pack in a programme, item by item. [value-1]

    The pack's mean health prices its energy; whether it is fit was decided on the lower bound.
    """
    own = _second_life if programme.kind is Kind.SECOND_LIFE else _recycler
    return _sum(*own(pack, programme, prices), *_way(pack, programme, prices))


def haul_per_km(pack: PackTerms, programme: ProgrammeTerms, *, prices: PriceSet) -> Decimal | None:
    """What a kilometre of the way costs in cents; None where the way has one price. [value-3]"""
    _, lane = way_of(pack, programme)
    if lane is not None and lane.flat_cents is not None:
        return None
    quoted = lane.cents_per_tonne_km if lane is not None else None
    rate = prices.haul_per_tonne_km if quoted is None else Decimal(quoted)
    return rate * (pack.mass_kg / 1000) * prices.road_factor


def hold_value(pack: PackTerms, *, prices: PriceSet) -> Value:
    """What another planning period in storage costs, with its risk. [value-2]"""
    kwh, months = pack.rated_kwh, prices.hold_months
    return _sum(
        _item(
            "storage",
            -prices.storage_per_kwh_month * kwh * months,
            f"-{prices.storage_per_kwh_month} x {kwh} kWh x {months} months",
        ),
        _item("risk", -prices.hold_risk_per_kwh * kwh, f"-{prices.hold_risk_per_kwh} x {kwh} kWh"),
    )


def _second_life(pack: PackTerms, programme: ProgrammeTerms, prices: PriceSet) -> list[Item]:
    usable = pack.rated_kwh * (pack.soh or Decimal(0))
    fee, years = prices.fee_per_kg(pack.chemistry), programme.contract_years
    later = (1 + prices.discount_per_year) ** -years
    price, refurbishment = programme.price_cents_per_kwh, prices.refurbishment_per_kwh
    bonus = prices.reuse_bonus_per_kwh
    return [
        _item("price", price * usable, f"{price} x {usable.normalize():f} usable kWh"),
        _item(
            "deferred_recycling",
            fee * pack.mass_kg * later,
            f"{fee} x {pack.mass_kg} kg, {years} years later",
        ),
        _item("test", -prices.test_per_pack, f"-{prices.test_per_pack} a pack"),
        _item(
            "refurbishment",
            -refurbishment * pack.rated_kwh,
            f"-{refurbishment} x {pack.rated_kwh} kWh",
        ),
        _item("reuse_bonus", bonus * pack.rated_kwh, f"{bonus} x {pack.rated_kwh} kWh"),
    ]


def _recycler(pack: PackTerms, programme: ProgrammeTerms, prices: PriceSet) -> list[Item]:
    own = programme.fee_cents_per_kg
    fee = prices.fee_per_kg(pack.chemistry) if own is None else own
    items = [_item("fee", fee * pack.mass_kg, f"{fee} x {pack.mass_kg} kg")]
    if pack.damaged:
        extra = prices.damaged_surcharge_per_kg
        items.append(_item("damaged", -extra * pack.mass_kg, f"-{extra} x {pack.mass_kg} kg"))
    return items


def _way(pack: PackTerms, programme: ProgrammeTerms, prices: PriceSet) -> list[Item]:
    case, lane = way_of(pack, programme)
    packing = prices.packaging_per_kg[case]
    if lane is not None and lane.flat_cents is not None:
        haul = _item("haul", Decimal(-lane.flat_cents), f"-{lane.flat_cents}, from {lane.country}")
    else:
        quoted = lane.cents_per_tonne_km if lane is not None else None
        haul = _haul(pack, programme, prices, quoted=quoted)
    return [
        _item("pickup", -prices.pickup_per_pack, f"-{prices.pickup_per_pack} a pack"),
        haul,
        _item("packaging", -packing * pack.mass_kg, f"-{packing} x {pack.mass_kg} kg ({case})"),
    ]


def _haul(
    pack: PackTerms, programme: ProgrammeTerms, prices: PriceSet, *, quoted: int | None
) -> Item:
    """By the price that the programme quotes for its lane, else by the usual one."""
    known = distance_km(pack.place, programme.place)
    km = prices.assumed_distance_km if known is None else Decimal(known)
    tonnes = pack.mass_kg / 1000
    rate = prices.haul_per_tonne_km if quoted is None else Decimal(quoted)
    note = " (assumed)" if known is None else ""
    return _item(
        "haul",
        -rate * tonnes * km * prices.road_factor,
        f"-{rate} x {tonnes.normalize():f} t x {km} km{note} x {prices.road_factor}",
    )


def _item(name: str, amount: Decimal, formula: str) -> Item:
    return Item(name=name, cents=cents(amount), formula=formula)


def _sum(*items: Item) -> Value:
    return Value(cents=sum(item.cents for item in items), items=items)
