"""Readings of state of health: intervals with a method and a source."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.attempts import attempted
from api.http.fields import Identifier, Moment, Quantity, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import address, repeatable
from api.http.shapes import StrictShape
from api.v1.batteries import OfBattery
from api.v1.events import HANDS
from passport.actions import health as healths
from passport.queries import health
from passport.rules.health import Kind, Method, make_reading


def _if_measured() -> Quantity:
    return Quantity(required=False, allow_null=True)


class NewReading(StrictShape):
    catalogue = "reading"

    event_id = Identifier()
    soh = Quantity()
    soh_low = _if_measured()
    soh_high = _if_measured()
    method = Word(among=tuple(Method))
    source = Text(longest=200)  # type: ignore[assignment]
    measured_at = Moment()
    resistance_ratio = _if_measured()
    capacity_ah = _if_measured()
    equivalent_cycles = _if_measured()
    minimum_cell_v = _if_measured()
    cell_spread_mv = _if_measured()
    isolation_ohm_per_v = _if_measured()
    self_discharge_percent_per_month = _if_measured()
    module_spread = _if_measured()
    highest_temperature_c = _if_measured()
    kind = Word(among=tuple(Kind), required=False)


class SentReading(NewReading):
    """With `corrects`, the reading declares another event wrong and stands in its place."""

    corrects = Identifier(required=False, allow_null=True)


class ReadingShape(NewReading):
    id = Identifier()
    event_id = Identifier(source="event.event_id")
    recorder = Text(source="recorder.slug")
    recorded_at = Moment()


class Readings(OfBattery):
    """The readings of a battery in the order they were recorded.

    Those of an event that was declared wrong are left out, and stay among its events.
    """

    needs = {"GET": needs(*HANDS, scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": SentReading}
    answers = {"GET": ReadingShape, "POST": ReadingShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, battery_id: UUID) -> Response:
        return self.page(health.series, battery=self.battery)

    @attempted
    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID) -> Response:
        values = self.payload()
        made = healths.read(
            battery_id=battery_id,
            event_id=values.pop("event_id"),
            corrects=values.pop("corrects", None),
            reading=_reading(values),
            by=self.party,
            at=self.at,
        )
        return self.one(made, location=address("batteries", battery_id, "readings"))


def _reading(values: dict[str, Any]) -> Any:
    values["method"] = Method(values["method"])
    return make_reading(**with_kind(values))


def with_kind(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a reading with its kind: capacity where it names none."""
    return values | {"kind": Kind(values.get("kind", Kind.CAPACITY))}
