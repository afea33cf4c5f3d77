"""What is ahead of a battery, by its readings and by those of others of its model."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from passport.models import Battery, HealthReading, Party
from passport.queries import health
from passport.rules.decimals import NotADecimal, parse_decimal
from passport.rules.health import Kind, Reading
from recycling.queries import tables
from recycling.rules.forecast import Fleet, Forecast, Life, forecast
from recycling.rules.forecast_fleet import LEAST_FLEET
from recycling.rules.forecast_looks import of_one_kind, unit_of
from recycling.rules.knee import Knee, knee

MOST_FLEET = 100
MOST_LOOKS = 5_000
MOST_OWN = 200
MOST_KEPT = 8


@dataclass(frozen=True)
class Outlook:
    """How long a battery lasts, whether it has its knee behind it, and down to which health."""

    forecast: Forecast
    knee: Knee
    threshold: Decimal | None = None
    kind: Kind = Kind.CAPACITY


def of_battery(*, battery: Battery, by: Party) -> Outlook:
    """Until the health at which its model counts as exhausted. [Annex XIII 4(b), forecast-8]

    Others of its model count as far as they are in the hands of `by`: who holds one reads its
    health, so nothing of anybody else's is told by it.
    """
    threshold = exhausted_at(battery)
    rows = health.counting().filter(battery=battery).order_by("-measured_at")[:MOST_OWN]
    looks = of_one_kind([health.as_reading(row) for row in rows])
    kind = looks[0].kind if looks else Kind.CAPACITY
    fleet = Fleets(by=by, threshold=threshold).beside(battery, kind=kind)
    return ahead(battery, looks=looks, fleet=fleet, threshold=threshold)


def of_id(*, battery_id: uuid.UUID, by: Party) -> Outlook:
    """The same of a battery that the party was shown already."""
    battery = Battery.objects.select_related("model").get(pk=battery_id)
    return of_battery(battery=battery, by=by)


def ahead(
    battery: Battery, *, looks: Sequence[Reading], fleet: Fleet, threshold: Decimal | None
) -> Outlook:
    """The outlook of a battery whose readings, of one kind, and whose fleet were fetched before."""
    model = battery.model
    return Outlook(
        forecast=forecast(
            looks=looks,
            born=born(battery.manufactured_on),
            fleet=fleet,
            threshold=threshold,
            usual=tables.ageing().of(model.chemistry),
            declared_cycles=figure(model.facts.get("31")),
        ),
        knee=knee(looks, unit=unit_of(looks), born=born(battery.manufactured_on)),
        threshold=threshold,
        kind=looks[0].kind if looks else Kind.CAPACITY,
    )


def exhausted_at(battery: Battery) -> Decimal | None:
    """The health at which its model counts as exhausted, as a fraction; None where it is silent."""
    percent = figure(battery.model.facts.get("33"))
    return None if percent is None else percent / 100


class Fleets:
    """The lives that batteries are held against: asked for once a model, of which few are kept.

    Others of a model count as far as they are in the party's hands and have passed the threshold.
    """

    def __init__(self, *, by: Party, threshold: Decimal | None) -> None:
        self._by, self._threshold = by, threshold
        self._kept: dict[tuple[uuid.UUID, Kind], tuple[Mapping[uuid.UUID, Life], Fleet]] = {}

    def beside(self, battery: Battery, *, kind: Kind) -> Fleet:
        """The others of its model; without itself, where it has passed the threshold too."""
        key = (battery.model_id, kind)
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            lives = {} if self._threshold is None else self._lives(*key, self._threshold)
            self._kept[key] = lives, self._of(list(lives.values()))
        lives, fleet = self._kept[key]
        if battery.pk not in lives:
            return fleet
        return self._of([life for pk, life in lives.items() if pk != battery.pk])

    def _of(self, lives: Sequence[Life]) -> Fleet:
        enough = lives[:MOST_FLEET] if len(lives) >= LEAST_FLEET else ()
        return Fleet(enough, threshold=self._threshold)

    def _lives(
        self, model_id: uuid.UUID, kind: Kind, threshold: Decimal
    ) -> Mapping[uuid.UUID, Life]:
        """In the order of their ids, and one more than are used: somebody may be among them."""
        own = health.counting().filter(battery__holder=self._by, battery__model=model_id, kind=kind)
        past = own.filter(soh__lte=threshold).order_by("battery_id")
        chosen = list(past.values_list("battery_id", flat=True).distinct()[: MOST_FLEET + 1])
        if len(chosen) < LEAST_FLEET:
            return {}
        rows = own.filter(battery__in=chosen).select_related("battery").order_by("measured_at")
        looks: Mapping[uuid.UUID, list[HealthReading]] = defaultdict(list)
        for row in rows[:MOST_LOOKS]:
            looks[row.battery_id].append(row)
        return {
            pk: Life(
                looks=[health.as_reading(row) for row in looks[pk]],
                born=born(looks[pk][0].battery.manufactured_on),
            )
            for pk in chosen
            if pk in looks
        }


def born(day: date) -> datetime:
    """The beginning of the day from which calendar age is counted."""
    return datetime.combine(day, time(), tzinfo=UTC)


def figure(fact: object) -> Decimal | None:
    """A fact of a model as a number; None where it is no plain number, or not told."""
    try:
        return parse_decimal(fact)
    except NotADecimal:
        return None
