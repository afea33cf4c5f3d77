"""The gates a retired pack passes before any price is looked at: safety, law, data."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from recycling.rules.chemistry import family_of


class GateRoute(StrEnum):
    """Where a gate sends a pack; see SEVERITY for which of two wins."""

    OFFER = "A"
    TEST = "T"
    RECYCLE = "R"
    QUARANTINE = "Q"


class Verdict(StrEnum):
    """What a gate said. Not read and not applicable are two different words."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    CLEARED = "CLEARED"
    NOT_READ = "NOT_READ"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Comparison(StrEnum):
    """How a reading is held against the threshold; true means that the gate fails."""

    IS = "is"
    BELOW = "below"
    ABOVE = "above"
    AT_LEAST = "at_least"
    ONE_OF = "one_of"
    MISSING = "missing"


SEVERITY = {
    GateRoute.OFFER: 0,
    GateRoute.TEST: 1,
    GateRoute.RECYCLE: 2,
    GateRoute.QUARANTINE: 3,
}
CRASH_SEVERITIES = ("NONE", "LIGHT", "AIRBAG", "STRUCTURAL")
# What may still react by itself travels in the stronger packing.
CRITICAL_GATES = ("G02",)
# Where these alone ask for a test, nothing is wrong with the pack but who says how well it is.
PROVENANCE_FIELDS = frozenset({"soh_method", "reading_age_days"})

# Where a fact comes from: a reading, an inspection or a test, or else what the register has.
READ = frozenset(
    {
        *("isolation_ohm_per_v", "minimum_cell_v", "cell_spread_mv", "soh_low", "soh_method"),
        *("self_discharge_percent_per_month", "resistance_ratio", "reading_age_days"),
    }
)
INSPECTED = frozenset(
    {
        *("recall_open", "thermal_event", "case_damage", "water_ingress", "crash_severity"),
        *("knee", "traceability"),
    }
)

# What is not known where a reading is absent.
_UNREAD = {
    "recall_open": "whether it is recalled",
    "thermal_event": "whether it has seen heat, smoke or fire",
    "case_damage": "whether it is swollen, leaking or broken",
    "water_ingress": "whether water was inside",
    "crash_severity": "whether it was in a crash",
    "soh_low": "how much capacity is left",
    "age_years": "how old it is",
    "knee": "whether it ages faster of late",
    "reading_age_days": "when its health was read last",
    "soh_method": "how its health was read",
    "waste": "whether it is waste",
}

