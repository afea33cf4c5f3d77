"""What may be entered of a project: its terms, and lines of its bill of materials."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from passport.rules.errors import Malformed, Refusal, Several
from passport.rules.sourcing_case import Cost, Credit, Election, Line, LineKind, Method, Project

BEGUN = ("PHYSICAL_WORK", "FIVE_PERCENT")
MOST_COSTS = 20
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)
_NO_DAY_OF_EVERY_YEAR = frozenset({"02-29", "02-30", "02-31", "04-31", "06-31", "09-31", "11-31"})
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NAME = re.compile(r"[!-~][ -~]{0,59}", re.ASCII)
_ZERO = Decimal(0)
_IN_NO_SUM = (LineKind.STEEL_IRON, LineKind.SITE)


class TermsMissing(Malformed):
    """Something of the terms of a project is missing, or contradicts the rest."""

    code = "project-terms"
    title = "The terms of the project do not hold together"


class LineBroken(Malformed):
    """Something of a line is missing, or contradicts the rest."""

    code = "project-line"
    title = "The line cannot be taken"


def check_terms(terms: Project) -> None:
    """Refuse terms that no ratio could be computed from. [project-1] Refuses TermsMissing; Several
    where more than one thing is wrong.
    """
    _refuse([*_claim(terms), *_dates(terms), *_elections(terms)], "the terms have faults")


def check_line(line: Line) -> None:
    """Refuse a line that cannot stand in a bill of materials. [project-2] Refuses LineBroken;
    Several where more than one thing is wrong.
    """
    costs = [each for place, cost in enumerate(line.costs) for each in _cost(place, cost)]
    _refuse([*_place(line), *_size(line), *costs], "the line has faults")


def _refuse(faults: list[Refusal], detail: str) -> None:
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Several(f"{len(faults)} times {detail}", each=faults)


def _claim(terms: Project) -> Iterator[Refusal]:
    if not terms.name.strip():
        yield TermsMissing("the project has no name", pointer="/name", remedy="name it")
    if not terms.owner.strip():
        yield TermsMissing(
            "no company is named that claims the credit",
            pointer="/taxpayer",
            remedy="choose one of your companies; enter it first where it is missing",
        )
    for field, amount in (
        ("nameplate_kwh", terms.nameplate_kwh),
        ("nameplate_kw", terms.nameplate_kw),
    ):
        if amount < _ZERO:
            yield TermsMissing("a nameplate is below zero", pointer=f"/{field}", remedy="mend it")
    if terms.credit is Credit.COMPONENT_45X:
        if not terms.component:
            yield TermsMissing(
                "45X is claimed for a component, and none is named",
                pointer="/component",
                remedy="name the eligible component that is sold",
            )
    elif terms.credit is Credit.STORAGE_48E and terms.nameplate_kwh <= _ZERO:
        yield TermsMissing(
            "a storage property has a nameplate in kWh",
            pointer="/nameplate_kwh",
            remedy="write it: above 1,000 kWh is grid-scale, up to it distributed",
        )


def _dates(terms: Project) -> Iterator[Refusal]:
    starts = terms.tax_year_starts
    if not _MONTH_DAY.fullmatch(starts) or starts in _NO_DAY_OF_EVERY_YEAR:
        yield TermsMissing(
            f"{starts[:10]} is no month and day of every year",
            pointer="/tax_year_starts",
            remedy="write the first day of the tax year, as in 01-01",
        )
    if terms.begins_on is not None and terms.begins_by not in BEGUN:
        yield TermsMissing(
            "it is not said by which test construction began",
            pointer="/begins_by",
            remedy="write one of: " + ", ".join(BEGUN),
        )
    if terms.begins_on and terms.placed_on and terms.placed_on < terms.begins_on:
        yield TermsMissing(
            f"placed in service on {terms.placed_on}, before construction began",
            pointer="/placed_on",
            remedy="mend one of the two days",
        )


def _elections(terms: Project) -> Iterator[Refusal]:
    strange = sorted(set(terms.elections) - set(Election))
    if strange:
        yield TermsMissing(
            f"nobody knows the election {strange[0][:40]}",
            pointer="/elections",
            remedy="choose out of: " + ", ".join(Election),
        )
    if terms.method is Method.COST_PERCENTAGE and not (
        {"IDENTIFICATION", "COST_PERCENTAGE"} <= set(terms.elections)
    ):
        yield TermsMissing(
            "assigned percentages are for who elects the Identification and the Cost Percentage"
            " safe harbor",
            pointer="/elections",
            remedy="elect both, or count direct costs",
        )


def _place(line: Line) -> Iterator[Refusal]:
    if not _NAME.fullmatch(line.id):
        yield LineBroken(
            "the line has no name, or one of more than 60 characters",
            pointer="/line",
            remedy="name each line once, as in L-0017",
        )
    inside = line.kind is LineKind.COMPONENT
    if inside and not (line.product and line.row):
        yield LineBroken(
            "a component stands in a manufactured product, in a row of it",
            pointer="/row" if line.product else "/product",
            remedy="name the product and its row, as in battery_pack_module and cells",
        )
    if line.kind in _IN_NO_SUM and (line.product or line.row):
        yield LineBroken(
            "what is never counted stands in no manufactured product",
            pointer="/kind",
            remedy="leave product and row out, or say that it is a product or a component",
        )
    if line.kind is LineKind.PRODUCT and not line.product:
        yield LineBroken(
            "a manufactured product has no key", pointer="/product",
            remedy="name it, as in battery_pack_module",
        )  # fmt: skip
    if line.made_in and not _COUNTRY.fullmatch(line.made_in):
        yield LineBroken(
            f"{line.made_in[:10]} is no country",
            pointer="/made_in",
            remedy="write two capital letters, as in US",
        )


def _size(line: Line) -> Iterator[Refusal]:
    if line.quantity <= _ZERO:
        yield LineBroken(
            "the quantity is not above zero", pointer="/quantity", remedy="write how many there are"
        )
    if line.nameplate is not None and line.nameplate <= _ZERO:
        yield LineBroken(
            "the nameplate is not above zero",
            pointer="/nameplate",
            remedy="write kWh of cells and packs, kW of inverters, of the whole line",
        )
    if len(line.costs) > MOST_COSTS:
        yield LineBroken(
            f"the line has {len(line.costs)} costs",
            pointer="/costs",
            remedy=f"split it: {MOST_COSTS} at the most",
        )


def _cost(place: int, cost: Cost) -> Iterator[Refusal]:
    def wrong(field: str, says: str, remedy: str) -> LineBroken:
        return LineBroken(says, pointer=f"/costs/{place}/{field}", remedy=remedy)

    if cost.amount < _ZERO:
        yield wrong("amount", "a cost is below zero", "net a credit note against its invoice")
    if not _CURRENCY.fullmatch(cost.currency):
        yield wrong("currency", f"{cost.currency[:10]} is no currency", "write it as in USD")
    elif cost.currency == "USD" and cost.rate != 1:
        yield wrong("rate", "a dollar is a dollar", "leave the rate out")
    elif cost.currency != "USD" and cost.rate_on is None:
        yield wrong(
            "rate_on", f"no day is named for the rate of {cost.currency}",
            "write what a unit is in dollars, and of which day that is",
        )  # fmt: skip
    if cost.rate <= _ZERO:
        yield wrong("rate", "a rate is above zero", "write what a unit is in dollars")
    if cost.document_sha256 and not _DIGEST.fullmatch(cost.document_sha256):
        yield wrong("document_sha256", "this is no SHA-256", "send 64 hex digits in small letters")


def check_names_once(lines: Iterable[Line]) -> None:
    """Refuse two lines of one name in one sending. [project-3] Refuses LineBroken."""
    seen: set[str] = set()
    for line in lines:
        if line.id in seen:
            raise LineBroken(
                f"two lines are called {line.id[:60]}",
                pointer="/line",
                remedy="name each line once",
            )
        seen.add(line.id)
