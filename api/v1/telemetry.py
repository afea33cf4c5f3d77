"""Summaries of telemetry, as a BMS or a gateway sends them: each becomes a reading of health."""

from typing import Any

from api.http.fields import Moment, Quantity, Several, Text
from api.http.shapes import StrictShape
from api.v1.many_readings import ManyReadings
from passport.actions import telemetry
from passport.actions.readings import Outcome
from passport.actions.telemetry import Told
from passport.rules.telemetry import Summary


def _if_known() -> Quantity:
    return Quantity(required=False, allow_null=True)


class NewSummary(StrictShape):
    catalogue = "telemetry"

    battery = Text()
    until = Moment()
    source = Text(longest=200)  # type: ignore[assignment]
    soh = _if_known()
    charged_ah = _if_known()
    soc_from = _if_known()
    soc_to = _if_known()
    throughput_kwh = _if_known()
    lowest_cell_v = _if_known()
    highest_cell_v = _if_known()
    module_soh = Several(of=Quantity, required=False)
    rest_days = _if_known()
    rest_soc_from = _if_known()
    rest_soc_to = _if_known()
    highest_temperature_c = _if_known()
    resistance_ratio = _if_known()
    isolation_ohm_per_v = _if_known()


class Telemetry(ManyReadings):
    """Record up to 1,000 summaries of telemetry at once: NDJSON, a summary a line, or a JSON list.

    One long charge (`charged_ah` between `soc_from` and `soc_to`, over 0.4 of the scale or more)
    makes a charge-based reading of capacity with its own interval; without one, `soh` is taken as
    what the BMS reports. Spread of cells and modules, self-discharge at rest, cycles and the
    highest temperature go beside it. Fractions, not per cent. Answers as `POST /api/v1/readings`.
    """

    shape = NewSummary

    @staticmethod
    def sent(number: int, values: dict[str, Any]) -> Told:
        """The summary on a line."""
        battery = values.pop("battery")
        modules = tuple(values.pop("module_soh", ()))
        return Told(number, battery, Summary(module_soh=modules, **values))

    def record(self, sent: list[Any]) -> list[Outcome]:
        """What became of each."""
        return telemetry.record_all(sent=sent, by=self.party, at=self.at)
