"""Which threshold a project is held against: by the year in which construction begins, or of sale.

Never by the year of placing in service or of a contract. What the law does not ask yet, and what
the table has no row for, is neither passed nor failed.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from passport.rules.sourcing_case import Project
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_tables import KeyedBy, Threshold
from passport.rules.sourcing_year import taxable_year


class Asked(StrEnum):
    """Whether the ratio is asked for, and of which row."""

    YES = "YES"
    NOT_APPLICABLE = "NOT_APPLICABLE"  # begun or sold before the law asks
    NO_THRESHOLD = "NO_THRESHOLD"  # asked, and the table has no row
    NO_DAY = "NO_DAY"  # the file does not say when construction began, or the sale was


@dataclass(frozen=True)
class Held:
    """The percentage that the ratio is held against, and where it stands."""

    asked: Asked
    percent: Decimal | None = None
    year: int | None = None
    row: str = ""
    pin: str = ""
    verified: bool = True
    place: str = ""  # in the rule set


def held_against(*, project: Project, rules: RuleSet) -> Held:
    """The threshold of a project; with no percentage where none is asked. [sourcing-12]

    Refuses NoSuchYear for a taxable year that begins on no day of the calendar.
    """
    row = rules.threshold(credit=project.credit, component=project.component)
    if row is None:
        return Held(Asked.NO_THRESHOLD)
    by_sale = row.keyed_by is KeyedBy.SOLD
    day = project.sold_on if by_sale else project.begins_on
    if day is None:
        return Held(Asked.NO_DAY, row=row.id, pin=row.pin)
    if not _applies(project, day, by_sale, rules):
        return Held(Asked.NOT_APPLICABLE, year=day.year, row=row.id, pin=row.pin)
    return _of_year(row, day.year, f"rules:/thresholds/{rules.thresholds.index(row)}/years")


def _applies(project: Project, day: date, by_sale: bool, rules: RuleSet) -> bool:
    if not by_sale:
        return day > rules.dates.construction_after
    year = taxable_year(starts=project.tax_year_starts, on=day, pointer="/project/tax_year_starts")
    return year.begins_on > rules.dates.sold_in_years_beginning_after


def _of_year(row: Threshold, year: int, at: str) -> Held:
    for place, each in enumerate(row.years):
        if each.since <= year and (each.until is None or year <= each.until):
            return Held(
                Asked.YES, each.percent, year, row.id, row.pin, row.verified, f"{at}/{place}"
            )
    return Held(Asked.NO_THRESHOLD, year=year, row=row.id, pin=row.pin, verified=row.verified)
