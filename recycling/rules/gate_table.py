"""Reads the dated gate table into a rule set, and refuses a table that would decide wrongly."""

import datetime
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any

from passport.rules.errors import Malformed
from recycling.rules.gates import Comparison, Facts, Gate, GateRoute, GateRules, Threshold

_FIELDS = frozenset(field.name for field in fields(Facts))
_NUMERIC = (Comparison.BELOW, Comparison.ABOVE)


class GateTableBroken(Malformed):
    """The gate table names a field, a comparison or a route that does not exist."""

    code = "gate-table-broken"
    title = "The gate table cannot be read"


def parse_gates(document: Mapping[str, Any]) -> GateRules:
    """The rule set of a gate table. Refuses unknown fields, routes, comparisons, doubled ids."""
    try:
        gates = tuple(_gate(row) for row in document["gates"])
        version = str(document["rule_set"])
    except (KeyError, ValueError, TypeError, InvalidOperation) as fault:
        raise GateTableBroken(
            f"the gate table cannot be read: {fault}", remedy="compare it with the released table"
        ) from fault
    ids = [gate.id for gate in gates]
    if len(set(ids)) != len(ids):
        raise GateTableBroken("two gates share one id", remedy="give each gate its own id")
    return GateRules(version=version, gates=gates)


def _gate(row: Mapping[str, Any]) -> Gate:
    comparison = Comparison(row["comparison"])
    for name in (row["field"], row.get("threshold_from")):
        if name is not None and name not in _FIELDS:
            raise ValueError(f"gate {row['id']} reads {name}, which no pack has")
    return Gate(
        id=row["id"],
        field=row["field"],
        comparison=comparison,
        threshold=_threshold(row["threshold"], comparison=comparison),
        threshold_from=row.get("threshold_from"),
        route=GateRoute(row["route"]),
        unread=GateRoute(row["unread"] or GateRoute.OFFER),
        test_clears=bool(row["test_clears"]),
        basis=row["basis"],
        source=row["source"],
        says=row["says"],
        since=datetime.date.fromisoformat(row["from"]),
        until=datetime.date.fromisoformat(row["until"]) if row["until"] else None,
    )


def _threshold(value: Any, *, comparison: Comparison) -> Threshold:
    if isinstance(value, dict):
        return {chemistry: Decimal(volts) for chemistry, volts in value.items()}
    if isinstance(value, list):
        return tuple(str(word) for word in value)
    if comparison in _NUMERIC:
        return Decimal(value)
    if value is None or isinstance(value, bool):
        return value
    return str(value)
