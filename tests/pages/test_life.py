"""The life of a battery on its record: in pages, newest first; what was wrong is struck through."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from passport.actions import event, health
from passport.models import LifecycleEvent
from passport.models.ids import new_id
from passport.rules.health import Method, make_reading
from passport.rules.lifecycle import EventKind
from tests.api.stage import NOW
from tests.cast import THEN
from tests.pages.conftest import People

LINE = re.compile(r'<li id="event-([0-9a-f-]+)"( class="struck")?>(.*?)</li>', re.DOTALL)


@pytest.fixture
def told(people: People):
    """Record events of the kept pack as the keeper, one a minute."""

    def tell(count: int) -> list[LifecycleEvent]:
        with people.as_system():
            return [
                event.record(
                    battery_id=people.stage.ids["battery_id"], kind=EventKind.INCIDENT,
                    happened_at=THEN + timedelta(minutes=n), event_id=new_id(),
                    facts={"what": f"bump {n}"}, by=people.stage.cast["keeper"], at=NOW,
                )
                for n in range(count)
            ]  # fmt: skip

    return tell


def lines_of(text: str) -> dict[str, str]:
    return {own: struck + body for own, struck, body in LINE.findall(text)}


def test_a_long_life_is_read_in_pages_and_nothing_is_left_out(people: People, told) -> None:
    made = {str(each.pk) for each in told(120)}
    desk, address = people.at_desk("keeper"), f"/desk/batteries/{people.stage.ids['battery_id']}/"
    seen: list[str] = []
    query = ""
    for _ in range(9):
        text = desk.get(address + query).text
        seen += lines_of(text)
        older = re.search(r'href="[^"?]*(\?before=[^"#]+)#life" rel="next"', text)
        if older is None:
            break
        query = older[1]
    assert len(seen) == len(set(seen)) > 120
    assert made <= set(seen)
    for wrong in ("x", "2026-01-05T08:00:00~x", "2026-01-05~" + seen[0]):
        assert desk.get(address, {"before": wrong}).status_code == 404


def test_what_is_declared_wrong_stays_and_is_struck_through(people: People, told) -> None:
    (wrong,) = told(1)
    desk, address = people.at_desk("keeper"), f"/desk/batteries/{people.stage.ids['battery_id']}/"
    sent = f"{address}events/{wrong.pk}/wrong"
    refused = desk.post(sent, {})
    assert refused.status_code == 422
    assert "Choose a reason." in refused.text
    for _ in range(2):
        answer = desk.post(sent, {"reason": "DID_NOT_OCCUR"})
        assert (answer.status_code, answer["Location"]) == (302, f"{address}#event-{wrong.pk}")
    lines = lines_of(desk.get(address).text)
    line = lines[str(wrong.pk)]
    assert line.startswith(' class="struck"')
    assert "<del>" in line
    assert "declared wrong" in line
    assert "by Keeper" in line
    assert f'action="{sent}"' not in line
    (said,) = (each for each in lines.values() if f'href="#event-{wrong.pk}"' in each)
    assert "Declares" in said
    again = desk.post(sent, {"reason": "INCORRECT_DATA"})
    assert (again.status_code, "declared wrong before" in again.text) == (409, True)


def test_nobody_but_its_recorder_is_offered_to_declare_it_wrong(people: People, told) -> None:
    told(1)
    address = f"/desk/batteries/{people.stage.ids['battery_id']}/"
    assert "/wrong" in people.at_desk("keeper").get(address).text
    for name in ("maker", "authority"):
        assert "/wrong" not in people.at_desk(name).get(address).text


def test_of_very_many_readings_a_plot_shows_the_newest_and_a_spread(people: People) -> None:
    battery, keeper = people.stage.ids["battery_id"], people.stage.cast["keeper"]
    with people.as_system():
        for n in range(430):
            reading = make_reading(
                soh=Decimal("0.95") - n * Decimal("0.0005"), method=Method.BMS_REPORTED,
                source="BMS", measured_at=THEN + timedelta(hours=n),
            )  # fmt: skip
            health.read(
                battery_id=battery, event_id=new_id(), reading=reading, by=keeper,
                at=NOW + timedelta(days=30),
            )  # fmt: skip
    text = people.at_desk("keeper").get(f"/desk/batteries/{battery}/").text
    wide = text.partition('class="plot wide"')[2].partition("</svg>")[0]
    assert 100 <= wide.count('class="whisker"') <= 200
    assert "0.736" in wide
