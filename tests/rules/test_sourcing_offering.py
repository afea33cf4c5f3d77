"""Offers, capacities and ramps as they travel, and where each refusal points."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from passport.rules.decimals import NotADecimal
from passport.rules.sourcing_offering import (
    NoCategory,
    NoOffer,
    categories,
    check_offer,
    ramp_document,
    read_ramp,
    read_volumes,
    volumes_document,
)
from passport.rules.sourcing_supply import NoPhase, NoVolume, Offer, Phase, Unit
from tests.rules.sourcing_stage import BOX, INVERTER, PACK, TABLE

OFFER = Offer(
    id="", supplier="s", maker="m", category="cells", unit=Unit.KWH, price=Decimal(50),
    made_in="KR", capacity={2027: Decimal(10)},
)  # fmt: skip


def test_categories_are_products_and_then_what_is_inside_them():
    named = list(categories(TABLE))
    assert named[:3] == [PACK, INVERTER, BOX]
    assert {"cells", "bms"} < set(named)
    assert "pack_production" not in named


WRONG = {
    "of no category": ({"category": "soap"}, NoCategory, "/category"),
    "below nothing": ({"price": Decimal(-1)}, NoOffer, "/price"),
    "of no size": ({"unit": Unit.UNIT, "size_kwh": Decimal(0)}, NoOffer, "/size_kwh"),
    "kWh of a size": ({"size_kwh": Decimal(2)}, NoOffer, "/size_kwh"),
    "made nowhere": ({"made_in": "Korea"}, NoOffer, "/made_in"),
    "a duty below nothing": ({"duty_percent": Decimal(-1)}, NoOffer, "/duty_percent"),
    "no capacity": ({"capacity": {}}, NoVolume, "/capacity"),
    "a ramp above all": (
        {"ramp": (Phase(date(2027, 1, 1), Decimal(101)),)}, NoPhase, "/ramp/0/percent",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("more", "kind", "pointer"), WRONG.values(), ids=WRONG)
def test_an_offer_that_is_none_is_refused_where_it_breaks(more, kind, pointer):
    with pytest.raises(kind) as refused:
        check_offer(replace(OFFER, **more), table=TABLE)
    assert refused.value.pointer == pointer


def test_an_offer_may_be_of_units_with_the_buyers_own_duty():
    check_offer(OFFER, table=TABLE)
    unit = replace(OFFER, unit=Unit.UNIT, size_kwh=Decimal(5000), duty_percent=Decimal("3.4"))
    check_offer(unit, table=TABLE)


def test_volumes_and_ramps_are_written_as_they_are_read():
    volumes = {"2027": "1200.5", "2028": "0"}
    assert volumes_document(read_volumes(volumes, pointer="")) == volumes
    ramp = [{"starts_on": "2027-01-01", "percent": "50"}]
    assert ramp_document(read_ramp(ramp, pointer="")) == ramp


VOLUMES = {
    "no year": ({"soon": "1"}, NoVolume, "/v/soon"),
    "no number": ({"2027": 1}, NotADecimal, "/v/2027"),
}
RAMPS = {
    "no phase": (["x"], NoPhase, "/r/0"),
    "half a phase": ([{"percent": "1"}], NoPhase, "/r/0"),
    "no day": ([{"starts_on": "soon", "percent": "1"}], NoPhase, "/r/0/starts_on"),
    "no number": ([{"starts_on": "2027-01-01", "percent": 1}], NotADecimal, "/r/0/percent"),
    "too many": (
        [{"starts_on": f"20{27 + n}-01-01", "percent": "1"} for n in range(41)], NoPhase, "/r/40",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("document", "kind", "pointer"), VOLUMES.values(), ids=VOLUMES)
def test_volumes_that_are_none_are_refused(document, kind, pointer):
    with pytest.raises(kind) as refused:
        read_volumes(document, pointer="/v")
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(("document", "kind", "pointer"), RAMPS.values(), ids=RAMPS)
def test_ramps_that_are_none_are_refused(document, kind, pointer):
    with pytest.raises(kind) as refused:
        read_ramp(document, pointer="/r")
    assert refused.value.pointer == pointer
