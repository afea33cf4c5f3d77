"""What a form of a scenario may choose from, and a scenario to begin with."""

from datetime import date
from fractions import Fraction
from typing import Any

from passport.models import Party, SupplyOffer
from passport.queries import sourcing_rules, sourcing_supply
from passport.queries.sourcing_register import register_of
from passport.queries.sourcing_scenario import table_of
from passport.rules.sourcing_offering import categories
from passport.rules.sourcing_party import Standing
from passport.rules.sourcing_supply import Offer
from passport.rules.sourcing_what_if import standings


def choices(*, owner: Party, as_of: date) -> dict[str, Any]:
    """What a form may choose from: open offers by category, with the names of their makers."""
    named = categories(table_of(sourcing_rules.newest()))
    companies = register_of(owner=owner, as_of=as_of).entities
    offered: dict[str, list[tuple[str, str, SupplyOffer]]] = {}
    for row in sourcing_supply.offers(owner=owner):
        maker = companies[row.maker].name if row.maker in companies else row.maker
        offered.setdefault(row.category, []).append((str(row.pk), maker, row))
    return {
        "categories": [(key, label, offered[key]) for key, label in named.items() if key in offered]
    }


def suggested(*, owner: Party, as_of: date) -> dict[str, Any] | None:
    """A scenario to begin with: the cheapest clean sources against the cheapest of all, at 100, 75
    and 60 percent. None without an offer for a product, or without a pipeline.
    """
    rules = sourcing_rules.newest()
    products = table_of(rules).products
    offers = [sourcing_supply.offer_of(each) for each in sourcing_supply.offers(owner=owner)]
    offers = [each for each in offers if each.category in products]
    planned = sourcing_supply.pipeline(owner=owner)
    if not offers or not planned:
        return None
    on = min(each.incurred_on for each in planned)
    register = register_of(owner=owner, as_of=as_of)
    found = standings(register=register, rules=rules, asked=[(each.maker, on) for each in offers])

    def rank(offer: Offer) -> tuple[bool, Fraction]:
        return found.get((offer.maker, on)) is not Standing.CLEAN, offer.price_a_kwh

    wanted = list(dict.fromkeys(each.category for each in offers))
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for key in wanted:
        among = [each for each in offers if each.category == key]
        first[key] = min(among, key=rank).id
        second[key] = min(among, key=lambda each: each.price_a_kwh).id
    return {
        "recipes": [{"name": "A", "goods": first}, {"name": "B", "goods": second}],
        "mixes": [
            {"name": "100 % A", "parts": {"A": "100"}},
            {"name": "75 % A", "parts": {"A": "75", "B": "25"}},
            {"name": "60 % A", "parts": {"A": "60", "B": "40"}},
        ],
        "method": "DIRECT_COST", "pro_rata": False,
    }  # fmt: skip
