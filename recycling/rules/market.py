"""From a snapshot of packs and programmes to the market: gates first, then the edges that exist."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from recycling.rules.feasibility import (
    Kind,
    Obstacle,
    PackTerms,
    Place,
    ProgrammeTerms,
    Refused,
    awaits_only_the_test,
    reasons_against,
)
from recycling.rules.gates import Facts, GateOutcome, GateRoute, GateRules, evaluate
from recycling.rules.gates import critical as is_critical
from recycling.rules.gates import unproven as is_unproven
from recycling.rules.grading import GradeTable
from recycling.rules.value import PriceSet, Value, edge_value, hold_value

TELL_EVERY = 500


class Route(StrEnum):
    """Where a retired battery goes (Directive 2008/98, Article 4: reuse before recycling)."""

    REUSE = "REUSE"
    REPURPOSE = "REPURPOSE"
    REMANUFACTURE = "REMANUFACTURE"
    RECYCLE = "RECYCLE"


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The dated tables a plan is made with."""

    gates: GateRules
    grades: GradeTable
    prices: PriceSet


@dataclass(frozen=True, kw_only=True)
class LotTerms:
    """What a programme asks of a lot; None where it asks nothing.

    A lot that has begun holds `placed` packs already, all of `begun_model` and from `begun_low` of
    health; the rest must match.
    """

    minimum: int | None = None
    maximum: int | None = None
    band_width: Decimal | None = None
    one_model: bool = True
    placed: int = 0
    begun_model: str | None = None
    begun_low: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PackFile:
    """One retired pack as the snapshot has it; `rounds` counts the offers made for it before."""

    id: str
    model: str
    facts: Facts
    soh: Decimal | None
    rated_kwh: Decimal
    mass_kg: Decimal
    place: Place | None
    remaining_years_low: Decimal | None
    rounds: int
    declined_by: frozenset[str]
    country: str = ""
    waste_code: str = ""
    # The programme that it was last proposed to, where nobody answered: the next plan prefers it.
    earlier: str = ""
    # From when it may be fetched, and by when it must be gone.
    ready_on: datetime.date | None = None
    due_on: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One programme as the snapshot has it: its terms, and the places it has left.

    `weekly_places` is the most it takes a week, of which `weekly_taken` counts what is taken of the
    coming ones; `partner` names who runs it.
    """

    name: str
    route: Route
    terms: ProgrammeTerms
    places: int
    lot: LotTerms | None = None
    weekly_places: int | None = None
    weekly_taken: tuple[int, ...] = ()
    opens_on: datetime.date | None = None
    closes_on: datetime.date | None = None
    partner: str = ""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All that a plan is made from; the same snapshot makes the same plan."""

    on: datetime.date
    packs: tuple[PackFile, ...]
    openings: tuple[Opening, ...]


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A programme a pack may go to, and what that is worth."""

    programme: str
    kind: Kind
    value: Value


@dataclass(frozen=True, kw_only=True)
class Barred:
    """A programme a pack may not go to, and why not."""

    programme: str
    reasons: tuple[Refused, ...]


@dataclass(frozen=True, kw_only=True)
class Docket:
    """One pack before the market opens: its gates, its edges best first, and what was refused."""

    pack: PackFile
    terms: PackTerms
    outcome: GateOutcome
    edges: tuple[Edge, ...]
    barred: tuple[Barred, ...]
    hold: Value
    awaits_test: bool


def dockets(
    snapshot: Snapshot, *, tables: Tables, seen: Callable[[int], object] = lambda packs: None
) -> tuple[Docket, ...]:
    """Every pack with its gates and edges, in the order of the snapshot. [market-1]

    `seen` is told now and then how many packs are done.
    """
    made = []
    for number, pack in enumerate(snapshot.packs):
        if number % TELL_EVERY == 0:
            seen(number)
        made.append(docket(pack, openings=snapshot.openings, tables=tables, on=snapshot.on))
    return tuple(made)


def docket(
    pack: PackFile, *, openings: Sequence[Opening], tables: Tables, on: datetime.date
) -> Docket:
    """The gates, then the edges. A pack that only a test keeps from a second life waits for it:
    no recycler gets it before, and a second life at most as an indication. [market-2, Directive
    2008/98 Article 4]
    """
    outcome = evaluate(pack.facts, rules=tables.gates, on=on)
    terms = terms_of(pack, outcome=outcome)
    judged = [(opening, _reasons(pack, terms, opening)) for opening in openings]
    waits = any(
        awaits_only_the_test(reasons, unproven=terms.unproven)
        for opening, reasons in judged
        if opening.terms.kind is Kind.SECOND_LIFE
    )
    free = [
        opening
        for opening, reasons in judged
        if not reasons and not (waits and opening.terms.kind is Kind.RECYCLER)
    ]
    edges = [
        Edge(
            programme=opening.terms.id,
            kind=opening.terms.kind,
            value=edge_value(terms, opening.terms, prices=tables.prices),
        )
        for opening in free
    ]
    return Docket(
        pack=pack,
        terms=terms,
        outcome=outcome,
        edges=tuple(sorted(edges, key=lambda edge: (-edge.value.cents, edge.programme))),
        barred=tuple(Barred(programme=o.terms.id, reasons=r) for o, r in judged if r),
        hold=hold_value(terms, prices=tables.prices),
        awaits_test=waits,
    )


def terms_of(pack: PackFile, *, outcome: GateOutcome) -> PackTerms:
    """What programmes ask of a pack, its gates' route included."""
    return pack_terms(
        pack, route=outcome.route, critical=is_critical(outcome), unproven=is_unproven(outcome)
    )


def pack_terms(pack: PackFile, *, route: GateRoute, critical: bool, unproven: bool) -> PackTerms:
    """The same, where it is known what the gates said."""
    return PackTerms(
        id=pack.id,
        model=pack.model,
        chemistry=pack.facts.chemistry or "",
        soh=pack.soh,
        soh_low=pack.facts.soh_low,
        resistance_ratio=pack.facts.resistance_ratio,
        remaining_years_low=pack.remaining_years_low,
        rated_kwh=pack.rated_kwh,
        mass_kg=pack.mass_kg,
        place=pack.place,
        country=pack.country,
        waste=pack.facts.waste is True,
        waste_code=pack.waste_code,
        route=route,
        damaged=route is GateRoute.QUARANTINE,
        critical=critical,
        unproven=unproven,
    )


def _reasons(pack: PackFile, terms: PackTerms, opening: Opening) -> tuple[Refused, ...]:
    reasons = reasons_against(terms, opening.terms)
    if opening.terms.id in pack.declined_by:
        reasons += (Refused(obstacle=Obstacle.DECLINED, why="It has declined this pack."),)
    return reasons
