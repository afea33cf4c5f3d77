"""A summary of a BMS's telemetry over a window, and the reading of health that follows from it.

A charge that is long enough measures capacity: what went in over the part of the scale that it
filled. Where none was, the figure is the BMS's own word, and its interval is as wide as that.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from passport.rules.decimals import outwards
from passport.rules.errors import Malformed
from passport.rules.health import BOUNDS, HALF_WIDTH, PLACES, Kind, Method, Reading, make_reading

# A charge over less of the scale says nothing of capacity; each end of it is known so well.
LEAST_SPAN = Decimal("0.4")
SOC_ERROR = Decimal("0.02")
# Beside the ends of the scale, what the counter of charge misses.
_COUNTER = Fraction(1, 200)
_DAYS_A_MONTH = Fraction(30)
_LEAST_REST_DAYS = Decimal(7)


class NotInSummary(Malformed):
    """The summary says nothing from which a state of health follows."""

    code = "nothing-in-summary"
    title = "No state of health follows from this summary"


class SummaryTwisted(Malformed):
    """A figure of the summary contradicts another one."""

    code = "summary-twisted"
    title = "Figures of the summary contradict each other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a BMS tells of one battery over a window that ended at `until`.

    States of charge are fractions of the scale. `charged_ah` went in between `soc_from` and
    `soc_to` without a pause; `rest_days` it stood with nothing connected, from `rest_soc_from`
    to `rest_soc_to`. `throughput_kwh` is the count of all that went in and out since it was new.
    """

    until: datetime
    source: str
    soh: Decimal | None = None
    charged_ah: Decimal | None = None
    soc_from: Decimal | None = None
    soc_to: Decimal | None = None
    throughput_kwh: Decimal | None = None
    lowest_cell_v: Decimal | None = None
    highest_cell_v: Decimal | None = None
    module_soh: tuple[Decimal, ...] = ()
    rest_days: Decimal | None = None
    rest_soc_from: Decimal | None = None
    rest_soc_to: Decimal | None = None
    highest_temperature_c: Decimal | None = None
    resistance_ratio: Decimal | None = None
    isolation_ohm_per_v: Decimal | None = None


def reading_of(
    summary: Summary, *, rated_capacity_ah: Decimal, rated_energy_kwh: Decimal
) -> Reading:
    """The reading that a summary makes of a battery of this rating. [telemetry-1]

    Refuses NotInSummary, SummaryTwisted; what physics allows is judged where readings are.
    """
    beside = {
        "equivalent_cycles": _cycles(summary.throughput_kwh, rated_energy_kwh),
        "minimum_cell_v": summary.lowest_cell_v,
        "cell_spread_mv": _between_cells(summary),
        "module_spread": _between_modules(summary.module_soh),
        "self_discharge_percent_per_month": _self_discharge(summary),
        "highest_temperature_c": summary.highest_temperature_c,
        "resistance_ratio": summary.resistance_ratio,
        "isolation_ohm_per_v": summary.isolation_ohm_per_v,
    }
    span = _span(summary)
    if summary.charged_ah is None or span is None or span < LEAST_SPAN:
        if summary.soh is None:
            raise NotInSummary(
                f"it has neither a state of health nor a charge over {LEAST_SPAN} of the scale",
                pointer="/soh",
                remedy="send soh, or charged_ah with soc_from and soc_to of one long charge",
            )
        return make_reading(
            soh=summary.soh,
            method=Method.BMS_REPORTED,
            source=summary.source,
            measured_at=summary.until,
            kind=Kind.CAPACITY,
            **beside,
        )
    return _charged(summary, summary.charged_ah, span, rated_capacity_ah, beside)


def _charged(
    summary: Summary,
    charged_ah: Decimal,
    span: Decimal,
    rated_ah: Decimal,
    beside: dict[str, Decimal | None],
) -> Reading:
    """Capacity is the charge over its part of the scale; both ends of the part are uncertain."""
    capacity = Fraction(charged_ah) / Fraction(span)
    health = capacity / Fraction(rated_ah)
    # Two ends, independent of each other: the root of two of one of them, rounded up.
    missed = Fraction(SOC_ERROR) * Fraction(1415, 1000) / Fraction(span) + _COUNTER
    half = max(Fraction(HALF_WIDTH[Method.CHARGE_BASED]), health * missed)
    lowest, highest, _ = BOUNDS["soh"]
    return make_reading(
        soh=outwards(health, places=PLACES["soh"], up=False),
        soh_low=max(lowest, outwards(health - half, places=PLACES["soh"], up=False)),
        soh_high=min(highest, outwards(health + half, places=PLACES["soh"], up=True)),
        method=Method.CHARGE_BASED,
        source=summary.source,
        measured_at=summary.until,
        kind=Kind.CAPACITY,
        capacity_ah=outwards(capacity, places=PLACES["capacity_ah"], up=False),
        **beside,
    )


def _span(summary: Summary) -> Decimal | None:
    if summary.soc_from is None or summary.soc_to is None:
        return None
    if not 0 <= summary.soc_from < summary.soc_to <= 1:
        raise SummaryTwisted(
            f"a charge from {summary.soc_from} to {summary.soc_to} of the scale is none",
            pointer="/soc_to",
            remedy="write fractions, the lower one in soc_from",
        )
    return summary.soc_to - summary.soc_from


def _cycles(throughput_kwh: Decimal | None, rated_energy_kwh: Decimal) -> Decimal | None:
    """Full equivalent cycles: all that went in and out, over twice the rated energy."""
    if throughput_kwh is None:
        return None
    cycles = Fraction(throughput_kwh) / (2 * Fraction(rated_energy_kwh))
    return outwards(cycles, places=PLACES["equivalent_cycles"], up=False)


def _between_cells(summary: Summary) -> Decimal | None:
    low, high = summary.lowest_cell_v, summary.highest_cell_v
    if low is None or high is None:
        return None
    if high < low:
        raise SummaryTwisted(
            f"the highest cell has {high} V and the lowest {low} V",
            pointer="/highest_cell_v",
            remedy="check which is which",
        )
    return outwards(Fraction(high - low) * 1000, places=PLACES["cell_spread_mv"], up=True)


def _between_modules(module_soh: tuple[Decimal, ...]) -> Decimal | None:
    """The best module or string less the weakest; of a single one there is no spread."""
    return max(module_soh) - min(module_soh) if len(module_soh) > 1 else None


def _self_discharge(summary: Summary) -> Decimal | None:
    """Per cent a month, of a rest of a week at least; the scale may not rise at rest."""
    days, before, after = summary.rest_days, summary.rest_soc_from, summary.rest_soc_to
    if days is None or before is None or after is None or days < _LEAST_REST_DAYS:
        return None
    if after > before:
        raise SummaryTwisted(
            f"it rested from {before} to {after} of the scale, and cannot have gained",
            pointer="/rest_soc_to",
            remedy="leave the rest out if it was charged meanwhile",
        )
    rate = Fraction(before - after) * 100 / Fraction(days) * _DAYS_A_MONTH
    return outwards(rate, places=PLACES["self_discharge_percent_per_month"], up=True)
