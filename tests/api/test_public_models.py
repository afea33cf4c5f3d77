"""GET /01/{gtin}: what anybody may know of a model, and that nobody learns of a battery by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from api.http import scanning
from api.http.scanning import Notebook
from passport.actions import naming_right
from passport.models import Battery, BatteryModel, Scan
from passport.queries.public_model import MOST
from tests.api.link_cases import BROWSER, HERE, LINKSET, MODEL, NOBODYS, get, links_of
from tests.cast import PACK_GTIN, THEN, Cast, battery_line, model_line, take_in

System = Callable[[], Any]
POINTS = {
    each["number"]: each
    for each in json.loads(
        (Path(__file__).resolve().parents[2] / "fixtures/reference/datapoints.json").read_text()
    )["points"]
}
ANNOUNCED = "09521234000037"


def told(cast: Cast) -> dict[str, Any]:
    return dict(get(cast, MODEL).json())


def test_a_machine_reads_what_all_batteries_of_a_model_share(cast: Cast, pack: Battery) -> None:
    answer = get(cast, MODEL)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    said = answer.json()
    assert (said["identity"], said["gtin"]) == (f"https://id.gs1.org{MODEL}", PACK_GTIN)
    (model,) = said["models"]
    assert (model["code"], model["rated_capacity_ah"]) == ("PACK-12", "280")
    assert (model["maker_name"], model["naming"]) == ("Maker", "UNPROVEN")
    assert get(cast, MODEL, if_none_match=answer["ETag"]).status_code == 304


def test_only_public_points_of_the_level_of_a_model_are_told(
    cast: Cast, as_system: System, as_role: Callable[[str], Any]
) -> None:
    facts = {str(number): f"secret {number}" for number in POINTS}
    with as_system():
        take_in(cast["maker"], [model_line(), battery_line("P1")])
    with as_role("owner"):
        assert BatteryModel.objects.update(facts=facts) == 1
    (model,) = told(cast)["models"]
    numbers = {each["number"] for each in model["points"]}
    shared = {n for n, p in POINTS.items() if (p["access"], p["level"]) == ("public", "model")}
    assert numbers == shared
    for number in set(POINTS) - shared:
        assert f'"secret {number}"' not in json.dumps(model)


def test_nothing_of_a_battery_is_in_it(cast: Cast, pack: Battery) -> None:
    for answer in (get(cast, MODEL), get(cast, MODEL, accept=BROWSER)):
        page = answer.content.decode()
        for word in (
            str(pack.pk),
            "P1-C1",
            "/21/",
            "2025-03",
            str(pack.model_id),
            '"lot"',
            "holder",
        ):
            assert word not in page, word


def test_a_model_that_is_only_announced_is_nobody_s_business(
    cast: Cast, pack: Battery, as_system: System
) -> None:
    with as_system():
        take_in(cast["maker"], [model_line("NEXT", gtin=ANNOUNCED)])
        assert BatteryModel.objects.filter(gtin=ANNOUNCED).exists()
    nowhere = "/01/09521234000044"
    for ask in ("", "?linkType=linkset", "?linkType=gs1:pip", "/10/L", "/21/X?linkType=linkset"):
        for accept in ("application/json", BROWSER, LINKSET):
            kept = get(cast, f"/01/{ANNOUNCED}{ask}", accept=accept)
            absent = get(cast, f"{nowhere}{ask}", accept=accept)
            assert (kept.status_code, absent.status_code) == (404, 404), (ask, accept)
            assert kept.get("Link") == absent.get("Link")
    with as_system():
        line = battery_line("N1", model="NEXT", id=f"https://id.gs1.org/01/{ANNOUNCED}/21/N1")
        assert not take_in(cast["maker"], [line]).rejected
    assert get(cast, f"/01/{ANNOUNCED}").status_code == 200


def test_the_application_reads_no_battery_by_it(cast: Cast, pack: Battery) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM passport_battery")
        assert cursor.fetchone() == (0,), "this role sees none without a party"
        cursor.execute("SELECT * FROM public_models_v1(%s)", [PACK_GTIN])
        assert [row[0] for row in cursor.fetchall()] == [pack.model_id]
        cursor.execute("SELECT * FROM public_models_v1('')")
        assert cursor.fetchall() == []


def test_a_batch_is_as_unknown_as_one_that_there_is(cast: Cast, as_system: System) -> None:
    with as_system():
        take_in(cast["maker"], [model_line(), battery_line("P1", lot="LOT-7")])
    for ask in ("", "?linkType=linkset", "?linkType=gs1:pip"):
        there, absent = (get(cast, f"{MODEL}/10/{lot}{ask}") for lot in ("LOT-7", "LOT-8"))
        assert there.status_code == absent.status_code
        assert there.get("Location") == absent.get("Location")
        assert there.content == absent.content


def test_two_makers_under_one_gtin_are_both_told_the_proven_one_first(
    cast: Cast, pack: Battery, as_system: System
) -> None:
    with as_system():
        other = [model_line("CLONE"), battery_line("Z1", model="CLONE")]
        assert not take_in(cast["second-maker"], other).rejected
        claimed = naming_right.claim(
            kind="GS1_PREFIX", value="9521234", by=cast["second-maker"], at=THEN
        )
    makers = [each["maker_name"] for each in told(cast)["models"]]
    assert makers == ["Maker", "Second-Maker"]
    page = get(cast, MODEL, accept=BROWSER).content.decode()
    assert page.count("Prefix unproven") == 2
    with as_system():
        naming_right.accept(
            right_id=claimed.pk, operator="An operator", reason="the licence names it", at=THEN,
            document_sha256=bytes(32),
        )  # fmt: skip
    told_ = [(each["maker_name"], each["naming"]) for each in told(cast)["models"]]
    assert told_ == [("Second-Maker", "PROVEN"), ("Maker", "ANOTHERS")]


def test_a_crowd_of_models_is_told_so_far(cast: Cast, pack: Battery, as_system: System) -> None:
    with as_system():
        lines = []
        for n in range(MOST + 5):
            lines += [model_line(f"X{n}"), battery_line(f"X{n}", model=f"X{n}")]
        assert not take_in(cast["second-maker"], lines).rejected
    assert len(told(cast)["models"]) == MOST


def test_a_person_reads_a_page_in_either_language(cast: Cast, pack: Battery) -> None:
    page = get(cast, MODEL, accept=BROWSER)
    assert page["Content-Type"].startswith("text/html")
    assert {"Accept", "Accept-Language", "Cookie"} <= set(page["Vary"].split(", "))
    assert "This code names a model" in page.content.decode()
    same = get(cast, MODEL, accept=BROWSER, if_none_match=page["ETag"])
    assert (same.status_code, same.content) == (304, b"")
    german = get(cast, MODEL + "?lang=de", accept=BROWSER, if_none_match=page["ETag"])
    assert "Dieser Code nennt ein Modell" in german.content.decode()


def test_a_forged_label_shows_no_page_of_the_model_but_says_where_it_is(
    cast: Cast, pack: Battery
) -> None:
    for accept in ("application/json", BROWSER):
        answer = get(cast, NOBODYS, accept=accept)
        assert answer.status_code == 404
        assert "PACK-12" not in answer.content.decode()
        assert answer["Link"].startswith(f'<{MODEL}>; rel="https://ref.gs1.org/voc/pip"')
    assert links_of(cast, NOBODYS + "?linkType=linkset")[0]["anchor"].endswith(MODEL)


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "NOTEBOOK", Notebook(every_s=0))


def test_only_what_is_read_of_a_battery_is_a_scan(
    cast: Cast, pack: Battery, notebook: None, as_system: System
) -> None:
    for address in (
        MODEL, f"{MODEL}?linkType=linkset", f"{MODEL}/10/L", f"{MODEL}/10/L/21/P1", f"{HERE}/",
        f"{HERE}?linkType=gs1:dpp", f"{HERE}?linkType=gs1:pip", f"{HERE}?linkType=gs1:none",
        f"{NOBODYS}?linkType=linkset", f"{NOBODYS}?linkType=gs1:pip", "/.well-known/gs1resolver",
    ):  # fmt: skip
        get(cast, address)
    cast.speak("nobody").client.options(HERE)
    cast.speak("nobody").client.head(HERE + "?linkType=linkset")
    with as_system():
        assert not Scan.objects.exists()
    for address in (HERE, f"{HERE}?format=html", f"{HERE}?linkType=linkset", NOBODYS):
        get(cast, address)
    with as_system():
        rows = Scan.objects.order_by("id").values_list("identity", "kind")
        assert [kind for _, kind in rows] == ["DATA", "PAGE", "DATA", "DATA"]
        assert rows[3][0].endswith("/21/NOBODYS")