Reading: TypeAlias = Decimal | str | bool | None
Threshold: TypeAlias = Decimal | str | bool | tuple[str, ...] | Mapping[str, Decimal] | None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of one retired pack; None where nobody looked."""

    chemistry: str | None = None
    recall_open: bool | None = None
    thermal_event: bool | None = None
    case_damage: bool | None = None
    water_ingress: bool | None = None
    crash_severity: str | None = None
    isolation_ohm_per_v: Decimal | None = None
    minimum_cell_v: Decimal | None = None
    cell_spread_mv: Decimal | None = None
    self_discharge_percent_per_month: Decimal | None = None
    soh_low: Decimal | None = None
    resistance_ratio: Decimal | None = None
    age_years: Decimal | None = None
    expiry_years: Decimal | None = None
    knee: bool | None = None
    reading_age_days: Decimal | None = None
    soh_method: str | None = None
    traceability: bool | None = None
    waste: bool | None = None
    reuse_test_passed: bool = False


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One rule of the table, in force from a day until a day."""

    id: str
    field: str
    comparison: Comparison
    threshold: Threshold
    threshold_from: str | None
    route: GateRoute
    unread: GateRoute
    test_clears: bool
    basis: str
    source: str
    says: str
    since: datetime.date
    until: datetime.date | None

    def in_force(self, on: datetime.date) -> bool:
        """Whether the rule holds on that day."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, kw_only=True)
class GateRules:
    """A rule set: its version and its gates in their order."""

    version: str
    gates: tuple[Gate, ...]


@dataclass(frozen=True, kw_only=True)
class GateResult:
    """What one gate read, held it against, and said."""

    gate: str
    field: str
    reading: str | None
    threshold: str
    verdict: Verdict
    route: GateRoute
    why: str

    @property
    def passed(self) -> bool:
        """Whether this gate leaves the way to an offer open."""
        return self.route is GateRoute.OFFER


@dataclass(frozen=True, kw_only=True)
class GateOutcome:
    """The route of a pack, with every gate that was asked."""

    route: GateRoute
    rules_version: str
    results: tuple[GateResult, ...]

    @property
    def deciding(self) -> tuple[GateResult, ...]:
        """The gates that sent the pack where it goes; empty when it is free to be offered."""
        if self.route is GateRoute.OFFER:
            return ()
        return tuple(result for result in self.results if result.route is self.route)


def evaluate(facts: Facts, *, rules: GateRules, on: datetime.date) -> GateOutcome:
    """Ask every gate in force on that day; the worst route wins: Q over R over T over A."""
    results = tuple(ask(gate, facts=facts) for gate in rules.gates if gate.in_force(on))
    route = max(
        (result.route for result in results), key=SEVERITY.__getitem__, default=GateRoute.OFFER
    )
    return GateOutcome(route=route, rules_version=rules.version, results=results)


def unproven(outcome: GateOutcome) -> bool:
    """Whether a test is asked for by nothing but where the reading of health comes from. [gates-2]

    Such a pack may be offered a second life, but for no more than an indication.
    """
    asking = [r.field for r in outcome.results if r.route is GateRoute.TEST]
    return outcome.route is GateRoute.TEST and PROVENANCE_FIELDS.issuperset(asking)


def ask(gate: Gate, *, facts: Facts) -> GateResult:
    """What one gate says of one pack."""
    reading: Reading = getattr(facts, gate.field)
    threshold = threshold_for(gate, facts=facts)
    verdict = _verdict(gate, reading=reading, threshold=threshold, facts=facts)
    route, why = GateRoute.OFFER, ""
    if verdict is Verdict.FAILED:
        route, why = gate.route, gate.says
    elif verdict is Verdict.NOT_READ:
        route, why = gate.unread, f"Nobody has said {_UNREAD.get(gate.field, gate.field)}."
    elif verdict is Verdict.CLEARED:
        why = f"{gate.says} A reuse test was passed since."
    return GateResult(
        gate=gate.id,
        field=gate.field,
        reading=None if reading is None else str(reading),
        threshold=_shown(threshold),
        verdict=verdict,
        route=route,
        why=why,
    )


def threshold_for(gate: Gate, *, facts: Facts, own: bool = True) -> Threshold:
    """The threshold that holds for this pack: by its maker's word (unless `own` is False), its
    chemistry, or the table.
    """
    told = getattr(facts, gate.threshold_from) if gate.threshold_from and own else None
    if told is not None:
        return Decimal(told)
    if isinstance(gate.threshold, Mapping):
        chemistry = facts.chemistry or ""
        return gate.threshold.get(chemistry, gate.threshold.get(family_of(chemistry)))
    return gate.threshold


def _verdict(gate: Gate, *, reading: Reading, threshold: Threshold, facts: Facts) -> Verdict:
    if gate.comparison is Comparison.MISSING:
        return Verdict.PASSED if reading else Verdict.FAILED
    if threshold is None:
        return Verdict.NOT_APPLICABLE
    if reading is None:
        return Verdict.NOT_READ
    if not _FAILS[gate.comparison](reading, threshold):
        return Verdict.PASSED
    return Verdict.CLEARED if gate.test_clears and facts.reuse_test_passed else Verdict.FAILED


def _at_least(reading: Reading, threshold: Threshold) -> bool:
    return CRASH_SEVERITIES.index(str(reading)) >= CRASH_SEVERITIES.index(str(threshold))


_FAILS: dict[Comparison, Callable[[Reading, Threshold], bool]] = {
    Comparison.IS: lambda reading, threshold: reading is threshold,
    Comparison.BELOW: lambda reading, threshold: Decimal(str(reading)) < Decimal(str(threshold)),
    Comparison.ABOVE: lambda reading, threshold: Decimal(str(reading)) > Decimal(str(threshold)),
    Comparison.AT_LEAST: _at_least,
    Comparison.ONE_OF: lambda reading, threshold: (
        isinstance(threshold, tuple) and str(reading) in threshold
    ),
}


def _shown(threshold: Threshold) -> str:
    if isinstance(threshold, tuple):
        return ", ".join(threshold)
    return "" if threshold is None else str(threshold)


def critical(outcome: GateOutcome, *, gates: Sequence[str] = CRITICAL_GATES) -> bool:
    """Whether the pack may still react by itself, which asks for the stronger packing."""
    return any(r.gate in gates and r.verdict is Verdict.FAILED for r in outcome.results)
