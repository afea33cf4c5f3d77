"""Reads the inputs of a scenario as they are kept: JSON of names, ids and decimals in strings."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from passport.rules.decimals import parse_in_range
from passport.rules.errors import Malformed, NotFound, Refusal
from passport.rules.sourcing_case import Method
from passport.rules.sourcing_mix import Good, Mix, Part, Planned, Recipe
from passport.rules.sourcing_outcome import Terms
from passport.rules.sourcing_scenario import Scenario
from passport.rules.sourcing_supply import Offer, Unit

MOST: Final = 12
MOST_PROJECTS: Final = 200
_KNOWN: Final = frozenset(
    {
        *("recipes", "mixes", "pipeline", "method", "pro_rata", "credit_percent"),
        *("adder_percent", "spread_percent", "tariff_points", "clean", "other"),
    }
)


class NoScenario(Malformed):
    """The inputs are not of the shape of a scenario."""

    code = "sourcing-scenario"
    title = "The inputs of the scenario cannot be read"


@dataclass(frozen=True)
class Inputs:
    """A scenario, the reach of its sensitivities, and which two mixes are held side by side."""

    scenario: Scenario
    spread: Fraction
    points: Fraction
    clean: Mix
    other: Mix


def good_of(offer: Offer) -> Good:
    """An offer as a recipe takes it: at its price for a kWh or a kW."""
    return Good(
        category=offer.category, maker=offer.maker, price=offer.price_a_kwh, made_in=offer.made_in,
        by_kw=offer.unit is Unit.KW, duty_percent=offer.duty_percent,
    )  # fmt: skip


def read_inputs(
    document: Mapping[str, object], *, offers: Mapping[str, Offer], pipeline: Mapping[str, Planned]
) -> Inputs:
    """The scenario that a document tells, over one's own offers and planned projects.

    An absent `pipeline` is all of it; `clean` and `other` are the first and the last mix. Refuses
    NoScenario, NotADecimal, OutOfRange, NotFound, each with its pointer. [supply-13]
    """
    for name in sorted(document.keys() - _KNOWN):
        raise _broken(f'"{name[:40]}" is not known here', f"/{name}", "remove it")
    recipes = _recipes(document.get("recipes"), offers)
    mixes = _mixes(document.get("mixes"), recipes)
    named = {each.name: each for each in mixes}
    return Inputs(
        scenario=Scenario(mixes, _pipeline(document.get("pipeline"), pipeline), _terms(document)),
        spread=Fraction(_number(document, "spread_percent", "20", 100)) / 100,
        points=Fraction(_number(document, "tariff_points", "10", 100)),
        clean=_named(document.get("clean", mixes[0].name), named, "/clean"),
        other=_named(document.get("other", mixes[-1].name), named, "/other"),
    )


def _recipes(value: object, offers: Mapping[str, Offer]) -> dict[str, Recipe]:
    recipes: dict[str, Recipe] = {}
    for place, each in enumerate(_list(value, "/recipes")):
        at = f"/recipes/{place}"
        name, goods = _object(each, ("name", "goods"), at)
        taken = []
        for category, offer in _map(goods, f"{at}/goods").items():
            found = offers.get(offer)
            if found is None or found.category != category:
                raise NotFound(
                    f"no offer {offer[:40]} for {category[:40]} is among yours",
                    pointer=f"{at}/goods/{category}",
                    remedy="choose one of your offers for this category",
                )
            taken.append(good_of(found))
        recipes[_once(name, recipes, f"{at}/name")] = Recipe(str(name), tuple(taken))
    return recipes


def _mixes(value: object, recipes: Mapping[str, Recipe]) -> tuple[Mix, ...]:
    mixes: dict[str, Mix] = {}
    for place, each in enumerate(_list(value, "/mixes")):
        at = f"/mixes/{place}"
        name, parts = _object(each, ("name", "parts"), at)
        shares = []
        for recipe, percent in _map(parts, f"{at}/parts").items():
            pointer = f"{at}/parts/{recipe}"
            if recipe not in recipes:
                raise NotFound(
                    f"no recipe is called {recipe[:40]}",
                    pointer=pointer,
                    remedy="name one of the scenario's recipes",
                )
            number = parse_in_range(percent, pointer=pointer, low=Decimal(0), high=Decimal(100))
            shares.append(Part(recipes[recipe], Fraction(number) / 100))
        mixes[_once(name, mixes, f"{at}/name")] = Mix(str(name), tuple(shares))
    return tuple(mixes.values())


def _pipeline(value: object, known: Mapping[str, Planned]) -> tuple[Planned, ...]:
    if value is None:
        return tuple(known.values())
    found = []
    for place, each in enumerate(_list(value, "/pipeline")):
        if not isinstance(each, str) or each not in known:
            raise NotFound(
                "no planned project of this id is in your pipeline",
                pointer=f"/pipeline/{place}",
                remedy="plan it first, or leave it out",
            )
        found.append(known[each])
    return tuple(dict.fromkeys(found))


def _terms(document: Mapping[str, object]) -> Terms:
    method, pro_rata = document.get("method", "DIRECT_COST"), document.get("pro_rata", False)
    if method not in list(Method):
        raise _broken("the method is not known", "/method", f"use one of: {', '.join(Method)}")
    if not isinstance(pro_rata, bool):
        raise _broken("neither true nor false", "/pro_rata", "send true or false")
    credit = _number(document, "credit_percent", "30", 90)
    adder = _number(document, "adder_percent", "10", 10)
    return Terms(Method(str(method)), pro_rata, credit, adder)


def _number(document: Mapping[str, object], name: str, usual: str, most: int) -> Decimal:
    return parse_in_range(
        document.get(name, usual), pointer=f"/{name}", low=Decimal(0), high=Decimal(most)
    )


def _named(name: object, mixes: Mapping[str, Mix], pointer: str) -> Mix:
    if not isinstance(name, str) or name not in mixes:
        raise NotFound(
            "no mix has this name", pointer=pointer, remedy="name one of the scenario's mixes"
        )
    return mixes[name]


def _once(name: object, taken: Mapping[str, object], pointer: str) -> str:
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 60 or name in taken:
        raise _broken("a name is missing, too long or used twice", pointer, "give each its own")
    return name


def _list(value: object, pointer: str) -> list[object]:
    most = MOST_PROJECTS if pointer == "/pipeline" else MOST
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise _broken("this is no list of a size that is reckoned", pointer, f"send 1 to {most}")
    return value


def _object(value: object, names: tuple[str, ...], pointer: str) -> list[object]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise _broken("an object is due", pointer, f"send {' and '.join(names)}")
    return [value[name] for name in names]


def _map(value: object, pointer: str) -> dict[str, str]:
    fits = isinstance(value, dict) and value and all(isinstance(e, str) for e in value.values())
    if not fits or not isinstance(value, dict):
        raise _broken("an object of strings is due", pointer, "send one entry at least")
    return value


def _broken(detail: str, pointer: str, remedy: str) -> Refusal:
    return NoScenario(detail, pointer=pointer, remedy=remedy)
