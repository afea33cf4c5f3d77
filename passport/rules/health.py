"""A health reading: an interval with a method and a source, inside what physics allows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from passport.rules.decimals import check_places, parse_decimal
from passport.rules.errors import Malformed, Refusal
from passport.rules.lifecycle import check_moment

__all__ = [
    "BOUNDS",
    "HALF_WIDTH",
    "PLACES",
    "Kind",
    "Method",
    "NoSource",
    "OutsidePhysics",
    "Reading",
    "check_reading",
    "default_interval",
    "make_reading",
    "parse_decimal",
]


class Method(StrEnum):
    """How the state of health was found; the less direct, the wider the interval."""

    TESTED = "TESTED"
    CHARGE_BASED = "CHARGE_BASED"
    BMS_REPORTED = "BMS_REPORTED"
    DECLARED = "DECLARED"


class Kind(StrEnum):
    """Of what the state of health is a fraction: three figures that are never mixed.

    Capacity and energy against what was rated; certified energy against what a certified test
    found, which is the one that the law asks of the battery of a vehicle. [Annex VII, part A]
    """

    CAPACITY = "CAPACITY"
    ENERGY = "ENERGY"
    CERTIFIED_ENERGY = "CERTIFIED_ENERGY"


class OutsidePhysics(Refusal):
    """No battery can read like this."""

    code = "reading-outside-physics"
    title = "Reading outside physics"


class NoSource(Malformed):
    """A reading without the instrument or record it came from."""

    code = "no-source"
    title = "The reading names no source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look at a battery. Fractions are of the rated value; None means not measured.

    `module_spread` is the health of the best module or string less that of the weakest,
    `highest_temperature_c` the highest since the reading before.
    """

    soh: Decimal
    soh_low: Decimal
    soh_high: Decimal
    method: Method
    source: str
    measured_at: datetime
    resistance_ratio: Decimal | None = None
    capacity_ah: Decimal | None = None
    equivalent_cycles: Decimal | None = None
    minimum_cell_v: Decimal | None = None
    cell_spread_mv: Decimal | None = None
    isolation_ohm_per_v: Decimal | None = None
    self_discharge_percent_per_month: Decimal | None = None
    module_spread: Decimal | None = None
    highest_temperature_c: Decimal | None = None
    kind: Kind = Kind.CAPACITY


# Half the width of the interval when the reading brings none, as a fraction of rated capability.
HALF_WIDTH = {
    Method.TESTED: Decimal("0.01"),
    Method.CHARGE_BASED: Decimal("0.025"),
    Method.BMS_REPORTED: Decimal("0.045"),
    Method.DECLARED: Decimal("0.10"),
}

# Field → (lowest, highest, unit). Wide on purpose: a broken battery must be recordable too.
BOUNDS: dict[str, tuple[Decimal, Decimal, str]] = {
    "soh": (Decimal("0"), Decimal("1.2"), "of rated capability"),
    "soh_low": (Decimal("0"), Decimal("1.2"), "of rated capability"),
    "soh_high": (Decimal("0"), Decimal("1.2"), "of rated capability"),
    "resistance_ratio": (Decimal("0.1"), Decimal("100"), "times the resistance when new"),
    "capacity_ah": (Decimal("0"), Decimal("100000"), "Ah"),
    "equivalent_cycles": (Decimal("0"), Decimal("100000"), "full equivalent cycles"),
    "minimum_cell_v": (Decimal("-5"), Decimal("6"), "V a cell"),
    "cell_spread_mv": (Decimal("0"), Decimal("6000"), "mV between cells"),
    "isolation_ohm_per_v": (Decimal("0"), Decimal("1000000000"), "ohm a volt"),
    "self_discharge_percent_per_month": (Decimal("0"), Decimal("100"), "percent a month"),
    "module_spread": (Decimal("0"), Decimal("1.2"), "of rated capability, best less weakest"),
    "highest_temperature_c": (Decimal("-60"), Decimal("1500"), "degrees Celsius"),
}

# Decimal places that are kept; a finer figure would be rounded behind the sender's back.
PLACES = {
    "soh": 5,
    "soh_low": 5,
    "soh_high": 5,
    "resistance_ratio": 4,
    "capacity_ah": 4,
    "equivalent_cycles": 1,
    "minimum_cell_v": 3,
    "cell_spread_mv": 1,
    "isolation_ohm_per_v": 1,
    "self_discharge_percent_per_month": 3,
    "module_spread": 5,
    "highest_temperature_c": 1,
}

