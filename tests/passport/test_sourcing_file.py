"""The evidence of a project is put together, logged and sealed; it stays, and can be checked."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from passport import tasks
from passport.actions import sourcing_file
from passport.audit import computed
from passport.proof import sealed
from passport.queries import sourcing_case, sourcing_rules
from passport.queries import sourcing_file as files
from passport.queries.bundle_order import NoFile
from passport.rules.sourcing_party import Register
from tests.cast import THEN
from tests.passport.acting import acting
from tests.passport.projecting import line, opened
from tests.rules.sourcing_cases import entity

TODAY = THEN.date()


def ordered(story, project, as_of: date = TODAY):
    keeper = story.cast["keeper"]
    with acting(keeper):
        return sourcing_file.order(project_id=project.pk, as_of=as_of, by=keeper, at=THEN)


def worked(story, as_system, file) -> str:
    """File, let the log have its turn, and seal."""
    with as_system():
        assert tasks.perform(file.job_id, clock=lambda: THEN) == "goes on"
        later = THEN + sourcing_file.PAUSE
        assert tasks.perform(file.job_id, clock=lambda: later) == "goes on"
        story.house.turn()
        return tasks.perform(file.job_id, clock=lambda: later + sourcing_file.PAUSE)


def fetched(story, file, who: str = "keeper") -> bytes:
    with acting(story.cast[who]):
        return b"".join(files.archived(file_id=file.pk))


@pytest.fixture
def project(story, monkeypatch):
    people = {name: entity(name) for name in ("owner", "maker")}
    told = Register(entities=people)
    monkeypatch.setattr(sourcing_case, "register_of", lambda *, owner, as_of: told)
    return opened(story.cast["keeper"], line(), rule_set=sourcing_rules.newest().id)


def test_a_file_is_made_logged_sealed_and_checked(story, as_system, project):
    file = ordered(story, project)
    with pytest.raises(NoFile):
        fetched(story, file)
    assert worked(story, as_system, file) == "done"

    data = fetched(story, file)
    with acting(story.cast["keeper"]):
        made = files.state(file_id=file.pk)
    assert (made.number, made.size_bytes) == (1, len(data))
    assert bytes(made.sha256) == hashlib.sha256(data).digest()
    found = sealed.verify(data, policy=story.policy())
    result = computed.check(found).result
    assert (made.verdict, found.case.report.doubts) == (result.verdict.value, [])
