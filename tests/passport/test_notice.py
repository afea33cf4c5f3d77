"""What the service logs of itself: a sign of life in the silence, and the verifier it gives out."""

import hashlib
import json
from datetime import timedelta

import pytest

from passport.actions import notice
from passport.audit import pack
from passport.models import LogDocument, LogEntry, LogHead, Outbox
from passport.proof import leaf
from passport.queries import verifier
from tests.cast import THEN

QUIET = timedelta(minutes=10)


@pytest.fixture
def log_house(house, as_system):
    """An empty log, entered as the sequencer does."""
    with as_system():
        yield house


def _beat(at):
    return notice.beat(at=at, after=QUIET)


def test_silence_ends_with_a_heartbeat_and_fresh_cosignatures(log_house):
    assert _beat(THEN)
    log_house.turn(THEN)
    assert not _beat(THEN + timedelta(minutes=9))
    assert _beat(THEN + QUIET)
    assert log_house.turn(THEN + QUIET) == 2
    assert log_house.asked == 2
    entry = leaf.decode(bytes(LogEntry.objects.get(index=1).leaf))
    assert (entry.kind, entry.count, entry.subject) == ("heartbeat", 0, None)
    kept = LogDocument.objects.get(sha256=entry.digest)
    assert json.loads(bytes(kept.body))["format"] == notice.HEARTBEAT


def test_whoever_has_something_to_say_needs_no_heartbeat(log_house):
    notice.enter(kind="backup", body=b"{}", at=THEN)
    assert not _beat(THEN)
    log_house.turn()
    assert not _beat(THEN + timedelta(minutes=5))


def test_a_clock_that_was_set_back_does_not_silence_the_log(log_house):
    _beat(THEN)
    log_house.turn()
    assert _beat(THEN - timedelta(days=400))


def test_two_heartbeats_have_two_digests(log_house):
    bodies = {notice.words(form=notice.HEARTBEAT, content={}, at=THEN) for _ in range(3)}
    assert len(bodies) == 3


def test_a_verifier_is_announced_once_and_found_by_its_digest(log_house):
    packed = verifier.packed()
    assert packed.sha256 == hashlib.sha256(packed.body).digest()
    assert verifier.logged(sha256=packed.sha256) is None
    assert [notice.announce_verifier(sha256=packed.sha256, at=THEN) for _ in range(2)] == [
        True,
        False,
    ]
    assert verifier.logged(sha256=packed.sha256).index is None
    log_house.turn()
    found = verifier.logged(sha256=packed.sha256)
    assert found.index == 0
    entry = leaf.decode(bytes(LogEntry.objects.get(index=0).leaf))
    assert (entry.kind, entry.count) == ("event", 0)
    assert entry.digest == hashlib.sha256(found.document).digest()
    assert notice.announce_verifier(sha256=bytes(32), at=THEN)
    assert verifier.logged(sha256=packed.sha256) == found


def test_the_announced_verifier_is_the_one_that_the_sources_make():
    assert verifier.packed().body == pack.build(pack.Path(pack.__file__).resolve().parents[1])


def test_a_notice_is_kept_with_its_wish_or_not_at_all(log_house, monkeypatch):
    def crash(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(notice.outbox, "enter", crash)
    with pytest.raises(KeyboardInterrupt):
        _beat(THEN)
    assert not LogDocument.objects.exists()
    assert not Outbox.objects.exists()
    assert LogHead.objects.get().size == 0
