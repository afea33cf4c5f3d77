"""A table of readings at the desk: checked, recorded line by line, mended and sent again."""

from __future__ import annotations

import html
import re

from django.core.files.uploadedfile import SimpleUploadedFile

from passport.models import HealthReading
from tests.pages.conftest import People

AT = "/desk/readings/"
TABLE = (
    "Seriennummer;SoH %;Zeitpunkt\n"
    "P1;93,5;2026-01-20T10:00:00Z\n"
    "P1;935;2026-01-21T10:00:00Z\n"
    "NOBODY;90;2026-01-20T10:00:00Z\n"
)


def figures(text: str) -> list[str]:
    return re.findall(r'<dd><span class="number">([^<]+)</span></dd>', text)


def waiting(text: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_good_lines_land_and_bad_ones_stay_to_be_mended(people: People) -> None:
    desk = people.at_desk("keeper")
    with people.as_system():
        before = HealthReading.objects.count()
    checked = desk.post(AT, {"table": TABLE, "check": "1", "source": "BMS"}).text
    assert figures(checked) == ["1", "0", "2"]
    with people.as_system():
        assert HealthReading.objects.count() == before
    sent = desk.post(AT, {"table": waiting(checked), "source": "BMS"}).text
    assert figures(sent) == ["1", "0", "2"]
    left = waiting(sent)
    assert left.splitlines() == [TABLE.splitlines()[0], *TABLE.splitlines()[2:]]
    assert "possible is 0 to 1.2" in html.unescape(sent)
    mended = desk.post(AT, {"table": left.replace("935", "93,4"), "source": "BMS"}).text
    assert figures(mended) == ["1", "0", "1"]
    again = desk.post(AT, {"table": TABLE, "source": "BMS"}).text
    assert figures(again) == ["0", "1", "2"]


def test_a_file_of_a_spreadsheet_is_taken_and_lines_are_handed_out(people: People) -> None:
    desk = people.at_desk("keeper")
    file = SimpleUploadedFile("r.csv", TABLE.replace("NOBODY", "Größe").encode("cp1252"))
    text = desk.post(AT, {"file": file, "source": "BMS"}).text
    assert "Größe" in waiting(text)
    answer = desk.post(AT, {"table": waiting(text), "download": "1"})
    assert answer["Content-Disposition"].endswith('"readings-to-mend.csv"')
    assert answer.text.splitlines()[0] == "Seriennummer;SoH %;Zeitpunkt"


def test_what_is_no_table_keeps_what_was_typed(people: People) -> None:
    answer = people.at_desk("keeper").post(AT, {"table": "hello"})
    assert (answer.status_code, waiting(answer.text)) == (400, "hello")
    assert "begin with a line of names" in answer.text.lower()


def test_readings_of_others_land_nowhere(people: People) -> None:
    text = people.at_desk("stranger").post(AT, {"table": TABLE, "source": "BMS"}).text
    assert figures(text) == ["0", "0", "3"]


def test_a_table_that_is_too_large_is_refused_whole_with_what_to_do(people: People) -> None:
    desk, heading = people.at_desk("keeper"), "serial,soh,measured_at"
    many = "\n".join([heading, *["P1,0.93,2026-01-20T10:00:00Z"] * 5001])
    # Cut at the limit, the last line would have another moment.
    long = f"{heading}\nP1,0.93,2026-01-20T10:00:00Z" + " " * 900_000
    with people.as_system():
        before = HealthReading.objects.count()
    for said in ({"table": many}, {"file": SimpleUploadedFile("x.csv", long.encode())}):
        answer = desk.post(AT, {**said, "source": "BMS"})
        assert answer.status_code == 422
        assert "at most 5000 lines and 900000 bytes" in answer.text
    with people.as_system():
        assert HealthReading.objects.count() == before
