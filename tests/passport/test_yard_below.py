"""What was noted in a yard cannot be changed from below, nor seen or written by others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError

from passport.actions import yard
from passport.models import Battery, Party
from passport.models.ids import new_id
from passport.queries import yard as queries
from passport.rules.yard import TooShort
from tests.cast import Cast
from tests.passport.acting import acting, run
from tests.passport.yarding import NOW, UNKNOWN, noted, send


def test_a_part_of_a_serial_finds_what_one_sees_and_nothing_else(cast: Cast, kept: Battery) -> None:
    part = "D-77"
    with acting(cast["keeper"]):
        assert _found(cast["keeper"], part.lower()) == {kept.pk}
        assert _found(cast["keeper"], "%%%") == _found(cast["keeper"], "___") == set()
        with pytest.raises(TooShort):
            _found(cast["keeper"], " ab ")
    with acting(cast["maker"]):
        assert _found(cast["maker"], part) >= {kept.pk}
    for name in ("recycler", "second-maker", "stranger"):
        with acting(cast[name]):
            assert _found(cast[name], part) == set()


def _found(by: Party, part: str) -> set[UUID]:
    return {each.id for each in queries.partial(part=part, party_id=by.pk)}


CHEATS = {
    "changed": "UPDATE passport_yardrecord SET text = 'x'",
    "unsettled": "UPDATE passport_yardrecord SET settled_at = NULL",
    "dropped": "DELETE FROM passport_yardrecord",
    "given away": "UPDATE passport_yardrecord SET party_id = gen_random_uuid()",
}


@pytest.mark.parametrize("role", ["app", "system", "owner"])
@pytest.mark.parametrize("cheat", CHEATS)
def test_what_was_noted_is_not_changed_from_below(
    cast: Cast, kept: Battery, as_role: Any, role: str, cheat: str
) -> None:
    keeper = cast["keeper"]
    (answer,) = send(keeper, noted(text=UNKNOWN))
    with acting(keeper):
        yard.settle(record_id=answer.id, by=keeper, at=NOW)
    with as_role(role), acting(keeper), pytest.raises(DatabaseError):
        run(CHEATS[cheat])


def test_nobody_notes_in_another_s_name(cast: Cast, kept: Battery) -> None:
    (answer,) = send(cast["keeper"], noted(text=kept.identity))
    assert answer.record is not None
    row = answer.record
    for changed in ({"party": cast["keeper"]}, {"party": cast["recycler"]}):
        row.pk, row.record_id = new_id(), new_id()
        for name, value in changed.items():
            setattr(row, name, value)
        with pytest.raises(DatabaseError), acting(cast["recycler"]):
            row.save(force_insert=True)
