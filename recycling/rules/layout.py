"""The places of a market and the rooms that they share, from the openings of a snapshot.

A programme without a weekly limit is one place; one with a limit is a place a week, all in the
room of the programme.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recycling.rules.arrays import OUTSIDE, Cents, Nodes
from recycling.rules.lots import ANY_MODEL, WHOLE, Band, LotRules
from recycling.rules.market import LotTerms, Opening

ANY_WEEK = -1


@dataclass(frozen=True, kw_only=True)
class Layout:
    """`opening[j]` and `week[j]` (or ANY_WEEK) say what place j stands for; `first[o]` is the first
    place of opening o; `room[o]` its own room, or OUTSIDE; `pools` as Market.of() takes them.
    """

    names: tuple[str, ...]
    opening: Nodes
    week: Nodes
    capacity: Cents
    first: Nodes
    room: Nodes
    pools: tuple[tuple[str, ...], Nodes, Cents]

    def node(self, opening: int) -> int:
        """The node that counts all packs of an opening."""
        room = int(self.room[opening])
        return int(self.first[opening]) if room == OUTSIDE else len(self.names) + room


def lay_out(openings: Sequence[Opening], *, weeks: int = 1) -> Layout:
    """Places in the order of the openings, weeks in theirs; a plan looks so many weeks ahead.
    [layout-1]
    """
    rooms = [each for each in openings if each.weekly_places is not None]
    room_of = {each.terms.id: number for number, each in enumerate(rooms)}
    own = [room_of.get(each.terms.id, OUTSIDE) for each in openings]
    of = [[ANY_WEEK] if each.weekly_places is None else list(range(weeks)) for each in openings]
    places = [(each, week) for each, some in zip(openings, of, strict=True) for week in some]
    above = [room for room, some in zip(own, of, strict=True) for _ in some]
    return Layout(
        names=tuple(_name(each, week) for each, week in places),
        opening=np.repeat(np.arange(len(of), dtype=np.int32), [len(some) for some in of]),
        week=np.array([week for _, week in places], dtype=np.int32),
        capacity=np.array([_capacity(each, week) for each, week in places], dtype=np.int64),
        first=np.cumsum([0, *(len(some) for some in of)])[:-1].astype(np.int32),
        room=np.array(own, dtype=np.int32),
        pools=(
            tuple(room_of),
            np.array([*above, *(OUTSIDE for _ in rooms)], dtype=np.int32),
            np.array([each.places for each in rooms], dtype=np.int64),
        ),
    )


def _name(opening: Opening, week: int) -> str:
    return opening.terms.id if week == ANY_WEEK else f"{opening.terms.id}/{week}"


def _capacity(opening: Opening, week: int) -> int:
    """Of one place: of a week where weeks have a limit, less what others have of it."""
    weekly, taken = opening.weekly_places, opening.weekly_taken
    if weekly is None:
        return opening.places
    left = weekly - (taken[week] if week < len(taken) else 0)
    return max(0, min(left, opening.places))


def over_weeks(
    layout: Layout,
    edges: tuple[Nodes, Nodes, Cents],
    *,
    first_week: Cents,
    last_week: Cents,
    opening_week: Cents,
    closing_week: Cents,
    storage_cents: Cents,
) -> tuple[Nodes, Nodes, Cents]:
    """Edges to openings as edges to places: one a week from ready to due, less the storage until
    then; without a weekly limit the first week alone, since no later one is better. [layout-2]

    By pack: `first_week`, `last_week`, `storage_cents` a week; by opening: `opening_week` and
    `closing_week`, the first and the last in which it takes packs. An edge that comes too late is
    gone.
    """
    src, opening, cents = edges
    begin = np.maximum(first_week[src], opening_week[opening])
    final = np.minimum(last_week[src], closing_week[opening])
    weekly = layout.week[layout.first] != ANY_WEEK
    count = np.maximum(final - begin + 1, 0)
    count = np.where(weekly[opening], count, np.minimum(count, 1))
    # Of millions of edges no more is held at once than must be.
    at = np.repeat(src.astype(np.int32), count)
    begun = np.repeat((np.cumsum(count) - count).astype(np.int32), count)
    later = np.arange(len(at), dtype=np.int32) - begun
    del begun
    week = np.where(weekly[opening], begin, 0)
    place = np.repeat((layout.first[opening] + week).astype(np.int32), count)
    place += later
    worth = np.repeat(cents - (begin - first_week[src]) * storage_cents[src], count)
    worth -= later * storage_cents[at]
    return at, place, worth


def lots_of(
    openings: Sequence[Opening], layout: Layout, *, soh: Cents, model: Nodes, codes: Sequence[str]
) -> LotRules | None:
    """The lots of the openings that have any; health in millionths, `model[p]` is an index of
    `codes`. What is accepted already counts towards its lot. [layout-3]
    """
    ruled = [(at, each, each.lot) for at, each in enumerate(openings) if each.lot is not None]
    if not ruled:
        return None
    most = [_most(opening, lot) for _, opening, lot in ruled]
    least = [max(0, (lot.minimum or 0) - lot.placed) for _, _, lot in ruled]
    number = {code: at for at, code in enumerate(codes)}
    begun = ((at, lot) for at, (_, _, lot) in enumerate(ruled) if lot.placed)
    return LotRules.of(
        (
            [layout.node(at) for at, _, _ in ruled],
            least,
            np.maximum(least, most),  # one without the room for its least never opens
            [int((lot.band_width or 0) * WHOLE) for _, _, lot in ruled],
            [lot.one_model for _, _, lot in ruled],
        ),
        soh=soh,
        model=model,
        fixed=tuple((at, _begun(lot, number)) for at, lot in begun),
    )


def _most(opening: Opening, lot: LotTerms) -> int:
    left = opening.places if lot.maximum is None else max(0, lot.maximum - lot.placed)
    return min(left, opening.places)


def _begun(lot: LotTerms, number: Mapping[str, int]) -> Band:
    """The band of a lot that has begun; a model that nobody waits with fits nobody."""
    low = int((lot.begun_low or 0) * WHOLE)
    high = low + int(lot.band_width * WHOLE) if lot.band_width else 2 * WHOLE
    model = number.get(lot.begun_model or "", len(number)) if lot.one_model else ANY_MODEL
    return Band(model=model, low=low, high=high)
