"""The gates over columns: the same routes as gates.evaluate() gives pack by pack."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from recycling.rules.columns import NONE, Columns, Whole, file_of, kinds, millionths
from recycling.rules.gates import (
    CRITICAL_GATES,
    PROVENANCE_FIELDS,
    SEVERITY,
    Comparison,
    Gate,
    GateRoute,
    GateRules,
    Verdict,
    ask,
    threshold_for,
)

ROUTES = tuple(sorted(SEVERITY, key=SEVERITY.__getitem__))
_NUMERIC = (Comparison.BELOW, Comparison.ABOVE)
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Gated:
    """What the gates said of each pack: its route as a place in ROUTES, whether it may still
    react by itself, and whether a test is asked for by nothing but where its reading comes from.
    """

    route: Whole
    critical: Mask
    unproven: Mask


def evaluate_columns(held: Columns, *, rules: GateRules, on: datetime.date) -> Gated:
    """Ask every gate in force on that day; the worst route wins. [gates-columns-1]"""
    count = len(held)
    route = np.zeros(count, dtype=np.int64)
    critical = np.zeros(count, dtype=bool)
    proven = np.zeros(count, dtype=bool)
    for gate in rules.gates:
        if not gate.in_force(on):
            continue
        said, failed = _ask(gate, held)
        route = np.maximum(route, said)
        if gate.id in CRITICAL_GATES:
            critical |= failed
        if gate.field not in PROVENANCE_FIELDS:
            proven |= said == SEVERITY[GateRoute.TEST]
    unproven = (route == SEVERITY[GateRoute.TEST]) & ~proven
    return Gated(route=route, critical=critical, unproven=unproven)


def _ask(gate: Gate, held: Columns) -> tuple[Whole, Mask]:
    """The severity that a gate gives each pack, and whether it failed."""
    if gate.comparison in _NUMERIC and kinds()[gate.field] is Decimal:
        return _compare(gate, held)
    return _by_kind(gate, held)


def _by_kind(gate: Gate, held: Columns) -> tuple[Whole, Mask]:
    """Packs that read the same are asked once."""
    keys = [held.facts[name] for name in _reads(gate)]
    firsts, back = distinct(keys)
    results = [ask(gate, facts=file_of(held, int(row)).facts) for row in firsts]
    said = np.array([SEVERITY[each.route] for each in results], dtype=np.int64)
    failed = np.array([each.verdict is Verdict.FAILED for each in results], dtype=bool)
    return said[back], failed[back]


def _compare(gate: Gate, held: Columns) -> tuple[Whole, Mask]:
    reading, limit = held.facts[gate.field], _limits(gate, held)
    beyond = reading < limit if gate.comparison is Comparison.BELOW else reading > limit
    applies = limit != NONE
    unread = applies & (reading == NONE)
    failed = applies & ~unread & beyond
    if gate.test_clears:
        failed = failed & (held.facts["reuse_test_passed"] != 1)
    said = np.where(failed, SEVERITY[gate.route], np.where(unread, SEVERITY[gate.unread], 0))
    return said.astype(np.int64), failed


def _limits(gate: Gate, held: Columns) -> Whole:
    """The threshold that holds for each pack, by its chemistry and by its maker's word."""
    firsts, back = distinct([held.facts["chemistry"]])
    found = [threshold_for(gate, facts=file_of(held, int(row)).facts, own=False) for row in firsts]
    limits = np.array([_whole(each) for each in found], dtype=np.int64)[back]
    if gate.threshold_from is None:
        return limits
    own = held.facts[gate.threshold_from]
    return np.where(own == NONE, limits, own)


def _whole(threshold: object) -> int:
    return millionths(None if threshold is None else Decimal(str(threshold)))


def _reads(gate: Gate) -> Collection[str]:
    """The facts that a gate looks at."""
    own = (gate.threshold_from,) if gate.threshold_from else ()
    return dict.fromkeys((gate.field, "chemistry", "reuse_test_passed", *own))


def distinct(keys: list[Whole]) -> tuple[Whole, Whole]:
    """The first row of each kind of rows, and for every row which kind it is."""
    order = np.lexsort(keys)
    new = np.zeros(len(order), dtype=bool)
    new[:1] = True
    for key in keys:
        new[1:] |= np.diff(key[order]) != 0
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.cumsum(new) - 1
    return order[new], back
