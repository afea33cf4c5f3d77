"""What corrections promise holds under raw SQL of the application's own role."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from passport.actions import event
from passport.models.ids import new_id
from passport.rules.lifecycle import EventKind
from tests.cast import THEN
from tests.passport.acting import REFUSED_BELOW, acting, run
from tests.passport.correcting import declare, give, happened

REFUSED = f"{REFUSED_BELOW}|a declaration says which|is declared wrong by its recorder"
ROW = (
    "INSERT INTO passport_correction (id, event_id, declaration_id, party_id, reason, correctives,"
    " declared_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s::uuid[], now())"
)


def refused(by, act):
    """Whether the database refuses it, and with words that say why."""
    with pytest.raises(DatabaseError, match=REFUSED), acting(by):
        act()
    return True


def test_rows_below_say_nothing_that_the_rule_refuses(cast, pack):
    """Raw SQL as the application's role: another's event, no declaration, a false corrective."""
    by = cast["maker"]
    wrong, right = happened(pack, by), happened(pack, by)
    made = declare(happened(pack, by), by)
    give(pack, by, cast["keeper"])
    foreign = happened(pack, cast["keeper"])
    for values in (
        (wrong.pk, made.pk, by.pk, "INCORRECT_DATA", []),  # declares another already
        (wrong.pk, right.pk, by.pk, "INCORRECT_DATA", []),  # no declaration
        (foreign.pk, made.pk, by.pk, "INCORRECT_DATA", []),  # another's event
        (made.pk, made.pk, by.pk, "INCORRECT_DATA", []),  # a declaration
        (wrong.pk, made.pk, cast["keeper"].pk, "INCORRECT_DATA", []),  # in another's name
    ):
        assert refused(by, lambda values=values: run(ROW, *values))
    for correctives in ([foreign.pk], [made.pk], [wrong.pk], [new_id()]):
        values = (by.pk, "INCORRECT_DATA", correctives)
        assert refused(by, lambda values=values: run(ROW, wrong.pk, _bare(wrong, by).pk, *values))
    values = (by.pk, "DID_NOT_OCCUR", [right.pk])
    assert refused(by, lambda: run(ROW, wrong.pk, _bare(wrong, by).pk, *values))


def test_a_declaration_of_nothing_does_not_stand(cast, pack):
    wrong = happened(pack, cast["maker"])
    # Of a battery of which it recorded nothing, nobody takes anything back.
    for by in (cast["maker"], cast["stranger"]):
        assert refused(by, lambda by=by: _bare(wrong, by))


def _bare(wrong, by):
    content = event.words(
        kind=EventKind.CORRECTED, subject={"battery": "x"}, happened_at=THEN, event_id=new_id(),
        facts={},
    )  # fmt: skip
    made = event.written(content=content, by=by, at=THEN)
    made.battery_id = wrong.battery_id
    made.save(force_insert=True)
    return made
