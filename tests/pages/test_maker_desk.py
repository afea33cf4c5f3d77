"""The maker's desk: what waits is counted, the first hour is ticked off, models are typed in."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction

from passport.models import Battery, BatteryModel, Intake, LabelPrint
from passport.models.ids import new_id
from passport.queries import desk_maker, made, tenancy
from tests.api.stage import NOW
from tests.cast import battery_line, model_line, take_in, work_off
from tests.pages.conftest import People
from tests.pages.desk_expectations import _MODEL

LOTS = ("A-1", "A-2", "B-1")


def lines() -> list[dict[str, Any]]:
    """A cell model, two cells a lot, and a line that is wrong."""
    cells = [battery_line(f"{lot}.{n}", model="CELL-9", lot=lot) for lot in LOTS for n in (1, 2)]
    return [model_line("CELL-9", level="CELL"), *cells, battery_line("LOST", model="NONE")]


def today(people: People, name: str = "maker") -> desk_maker.Today:
    """The first look of a maker, under its own tenancy."""
    party = people.stage.cast[name]
    with people.as_system(), transaction.atomic():
        tenancy.act_as(party.pk)
        return desk_maker.today(party_id=party.pk, at=NOW)


def test_what_waits_is_counted_and_a_mended_line_waits_no_more(people: People) -> None:
    maker = people.stage.cast["maker"]
    before = today(people)
    with people.as_system():
        taken = take_in(maker, lines(), at=NOW)
    found = today(people)
    assert found.to_mend == before.to_mend + 1
    assert found.mend_in == taken.pk
    assert found.accepted == before.accepted + 7
    assert found.unattested.n == before.unattested.n + 6
    assert found.to_label == before.to_label, "cells are marked as they are made"
    with people.as_system():
        mender = take_in(maker, [battery_line("LOST", model="CELL-9")], at=NOW)
        Intake.objects.filter(pk=mender.pk).update(mends=taken, mends_line=8)
    assert today(people).to_mend == before.to_mend


def test_lots_come_last_first_page_by_page_and_are_nobody_else_s(people: People) -> None:
    with people.as_system():
        take_in(people.stage.cast["maker"], lines())
    desk = people.at_desk("maker")
    page = desk.get("/desk/lots/").text
    places = [page.index(f'class="mono">{lot}<') for lot in LOTS]
    assert places == sorted(places, reverse=True)
    assert 'class="mono">A-1<' in desk.get("/desk/lots/?before=A-2").text
    assert 'class="mono">A-2<' not in desk.get("/desk/lots/?before=A-2").text
    other = people.at_desk("second-maker").get("/desk/lots/").text
    assert not any(lot in other for lot in LOTS)
    with people.as_system(), transaction.atomic():
        tenancy.act_as(people.stage.cast["maker"].pk)
        first = made.lots(limit=2)
        assert ([each.lot for each in first.lots], first.next) == (["B-1", "A-2"], "A-2")
        assert [each.lot for each in made.lots(before=first.next, limit=2).lots] == ["A-1"]
        assert [each.made.n for each in first.lots] == [2, 2]


def test_counts_end_where_they_are_told_to(people: People) -> None:
    maker = people.stage.cast["maker"]
    with people.as_system():
        take_in(maker, lines())
    with people.as_system(), transaction.atomic():
        model = BatteryModel.objects.get(maker=maker, code="CELL-9")
        tenancy.act_as(maker.pk)
        assert made._made([model.pk], most=5)[model.pk] == made.Bounded(5, True)
        assert made._made([model.pk], most=6)[model.pk] == made.Bounded(6)
        assert Battery.objects.filter(model=model).count() == 6


def test_the_first_hour_is_ticked_off_as_it_is_done(people: People) -> None:
    desk, maker = people.at_desk("second-maker"), people.stage.cast["second-maker"]
    assert "Begin here" in desk.get("/desk/").text
    assert ticked(desk) == [False, False, False, False, False]
    with people.as_system():
        taken = take_in(maker, [model_line("P-9"), battery_line("P9", model="P-9")])
    assert ticked(desk) == [False, False, True, True, False]
    assert f'href="/desk/intakes/{taken.pk}/labels"' in desk.get("/desk/first-hour/").text
    with people.as_system():
        LabelPrint.objects.create(
            id=new_id(), intake=taken, party=maker, level="PACK", count=1, printed_at=NOW
        )
    assert ticked(desk) == [False, False, True, True, True]
    assert today(people, "second-maker").to_label == made.Bounded(0)


def test_a_model_is_typed_in_and_lands_as_a_file_of_one_line(people: People) -> None:
    desk, maker = people.at_desk("maker"), people.stage.cast["maker"]
    sent = desk.post("/desk/models/", _MODEL)
    assert sent.status_code == 302
    with people.as_system():
        received = Intake.objects.order_by("-id")[0]
        assert sent["Location"] == f"/desk/intakes/{received.pk}/"
        work_off(received)
        model = BatteryModel.objects.get(maker=maker, code="NEW-1")
    assert str(model.rated_energy_kwh.normalize()) == "0.896", "a comma is read as one"
    assert "NEW-1" in desk.get("/desk/models/").text
    page = desk.get(f"/desk/models/{model.pk}/")
    assert "Register the first" in page.text
    assert people.at_desk("second-maker").get(f"/desk/models/{model.pk}/").status_code == 404


def test_a_model_that_is_wrong_is_said_at_once_and_keeps_what_was_typed(people: People) -> None:
    desk = people.at_desk("maker")
    for changed, field, words in (
        ({"mass_kg": "-1"}, "mass_kg", "above 0"),
        ({"mass_kg": "heavy"}, "mass_kg", "decimal"),
        ({"minimum_voltage_v": "9"}, "nominal_voltage_v", "voltages do not rise"),
        ({"code": ""}, "code", "is missing"),
        ({"level": "CRATE"}, "level", "write one of"),
        ({"code": "PACK-12"}, "code", "registered with other data"),
    ):
        page = desk.post("/desk/models/", _MODEL | changed)
        assert page.status_code in (400, 409, 422), changed
        assert f'href="#{field}"' in page.text, changed
        assert words.lower() in page.text.lower(), changed
        assert 'value="0,896"' in page.text, "what was typed stays"
    with people.as_system():
        assert not BatteryModel.objects.filter(code="NEW-1").exists()


def test_who_makes_nothing_sees_no_maker_s_desk_and_registers_no_model(people: People) -> None:
    keeper = people.at_desk("keeper")
    assert "Today’s intake" not in keeper.get("/desk/").text
    assert "Today’s intake" in people.at_desk("maker").get("/desk/").text
    assert keeper.post("/desk/models/", _MODEL).status_code == 403


def ticked(desk: Any) -> list[bool]:
    """Which steps the page says are done."""
    page = desk.get("/desk/first-hour/").text.partition('class="ladder')[2]
    found = re.findall(r'aria-hidden="true">([●○])</span>(done|to do)<', page)
    assert len(found) == 5
    return [word == "done" for _, word in found]
