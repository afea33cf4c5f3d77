"""What is kept with each line of a plan, so that anybody concerned can follow why."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from recycling.rules.feasibility import Kind
from recycling.rules.grading import grade, transport, transport_case
from recycling.rules.market import Barred, Docket, Edge, Opening, Route, Tables
from recycling.rules.planning import Line
from recycling.rules.value import Item, Value

SHOWN_EDGES = 5


@dataclass(frozen=True, kw_only=True)
class Waited:
    """How many weeks a pack waits until it goes, and what each of them costs."""

    weeks: int = 0
    cents: int = 0


NO_WAIT = Waited()


def explain(
    line: Line,
    *,
    names: Mapping[str, Opening],
    tables: Tables,
    snapshot_sha256: str,
    solver: str,
    waited: Waited = NO_WAIT,
) -> dict[str, Any]:
    """Gates as asked, the best edges item by item, what was barred, versions. [explain-1]

    Where the pack goes, what it costs to wait for its week is an item as well. Plain JSON: words,
    whole cents, decimals as strings.
    """
    file = line.docket
    shown = file.edges[:SHOWN_EDGES]
    shown += tuple(each for each in file.edges[SHOWN_EDGES:] if each.programme == line.programme)
    return {
        "sentence": line.sentence,
        "grade": grade(soh_low=file.pack.facts.soh_low, table=tables.grades).value,
        "transport": _transport(line, tables=tables),
        "gates": [_plain(asdict(result)) for result in file.outcome.results],
        "edges": [
            _edge(edge, names=names, waited=waited if edge.programme == line.programme else NO_WAIT)
            for edge in shown
        ],
        "weeks_waited": waited.weeks,
        "remaining_years_low": _told(file.pack.remaining_years_low),
        "edges_in_all": len(file.edges),
        "barred": [_barred(barred, names=names) for barred in file.barred],
        "hold": _value(file.hold),
        "value_cents": line.value_cents,
        "regret_cents": line.regret_cents,
        "place_cents": line.price_cents,
        "best_second_life_cents": line.best_second_life_cents,
        "snapshot_sha256": snapshot_sha256,
        "rules": tables.gates.version,
        "prices": tables.prices.version,
        "currency": tables.prices.currency,
        "solver": solver,
    }


def _told(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _transport(line: Line, *, tables: Tables) -> dict[str, str]:
    file: Docket = line.docket
    case = transport_case(
        damaged=file.terms.damaged,
        critical=file.terms.critical,
        to_recycling=line.route is Route.RECYCLE,
    )
    entry = transport(case=case, chemistry=file.terms.chemistry, table=tables.grades)
    return {**asdict(entry), "case": case.value}


def _edge(edge: Edge, *, names: Mapping[str, Opening], waited: Waited) -> dict[str, Any]:
    return {
        "programme": edge.programme,
        "name": names[edge.programme].name,
        "route": names[edge.programme].route.value,
        "second_life": edge.kind is Kind.SECOND_LIFE,
        **_value(_with(edge.value, waited)),
    }


def _with(value: Value, waited: Waited) -> Value:
    if not waited.weeks:
        return value
    cents = -waited.weeks * waited.cents
    item = Item(name="waiting", cents=cents, formula=f"-{waited.cents} x {waited.weeks} weeks")
    return Value(cents=value.cents + cents, items=(*value.items, item))


def _value(value: Value) -> dict[str, Any]:
    return {"cents": value.cents, "items": [asdict(item) for item in value.items]}


def _barred(barred: Barred, *, names: Mapping[str, Opening]) -> dict[str, Any]:
    return {
        "programme": barred.programme,
        "name": names[barred.programme].name,
        "reasons": [_plain(asdict(reason)) for reason in barred.reasons],
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.value if hasattr(value, "value") else value for name, value in row.items()}
