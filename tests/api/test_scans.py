"""Reading a label leaves a note: which, when, and no finer than the grid where; of nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError

from api.http import scanning
from api.http.scanning import Notebook
from api.http.throttles import Buckets
from passport.actions import scan
from passport.actions.scan import Seen
from passport.models import Battery, Scan
from tests.cast import PACK_GTIN, THEN, Cast

HERE = f"/01/{PACK_GTIN}/21/P1"
System = Callable[[], Any]


@pytest.fixture(autouse=True)
def notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """A notebook that writes at once."""
    made = Notebook(every_s=0)
    monkeypatch.setattr(scanning, "NOTEBOOK", made)
    return made


def read(cast: Cast, address: str = HERE, **headers: str) -> int:
    status: int = cast.speak("nobody").get(address, **headers).status_code
    return status


def test_a_page_and_data_are_noted_and_a_label_and_a_head_are_not(
    cast: Cast, pack: Battery, as_system: System
) -> None:
    assert read(cast, accept="text/html") == 200
    assert read(cast, accept="application/json") == 200
    assert read(cast, HERE + "/label.svg") == 200
    assert cast.speak("nobody").client.head(HERE).status_code == 200
    with as_system():
        assert [(row.identity, row.kind, row.country) for row in Scan.objects.order_by("id")] == [
            (pack.identity, "PAGE", ""), (pack.identity, "DATA", ""),
        ]  # fmt: skip


def test_what_nobody_has_registered_is_noted_though_the_answer_is_404(
    cast: Cast, as_system: System
) -> None:
    assert read(cast, f"/01/{PACK_GTIN}/21/NOBODYS") == 404
    with as_system():
        assert Scan.objects.get().identity.endswith("/21/NOBODYS")


def test_a_place_is_kept_to_a_tenth_of_a_degree_and_nonsense_is_nowhere(
    cast: Cast, pack: Battery, as_system: System
) -> None:
    for place in ("52.516275,13.377704", "here", "91,0"):
        assert read(cast, f"{HERE}?place={place}") == 200
    with as_system():
        rows = Scan.objects.order_by("id").values_list("latitude", "longitude")
        assert [tuple(map(str, row)) for row in rows] == [
            ("52.5", "13.4"), ("None", "None"), ("None", "None"),
        ]  # fmt: skip


def test_a_country_is_believed_only_of_the_proxy_s_header_that_the_operator_named(
    cast: Cast, pack: Battery, settings: Any, as_system: System
) -> None:
    read(cast, cf_ipcountry="DE")
    settings.PASSPORT_COUNTRY_HEADER = "CF-IPCountry"
    read(cast, cf_ipcountry="DE")
    settings.PASSPORT_BEHIND_PROXY = True
    for said in ("fr", "XX", "Germany", "T1"):
        read(cast, cf_ipcountry=said)
    with as_system():
        rows = Scan.objects.order_by("id").values_list("country", flat=True)
        assert list(rows) == ["", "", "FR", "", "", ""], "its readers write no header"


def test_a_busy_process_writes_once_a_second_and_keeps_no_more_than_its_bound(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    monkeypatch.setattr(scan, "record", lambda *, seen: written.append(len(seen)))
    clock = [0.0]
    monkeypatch.setattr("api.http.scanning.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(scanning, "MOST_KEPT", 3)
    book = Notebook(every_s=1.0)
    for _ in range(10):
        book.note(Seen("x", None, scan.PAGE, THEN))
    assert (written, book.dropped) == ([1], 6)
    clock[0] = 1.0
    book.note(Seen("x", None, scan.PAGE, THEN))
    assert (written, book.dropped) == ([1, 3], 0)


def test_a_database_that_takes_no_note_costs_the_reader_nothing(
    cast: Cast, pack: Battery, monkeypatch: pytest.MonkeyPatch, as_system: System
) -> None:
    def away(*, seen: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(scan, "record", away)
    assert read(cast) == 200
    with as_system():
        assert not Scan.objects.exists()


def test_a_place_that_makes_up_names_is_answered_and_no_longer_noted(
    cast: Cast, pack: Battery, monkeypatch: pytest.MonkeyPatch, as_system: System
) -> None:
    monkeypatch.setattr(scanning, "_UNKNOWN", Buckets())
    for n in range(scanning.UNKNOWN_AT_ONCE + 20):
        assert read(cast, f"/01/{PACK_GTIN}/21/MADE-UP-{n}") == 404
    assert read(cast) == 200
    with as_system():
        made_up = Scan.objects.filter(identity__contains="MADE-UP").count()
        assert scanning.UNKNOWN_AT_ONCE <= made_up <= scanning.UNKNOWN_AT_ONCE + 5
        assert Scan.objects.filter(identity=pack.identity).count() == 1, "what there is still is"
