"""Appendix: what procurement has been offered, what it plans, and which mix it weighs."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from api.management.story.telling import Tale, Tick
from passport.actions import sourcing_pipeline, sourcing_supply
from passport.models import Party
from passport.queries import sourcing_supply as supply
from passport.queries.sourcing_rules import newest
from passport.rules.sourcing_mix import Planned
from passport.rules.sourcing_supply import Offer, Proof, Unit

_YEARS = 5


def furnish(tale: Tale, tick: Tick) -> None:
    """Offers, planned projects, one agreement, and a scenario."""
    by, at = tale.party("keeper"), tale.plot.moment("project", hour=14)
    told = tale.plot.project
    known = {(each.maker, each.category) for each in supply.offers(owner=by)}
    for row in told["offers"]:
        if (row[0], row[1]) not in known:
            sourcing_supply.offer(told=_offer(tale, row), by=by, at=at)
    planned = {each.name for each in supply.pipeline(owner=by)}
    for name, days, kwh in told["planned"]:
        if name not in planned:
            begins = tale.plot.day("project") + timedelta(days=days)
            one = Planned(
                "", name, begins, begins + timedelta(days=60), Decimal(kwh), Decimal(100_000),
                Decimal(9_000_000),
            )  # fmt: skip
            sourcing_pipeline.plan(told=one, project_id=None, by=by, at=at)
    _agree(tale, by)
    sourcing_pipeline.save_scenario(
        name="Clean or just enough", inputs=_inputs(tale, by), rule_set=newest().id,
        as_of=tale.plot.day("project"), by=by, at=at,
    )  # fmt: skip
    tick(1)


def _offer(tale: Tale, row: list[str]) -> Offer:
    maker, category, unit, price, made_in, *duty = row
    first, volume = tale.plot.day("project").year, Decimal(tale.plot.project["capacity_kwh"])
    return Offer(
        id="", supplier=maker, maker=maker, category=category, unit=Unit(unit),
        price=Decimal(price), made_in=made_in,
        capacity=dict.fromkeys(range(first, first + _YEARS), volume), proof=Proof.OPINION,
        duty_percent=Decimal(duty[0]) if duty else None,
    )  # fmt: skip


def _agree(tale: Tale, by: Party) -> None:
    told, at = tale.plot.project["agreement"], tale.plot.moment("project", hour=15)
    if told["name"] in {each.name for each in supply.agreements(owner=by)}:
        return
    begins = tale.plot.day("project")
    offer = _offers(by)["prairie", "battery_pack_module"]
    sourcing_supply.agree(
        offer_id=offer, name=told["name"], signed_on=begins,
        volumes={begins.year + each: Decimal(told["volume"]) for each in (1, 2, 3)}, ramp=(),
        by=by, at=at,
    )  # fmt: skip


def _offers(by: Party) -> dict[tuple[str, str], Any]:
    return {(each.maker, each.category): each.id for each in supply.offers(owner=by)}


def _inputs(tale: Tale, by: Party) -> dict[str, Any]:
    """Two recipes, mixed by so many percent of the clean one."""
    known, pack, box = _offers(by), "battery_pack_module", "battery_container_housing"
    inverter = str(known["lumen", "inverter_converter"])
    clean = {
        pack: str(known["prairie", pack]), box: str(known["ironbox", box]),
        "inverter_converter": inverter,
    }  # fmt: skip
    cheap = {
        pack: str(known["qinghe", pack]), box: str(known["qinghe", box]),
        "inverter_converter": inverter,
    }  # fmt: skip
    recipes = [{"name": "clean", "goods": clean}, {"name": "cheap", "goods": cheap}]
    mixes = [
        {"name": name, "parts": {"clean": share, "cheap": str(100 - int(share))}}
        for name, share in tale.plot.project["mixes"].items()
    ]
    return {"recipes": recipes, "mixes": mixes}
