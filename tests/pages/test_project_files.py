"""Counsel at the desk: the evidence is asked for, waited for, read, printed, and taken away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from passport import tasks
from passport.models import EvidenceFile
from passport.proof import policy, sealed
from passport.queries import sourcing_rules
from tests.databases import Beginning
from tests.pages.conftest import People
from tests.passport.bundling import Story
from tests.passport.projecting import line, opened
from tests.passport.registering_companies import clean_maker, company, enter, holds


@pytest.fixture
def story(
    past: Beginning, database: str, tmp_path: Path, settings: Any, as_system: Callable[[], Any]
) -> Story:
    """A keeper with a project, and a log that goes on."""
    house = past.house.copied(tmp_path)
    settings.PASSPORT_LOG_DIR = house.press.folder
    settings.PASSPORT_RECORD_KEY = house.record_file
    settings.PASSPORT_POLICY = tmp_path / "policy"
    settings.PASSPORT_POLICY.write_text(house.policy_text())
    made = past.made.copied(deepcopy(past.made.cast), house)
    keeper = made.cast["keeper"]
    clean_maker(keeper)
    enter(keeper, company("owner"))
    holds(keeper, "people", "owner", "100")
    return made


def _worked(story: Story, as_system: Callable[[], Any]) -> None:
    with as_system():
        file = EvidenceFile.objects.get()
        assert tasks.perform(file.job_id, clock=lambda: file.asked_at) == "goes on"
        story.house.turn()
        later = file.asked_at + timedelta(seconds=2)
        assert tasks.perform(file.job_id, clock=lambda: later) == "done"


def _desk(story: Story, as_system: Callable[[], Any]) -> Client:
    people = People(SimpleNamespace(cast=story.cast), as_system)  # type: ignore[arg-type]
    return people.at_desk("keeper")


def test_a_keeper_asks_waits_reads_prints_and_takes_the_file(
    story: Story, as_system: Callable[[], Any]
) -> None:
    project = opened(story.cast["keeper"], line(), rule_set=sourcing_rules.newest().id)
    desk, files = _desk(story, as_system), f"/desk/projects/{project.pk}/files/"
    assert b"Files stay for good" in desk.get(files).content
    wrong = desk.post(files, {"as_of": "tomorrow"})
    assert (wrong.status_code, b"is no day" in wrong.content) == (400, True)
    place = desk.post(files, {"as_of": ""})["Location"]
    assert f'hx-get="{place}progress"' in desk.get(place).content.decode()
    _worked(story, as_system)

    assert desk.get(f"{place}progress")["HX-Redirect"] == place
    page, archive = desk.get(place).content.decode(), b"".join(desk.get(f"{place}archive"))
    assert hashlib.sha256(archive).hexdigest() in page
    for words in ("Bill of materials", "Who is a prohibited foreign entity", "packs", "PK-300"):
        assert words in page
    trust = desk.get(f"{place}trust.policy").content
    found = sealed.verify(archive, policy=policy.parse(trust))
    assert found.manifest.project == str(project.pk)
    paper = pypdfium2.PdfDocument(desk.get(f"{place}paper.pdf").content)
    text = "\n".join(each.get_textpage().get_text_range() for each in paper)
    assert "under rule set US-FEOC-2026-10" in text
    assert hashlib.sha256(found.data).hexdigest() in text.replace("\r\n", "")
    assert b"File 1" in desk.get(files).content
