"""At the maker's desk: a file dropped, watched, stopped, and its bad lines mended in place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from passport.actions import job as jobs
from passport.models import Battery, Intake, IntakeState, Job
from tests.cast import battery_line, model_line, work_off
from tests.pages.conftest import People

DESK = "/desk/intakes/"
Work = Callable[[], None]


@pytest.fixture
def work(people: People) -> Work:
    """Works off what waits, as the worker would."""

    def works() -> None:
        with people.as_system():
            for row in Intake.objects.filter(state=IntakeState.RECEIVED):
                work_off(row)

    return works


def drop(people: People, data: bytes, name: str = "shift.ndjson") -> str:
    """The address of a file that the maker has dropped."""
    sent = people.at_desk("maker").post(DESK, {"file": SimpleUploadedFile(name, data)})
    assert sent.status_code == 302, sent.text
    return str(sent["Location"])


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_the_example_lands_as_it_is(people: People, work: Work, form: str) -> None:
    handed = people.at_desk("maker").get(f"{DESK}example.{form}")
    assert f"example.{form}" in handed["Content-Disposition"]
    where = drop(people, handed.content, f"example.{form}")
    work()
    page = people.at_desk("maker").get(where).text
    assert "All lines landed." in page
    with people.as_system():
        assert Battery.objects.filter(model__code="EXAMPLE-CELL").count() == 4
    if form == "csv":
        assert "CSV with commas" in page


def test_an_empty_desk_shows_how_to_begin(people: People) -> None:
    page = people.at_desk("second-maker").get(DESK).text
    assert "Begin with an example" in page
    assert "/desk/intakes/example.csv" in page


BAD = battery_line("MENDED", colour="red")


def rejected(people: People, work: Work) -> str:
    """A file of which line 2 is bad."""
    where = drop(people, json.dumps(model_line()).encode() + b"\n" + json.dumps(BAD).encode())
    work()
    return where


def test_a_line_is_mended_in_place_and_sent_alone(people: People, work: Work) -> None:
    where, maker = rejected(people, work), people.at_desk("maker")
    page = maker.get(where).text
    assert "colour&quot; is no field of a battery line." in page
    still = maker.post(where + "lines/2", {"line": json.dumps(BAD | {"model": ""})})
    assert still.status_code == 422
    assert "colour" in re.findall(r"<textarea[^>]*>(.*?)</textarea>", still.text, re.DOTALL)[0]
    with people.as_system():
        assert not Intake.objects.filter(mends__isnull=False).exists()
    good = json.dumps({name: said for name, said in BAD.items() if name != "colour"}, indent=1)
    sent = maker.post(where + "lines/2", {"line": good.replace("\n", "\r\n")})
    assert (sent.status_code, sent["Location"]) == (302, where + "#line-2")
    assert "sent again, waiting" in maker.get(where).text
    work()
    page = maker.get(where).text
    assert ("mended</span>" in page, "1</span> mended so far" in page) == (True, True)
    with people.as_system():
        mended = Intake.objects.get(mends__isnull=False)
        assert (mended.mends_line, mended.accepted, str(mended.mends_id)) == (2, 1, where[14:-1])
        assert Battery.objects.filter(serial="MENDED").exists()


def test_what_only_the_registry_knows_is_told_beside_the_line(people: People, work: Work) -> None:
    where, maker = rejected(people, work), people.at_desk("maker")
    maker.post(where + "lines/2", {"line": json.dumps(battery_line("MENDED", model="NONE"))})
    work()
    page = maker.get(where).text
    assert "rejected again" in page
    assert "NONE" in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[0]


def test_with_script_only_the_line_changes(people: People, work: Work) -> None:
    where, maker = rejected(people, work), people.at_desk("maker")
    htmx = {"HX-Request": "true"}
    part = maker.post(where + "lines/2", {"line": "{"}, headers=htmx)
    assert part.status_code == 200
    assert part.text.startswith('<li id="line-2"')
    assert "Not sent: " in part.text
    part = maker.post(where + "lines/2", {"line": json.dumps(battery_line("M"))}, headers=htmx)
    assert 'hx-trigger="every 1s"' in part.text
    work()
    assert "hx-trigger" not in maker.get(where + "lines/2", headers=htmx).text


def test_nobody_mends_for_another(people: People, work: Work) -> None:
    where = rejected(people, work)
    for who in ("second-maker", "keeper"):
        answer = people.at_desk(who).post(
            where + "lines/2", {"line": json.dumps(battery_line("M"))}
        )
        assert answer.status_code in (403, 404)
    with people.as_system():
        assert not Intake.objects.filter(mends__isnull=False).exists()


def test_all_errors_are_a_file(people: People, work: Work) -> None:
    where = rejected(people, work)
    told = json.loads(people.at_desk("maker").get(where + "errors.ndjson").getvalue())
    assert (told["line"], told["code"]) == (2, "unknown-field")
    assert json.loads(told["raw"]) == BAD


def test_a_file_is_stopped(people: People, work: Work) -> None:
    where, maker = drop(people, json.dumps(model_line()).encode()), people.at_desk("maker")
    assert "Stop it" in maker.get(where).text
    assert maker.post(where + "cancel").status_code == 302
    assert "is being stopped" in maker.get(where).text
    work()
    assert "It was stopped." in maker.get(where).text
    assert maker.get(where + "progress", headers={"HX-Request": "true"})["HX-Redirect"] == where


def test_a_file_that_failed_says_why_and_is_tried_again(people: People) -> None:
    where, maker = drop(people, json.dumps(model_line()).encode()), people.at_desk("maker")
    with people.as_system():
        job = Job.objects.get(intake__pk=where[14:-1])
        for _ in range(jobs.MOST_ATTEMPTS):
            job.refresh_from_db()
            leased = jobs.lease(job_id=job.pk, at=job.run_after)
            assert leased is not None
            jobs.fail(job=leased, error="the disk is full", at=job.run_after)
    page = maker.get(where).text
    assert "It failed 5 times" in page
    assert "the disk is full" in page
    assert maker.post(where + "again").status_code == 302
    assert "waiting for a worker" in maker.get(where).text
