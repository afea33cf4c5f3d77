"""The market of a keeper at one moment: packs as columns, openings, and the tables of the day."""

import datetime

import numpy as np
from numpy.typing import NDArray

from passport.models import Party
from recycling.queries import tables
from recycling.queries.market_columns import packs_of
from recycling.queries.price_set import tables_for
from recycling.queries.snapshot import openings_for
from recycling.rules.chemistry import family_of
from recycling.rules.inputs import Inputs


def inputs(*, keeper: Party, on: datetime.date) -> Inputs:
    """All that a plan of that day is made from."""
    return Inputs(
        on=on,
        packs=packs_of(keeper=keeper, on=on),
        openings=openings_for(keeper, on=on),
        gates=tables.gate_document(),
        prices=tables_for(party=keeper, on=on).prices,
    )


def label(seen: Inputs, rows: NDArray[np.int32]) -> str:
    """What people call a part: its commonest family of models, and roughly where it is."""
    models = np.unique(seen.packs.model[rows], return_counts=True)
    commonest = seen.packs.models[int(models[0][models[1].argmax()])]
    family = family_of(commonest.chemistry) or "unknown chemistry"
    more = f" and {len(models[0]) - 1} more" if len(models[0]) > 1 else ""
    stands = seen.packs.place[rows]
    stands = stands[stands >= 0]
    if not len(stands):
        return f"{family}, {commonest.code}{more}"[:200]
    where = [seen.packs.places[each] for each in np.unique(stands)]
    latitude = round(sum(each.latitude for each in where) / len(where))
    longitude = round(sum(each.longitude for each in where) / len(where))
    return f"{family}, {commonest.code}{more}, around {latitude}° {longitude}°"[:200]
