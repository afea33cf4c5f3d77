"""The table of a scenario as CSV: row for row and figure for figure what the page shows."""

from __future__ import annotations

import csv
from fractions import Fraction
from typing import Final

from django.http import HttpResponse

from passport.queries.sourcing_scenario import Reckoned

COLUMNS: Final = (
    "mix", "project", "construction begins", "ratio %", "threshold %", "supported",
    "domestic content %", "goods $", "duty $", "other $", "capex $", "credit $", "adder $",
    "credit lost $", "net $",
)  # fmt: skip


def as_csv(reckoned: Reckoned) -> HttpResponse:
    """The table of the page, row for row and figure for figure, without thousands apart."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="scenario.csv"'
    writer = csv.writer(answer)
    writer.writerow((*COLUMNS, "rule set", "as of"))
    for total in reckoned.totals:
        for each in total.outcomes:
            lost = Fraction(0) if each.supported else each.at_stake
            bill = each.bill
            money = (
                bill.goods, bill.duty, bill.other, bill.capex, each.credit, each.adder, lost,
                each.net,
            )  # fmt: skip
            writer.writerow(
                (
                    _safe(total.mix), _safe(each.name), each.year, _percent(each.ratio * 100),
                    _percent(each.threshold), "yes" if each.supported else "no",
                    _percent(each.domestic), *(_plain(value, 0) for value in money),
                    reckoned.rule_set, reckoned.as_of.isoformat(),
                )
            )  # fmt: skip
    return answer


def _safe(text: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _plain(value: Fraction, places: int) -> str:
    return figures_of(value, places)


def _percent(value: Fraction | None) -> str:
    return "" if value is None else figures_of(value, 2, cut=True)


def figures_of(value: Fraction, places: int, *, cut: bool = False) -> str:
    """A fraction in decimal figures, rounded to even or cut, as the page shows it."""
    scaled = value * 10**places
    whole = scaled.numerator // scaled.denominator if cut else round(scaled)
    sign, digits = ("-" if whole < 0 else ""), str(abs(whole)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