# Capacity recovers a little after rest; more than this without a repair is another battery.
RECOVERY = Decimal("0.02")


def default_interval(*, soh: Decimal, method: Method) -> tuple[Decimal, Decimal]:
    """The interval a method earns when the reading brings none, cut at 0 and 1.2. [health-1]"""
    if not soh.is_finite():
        return soh, soh  # check_reading() says what is wrong with it
    lowest, highest, _ = BOUNDS["soh"]
    half = HALF_WIDTH[method]
    return max(lowest, soh - half), min(highest, soh + half)


def make_reading(
    *,
    soh: Decimal,
    method: Method,
    source: str,
    measured_at: datetime,
    soh_low: Decimal | None = None,
    soh_high: Decimal | None = None,
    kind: Kind = Kind.CAPACITY,
    **measured: Decimal | None,
) -> Reading:
    """A reading whose missing ends of the interval are filled by its method. [health-1]

    `measured` takes the other fields of Reading. Checks nothing: check_reading() does.
    """
    low, high = default_interval(soh=soh, method=method)
    return Reading(
        soh=soh,
        soh_low=low if soh_low is None else soh_low,
        soh_high=high if soh_high is None else soh_high,
        method=method,
        source=source,
        measured_at=measured_at,
        kind=kind,
        **measured,
    )


def check_reading(
    reading: Reading,
    *,
    now: datetime,
    manufactured_on: date | None,
    previous: Reading | None = None,
) -> None:
    """Inside physics, in its own interval, after manufacture, and possible after `previous`.

    Give `previous` only when nothing was repaired in between. [health-2]
    Refuses NoSource, OutsidePhysics, NoTimeZone, InTheFuture, BeforeManufacture.
    """
    if not reading.source.strip():
        raise NoSource(
            "the reading names no source",
            pointer="/source",
            remedy="name the instrument, the BMS or the test record it came from",
        )
    check_moment(
        happened_at=reading.measured_at,
        recorded_at=now,
        manufactured_on=manufactured_on,
        pointer="/measured_at",
    )
    _check_bounds(reading)
    _check_interval(reading)
    if previous is not None:
        _check_sequence(reading, previous)


def _check_bounds(reading: Reading) -> None:
    for name, (low, high, unit) in BOUNDS.items():
        value: Decimal | None = getattr(reading, name)
        if value is None:
            continue
        if value.is_finite() and low <= value <= high:
            check_places(value, places=PLACES[name], pointer=f"/{name}")
            continue
        raise OutsidePhysics(
            f"reading outside physics: {name} is {value}, possible is {low} to {high} {unit}",
            pointer=f"/{name}",
            remedy=_remedy(name, value),
        )


def _remedy(name: str, value: Decimal) -> str:
    if name.startswith("soh") and value.is_finite() and 1 < value <= 120:
        return f'write a fraction, not per cent: "{value / 100}"'
    return "check the value and its unit; leave the field out if it was not measured"


def _check_interval(reading: Reading) -> None:
    if reading.soh_low <= reading.soh <= reading.soh_high:
        return
    raise OutsidePhysics(
        f"reading outside physics: soh {reading.soh} is not inside its own interval "
        f"{reading.soh_low} to {reading.soh_high}",
        pointer="/soh",
        remedy="give soh_low ≤ soh ≤ soh_high, or leave both ends out",
    )


def _check_sequence(reading: Reading, previous: Reading) -> None:
    earlier, later = sorted((previous, reading), key=lambda each: each.measured_at)
    alike = (reading.method, reading.kind) == (previous.method, previous.kind)
    if alike and later.soh_low > earlier.soh_high + RECOVERY:
        raise OutsidePhysics(
            f"reading outside physics: soh rose from {earlier.soh} to {later.soh}, same method",
            pointer="/soh",
            remedy="check the serial; if parts were changed, record the repair first",
        )
    before, after = earlier.equivalent_cycles, later.equivalent_cycles
    if before is not None and after is not None and after < before:
        raise OutsidePhysics(
            f"reading outside physics: equivalent cycles fell from {before} to {after}",
            pointer="/equivalent_cycles",
            remedy="check the serial; if the counter was changed, record the repair first",
        )
