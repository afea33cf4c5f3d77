"""A file comes in piece by piece: each is durable, none is doubled, and nothing is read yet."""

import hashlib
import json
from random import Random

import pytest
from django.db import DatabaseError, transaction

from passport.actions import intake, intake_reading
from passport.actions import job as jobs
from passport.models import Battery, Intake, IntakeBlock, Job
from passport.rules.errors import NotFound
from passport.rules.registrar import NotAMaker
from tests.cast import THEN, battery_line, model_line, work_off
from tests.passport.acting import acting, run

NDJSON = "application/x-ndjson"
FILE = b"".join(
    json.dumps(line).encode() + b"\n"
    for line in (model_line(), *(battery_line(f"P{n}", lot="L-25/7") for n in range(40)))
)


@pytest.fixture
def opened(cast, as_system):
    """A file that its maker has begun to send."""
    with as_system():
        yield intake.begin(by=cast["maker"], media_type=NDJSON, encoding="", at=THEN)


def _send(made, data, *, pieces):
    offset = 0
    for start in range(0, len(data), len(data) // pieces):
        piece = data[start : start + len(data) // pieces]
        offset = intake.append(intake_id=made.pk, by=made.party, offset=offset, data=piece)
    return offset


def _seal(made, **given):
    return intake.seal(intake_id=made.pk, by=made.party, at=THEN, **given)


def test_pieces_cut_anywhere_are_the_file(opened, as_role):
    with as_role("app"), acting(opened.party):
        assert _send(opened, FILE, pieces=17) == len(FILE)
        sealed = _seal(opened)
    assert (sealed.state, sealed.size_bytes) == ("RECEIVED", len(FILE))
    assert bytes(sealed.sha256) == hashlib.sha256(FILE).digest()
    assert b"".join(intake.contents(intake=sealed)) == FILE
    work_off(sealed)
    sealed.refresh_from_db()
    assert (sealed.state, sealed.accepted, sealed.lines_read) == ("DONE", 41, 41)
    assert sealed.started_at
    assert set(Battery.objects.values_list("lot", flat=True)) == {"L-25/7"}
    assert not IntakeBlock.objects.exists()


def test_a_gap_and_an_overlap_are_refused_with_the_offset_that_is_wanted(opened):
    intake.append(intake_id=opened.pk, by=opened.party, offset=0, data=FILE[:100])
    for offset in (0, 99, 101):
        with pytest.raises(intake.OtherOffset) as refused:
            intake.append(intake_id=opened.pk, by=opened.party, offset=offset, data=b"x")
        assert refused.value.wanted == 100
        assert "100" in refused.value.remedy
    assert Intake.objects.get().size_bytes == 100


def test_a_file_is_closed_once_and_takes_no_more(opened):
    _send(opened, FILE, pieces=3)
    assert _seal(opened).job_id == _seal(opened).job_id
    assert Job.objects.count() == 1
    with pytest.raises(intake.NotReceiving):
        intake.append(intake_id=opened.pk, by=opened.party, offset=len(FILE), data=b"x")


@pytest.mark.parametrize("data", [b"", b"\n \r\n"])
def test_a_file_without_a_line_is_not_closed(opened, data):
    if data:
        intake.append(intake_id=opened.pk, by=opened.party, offset=0, data=data)
    with pytest.raises(intake.EmptyIntake):
        _seal(opened)


def test_a_piece_too_large_to_be_sent_again_is_refused(opened):
    with pytest.raises(intake.TooMuchAtOnce):
        intake.append(
            intake_id=opened.pk, by=opened.party, offset=0, data=bytes(intake.MOST_AT_ONCE + 1)
        )


def test_what_does_not_compress_is_kept_as_it_is(opened):
    noise = Random(7).randbytes(3 * intake.BLOCK_BYTES // 2)
    intake.append(intake_id=opened.pk, by=opened.party, offset=0, data=noise)
    assert set(IntakeBlock.objects.values_list("packed", "size")) == {
        (False, intake.BLOCK_BYTES), (False, intake.BLOCK_BYTES // 2),
    }  # fmt: skip
    assert b"".join(intake.contents(intake=opened)) == noise


def test_only_a_maker_begins_and_only_the_sender_goes_on(cast, opened, as_role):
    with pytest.raises(NotAMaker):
        intake.begin(by=cast["keeper"], media_type=NDJSON, encoding="", at=THEN)
    with as_role("app"), acting(cast["second-maker"]), pytest.raises(NotFound):
        intake.append(intake_id=opened.pk, by=cast["second-maker"], offset=0, data=b"x")


def test_a_file_that_comes_in_is_cancelled_at_once(opened):
    made = intake.cancel(intake_id=opened.pk, by=opened.party, at=THEN)
    assert (made.state, made.finished_at) == ("CANCELLED", THEN)
    with pytest.raises(intake.NotReceiving):
        _seal(opened)


def test_a_file_that_waits_is_cancelled_by_the_worker(opened):
    _send(opened, FILE, pieces=1)
    sealed = _seal(opened)
    assert intake.cancel(intake_id=opened.pk, by=opened.party, at=THEN).state == "RECEIVED"
    work_off(sealed)
    sealed.refresh_from_db()
    assert (sealed.state, sealed.accepted) == ("CANCELLED", 0)
    assert not Battery.objects.exists()
    assert not IntakeBlock.objects.exists()
    assert Job.objects.get().state == "DONE"


CHANGES = ("state = 'DONE'", "sha256 = ''", "size_bytes = 1", "state = 'RECEIVING'")


@pytest.mark.parametrize("change", CHANGES)
def test_the_application_moves_no_file_that_is_whole(opened, as_role, change):
    _send(opened, FILE, pieces=1)
    _seal(opened)
    with as_role("app"), acting(opened.party), transaction.atomic():
        with pytest.raises(DatabaseError, match="the worker's"):
            run(f"UPDATE passport_intake SET {change}")
        transaction.set_rollback(True)


def test_no_block_is_put_behind_a_file_that_is_whole(opened, as_role):
    _send(opened, FILE, pieces=1)
    _seal(opened)
    block = IntakeBlock(intake=opened, offset=len(FILE), size=1, packed=False, data=b"x")
    with as_role("app"), acting(opened.party):
        with pytest.raises(DatabaseError, match="policy"):
            block.save(force_insert=True)
        transaction.set_rollback(True)


def test_a_file_fails_and_waits_again_with_its_job(opened, as_role):
    _send(opened, FILE, pieces=1)
    job_id = _seal(opened).job_id
    for _ in range(jobs.MOST_ATTEMPTS):
        Job.objects.filter(pk=job_id).update(run_after=THEN)
        jobs.fail(job=jobs.lease(job_id=job_id, at=THEN), error="x", at=THEN)
    assert Intake.objects.get().state == "FAILED"
    with as_role("app"), acting(opened.party):
        jobs.retry(job_id=job_id, at=THEN)
        assert Intake.objects.get().state == "RECEIVED"


def test_lines_keep_their_numbers_wherever_the_blocks_end():
    body = b'\n{"a":1}\r\n  \n{"b":2}\n{"c":3}'
    for size in range(1, len(body) + 1):
        blocks = [body[at : at + size] for at in range(0, len(body), size)]
        found = list(intake_reading.lines(blocks=blocks, media_type=NDJSON, encoding=""))
        assert found == [(2, b'{"a":1}'), (4, b'{"b":2}'), (5, b'{"c":3}')]
