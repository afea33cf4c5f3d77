"""What an energy-management system asks of a battery: its limits, and what a kWh through it costs.

Nothing is guessed: what the model does not say, or what nobody has read, is None, and its name is
told among what is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction

from passport.rules.decimals import NotADecimal, outwards, parse_decimal

DEGRADATION = "degradation-1: replacement price / remaining throughput, per kWh, rounded outwards"
_COST_PLACES = 6
_RATE_PLACES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of a model, from its fields and its data points 29 to 39; None is not known.

    `charge_c` and `discharge_c` are the continuous power over the rated energy, rounded down.
    """

    power_w: Decimal | None
    continuous_charge_w: Decimal | None
    continuous_discharge_w: Decimal | None
    charge_c: Decimal | None
    discharge_c: Decimal | None
    test_charge_c: Decimal | None
    temperature_low_c: Decimal | None
    temperature_high_c: Decimal | None
    round_trip_percent: Decimal | None
    round_trip_half_life_percent: Decimal | None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of what is not known."""
        return tuple(each.name for each in fields(self) if getattr(self, each.name) is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Degradation:
    """What a kilowatt-hour of throughput costs, as an interval; or why that is not known."""

    low: Decimal | None
    high: Decimal | None
    reason: str = ""


def limits_of(*, facts: Mapping[str, object], rated_energy_kwh: Decimal) -> Limits:
    """The limits that a model's facts hold. [energy-1]

    A fact that is no plain number is passed over, since nobody here can say what it means.
    """
    power, window = _inside(facts.get("30")), _inside(facts.get("34"))
    charge = _number(power.get("continuous charge"))
    discharge = _number(power.get("continuous discharge"))
    return Limits(
        power_w=_number(facts.get("29")),
        continuous_charge_w=charge,
        continuous_discharge_w=discharge,
        charge_c=_rate(charge, rated_energy_kwh),
        discharge_c=_rate(discharge, rated_energy_kwh),
        test_charge_c=_number(facts.get("39")),
        temperature_low_c=_number(window.get("lowest")),
        temperature_high_c=_number(window.get("highest")),
        round_trip_percent=_number(facts.get("36")),
        round_trip_half_life_percent=_number(facts.get("37")),
    )


def degradation(
    *,
    replacement_price: Decimal | None,
    throughput_low_kwh: Decimal | None,
    throughput_high_kwh: Decimal | None,
) -> Degradation:
    """Price over what can still pass through until the end of life. [degradation-1]

    The lower cost is of the larger throughput. Rounded outwards to six places, so that the true
    quotients lie within.
    """
    if throughput_low_kwh is None or throughput_high_kwh is None:
        return Degradation(low=None, high=None, reason="the remaining throughput is not known")
    if replacement_price is None:
        return Degradation(low=None, high=None, reason="the price of a replacement is not known")
    if throughput_low_kwh <= 0:
        return Degradation(low=None, high=None, reason="it may have reached its end of life")
    price = Fraction(replacement_price)
    return Degradation(
        low=outwards(price / Fraction(throughput_high_kwh), places=_COST_PLACES, up=False),
        high=outwards(price / Fraction(throughput_low_kwh), places=_COST_PLACES, up=True),
    )


def _inside(fact: object) -> Mapping[str, object]:
    return fact if isinstance(fact, dict) else {}


def _number(fact: object) -> Decimal | None:
    try:
        return parse_decimal(fact)
    except NotADecimal:
        return None


def _rate(power_w: Decimal | None, rated_energy_kwh: Decimal) -> Decimal | None:
    if power_w is None:
        return None
    rate = Fraction(power_w) / (Fraction(rated_energy_kwh) * 1_000)
    return outwards(rate, places=_RATE_PLACES, up=False)
