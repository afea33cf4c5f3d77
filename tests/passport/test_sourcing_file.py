"""The evidence of a project is put together, logged and sealed; it stays, and can be checked."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from api.papers.printing import printed
from api.papers.project import paper_of
from passport import tasks
from passport.actions import job, sourcing_file, sourcing_project
from passport.audit import computed
from passport.models import EvidencePiece
from passport.proof import sealed
from passport.queries import sourcing_file as files
from passport.queries import sourcing_rules
from passport.queries.bundle_order import NoFile
from passport.queries.sourcing_report import report_of
from passport.rules.errors import NotFound
from passport.rules.sourcing_folder import EVENTS
from passport.rules.sourcing_reading import NotACase
from passport.rules.sourcing_result import exact
from tests.cast import THEN
from tests.passport.acting import REFUSED_BELOW, acting
from tests.passport.projecting import line, opened, put
from tests.passport.registering_companies import clean_maker, company, enter, holds

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
def project(story):
    keeper = story.cast["keeper"]
    clean_maker(keeper)
    enter(keeper, company("owner"))
    holds(keeper, "people", "owner", "100")
    return opened(keeper, line(), rule_set=sourcing_rules.newest().id)


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
    assert made.supported == exact(result.ratio.strict.supported)
    with acting(story.cast["keeper"]):
        report = report_of(file=files.filed(file_id=file.pk))
    # A thing held since a day and recorded on another: the file tells both.
    events = json.loads(found.archive.read(EVENTS, most=2**20))
    (fact,) = [each for each in events if each["what"] == "fact" and each["of"] == "owner"]
    assert (fact["at"], fact["since"] < fact["at"][:10]) == (THEN.isoformat(), True)
    paper = printed(paper_of(report), digest=made.manifest_sha256.hex())
    assert paper.startswith(b"%PDF")
    assert paper == printed(paper_of(report), digest=made.manifest_sha256.hex())


def test_a_later_file_follows_the_first_which_stays(story, as_system, project):
    first = ordered(story, project)
    worked(story, as_system, first)
    kept = fetched(story, first)
    later = ordered(story, project)
    assert worked(story, as_system, later) == "done"
    found = sealed.verify(fetched(story, later), policy=story.policy())
    before = sealed.verify(kept, policy=story.policy())

    assert (found.manifest.number, before.manifest.number) == (2, 1)
    assert found.manifest.previous == hashlib.sha256(before.data).digest()
    assert fetched(story, first) == kept


def test_a_file_is_asked_for_by_its_owner_one_at_a_time_and_of_a_day_that_has_come(
    story, as_system, project
):
    keeper, stranger = story.cast["keeper"], story.cast["stranger"]
    told = {"project_id": project.pk, "as_of": TODAY, "at": THEN}
    with acting(stranger), pytest.raises(NotFound):
        sourcing_file.order(**told, by=stranger)
    with acting(keeper):
        with pytest.raises(sourcing_file.DayToCome):
            sourcing_file.order(**told | {"as_of": TODAY + timedelta(days=1)}, by=keeper)
        with pytest.raises(NotFound):
            sourcing_file.order(**told | {"as_of": date(2025, 1, 1)}, by=keeper)
    put(keeper, project, line("L-9", supplier="nobody"))
    with pytest.raises(NotACase, match="no entity nobody"):
        ordered(story, project)
    with acting(keeper):
        told = {"project_id": project.pk, "names": ["L-9"], "by": keeper, "at": THEN}
        sourcing_project.remove_lines(**told)
    ordered(story, project)
    with pytest.raises(sourcing_file.FileUnderWay):
        ordered(story, project)


def test_who_is_shown_the_project_reads_its_files_and_nobody_else_does(story, as_system, project):
    keeper, auditor = story.cast["keeper"], story.cast["auditor"]
    file = ordered(story, project)
    worked(story, as_system, file)
    with acting(auditor), pytest.raises(NotFound):
        files.state(file_id=file.pk)
    with acting(keeper):
        sourcing_project.share(project_id=project.pk, reader=auditor, by=keeper, at=THEN)
    assert fetched(story, file, "auditor") == fetched(story, file)
    with acting(auditor):
        assert files.state(file_id=file.pk).state == "DONE"


def test_a_worker_that_is_lost_between_two_steps_makes_nothing_twice(story, as_system, project):
    file = ordered(story, project)
    with as_system():
        assert tasks.perform(file.job_id, clock=lambda: THEN) == "goes on"
        pieces = EvidencePiece.objects.count()
        story.house.turn()
        later = THEN + sourcing_file.PAUSE
        lost = job.lease(job_id=file.job_id, at=later)
        assert job.lease(job_id=file.job_id, at=later + job.LEASE * 2)
        with pytest.raises(job.LeaseLost):
            sourcing_file.run(job=lost, at=later)
        assert EvidencePiece.objects.count() == pieces
        again = later + job.LEASE * 5
        assert tasks.perform(file.job_id, clock=lambda: again) == "done"
    assert sealed.verify(fetched(story, file), policy=story.policy()).manifest.number == 1


KEPT = f"{REFUSED_BELOW}|an evidence file keeps|takes no more|are kept|must be owner"
# Whoever asks: what is filed is not written again.
BELOW = {
    "a verdict changed": "UPDATE passport_evidencefile SET verdict = 'SUPPORTED'",
    "a manifest changed": "UPDATE passport_evidencefile SET manifest = 'x'",
    "a file dropped": "DELETE FROM passport_evidencefile",
    "all files dropped": "TRUNCATE passport_evidencefile CASCADE",
    "a piece changed": "UPDATE passport_evidencepiece SET content = 'x'",
    "a piece dropped": "DELETE FROM passport_evidencepiece",
    "a piece slipped in": "INSERT INTO passport_evidencepiece (project_id, file_id, place, content)"
    " SELECT project_id, id, 99, 'x' FROM passport_evidencefile",
}


@pytest.mark.parametrize("who", ["owner", "system"])
def test_the_database_keeps_what_is_filed(story, as_system, project, who):
    worked(story, as_system, ordered(story, project))
    seat = acting(story.cast["keeper"]) if who == "owner" else as_system()
    with seat:
        for name, statement in BELOW.items():
            refused = pytest.raises(DatabaseError, match=KEPT)
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                pytest.fail(name)
