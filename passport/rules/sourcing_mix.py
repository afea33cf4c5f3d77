"""What a planned project would be built of, and the exact ratio that comes of it.

A recipe says of whom each category is bought; a mix takes recipes by shares. The ratio is what the
project's file would support if each supplier's certificate came in as planned.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from passport.rules.decimals import outwards
from passport.rules.errors import Refusal
from passport.rules.sourcing_case import Credit
from passport.rules.sourcing_party import Standing
from passport.rules.sourcing_tables import CostTable, Row, RowKind

Standings = Mapping[tuple[str, date], Standing]
PROHIBITED = frozenset({Standing.SPECIFIED, Standing.INFLUENCED})


class NoRecipe(Refusal):
    """A recipe does not tell who makes all that it takes."""

    code = "sourcing-recipe"
    title = "This recipe cannot be reckoned with"


class NoMix(Refusal):
    """A mix is not made of whole recipes, or not wholly made of them."""

    code = "sourcing-mix"
    title = "This mix cannot be reckoned with"


@dataclass(frozen=True)
class Good:
    """What is bought of a category: of whose making, at how many dollars a kWh, or a kW."""

    category: str
    maker: str
    price: Fraction
    made_in: str
    by_kw: bool = False
    duty_percent: Decimal | None = None  # the buyer's own; see sourcing_net.duty_percent


@dataclass(frozen=True)
class Recipe:
    """One way to build: a good for each manufactured product, and for components bought apart."""

    name: str
    goods: tuple[Good, ...]


@dataclass(frozen=True)
class Part:
    """A share of a project, above 0 and at most 1, built by a recipe."""

    recipe: Recipe
    share: Fraction


@dataclass(frozen=True)
class Mix:
    """Parts that make up the whole of a project."""

    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Planned:
    """A project of the pipeline. `incurred_on` is when its goods are paid for: tariffs and makers
    are looked at on that day, the threshold at the year in which construction begins.
    """

    id: str
    name: str
    begins_on: date
    incurred_on: date
    kwh: Decimal
    kw: Decimal
    other_cost: Decimal = Decimal(0)  # dollars for all that no category names
    credit: Credit = Credit.STORAGE_48E


@dataclass(frozen=True)
class Share:
    """A and B of a ratio: the base, and what of it counts as prohibited."""

    base: Fraction
    prohibited: Fraction

    @property
    def ratio(self) -> Fraction:
        """(A − B) / A; 0 where nothing is in the base."""
        return (self.base - self.prohibited) / self.base if self.base else Fraction(0)


def check_recipe(recipe: Recipe, *, table: CostTable) -> None:
    """Each category once, and no component without the product it sits in. [supply-5]

    Refuses NoRecipe.
    """
    rows = {row.key: row.product for row in table.rows if row.kind is RowKind.COMPONENT}
    named = [good.category for good in recipe.goods]
    for each in sorted(set(named)):
        if each not in rows and each not in table.products:
            raise NoRecipe(
                f"the table {table.id} has no category {each}",
                pointer=f"/{each}",
                remedy="choose one of its products or components",
            )
        if named.count(each) > 1:
            raise NoRecipe(
                f"{recipe.name} takes {each} twice",
                pointer=f"/{each}",
                remedy="make two recipes of it, and mix them",
            )
        if each in rows and rows[each] not in named:
            raise NoRecipe(
                f"{recipe.name} takes {each} but does not say who makes the {rows[each]}",
                pointer=f"/{rows[each]}",
                remedy="choose an offer for the product that it is built into",
            )
    if not named:
        raise NoRecipe(
            f"{recipe.name} takes nothing", remedy="choose an offer for one product at least"
        )


def check_mix(mix: Mix, *, table: CostTable) -> None:
    """Shares make one whole, of recipes with the same products. [supply-6] Refuses NoMix."""
    whole = sum((part.share for part in mix.parts), Fraction(0))
    if whole != 1 or any(part.share <= 0 for part in mix.parts):
        raise NoMix(
            f"the shares of {mix.name} make {outwards(whole * 100, places=2, up=False)} %",
            remedy="send shares above 0 that make 100 % together",
        )
    kinds = {frozenset(_products(part.recipe, table)) for part in mix.parts}
    if len(kinds) > 1:
        raise NoMix(
            f"the recipes of {mix.name} are not of the same products",
            remedy="name every product in each of them, or in none",
        )


def _products(recipe: Recipe, table: CostTable) -> Iterator[str]:
    return (good.category for good in recipe.goods if good.category in table.products)


def share_of(
    *,
    mix: Mix,
    planned: Planned,
    table: CostTable,
    standings: Standings,
    pro_rata: bool,
    lenient: bool = False,
) -> Share:
    """A and B of a project built by a mix, by the table's percentages.

    A row that is partly of prohibited make counts wholly as such, unless `pro_rata` weighs it by
    nameplate (R-5, unverified). `lenient` counts what is not known as clean.
    """
    base = counted = Fraction(0)
    for row, value in rows_of(mix=mix, table=table, kwh=planned.kwh):
        key = "" if row.kind is RowKind.PRODUCTION else row.key
        part = sum(
            (
                each.share
                for each in mix.parts
                if tainted(
                    row=key, product=row.product, recipe=each.recipe, on=planned.incurred_on,
                    standings=standings, lenient=lenient,
                )
            ),
            Fraction(0),
        )  # fmt: skip
        base += value
        counted += value * (part if pro_rata else Fraction(bool(part)))
    return Share(base, counted)


def tainted(
    *, row: str, product: str, recipe: Recipe, on: date, standings: Standings, lenient: bool
) -> bool:
    """Whether a row counts as prohibited: by its maker, or by that of the product around it (R-4).

    `row` is "" for the making of the product itself.
    """
    makers = {good.category: good.maker for good in recipe.goods}
    around = prohibited(standings.get((makers[product], on), Standing.UNKNOWN), lenient=lenient)
    inside = makers.get(row)
    if around or inside is None:
        return around
    return prohibited(standings.get((inside, on), Standing.UNKNOWN), lenient=lenient)


def prohibited(standing: Standing, *, lenient: bool) -> bool:
    """Whether a maker of this standing counts as prohibited; what is not known does (R-14)."""
    return standing in PROHIBITED or (not lenient and standing is not Standing.CLEAN)


def rows_of(*, mix: Mix, table: CostTable, kwh: Decimal) -> Sequence[tuple[Row, Fraction]]:
    """The rows of the products that a mix takes, and what each stands for at this nameplate."""
    variant = table.variant(kwh)
    taken = set(_products(mix.parts[0].recipe, table))
    return [
        (row, Fraction(row.percent[variant.key]))
        for row in table.rows
        if variant is not None and row.product in taken and variant.key in row.percent
    ]
