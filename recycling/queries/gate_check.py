"""What the gates would say of a battery now, and what they have said before."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from passport.models import Battery, HealthReading
from passport.queries.incident import set_apart
from passport.queries.legacy import untraced
from passport.queries.recall import recalled_units
from recycling.models import GateCheck
from recycling.queries import standing
from recycling.queries.snapshot import facts_of
from recycling.queries.tables import planning
from recycling.queries.tested import NOBODY_LOOKED, LookedAt, looked_at
from recycling.rules.gates import INSPECTED, READ, GateOutcome, GateResult, evaluate
from recycling.rules.inspection import aged, outweighed


@dataclass(frozen=True)
class Asked:
    """All gates of one battery, and the rows that their facts come from."""

    outcome: GateOutcome
    reading: HealthReading | None
    seen: LookedAt

    def rows(self) -> list[dict[str, Any]]:
        """Each gate as it is kept: with the id of what its reading comes from."""
        return [self._row(result) for result in self.outcome.results]

    def _row(self, result: GateResult) -> dict[str, Any]:
        kind, source = self._source(result.field)
        return {
            "gate": result.gate,
            "field": result.field,
            "reading": result.reading,
            "threshold": result.threshold,
            "verdict": result.verdict.value,
            "route": result.route.value,
            "why": result.why,
            "from": kind,
            "source": None if source is None else str(source),
        }

    def _source(self, field: str) -> tuple[str, uuid.UUID | None]:
        if field in READ:
            return "reading", None if self.reading is None else self.reading.pk
        if field not in INSPECTED:
            return "register", None
        test, retirement = self.seen.test, self.seen.retirement
        if test is not None and field in test.answers:
            return "test", test.pk
        return "inspection", None if retirement is None else retirement.pk


def ask(*, battery: Battery, on: datetime.date) -> Asked:
    """Ask every gate of one battery, whose model is loaded, with what is known on that day."""
    seen = looked_at(battery_ids=[battery.pk]).get(battery.pk, NOBODY_LOOKED)
    reading = standing.counts(battery_id=battery.pk, on=on)
    facts = facts_of(
        battery,
        reading=reading,
        condition=aged(
            outweighed(
                seen.condition, dangers=set_apart(battery_ids=[battery.pk]).get(battery.pk, ())
            ),
            knee=standing.of_battery(battery=battery, on=on).knee,
        ),
        recalled=bool(recalled_units(units=[battery.unit_id])),
        assumed=untraced(battery_ids=[battery.pk]).get(battery.pk),
        test_passed=seen.test_passed,
        on=on,
    )
    return Asked(evaluate(facts, rules=planning().gates, on=on), reading, seen)


def listing(
    *, battery: Battery, after: uuid.UUID | None = None, limit: int = 100
) -> list[GateCheck]:
    """What was kept of a battery, newest first."""
    rows = GateCheck.objects.filter(battery=battery).order_by("-id")
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])
