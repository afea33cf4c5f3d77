"""What is due on a battery, and what lies ahead of it, in the words of its reader."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from api.pages.figures import figures
from recycling.rules import forecast as forecasts
from recycling.rules.forecast import Forecast, Level
from recycling.rules.forecast_looks import Unit
from recycling.rules.maintenance import Task, Trigger


def why(task: Task) -> str:
    """Why somebody should look, with the figure and its limit."""
    told = {
        "value": _number(task.value),
        "limit": _number(task.limit),
        "points": _points(task.value),
        "most": _points(task.limit),
    }
    said = _drifting(task.trigger) if task.drifting else _passed(task.trigger)
    return said % told


def stands_on(found: Forecast) -> str:
    """What a forecast stands on, in words."""
    if found.level is Level.FLEET:
        return ngettext(
            "%(n)s battery of its model that is past its end",
            "%(n)s batteries of its model that are past their end", found.n,
        ) % {"n": found.n}  # fmt: skip
    if found.level is Level.POWER_LAW:
        return _("its own fall, bent as others like it bend (%(n)s seen)") % {"n": found.n}
    if found.level is Level.DECLARED:
        return _("the life that its maker declares")
    return _("what is usual for its chemistry")


def why_not(found: Forecast) -> str:
    """Why nothing is foretold, in the words of the reader; empty where something is."""
    said = {
        forecasts.NO_THRESHOLD: _(
            "its model does not say at which capacity it counts as exhausted"
        ),
        forecasts.FEW_READINGS: _("not enough data, fewer than 3 readings"),
        forecasts.SHORT_SPAN: _("not enough data, its readings span fewer than 90 days"),
        forecasts.NO_USAGE: _("not enough data, no usage is counted"),
        forecasts.NOTHING_USUAL: _(
            "not enough data, nothing is known of its chemistry and its model declares no life"
        ),
        forecasts.AT_ITS_END: _("it has reached its end of life"),
    }
    return said.get(found.reason.removeprefix(f"{forecasts.NOT_ENOUGH}: "), "")


def left(found: Forecast) -> str:
    """What is left in cycles or days, at least to at most."""
    ends = {"low": _number(found.low), "high": _number(found.high)}
    if found.unit is Unit.CYCLES:
        return _("%(low)s to %(high)s full equivalent cycles") % ends
    return _("%(low)s to %(high)s days") % ends


def _passed(trigger: Trigger) -> str:
    return {
        Trigger.ISOLATION: _("isolation %(value)s Ω/V, below %(limit)s: do not touch it"),
        Trigger.HOT: _("was %(value)s °C hot, allowed are %(limit)s"),
        Trigger.DROPPED: _("lost %(points)s points of health within six months"),
        Trigger.KNEE: _("ages faster than before (knee), at a health of %(value)s"),
        Trigger.SPREAD: _(
            "its modules stand %(points)s points of health apart, more than %(most)s"
        ),
        Trigger.WEAK: _("weak: health %(value)s, the others of its unit hold more than %(limit)s"),
        Trigger.CELL_SPREAD: _("its cells stand %(value)s mV apart at rest, more than %(limit)s"),
        Trigger.SELF_DISCHARGE: _("loses %(value)s %% a month by itself, more than %(limit)s"),
        Trigger.RESISTANCE: _(
            "resistance %(value)s times new, others of its model below %(limit)s"
        ),
        Trigger.END_OF_LIFE: _("at its end within %(value)s years, at the worst"),
        Trigger.OVERDUE: _("last read %(value)s days ago"),
        Trigger.UNREAD: _("never read"),
    }[trigger]


def _drifting(trigger: Trigger) -> str:
    return {
        Trigger.ISOLATION: _("isolation %(value)s Ω/V and falling towards %(limit)s"),
        Trigger.SPREAD: _("its modules drift apart: %(points)s points of health, limit %(most)s"),
        Trigger.CELL_SPREAD: _("its cells drift apart: %(value)s mV, limit %(limit)s"),
        Trigger.RESISTANCE: _("resistance %(value)s times new and rising towards %(limit)s"),
        Trigger.END_OF_LIFE: _("at its end within %(value)s years, at the worst"),
    }[trigger]


def _number(value: Decimal | None) -> str:
    return "–" if value is None else figures(f"{value.normalize():,f}")


def _points(value: Decimal | None) -> str:
    """A fraction of health as points of it."""
    return "–" if value is None else figures(f"{value * 100:.1f}")
