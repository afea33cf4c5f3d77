"""What an energy-management system asks of a battery, in one cheap answer with an ETag."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from api.http.fields import Count, Flag, Identifier, Moment, Quantity, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import tagged
from api.http.shapes import StrictShape
from api.v1.batteries import OfBattery
from passport.rules.decimals import parse_in_range
from passport.rules.energy import DEGRADATION
from passport.rules.errors import Malformed
from passport.rules.health import Method
from recycling.queries import energy
from recycling.rules.forecast import Level
from recycling.rules.forecast_looks import Unit

_DEAREST = Decimal(10**12)


def _maybe(**kwargs: Any) -> Quantity:
    return Quantity(allow_null=True, **kwargs)


class HealthNow(StrictShape):
    catalogue = "energy.health"

    soh = Quantity(source="row.soh")
    soh_low = Quantity(source="row.soh_low")
    soh_high = Quantity(source="row.soh_high")
    method = Word(among=tuple(Method), source="row.method")
    origin = Text(source="row.source")
    measured_at = Moment(source="row.measured_at")
    age_days = Count()
    equivalent_cycles = _maybe(source="row.equivalent_cycles")
    usable_energy_low_kwh = Quantity()
    usable_energy_high_kwh = Quantity()


class LimitsShape(StrictShape):
    catalogue = "energy.limits"

    rated_capacity_ah = Quantity(source="battery.model.rated_capacity_ah")
    rated_energy_kwh = Quantity(source="battery.model.rated_energy_kwh")
    minimum_voltage_v = Quantity(source="battery.model.minimum_voltage_v")
    nominal_voltage_v = Quantity(source="battery.model.nominal_voltage_v")
    maximum_voltage_v = Quantity(source="battery.model.maximum_voltage_v")
    power_w = _maybe(source="limits.power_w")
    continuous_charge_w = _maybe(source="limits.continuous_charge_w")
    continuous_discharge_w = _maybe(source="limits.continuous_discharge_w")
    charge_c = _maybe(source="limits.charge_c")
    discharge_c = _maybe(source="limits.discharge_c")
    test_charge_c = _maybe(source="limits.test_charge_c")
    temperature_low_c = _maybe(source="limits.temperature_low_c")
    temperature_high_c = _maybe(source="limits.temperature_high_c")
    round_trip_percent = _maybe(source="limits.round_trip_percent")
    round_trip_half_life_percent = _maybe(source="limits.round_trip_half_life_percent")


class RemainingShape(StrictShape):
    catalogue = "energy.remaining"

    level = Word(among=tuple(Level), source="remaining.level", allow_null=True)
    n = Count(source="remaining.n")
    unit = Word(among=tuple(Unit), source="remaining.unit", allow_null=True)
    threshold_soh = _maybe(source="threshold")
    coverage = _maybe(source="remaining.coverage")
    low = _maybe(source="remaining.low")
    middle = _maybe(source="remaining.middle")
    high = _maybe(source="remaining.high")
    cycles_low = _maybe(source="remaining.cycles_low")
    cycles_high = _maybe(source="remaining.cycles_high")
    years_low = _maybe(source="remaining.years_low")
    years_middle = _maybe(source="remaining.years_middle")
    years_high = _maybe(source="remaining.years_high")
    throughput_low_kwh = _maybe()
    throughput_high_kwh = _maybe()
    reason = Text(source="remaining.reason", empty=True)
    knee = Flag(source="knee.flagged", allow_null=True)
    knee_rule = Text(source="knee.rule")


class DegradationShape(StrictShape):
    catalogue = "energy.degradation"

    formula = Text()
    currency = Text(allow_null=True)
    replacement_price = _maybe()
    throughput_low_kwh = _maybe()
    throughput_high_kwh = _maybe()
    cost_low_per_kwh = _maybe(source="degradation.low")
    cost_high_per_kwh = _maybe(source="degradation.high")
    reason = Text(source="degradation.reason", empty=True)


class EnergyShape(StrictShape):
    catalogue = "energy"

    battery = Identifier(source="battery.pk")
    identity = Text(source="battery.identity")
    state = Word(source="battery.state")
    status = Word(allow_null=True)
    withheld = Flag()
    health = HealthNow(allow_null=True)
    limits = LimitsShape(source="*")
    remaining = RemainingShape(source="*")
    degradation = DegradationShape(source="*")
    recall_open = Flag()
    recalls = Several(of=Identifier)
    unknown = Several(of=Text)


class Energy(OfBattery):
    """Health, limits, remaining life and the cost of a kilowatt-hour of throughput, with an ETag.

    Quantities are null where nobody has said or read them, and their names stand in `unknown`.
    Remaining life is an interval with the level it stands on, in full equivalent cycles or, where
    nobody counts them, in days; or it says "not enough data". Levels, best first: `FLEET` (others
    of the model in your own hands that are past their end), `POWER_LAW` (its own fall), `DECLARED`
    (the maker's word), `CHEMISTRY` (a table). `knee` says whether it ages faster than before.

    For the cost, send your own price of a replacement: `?replacement_price=4200.00&currency=EUR`;
    its operands and formula stand in the answer. Who may not read the battery's health gets the
    rest, with `withheld` true. It changes when the webhook `battery.limits_changed` says so, and at
    midnight UTC, with the age of the reading.
    """

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": EnergyShape}

    def get(self, request: Request, battery_id: UUID) -> HttpResponse:
        price, currency = _price(request)
        found = energy.of_battery(
            battery=self.battery, by=self.party, at=self.at, replacement_price=price
        )
        return tagged(request, self.one(_Told(found, price, currency)))


class _Told:
    """The record with what its asker said, and the formula."""

    formula = DEGRADATION

    def __init__(self, record: energy.Energy, price: Decimal | None, currency: str | None) -> None:
        self._record, self.replacement_price, self.currency = record, price, currency

    @property
    def status(self) -> str | None:
        """The battery's status, which is for who may read its health. [Annex XIII 4(c)]"""
        return None if self._record.withheld else self._record.battery.status

    @property
    def recall_open(self) -> bool:
        """Whether an open recall asks for it, or for something inside."""
        return bool(self._record.recalls)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)


def _price(request: Request) -> tuple[Decimal | None, str | None]:
    text, currency = request.GET.get("replacement_price"), request.GET.get("currency")
    if text is None and currency is None:
        return None, None
    if text is None or currency is None:
        raise Malformed(
            "a price needs its currency, and a currency its price",
            pointer="?currency" if currency is None else "?replacement_price",
            remedy="send both, as in ?replacement_price=4200.00&currency=EUR",
        )
    if (
        len(currency) != 3
        or not currency.isascii()
        or not (currency.isalpha() and currency.isupper())
    ):
        raise Malformed(
            "a currency has three capital letters", pointer="?currency", remedy="write EUR"
        )
    price = parse_in_range(text, pointer="?replacement_price", low=Decimal("0.01"), high=_DEAREST)
    return price, currency
