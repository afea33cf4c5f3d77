"""Issued serials: kept, each one issued once in all time, whoever draws at the same moment."""

from __future__ import annotations

import random

import pytest
from django.db import DatabaseError

from passport.actions import serial as serials
from passport.models import IssuedSerial, SerialIssue
from passport.models.ids import new_id
from passport.queries import serial
from passport.rules.errors import NotFound
from passport.rules.registrar import NotAMaker
from passport.rules.serials import WrongCount, check_character
from tests.cast import THEN, battery_line, packs, take_in
from tests.passport.acting import acting, run
from tests.recycling.together import together


@pytest.fixture
def models(cast, as_system):
    with as_system():
        packs(cast["maker"], "P1")
        packs(cast["second-maker"], "S1")


def issue(cast, count, by="maker", model="PACK-12", **more):
    with acting(cast[by]):
        return serials.issue(model=model, count=count, by=cast[by], at=THEN, **more)


def test_issues_as_many_as_asked_and_keeps_them(cast, models):
    made = issue(cast, 300)

    assert len(set(made.serials)) == made.count == 300
    for each in made.serials:
        assert check_character(each[:-1]) == each[-1]
    with acting(cast["maker"]):
        assert serial.issued(issue_id=made.id) == made
        assert [row.pk for row in serial.listing(party=cast["maker"], after=None, limit=9)] == [
            made.id
        ]
    with acting(cast["second-maker"]), pytest.raises(NotFound):
        serial.issued(issue_id=made.id)


def test_an_issued_serial_registers_a_battery(cast, models, as_system):
    (one,) = issue(cast, 1).serials
    with as_system():
        done = take_in(cast["maker"], [battery_line(one)])
    assert done.accepted == 1


def test_who_draws_the_same_gets_another(cast, models):
    def loaded():
        drawn = random.Random(7)  # noqa: S311 - the same every time, on purpose
        return drawn.randbytes

    first = issue(cast, 50, random=loaded())
    second = issue(cast, 50, by="second-maker", random=loaded())

    assert not set(first.serials) & set(second.serials)
    assert len(set(second.serials)) == 50


def test_all_at_once_never_get_the_same(cast, models, as_system):
    def draw(number):
        drawn = random.Random(7)  # noqa: S311 - all draw the same
        by = "maker" if number % 2 else "second-maker"
        return issue(cast, 40, by=by, random=drawn.randbytes)

    outcomes = together(draw, range(6))

    issued = [each for outcome in outcomes for each in outcome.serials]
    assert len(issued) == len(set(issued)) == 240
    with as_system():
        assert IssuedSerial.objects.count() == 240
        assert SerialIssue.objects.count() == 6


@pytest.mark.parametrize("count", [0, -3, 10_001])
def test_refuses_a_number_out_of_bounds(cast, models, count):
    with pytest.raises(WrongCount):
        issue(cast, count)


def test_refuses_a_foreign_model_and_who_makes_nothing(cast, models):
    with pytest.raises(NotFound) as caught:
        issue(cast, 1, model="NONE")
    assert caught.value.pointer == "/model"
    with pytest.raises(NotAMaker):
        issue(cast, 1, by="keeper")


def test_raw_sql_takes_no_serial_of_another(cast, models, as_role):
    made = issue(cast, 1)
    with acting(cast["second-maker"]), pytest.raises(DatabaseError, match="row-level security"):
        run("INSERT INTO passport_issuedserial VALUES ('X', %s)", made.id)
    with acting(cast["second-maker"]), pytest.raises(DatabaseError, match="row-level security"):
        run(
            "INSERT INTO passport_serialissue (id, maker_id, model_id, count, issued_at)"
            " SELECT %s, %s, model_id, 1, now() FROM passport_battery LIMIT 1",
            new_id(), cast["maker"].pk,
        )  # fmt: skip
    with as_role("owner"), pytest.raises(DatabaseError, match="append-only"):
        run("DELETE FROM passport_issuedserial")
