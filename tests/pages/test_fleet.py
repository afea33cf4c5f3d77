"""A keeper's fleet: counted by site and health, filtered by the address, put to sites in bulk."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from passport.actions import correction, custody, health, party, siting
from passport.models import Battery, Siting
from passport.models.ids import new_id
from passport.queries import fleet
from passport.queries.fleet import Filter
from passport.rules.correction import Reason
from passport.rules.custody import NotTheHolder
from passport.rules.errors import NotFound
from passport.rules.health import Method, make_reading
from tests import cast as casting
from tests.api.stage import NOW
from tests.cast import THEN
from tests.pages.conftest import People
from tests.passport.acting import REFUSED_BELOW, acting, run

LATER = NOW + timedelta(days=30)


def read(battery: Battery, by: Any, soh: str, *, day: int = 0, **more: Any) -> Any:
    reading = make_reading(
        soh=Decimal(soh), source="bench", measured_at=THEN + timedelta(days=day),
        method=more.pop("method", Method.TESTED),
        **{name: Decimal(value) for name, value in more.items()},
    )  # fmt: skip
    return health.read(battery_id=battery.pk, event_id=new_id(), reading=reading, by=by, at=LATER)


@pytest.fixture
def keeper(people: People) -> Any:
    """The keeper, with four packs more in its hands, two of them at a site, and some read."""
    cast = people.stage.cast
    maker, by = cast["maker"], cast["keeper"]
    with people.as_system():
        made = casting.packs(maker, *(f"F{n}" for n in range(4)))
        for pack in made:
            offered = custody.hand_over(battery_id=pack.pk, to_id=by.pk, by=maker, at=THEN)
            custody.accept(hand_over_id=offered.pk, by=by, at=THEN)
        roof = party.add_facility(party=by, name="Roof", country="DE")
        siting.place(battery_ids=[p.pk for p in made[:2]], facility_id=roof.pk, by=by, at=THEN)
        read(made[0], by, "0.95")
        read(made[0], by, "0.90", day=20)
        read(made[1], by, "0.81", method=Method.BMS_REPORTED, isolation_ohm_per_v="300")
        wrong = read(made[2], by, "0.50")
        correction.declare(
            event_id=wrong.event_id, reason=Reason.DID_NOT_OCCUR, correctives=(),
            declaration_id=new_id(), by=by, at=LATER,
        )  # fmt: skip
    people.roof, people.fleet = roof, made  # type: ignore[attr-defined]
    return by


def found(by: Any, *, at: Any = LATER, **wanted: str) -> list[str]:
    with acting(by):
        page = fleet.page(wanted=Filter(**wanted), at=at)
    assert page.total == len(page.lines)
    return [line.serial for line in page.lines]


def test_batteries_are_counted_by_site_state_and_need(people: People, keeper: Any) -> None:
    with acting(keeper):
        told = fleet.overview(party_id=keeper.pk, at=LATER)
    sites = {site.name: site for site in told.sites}
    assert (sites["Roof"].count, sites[""].count) == (2, 4)
    assert sites["Roof"].middle == (Decimal("0.81000"), Decimal("0.76500"), Decimal("0.85500"))
    # 0.90 was tested; 0.81 the BMS has said.
    assert sites["Roof"].bands[9] == (1, 0)
    assert sites["Roof"].bands[7] == (0, 1)
    assert (told.needs["ISOLATION"], told.needs["DROPPED"]) == (1, 1)
    assert told.count == 6
    with acting(people.stage.cast["stranger"]):
        assert fleet.overview(party_id=keeper.pk, at=LATER).count == 0


def test_a_reading_that_was_declared_wrong_is_no_reading(people: People, keeper: Any) -> None:
    assert "F2" in found(keeper, need="UNREAD")


CASES: dict[str, tuple[dict[str, str], list[str]]] = {
    "by its serial": ({"text": "F1"}, ["F1"]),
    "by need": ({"need": "ISOLATION"}, ["F1"]),
    "lowest health first": ({"sort": "soh", "text": "F"}, ["F1", "F0", "F2", "F3"]),
    "oldest reading first": ({"sort": "measured", "text": "F"}, ["F2", "F3", "F1", "F0"]),
    "a state": ({"state": "RETIRED"}, ["P2"]),
    "a text that is SQL": ({"text": "' OR true --"}, []),
}


@pytest.mark.parametrize("name", CASES)
def test_a_filter_finds(keeper: Any, name: str) -> None:
    wanted, serials = CASES[name]
    assert found(keeper, **wanted) == serials


def test_readings_grow_old(keeper: Any) -> None:
    late = THEN + timedelta(days=120)
    assert set(found(keeper, need="OVERDUE", at=late)) == {"F0", "F1"}


def test_a_page_and_its_file_say_the_same(people: People, keeper: Any) -> None:
    desk = people.at_desk("keeper")
    query = f"?site={people.roof.pk}&sort=soh"  # type: ignore[attr-defined]
    text = desk.get("/desk/fleet/" + query).text
    shown = re.findall(r'<a class="mono" href="[^"]+">([^<]+)</a>', text)
    rows = list(csv.DictReader(desk.get("/desk/fleet/table.csv" + query).text.splitlines()))
    assert shown == [row["serial"] for row in rows] == ["F1", "F0"]
    assert (rows[0]["site"], rows[0]["needs"]) == ("Roof", "ISOLATION OVERDUE")
    assert desk.get("/desk/fleet/?site=none").text.count('name="battery"') == 4
    assert desk.get("/desk/fleet/?site=x&need=x&sort=x&page=x&state=x").status_code == 200


def test_chosen_batteries_and_all_of_a_filter_are_put_to_a_site(
    people: People, keeper: Any
) -> None:
    desk, roof = people.at_desk("keeper"), people.roof  # type: ignore[attr-defined]
    chosen = [str(each.pk) for each in people.fleet[2:]]  # type: ignore[attr-defined]
    answer = desk.post("/desk/fleet/site?q=F", {"battery": chosen, "to": str(roof.pk)})
    assert (answer.status_code, "placed=2" in answer["Location"]) == (302, True)
    assert found(keeper, site=str(roof.pk)) == ["F0", "F1", "F2", "F3"]
    desk.post("/desk/fleet/site?q=F", {"all": "1", "to": ""})
    assert found(keeper, site=str(roof.pk)) == []
    assert desk.post("/desk/fleet/site", {"to": str(roof.pk)}).status_code == 422
    with people.as_system():
        # Every one is kept: where it stood before, and who said so.
        assert Siting.objects.filter(person=people.person("keeper")).count() == 6


def test_only_the_holder_says_where_and_only_at_its_own_site(people: People, keeper: Any) -> None:
    cast, roof = people.stage.cast, people.roof  # type: ignore[attr-defined]
    pack = people.fleet[0].pk  # type: ignore[attr-defined]
    for who, refused in (("maker", NotTheHolder), ("stranger", NotFound)):
        with pytest.raises(refused), acting(cast[who]):
            siting.place(battery_ids=[pack], facility_id=None, by=cast[who], at=LATER)
    with people.as_system():
        other = party.add_facility(party=cast["stranger"], name="Roof", country="DE")
    with pytest.raises(NotFound), acting(keeper):
        siting.place(battery_ids=[pack], facility_id=other.pk, by=keeper, at=LATER)
    row = (
        "INSERT INTO passport_siting (id, battery_id, party_id, facility_id, since)"
        " VALUES (gen_random_uuid(), %s, %s, %s, now())"
    )
    for who, whose, where in (
        ("maker", cast["maker"], None), ("maker", keeper, roof.pk), ("keeper", keeper, other.pk),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match=REFUSED_BELOW), acting(cast[who]):
            run(row, pack, whose.pk, where)
    with acting(cast["maker"]):
        assert run("SELECT count(*) FROM passport_siting") == [(0,)]


def test_a_page_asks_the_same_however_many_there_are(people: People, keeper: Any) -> None:
    desk, counts = people.at_desk("keeper"), []
    desk.get("/desk/fleet/")
    for query in ("?q=F1", ""):
        with CaptureQueriesContext(connection) as asked:
            desk.get("/desk/fleet/" + query)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_battery_that_came_back_stands_at_no_former_site(people: People, keeper: Any) -> None:
    cast = people.stage.cast
    by, other = cast["keeper"], cast["second-maker"]
    with people.as_system():
        pack = Battery.objects.get(serial="F0", holder=by)
        for giver, taker in ((by, other), (other, by)):
            offered = custody.hand_over(battery_id=pack.pk, to_id=taker.pk, by=giver, at=LATER)
            custody.accept(hand_over_id=offered.pk, by=taker, at=LATER)
    roof = _roof(people)
    assert found(by, site=roof) == ["F1"]
    with people.as_system():
        siting.place(battery_ids=[pack.pk], facility_id=roof, by=by, at=LATER)
    assert found(by, site=roof) == ["F0", "F1"]


def _roof(people: People) -> str:
    with people.as_system():
        return str(Siting.objects.exclude(facility=None).values_list("facility_id", flat=True)[0])


def test_of_a_filter_with_too_many_none_is_put(
    people: People, keeper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "MOST_AT_ONCE", 2)
    with people.as_system():
        before = Siting.objects.count()
    answer = people.at_desk("keeper").post("/desk/fleet/site", {"all": "1", "to": ""})
    assert answer.status_code == 422
    assert "at most 2 are put to a site at once" in answer.text
    with people.as_system():
        assert Siting.objects.count() == before
