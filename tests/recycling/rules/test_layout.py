"""Weeks and lots as places and rooms of a market."""

import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np

from recycling.rules.arrays import HELD, Market
from recycling.rules.layout import ANY_WEEK, lay_out, lots_of, over_weeks
from recycling.rules.lots import WHOLE, Band
from recycling.rules.market import LotTerms, Opening, Route
from recycling.rules.matching import solve
from recycling.rules.weeks import first_monday, week_of
from tests.recycling.rules.test_value import FURNACE, SECOND


def opening(name, *, places, route=Route.REPURPOSE, **more):
    terms = FURNACE if route is Route.RECYCLE else SECOND
    return Opening(name=name, route=route, terms=replace(terms, id=name), places=places, **more)


OPENINGS = (
    opening("any", places=2, partner="p"),
    opening("weekly", places=3, weekly_places=1, partner="p"),
    opening("furnace", places=9, route=Route.RECYCLE, partner="q"),
)


def market_over(openings, edges, *, weeks, ready, due, begin, close, storage, hold):
    layout = lay_out(openings, weeks=weeks)
    src, place, cents = over_weeks(
        layout,
        tuple(np.asarray(each) for each in edges),
        first_week=np.asarray(ready),
        last_week=np.asarray(due),
        opening_week=np.asarray(begin),
        closing_week=np.asarray(close),
        storage_cents=np.asarray(storage),
    )
    return layout, Market.of(
        tuple(f"pack-{i}" for i in range(len(ready))),
        layout.names,
        (src, place, cents),
        capacity=layout.capacity,
        hold_cents=hold,
        pools=layout.pools,
    )


def test_places_stand_for_weeks_only_where_a_week_has_a_limit():
    layout = lay_out(OPENINGS, weeks=3)
    assert layout.names == ("any", "weekly/0", "weekly/1", "weekly/2", "furnace")
    assert layout.opening.tolist() == [0, 1, 1, 1, 2]
    assert layout.week.tolist() == [ANY_WEEK, 0, 1, 2, ANY_WEEK]
    assert layout.capacity.tolist() == [2, 1, 1, 1, 9]
    names, above, capacity = layout.pools
    assert names == ("weekly",)
    assert above.tolist() == [-1, 0, 0, 0, -1, -1]
    assert capacity.tolist() == [3]
    assert [layout.node(at) for at in range(3)] == [0, 5, 4]


def test_weeks_and_deadlines_are_the_best_of_all():
    """Against every choice of programme and week for each pack."""
    for seed in range(60):
        told = _times(np.random.default_rng(seed))
        layout, market = market_over(OPENINGS, **told, hold=-3)
        ways = [_ways(told, pack) for pack in range(len(told["ready"]))]
        best = max(
            sum(worth for _, _, worth in plan) for plan in itertools.product(*ways) if _fits(plan)
        )
        answer = solve(market)
        assert answer.objective_cents == best, seed
        for pack, place in enumerate(answer.chosen.tolist()):
            week = int(layout.week[place]) if place != HELD else ANY_WEEK
            assert week == ANY_WEEK or told["ready"][pack] <= week <= told["due"][pack], seed


def _times(dice):
    n, weeks = int(dice.integers(1, 6)), int(dice.integers(1, 4))
    cells = np.argwhere(dice.random((n, 3)) < 0.7)
    return {
        "edges": (cells[:, 0], cells[:, 1], dice.integers(-5, 20, len(cells))),
        "weeks": weeks,
        "ready": dice.integers(0, weeks + 1, n),
        "due": dice.integers(0, weeks, n),
        "begin": dice.integers(0, weeks, 3),
        "close": dice.integers(0, weeks, 3),
        "storage": dice.integers(0, 4, n),
    }


def _ways(told, pack):
    """To stay, or any programme in any week: with what that is worth."""
    found, ready = [(HELD, 0, -3)], int(told["ready"][pack])
    for other, programme, worth in zip(*told["edges"], strict=True):
        if other == pack:
            last = min(told["due"][pack], told["close"][programme])
            weeks = range(max(ready, told["begin"][programme]), last + 1)
            stored = int(told["storage"][pack])
            found += [(programme, week, int(worth) - stored * (week - ready)) for week in weeks]
    return found


def _fits(plan):
    used = [programme for programme, _, _ in plan]
    weekly = [week for programme, week, _ in plan if programme == 1]
    rooms = all(used.count(at) <= each.places for at, each in enumerate(OPENINGS))
    return rooms and len(weekly) == len(set(weekly))


def test_lots_count_what_is_accepted_already():
    terms = LotTerms(
        minimum=5, maximum=8, band_width=Decimal("0.06"), placed=2,
        begun_model="B", begun_low=Decimal("0.7"),
    )  # fmt: skip
    openings = (
        replace(OPENINGS[0], lot=LotTerms(minimum=9)),
        replace(OPENINGS[1], lot=terms),
        OPENINGS[2],
    )
    layout = lay_out(openings, weeks=2)
    lots = lots_of(openings, layout, soh=np.array([1, 2]), model=np.array([0, 1]), codes=["A", "B"])
    assert lots.node.tolist() == [0, layout.node(1)]
    assert (lots.least.tolist(), lots.most.tolist()) == ([9, 3], [9, 3])
    assert lots.fixed == ((1, Band(model=1, low=700_000, high=760_000)),)
    assert lots_of(OPENINGS, layout, soh=lots.soh, model=lots.model, codes=[]) is None
    assert lots.width.tolist() == [0, WHOLE * 6 // 100]


def test_what_is_taken_of_a_week_is_not_taken_again():
    weekly = replace(OPENINGS[1], weekly_places=2, weekly_taken=(2, 1))
    assert lay_out((weekly,), weeks=3).capacity.tolist() == [0, 1, 2]


def test_weeks_begin_on_mondays_and_no_offer_of_the_first_ends_after_it():
    told = {date(2026, 11, 30 - n): first_monday(date(2026, 11, 30 - n)) for n in range(7)}
    assert set(told.values()) == {date(2026, 11, 23), date(2026, 11, 30)}
    assert [day.isoweekday() for day, monday in told.items() if monday.day == 23] == [4, 3, 2]
    days = [date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 6), date(2026, 12, 7)]
    assert [week_of(day, since=date(2026, 11, 30)) for day in days] == [-1, 0, 0, 1]
