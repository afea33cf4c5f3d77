"""bench feoc: the evidence of a project with 10,000 lines and 1,000,000 serials.

1. the bill of materials and its makers are entered, and the serials of ten lines, three times each:
   certified, delivered and installed, in no order;
2. the ratio is computed from the database on: case, determinations, ratio, steps, findings;
3. the serials are reconciled, against the same lists compared as sets in memory;
4. the file is put together, and what lies in it is computed again as a stranger does.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Final, TypeVar

from django.core.management.base import CommandError
from django.utils import timezone
from rich.console import Console

from api.management.bench.figures import Figure, Sheet
from passport.actions import party as parties
from passport.actions import sourcing_project, sourcing_register, sourcing_serial
from passport.actions.sourcing_archive import Writing
from passport.actions.sourcing_register import Told
from passport.models import Party, SourcingProject
from passport.queries import sourcing_contents, sourcing_rules
from passport.queries import sourcing_serial as serials
from passport.queries.sourcing_case import case_of
from passport.rules.sourcing_case import (
    Case,
    Cost,
    CostKind,
    Credit,
    Line,
    LineKind,
    Method,
    Project,
)
from passport.rules.sourcing_party import Entity, EntityKind
from passport.rules.sourcing_reading import case_document, read_case
from passport.rules.sourcing_register import FactKind
from passport.rules.sourcing_result import exact
from passport.rules.sourcing_serials import Stage
from passport.rules.sourcing_verdict import Result, judge

LINES, SERIALS, LISTED = 10_000, 1_000_000, 10
QUICK_LINES, QUICK_SERIALS = 200, 10_000
MAKERS: Final = 24
# What is inside a product that was bought has no cost of its own.
ROWS: Final = ("", "cells", "packaging")
SEED: Final = 7
Made = TypeVar("Made")


@dataclass
class Spent:
    """Seconds by what they were spent on."""

    console: Console
    seconds: dict[str, float] = field(default_factory=dict)

    def on(self, what: str, do: Callable[[], Made]) -> Made:
        """Do it, and keep how long it took."""
        self.console.print(f"{what} …")
        began = time.perf_counter()
        made = do()
        self.seconds[what] = time.perf_counter() - began
        return made


def measure(sheet: Sheet, console: Console) -> None:
    """Fill the sheet."""
    lines, count = (QUICK_LINES, QUICK_SERIALS) if sheet.quick else (LINES, SERIALS)
    spent, at = Spent(console), timezone.now()
    keeper, day = _keeper(at), at.date()
    project = spent.on("lines", lambda: _project(keeper, lines, at))
    spent.on("serials", lambda: _bring(project, keeper, count, at))
    case, result = spent.on("ratio", lambda: _ratio(project, day))
    agreed = spent.on("reconciliation", lambda: _reconcile(project, day))
    size = spent.on("file", lambda: _file(project, day))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # The limits come last: they take the memory that the others do without.
    spent.on("case", lambda: read_case(case_document(case)))
    same = spent.on("sets", lambda: _as_sets(project, day))
    if (agreed, same) != (count, count):
        raise CommandError(f"{agreed} of {count} serials agree, {same} as sets")
    told = f"from the database on: {exact(_supported(result))[:40]}"
    sheet.figures += _figures(spent.seconds, lines, count, told)
    sheet.figures += [
        Figure("file, not yet sealed", size / 2**20, "MB", how="serials stored as they are"),
        Figure(
            "memory at most", peak, "MB", key="peak_mb", most=1500, how="resident, of the process"
        ),
    ]


def _figures(seconds: Mapping[str, float], lines: int, count: int, told: str) -> list[Figure]:
    ratio, reconciled = seconds["ratio"], seconds["reconciliation"]
    beside, against = ratio / seconds["case"], reconciled / seconds["sets"]
    return [
        Figure("lines entered", lines / seconds["lines"], "/s", how="with costs and makers"),
        Figure("serials taken in", 3 * count / seconds["serials"], "/s", how="sorted, looked up"),
        Figure("ratio", ratio, "s", key="ratio_s", most=10, how=told),
        Figure("against reading its case", beside, "×", how="the same case out of JSON"),
        Figure("reconciliation", reconciled, "s", key="reconcile_s", most=10, how="3 lists a line"),
        Figure("against sets", against, "×", how="of the same lists, in memory"),
        Figure("file put together", seconds["file"], "s", how="with ratio and reconciliation"),
    ]


def _supported(result: Result) -> Fraction:
    if result.ratio is None or result.ratio.strict is None:
        raise CommandError("nothing was counted")
    return result.ratio.strict.supported


def _keeper(at: datetime) -> Party:
    keeper = parties.register_party(
        name="Keeper", slug="bench-keeper", roles=("KEEPER",), country="US",
        did="did:web:bench-keeper.example", at=at,
    )  # fmt: skip
    people = Entity("people", "People", EntityKind.PERSON, nationalities=("US",), us_person=True)
    makers = [_company(f"maker-{number}") for number in range(MAKERS)]
    for each in (people, _company("owner"), *makers):
        sourcing_register.record_entity(entity=each, who="bench", by=keeper, at=at)
        if each is not people:
            _held(each.id, keeper, at)
    return keeper


def _company(name: str) -> Entity:
    """One maker in eight is organised in a covered nation."""
    day, number = date(2026, 1, 1), name.rpartition("-")[2]
    land = "CN" if number.isdecimal() and int(number) % 8 == 0 else "US"
    return Entity(name, name, EntityKind.CORPORATION, land, land, complete_on=day)


def _held(name: str, keeper: Party, at: datetime) -> None:
    told = Told(
        kind=FactKind.HOLDING, holder="people", of=name, since=date(2020, 1, 1), measure="VALUE",
        percent=Decimal(100), source="share register",
    )  # fmt: skip
    sourcing_register.record_fact(told=told, who="bench", by=keeper, at=at)


def _project(keeper: Party, count: int, at: datetime) -> SourcingProject:
    terms = Project(
        id="", name="Bench", owner="owner", owner_tax_id="12-3456789", site="",
        credit=Credit.STORAGE_48E, method=Method.DIRECT_COST, begins_on=date(2026, 2, 1),
        begins_by="PHYSICAL_WORK", placed_on=None, nameplate_kwh=Decimal(4_000_000),
        nameplate_kw=Decimal(1_000_000), elections=("IDENTIFICATION",),
    )  # fmt: skip
    project = sourcing_project.open_project(
        terms=terms, rule_set=sourcing_rules.newest().id, by=keeper, at=at
    )
    sourcing_project.put_lines(
        project_id=project.pk, lines=[_line(each) for each in range(count)], by=keeper, at=at
    )
    return project


def _line(number: int) -> Line:
    maker = f"maker-{number // len(ROWS) % MAKERS}"
    cost = Cost(
        CostKind.PRICE, Decimal(1_000 + number % 977), "USD", date(2026, 3, 1 + number % 28),
        invoice=f"INV-{number // 20}",
    )  # fmt: skip
    row = ROWS[number % len(ROWS)]
    return Line(
        id=f"L-{number:05}", kind=LineKind.COMPONENT if row else LineKind.PRODUCT,
        product="battery_pack_module", row=row, description=row or "packs",
        model=f"PK-{number % 40}", quantity=Decimal(4), costs=() if row else (cost,),
        producer=maker, product_producer=maker, supplier=maker, made_in="US",
        nameplate=Decimal(1_200),
    )  # fmt: skip


def _bring(project: SourcingProject, keeper: Party, count: int, at: datetime) -> None:
    each = count // LISTED
    for number in range(LISTED):
        for stage in Stage:
            sourcing_serial.bring(
                project_id=project.pk, line=f"L-{number:05}", stage=stage,
                serials=_serials(number, each), by=keeper, at=at,
            )  # fmt: skip


def _serials(line: int, count: int) -> Iterator[str]:
    """Made up, in an order that no list comes in twice."""
    places = list(range(count))
    Random(SEED + line).shuffle(places)  # noqa: S311 - made up
    return (f"BENCH-{line:02}-{place:09}" for place in places)


def _ratio(project: SourcingProject, day: date) -> tuple[Case, Result]:
    case = case_of(project=project, as_of=day)
    return case, judge(case=case, rules=sourcing_rules.rules_of(case.rule_set))


def _reconcile(project: SourcingProject, day: date) -> int:
    lines = dict.fromkeys(each.line for each in serials.lists(project=project, as_of=day))
    return sum(
        serials.reconciled(project=project, line=line, placed_on=None, as_of=day).agreed
        for line in lines
    )


def _as_sets(project: SourcingProject, day: date) -> int:
    found: dict[str, set[str]] = {}
    for each in serials.lists(project=project, as_of=day):
        listed = set(serials.serials_of(serial_list=each))
        found[each.line] = found[each.line] & listed if each.line in found else listed
    return sum(map(len, found.values()))


def _file(project: SourcingProject, day: date) -> int:
    found = sourcing_contents.file_of(project=project, as_of=day)
    with Writing() as writing:
        for name in sorted(found.pages):
            page = found.pages[name]
            writing.add(name, page.pieces(), media_type=page.media_type)
        return writing.size
