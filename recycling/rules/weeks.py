"""The weeks that a plan looks ahead, and the last day on which a pack goes in one of them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from recycling.rules.arrays import HELD, Cents, Nodes
from recycling.rules.columns import NONE, Columns, Whole
from recycling.rules.gate_columns import Mask
from recycling.rules.layout import ANY_WEEK, Layout, over_weeks
from recycling.rules.market import Opening
from recycling.rules.value import PriceSet, cents

WEEKS = 8
# So long offers of a plan wait for an answer: no pack goes in a week that is over by then.
ANSWER_DAYS = 3
_LAST = WEEKS - 1
_EVER = 2**62
_DAY = datetime.timedelta(days=1)
_MONTHS_A_WEEK = Decimal(12) / 52


def first_monday(on: datetime.date) -> datetime.date:
    """The beginning of week 0: weeks begin on Mondays, and offers of that day end within it."""
    ends = on + datetime.timedelta(days=ANSWER_DAYS)
    return ends - datetime.timedelta(days=ends.weekday())


def answer_by(goes_by: datetime.date, *, at: datetime.datetime) -> datetime.datetime:
    """When an offer of that moment ends: the day on which the pack goes is its last. [weeks-3]"""
    after = datetime.datetime.combine(goes_by + _DAY, datetime.time(), tzinfo=datetime.UTC)
    return min(after, at + ANSWER_DAYS * _DAY)


def week_of(day: datetime.date, *, since: datetime.date) -> int:
    """How many weeks after the one that began on that Monday; below zero it lies before."""
    return (day - since).days // 7


@dataclass(frozen=True, kw_only=True)
class Placed:
    """The edges of a market over its places, which are weeks where weeks have a limit."""

    layout: Layout
    src: Nodes
    place: Nodes
    cents: Cents
    first_week: Nodes
    opening_week: Nodes
    storage_cents: Cents

    def week(self, chosen: Nodes) -> Nodes:
        """The week in which each pack goes, by its place; HELD for one that stays."""
        goes = np.append(self.layout.opening, HELD)[chosen]
        told = np.append(self.layout.week, ANY_WEEK)[chosen]
        soonest = np.maximum(self.first_week, np.append(self.opening_week, 0)[goes])
        return np.where(goes == HELD, HELD, np.where(told == ANY_WEEK, soonest, told)).astype(
            np.int32
        )


def placed(
    layout: Layout,
    edges: tuple[Nodes, Nodes, Cents],
    *,
    packs: Columns,
    openings: Sequence[Opening],
    prices: PriceSet,
    on: datetime.date,
) -> Placed:
    """The same edges over weeks: from when a pack is ready and a programme open, to the day by
    which it must be gone, or the programme closes, less what storing it until then costs. An edge
    without a day in between is gone, also where both ends lie in one week. [weeks-1]
    """
    since = first_monday(on)
    must = _must_be_gone(packs, on=on)
    ready = np.where(packs.ready == NONE, 0, _weeks(packs.ready, since)).clip(0)
    due = np.where(must == NONE, _LAST, _weeks(must, since)).clip(max=_LAST)
    opens = np.array([max(0, _week(each.opens_on, since, 0)) for each in openings], dtype=np.int64)
    closes = np.array([min(_LAST, _closing(each, since)) for each in openings], dtype=np.int64)
    a_week = storage_cents(packs, prices=prices)
    meets = _meet(edges, packs=packs, must=must, openings=openings)
    src, place, worth = over_weeks(
        layout,
        (edges[0][meets], edges[1][meets], edges[2][meets]),
        first_week=ready,
        last_week=due,
        opening_week=opens,
        closing_week=closes,
        storage_cents=a_week,
    )
    return Placed(
        layout=layout,
        src=src.astype(np.int32),
        place=place,
        cents=worth,
        first_week=ready.astype(np.int32),
        opening_week=opens.astype(np.int32),
        storage_cents=a_week,
    )


def _must_be_gone(packs: Columns, *, on: datetime.date) -> Whole:
    """By when each pack must be gone; a day that is over bars nobody: it goes when it can."""
    found: Whole = np.where(packs.due < on.toordinal(), NONE, packs.due)
    return found


def _meet(
    edges: tuple[Nodes, Nodes, Cents], *, packs: Columns, must: Whole, openings: Sequence[Opening]
) -> Mask:
    """Which edges have a day on which the pack is there, and the programme takes packs."""
    opens = [NONE if each.opens_on is None else each.opens_on.toordinal() for each in openings]
    ends = [_EVER if each.closes_on is None else each.closes_on.toordinal() for each in openings]
    src, to = edges[0], edges[1]
    begin = np.maximum(packs.ready[src], np.array([*opens, NONE])[to])
    final = np.minimum(np.where(must == NONE, _EVER, must)[src], np.array([*ends, NONE])[to] - 1)
    found: Mask = begin <= final
    return found


def storage_cents(packs: Columns, *, prices: PriceSet) -> Cents:
    """What a week in storage costs each pack, in whole cents."""
    each = [storage_of(model.rated_kwh, prices=prices) for model in packs.models]
    return np.array([*each, 0], dtype=np.int64)[packs.model]


def storage_of(rated_kwh: Decimal, *, prices: PriceSet) -> int:
    """The same of one pack."""
    return cents(prices.storage_per_kwh_month * rated_kwh * _MONTHS_A_WEEK)


def days_until(
    week: Nodes, chosen: Nodes, *, packs: Columns, openings: Sequence[Opening], on: datetime.date
) -> Whole:
    """The last day on which each pack goes, in days after Monday of week 0; -1 for one that stays.

    Sunday of its week, or sooner where the pack must be gone or the programme closes. [weeks-2]
    """
    since = first_monday(on).toordinal()
    closes = [
        NONE if each.closes_on is None else each.closes_on.toordinal() - 1 - since
        for each in openings
    ]
    limit = np.array([*closes, NONE], dtype=np.int64)[chosen]
    found = week.astype(np.int64) * 7 + 6
    must = _must_be_gone(packs, on=on)
    due = np.where(must == NONE, found, must - since)
    found = np.minimum(found, np.minimum(due, np.where(limit == NONE, found, limit)))
    return np.where(week == HELD, -1, found)


def _weeks(days: Whole, since: datetime.date) -> Whole:
    found: Whole = (days - since.toordinal()) // 7
    return found


def _week(day: datetime.date | None, since: datetime.date, otherwise: int) -> int:
    return otherwise if day is None else week_of(day, since=since)


def _closing(opening: Opening, since: datetime.date) -> int:
    """The last week in which it takes packs: on the day that it closes it takes none."""
    if opening.closes_on is None:
        return _LAST
    return week_of(opening.closes_on - datetime.timedelta(days=1), since=since)
