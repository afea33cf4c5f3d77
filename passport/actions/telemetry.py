"""Records what a BMS sums up of many batteries, each as a reading of health."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from passport.actions import readings
from passport.actions.readings import Fate, Outcome, Sent
from passport.models import BatteryModel, Party
from passport.queries import naming
from passport.rules.errors import Refusal
from passport.rules.telemetry import Summary, reading_of


@dataclass(frozen=True)
class Told:
    """A summary under any name of its battery; `place` says where it stood."""

    place: int
    battery: str
    summary: Summary


@transaction.atomic
def record_all(*, sent: Sequence[Told], by: Party, at: datetime) -> list[Outcome]:
    """Make a reading of each summary by the rating of its battery, and record it.

    In the order of `sent`, what became of each; what rules.telemetry refuses, and what
    readings.record_all() refuses, stops no other. The same summary again is KNOWN.
    """
    named = naming.look_up(names=[each.battery for each in sent])
    models = BatteryModel.objects.in_bulk({one.battery.model_id for one in named if one.battery})
    made: list[Sent] = []
    outcomes: dict[int, Outcome] = {}
    for each, one in zip(sent, named, strict=True):
        if one.battery is None:
            refusal = one.refusal or naming.UnknownBattery(each.battery)
            outcomes[each.place] = _refused(each.place, refusal.pointing("/battery"))
            continue
        model = models[one.battery.model_id]
        try:
            reading = reading_of(
                each.summary,
                rated_capacity_ah=model.rated_capacity_ah,
                rated_energy_kwh=model.rated_energy_kwh,
            )
        except Refusal as refusal:
            outcomes[each.place] = _refused(each.place, refusal)
            continue
        made.append(Sent(place=each.place, battery=str(one.battery.pk), reading=reading))
    for outcome in readings.record_all(sent=made, by=by, at=at):
        outcomes[outcome.place] = outcome
    return [outcomes[each.place] for each in sent]


def _refused(place: int, refusal: Refusal) -> Outcome:
    return Outcome(place, Fate.REFUSED, refusal=refusal)
