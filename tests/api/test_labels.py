"""Labels over HTTP: of one battery, of a whole file; streamed, in order, and only to its party."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.labels import forms
from passport.models import Battery, Intake, LabelPrint
from tests import cast as casting
from tests.cast import Cast
from tests.labels import printed

HOST = "https://passport.example"
SERIALS = [f"S-{number * 37 % 100:03d}" for number in range(100)]
PACK = "https://passport.example/01/09521234000020/21/"


@pytest.fixture
def intake(cast: Cast, as_system: Callable[[], Any], settings: Any) -> Intake:
    """A hundred packs in no order, a cell in each."""
    settings.PASSPORT_PUBLIC_URL = HOST
    lines = [casting.model_line(), casting.model_line("CELL-1", level="CELL")]
    for serial in SERIALS:
        lines.append(casting.battery_line(serial))
    lines.append(
        casting.battery_line("C1", model="CELL-1", parent=casting.battery_line(SERIALS[0])["id"])
    )
    with as_system():
        return casting.take_in(cast["maker"], lines)


def asked(cast: Cast, intake: Intake, form: str, query: str = "") -> Any:
    return cast.speak("maker").get(f"/api/v1/intakes/{intake.pk}/labels.{form}{query}")


def links(answer: Any) -> list[str]:
    return answer.getvalue().decode().splitlines()


def test_a_file_s_links_come_by_serial_or_as_they_stand_in_the_file(
    cast: Cast, intake: Intake
) -> None:
    by_serial = links(asked(cast, intake, "txt", "?level=PACK"))
    assert by_serial == [PACK + serial for serial in sorted(SERIALS)]
    in_order = links(asked(cast, intake, "txt", "?level=PACK&sort=file"))
    assert in_order == [PACK + serial for serial in SERIALS]
    assert len(links(asked(cast, intake, "txt"))) == 101
    assert links(asked(cast, intake, "txt", "?model=CELL-1")) == [
        "https://passport.example/01/09521234000013/21/C1"
    ]
    assert links(asked(cast, intake, "txt", "?lot=NONE")) == []


def test_sheets_of_a_whole_file_decode(cast: Cast, intake: Intake) -> None:
    answer = asked(cast, intake, "pdf", "?label=L7651&contents=marks&level=PACK&start=60")
    assert answer["Content-Type"] == "application/pdf"
    pages = printed.pdf(answer.getvalue())
    # Six places are left on the first sheet.
    assert len(pages) == 3
    found = [text for page in pages for text in printed.read(page, alone=False)]
    assert sorted(found) == [PACK + serial for serial in sorted(SERIALS)]


def test_a_label_printer_gets_a_format_a_battery(cast: Cast, intake: Intake) -> None:
    query = "?label=57x32&contents=code&level=PACK&dpi=300"
    told = asked(cast, intake, "zpl", query).getvalue().decode()
    assert told.count("^XA") == told.count("^XZ") == 100
    assert f"^FDQA,{PACK}S-000^FS" in told


def test_a_laser_gets_a_row_a_battery(cast: Cast, intake: Intake) -> None:
    answer = asked(cast, intake, "csv", "?level=PACK")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [row["serial"] for row in rows] == sorted(SERIALS)
    assert rows[0] == {
        "link": PACK + "S-000", "code": "(01) 09521234000020 (21) S-000", "serial": "S-000",
        "gtin": "09521234000020", "level": "PACK", "model": "PACK-12", "made": "2025-03",
    }  # fmt: skip


def test_a_long_file_comes_in_parts_that_lead_on(
    cast: Cast, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms.Form, "most", 40, raising=False)
    seen, address = [], f"/api/v1/intakes/{intake.pk}/labels.txt?level=PACK"
    while address:
        answer = cast.speak("maker").get(address)
        part = links(answer)
        assert len(part) <= 40
        seen += part
        address = answer.get("Link", "").partition(">")[0].removeprefix("<")
    assert seen == [PACK + serial for serial in sorted(SERIALS)]


REFUSED = {
    "?label=L4730": ("does-not-fit", "the smallest label that holds it is"),
    "?label=sheet": ("not-a-size", "57x32"),
    "?label=L7160&start=22": ("wrong-place", "row by row"),
    "?label=L7160&right_mm=11": ("wrong-place", "100 %"),
    "?contents=all": ("wrong-parameter", "code, marks, full"),
    "?ec=H": ("wrong-parameter", "Q, M"),
    "?dpi=72": ("wrong-parameter", "203, 300, 600"),
    "?part=0": ("wrong-parameter", "from 1"),
    "?sort=colour": ("wrong-parameter", "serial or file"),
    "?level=RACK": ("wrong-parameter", "PACK"),
    "?down_mm=x": ("wrong-parameter", "millimetres"),
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_cannot_be_printed_is_refused_before_the_first_label(
    cast: Cast, intake: Intake, query: str
) -> None:
    answer = asked(cast, intake, "pdf", query)
    assert answer.status_code in (400, 422)
    (error,) = answer.json()["errors"]
    code, remedy = REFUSED[query]
    assert error["code"] == code
    assert remedy in error["remedy"]


def test_the_label_of_one_battery_decodes_in_each_form(
    cast: Cast, intake: Intake, as_system: Callable[[], Any]
) -> None:
    with as_system():
        battery = Battery.objects.get(serial="S-007")
    address = f"/api/v1/batteries/{battery.pk}/label"
    speaker = cast.speak("maker")
    query = "?label=100x50&contents=marks"
    read = {
        "svg": printed.read(printed.svg(speaker.get(f"{address}.svg{query}").content)),
        "png": printed.read(printed.png(speaker.get(f"{address}.png{query}").content)),
        "pdf": printed.read(printed.pdf(speaker.get(f"{address}.pdf{query}").content)[0]),
    }
    assert read == {form: [PACK + "S-007"] for form in read}
    assert f"^FDQA,{PACK}S-007^FS" in speaker.get(f"{address}.zpl{query}").content.decode()


def test_a_letter_that_no_printed_font_has_is_named(
    cast: Cast, as_system: Callable[[], Any]
) -> None:
    facts = {"4": "Жёлтая улица 1"}
    lines = [casting.model_line(facts=facts), casting.battery_line("R1")]
    with as_system():
        made = casting.take_in(cast["maker"], lines)
        battery = Battery.objects.get(serial="R1")
    answer = asked(cast, made, "pdf", "?label=L7165")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["code"] == "no-such-letter"
    assert "Ж" in error["detail"]
    drawn = cast.speak("maker").get(f"/api/v1/batteries/{battery.pk}/label.svg?label=L7165")
    assert "Жёлтая" in drawn.content.decode()


def test_a_file_holds_none_of_the_database_between_two_pieces(
    cast: Cast, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(forms, "_AT_ONCE", 30)
    answer = asked(cast, intake, "zpl", "?level=PACK&label=100x50")
    for piece in answer.streaming_content:
        calls.append(piece.count(b"^XZ"))
    assert calls == [30, 30, 30, 10]


def _print(cast: Cast, intake: Intake, who: str = "maker", **changed: Any) -> Any:
    body = {"level": "PACK", "count": 60, "label": "L7160"} | changed
    return cast.speak(who).send(f"/api/v1/intakes/{intake.pk}/label-prints", body)


def test_a_print_job_is_remembered_once_and_only_of_one_s_own_file(
    cast: Cast, intake: Intake, as_system: Callable[[], Any]
) -> None:
    name = str(uuid4())
    assert _print(cast, intake, id=name).status_code == 201
    assert _print(cast, intake, id=name).json()["id"] == name
    assert _print(cast, intake, "second-maker").status_code == 404
    with as_system():
        assert LabelPrint.objects.count() == 1
    listed = cast.speak("maker").get(f"/api/v1/intakes/{intake.pk}/label-prints").json()["items"]
    assert [(each["level"], each["count"]) for each in listed] == [("PACK", 60)]


@pytest.mark.parametrize("changed", [{"count": 61}, {"level": "CELL", "count": 1}, {"label": "x"}])
def test_another_job_under_the_same_id_is_refused(
    cast: Cast, intake: Intake, as_system: Callable[[], Any], changed: Any
) -> None:
    name = str(uuid4())
    assert _print(cast, intake, id=name).status_code == 201
    answer = _print(cast, intake, id=name, **changed)
    assert answer.status_code == 409
    (error,) = answer.json()["errors"]
    assert (error["code"], error["pointer"]) == ("print-id-reused", "/id")
    with as_system():
        assert LabelPrint.objects.get().count == 60


def test_print_jobs_are_listed_newest_first_whatever_their_ids_are(
    cast: Cast, intake: Intake, as_system: Callable[[], Any]
) -> None:
    with as_system():
        for minute, name in enumerate((3, 1, 4, 2)):
            LabelPrint.objects.create(
                id=UUID(int=name), intake=intake, party=intake.party, level="PACK", count=1,
                label="x", printed_at=casting.THEN + timedelta(minutes=minute),
            )  # fmt: skip
    seen, address = [], f"/api/v1/intakes/{intake.pk}/label-prints?limit=1"
    while address:
        answer = cast.speak("maker").get(address)
        seen += [UUID(each["id"]).int for each in answer.json()["items"]]
        address = answer.get("Link", "").partition(">")[0].removeprefix("<")
    assert seen == [2, 4, 1, 3]


@pytest.mark.parametrize("changed", [{"count": 0}, {"count": 101}, {"level": "SYSTEM"}])
def test_no_more_labels_than_batteries(cast: Cast, intake: Intake, changed: Any) -> None:
    answer = _print(cast, intake, **changed)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "not-that-many"
