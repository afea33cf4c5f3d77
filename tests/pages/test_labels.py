"""The desk of labels: a look before the print, why something does not fit, and what came out."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from django.test import Client
from PIL import Image

from api.labels import forms
from passport.models import Battery, LabelPrint
from tests.labels import printed
from tests.pages.conftest import People

HOST = "https://passport.example"


@pytest.fixture
def desk(people: People, settings: Any) -> Client:
    settings.PASSPORT_PUBLIC_URL = HOST
    return people.at_desk("maker")


def address(people: People) -> str:
    return f"/desk/intakes/{people.stage.ids['intake_id']}/labels"


def waiting(page: str) -> list[str]:
    return re.findall(r"labels waiting</dt><dd><span[^>]*>(\d+)<", page)


def test_shows_what_waits_and_offers_each_form(desk: Client, people: People) -> None:
    page = desk.get(address(people)).text
    assert waiting(page) == ["3", "3"]
    for form in ("pdf", "zpl", "csv", "txt"):
        assert f"/labels/file.{form}?" in page
    assert "Print at 100 %" in page
    assert "Not known here, and therefore not on the labels" in page


def test_says_why_it_does_not_fit_and_which_label_would_do(desk: Client, people: People) -> None:
    page = desk.get(address(people) + "?label=L4730").text
    assert "the smallest label that holds it is" in page.lower()
    assert 'href="#label"' in page
    assert "/labels/file.pdf" not in page


def test_the_first_sheet_shows_the_labels_that_will_be_printed(
    desk: Client, people: People
) -> None:
    query = "?label=L7160&contents=marks&level=PACK"
    drawn = desk.get(address(people) + "/first.svg" + query).content
    found = printed.read(_sheet(drawn), alone=False)
    assert sorted(found) == [f"{HOST}/01/09521234000020/21/P{number}" for number in (1, 2, 3)]
    pages = printed.pdf(desk.get(address(people) + "/file.pdf" + query).getvalue())
    assert sorted(printed.read(pages[0], alone=False)) == sorted(found)


def _sheet(drawing: bytes) -> Image.Image:
    """The codes of a drawn sheet, each where its transforms put it."""
    root = ElementTree.fromstring(drawing)
    image = Image.new("L", (2100, 2970), 255)
    for group in root:
        paths = [each for each in group if each.get("shape-rendering")]
        if not paths:
            continue
        gx, gy = (float(each) for each in re.findall(r"[\d.]+", group.get("transform", "")))
        x0, y0, scale = (
            float(each) for each in re.findall(r"[\d.]+", paths[0].get("transform", ""))
        )
        for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1", paths[0].get("d", "")):
            left, top = gx + x0 + int(x) * scale, gy + y0 + int(y) * scale
            corners = (left, top, left + int(run) * scale, top + scale)
            image.paste(0, tuple(round(each * 10) for each in corners))  # type: ignore[arg-type]
    return image


def test_what_came_out_is_recorded_once_however_often_it_is_sent(
    desk: Client, people: People
) -> None:
    page = desk.get(address(people)).text
    name = re.search(r'name="print" value="([^"]+)"', page)
    assert name is not None
    said = {"print": name[1], "level": "PACK", "count": "2", "label": "L7163"}
    for _ in range(2):
        assert desk.post(address(people) + "/printed", said).status_code == 302
    page = desk.get(address(people)).text
    assert waiting(page) == ["1", "3"]
    assert "Maker" in page
    with people.as_system():
        assert LabelPrint.objects.get().person == people.person("maker")


@pytest.mark.parametrize("count", ["0", "4", "", "many", "-1", "1e3"])
def test_refuses_a_number_that_was_not_printed_and_keeps_the_form(
    desk: Client, people: People, count: str
) -> None:
    said = {"print": "0190f4b2-7c1e-7abc-8def-000000000009", "level": "PACK", "count": count,
            "label": "L7160"}  # fmt: skip
    answer = desk.post(address(people) + "/printed", said)
    assert answer.status_code == 422
    assert "1 to 3" in answer.text
    assert '<option value="L7160" selected>' in answer.text


def test_the_desk_says_which_files_wait_until_something_was_printed(
    desk: Client, people: People
) -> None:
    with people.as_system():
        packs = Battery.objects.filter(level="PACK", intake__isnull=False).order_by()
        counts = Counter(packs.values_list("intake_id", flat=True))
    # The newest file stands there; once its labels are printed, the one before.
    for number, intake in enumerate(sorted(counts, reverse=True)):
        waits = f'<a href="/desk/intakes/{intake}/labels">'
        assert waits in desk.get("/desk/").text
        said = {"print": f"0190f4b2-7c1e-7abc-8def-00000000000{number}", "level": "PACK",
                "count": str(counts[intake]), "label": "L7163"}  # fmt: skip
        desk.post(f"/desk/intakes/{intake}/labels/printed", said)
        assert waits not in desk.get("/desk/").text


def test_a_part_of_many_is_offered_by_its_numbers(
    desk: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms.Form, "most", 2, raising=False)
    page = desk.get(address(people) + "?level=PACK").text
    for form in ("pdf", "zpl", "csv", "txt"):
        parts = re.findall(rf'href="([^"]*/labels/file.{form}[^"]*)"', page)
        assert [each.endswith("part=2") for each in parts] == [False, True]
    found = "".join(desk.get(unescape(each)).getvalue().decode() for each in parts)
    assert [link[-2:] for link in found.split()] == ["P1", "P2", "P3"]


def test_the_newest_print_job_stands_on_top(desk: Client, people: People) -> None:
    said = {"level": "PACK", "label": "L7163"}
    name = re.search(r'name="print" value="([^"]+)"', desk.get(address(people)).text)
    assert name is not None
    assert UUID(name[1]).version == 7
    for count, last in (("1", "f"), ("2", "1")):
        job = f"ffffffff-7c1e-7abc-8def-00000000000{last}"
        desk.post(address(people) + "/printed", said | {"print": job, "count": count})
    page = desk.get(address(people)).text
    counts = re.findall(r'data-label="Labels" class="right"><[^>]*>(\d)<', page)
    assert counts == ["2", "1"]
