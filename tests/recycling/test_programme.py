"""Programmes as their party publishes them, and what the database refuses whoever writes."""

import uuid
from copy import deepcopy
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from recycling.actions.programme import ProgrammeNameTaken
from recycling.models import Programme
from recycling.rules.lanes import Lane
from tests.recycling.stage import cast, publish

LOT = {
    "lot_minimum_packs": 2,
    "lot_maximum_packs": 4,
    "band_width": Decimal("0.05"),
    "weekly_capacity_packs": 3,
}
LANES = (Lane(country="DE", cents_per_tonne_km=31), Lane(country="FR", flat_cents=90_000))
CHEATS = {
    "band_width = NULL": "programme_takes_lots_of_one_band",
    "lot_minimum_packs = NULL, lot_maximum_packs = NULL": "programme_takes_lots_of_one_band",
    "lot_minimum_packs = NULL": "programme_takes_lots_of_one_band",
    "lot_minimum_packs = 0": "programme_takes_lots_of_one_band",
    "lot_minimum_packs = 5": "programme_lot_has_room",
    "weekly_capacity_packs = 0": "programme_takes_a_pack_a_week",
    "process = 'hydro'": "programme_that_recovers",
    'recovery = \'[{"material": "Li", "share": "0.9"}]\'': "programme_that_recovers",
}


@pytest.fixture(scope="module")
def begun(begin):
    return begin(lambda _: cast())


@pytest.fixture
def stage(begun, database):
    return deepcopy(begun.made)


def test_lots_and_lanes_are_kept_once_and_the_database_holds_them(stage, as_system, as_role):
    with as_system():
        made = publish(stage.storage, places=9, lanes=LANES, **LOT)
        assert publish(stage.storage, places=9, lanes=LANES, **LOT).pk == made.pk
        with pytest.raises(ProgrammeNameTaken):
            publish(stage.storage, places=9, lanes=LANES[:1], **LOT)
        won = {"process": "hydro", "recovery": {"Li": Decimal("0.85")}}
        furnace = publish(stage.recycler, places=9, fee_cents_per_kg=-50, name="Furnace", **won)
        assert Programme.objects.get(pk=furnace.pk).recovery == [
            {"material": "Li", "share": "0.85"}
        ]
    with as_role("owner"), connection.cursor() as cursor:
        for change, constraint in CHEATS.items():
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                cursor.execute(
                    f"UPDATE recycling_programme SET {change} WHERE id = %s",  # noqa: S608
                    [uuid.UUID(str(made.pk))],
                )
