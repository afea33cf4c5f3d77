"""A rule set: all figures, tables, lists and clauses a project is judged by, as dated data.

A rule set is one document (fixtures/reference/feoc_*.json). A new table is a document more; a
project keeps the one that it was judged by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, pairwise

from passport.rules.errors import Refusal
from passport.rules.sourcing_case import Credit
from passport.rules.sourcing_shape import read
from passport.rules.sourcing_tables import (
    Clause,
    ComponentBase,
    ContentRow,
    CostTable,
    Counted,
    Dates,
    EntityList,
    EntityTests,
    Right,
    TariffRow,
    Threshold,
)

# The clauses that the arithmetic cites by name; each rule set says where they stand.
REQUIRED = frozenset(
    {
        *("FORMULA", "FORMULA_45X", "COMPARISON", "R-1", "R-2", "R-3", "R-4", "R-5", "R-6"),
        *("R-8", "R-9", "R-10", "R-12", "R-14", "OI-1", "REASON_TO_KNOW", "IDENTIFICATION"),
        *("COST_PERCENTAGE", "CERTIFICATION", "EXISTING_CONTRACT", "TAXPAYER"),
        *("NO_THRESHOLD_45X", "DOMESTIC_CONTENT"),
    }
)


class RuleSetBroken(Refusal):
    """Rows of the rule set contradict each other, so no project can be judged by it."""

    code = "rule-set-broken"
    title = "The rule set contradicts itself"


@dataclass(frozen=True)
class RuleSet:
    """All of it, under one name."""

    id: str
    title: str
    published_on: date
    dates: Dates
    thresholds: tuple[Threshold, ...]
    tables: tuple[CostTable, ...]
    component_bases: tuple[ComponentBase, ...]
    counted: tuple[Counted, ...]
    assigned_below_percent: Decimal
    lists: tuple[EntityList, ...]
    tests: EntityTests
    rights: tuple[Right, ...]
    tariffs: tuple[TariffRow, ...]
    domestic_content: tuple[ContentRow, ...]
    clauses: Mapping[str, Clause]
    about: str = ""

    def threshold(self, *, credit: Credit, component: str) -> Threshold | None:
        """The row of thresholds for a credit, and for 45X for the component; None if none."""
        for each in self.thresholds:
            if credit in each.credits and (not each.components or component in each.components):
                return each
        return None

    def table(self, credit: Credit) -> CostTable | None:
        """The cost table for a credit; None when the rule set has none."""
        return next((each for each in self.tables if credit in each.credits), None)

    def component_base(self, component: str) -> ComponentBase | None:
        """Which rows of the table are the base of an eligible component (45X); None if none."""
        return next((each for each in self.component_bases if each.component == component), None)

    def entity_list(self, id: str) -> EntityList | None:
        """The list of an id; None when the rule set does not know it."""
        return next((each for each in self.lists if each.id == id), None)


def rule_set(document: Mapping[str, object]) -> RuleSet:
    """The rule set that a document holds. [sourcing-2]

    Refuses WrongShape and NotADecimal with a pointer, RuleSetBroken where rows do not fit.
    """
    found = read(RuleSet, document)
    for broken in chain(_thresholds(found), _tables(found), _clauses(found)):
        raise broken
    return found


def _thresholds(rules: RuleSet) -> Iterator[RuleSetBroken]:
    for place, each in enumerate(rules.thresholds):
        for before, after in pairwise(each.years):
            if before.until is None or after.since != before.until + 1:
                yield RuleSetBroken(
                    f"{each.id}: the years from {after.since} do not follow those before",
                    pointer=f"/thresholds/{place}/years",
                    remedy="write years without gap or overlap; only the last row may stay open",
                )


def _tables(rules: RuleSet) -> Iterator[RuleSetBroken]:
    for place, table in enumerate(rules.tables):
        at = f"/tables/{place}"
        for variant in table.variants:
            total = sum(
                (row.percent.get(variant.key, Decimal(0)) for row in table.rows), Decimal(0)
            )
            if total != variant.sum:
                yield RuleSetBroken(
                    f"{table.id}: the rows of {variant.key} sum to {total}, not to {variant.sum}",
                    pointer=f"{at}/variants",
                    remedy="compare the rows with the table's source",
                )
        yield from _rows(table, at)


def _rows(table: CostTable, at: str) -> Iterator[RuleSetBroken]:
    variants = {each.key for each in table.variants}
    seen = set()
    for place, row in enumerate(table.rows):
        if row.product not in table.products or row.percent.keys() - variants or row.key in seen:
            yield RuleSetBroken(
                f"{table.id}: the row {row.key} stands twice, or names a product or column of no"
                " table",
                pointer=f"{at}/rows/{place}",
                remedy="name a product and columns of the table, and each row once",
            )
        seen.add(row.key)


def _clauses(rules: RuleSet) -> Iterator[RuleSetBroken]:
    named = {each.clause for each in rules.counted} | REQUIRED
    named |= {each.clause for each in rules.component_bases}
    for missing in sorted(named - rules.clauses.keys()):
        yield RuleSetBroken(
            f"no clause {missing} is told",
            pointer="/clauses",
            remedy="add it, with its pin, its source and whether it was read there",
        )
    for key, clause in rules.clauses.items():
        if key != clause.id:
            yield RuleSetBroken(
                f"the clause {clause.id} stands under {key}",
                pointer=f"/clauses/{key}",
                remedy="use one name",
            )
