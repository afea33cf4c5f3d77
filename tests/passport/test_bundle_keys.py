"""Keys that come and go by their maker's own events, as an auditor's bundle tells of them."""

from __future__ import annotations

import pytest

from passport.actions import key, outbox
from passport.actions.signer import KeyEnded
from passport.models import Attestation, LogEntry, SigningKey
from passport.proof import credential, kinds
from passport.proof.report import Verdict
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import acting, run
from tests.passport.claiming import claim

VALID, SUSPECT, INVALID = Verdict.VALID, Verdict.SUSPECT, Verdict.INVALID


def revoke(story, by, **terms):
    """The maker ends a key of its own."""
    maker = story.cast["maker"]
    with acting(maker):
        return key.take(document=signing.revocation(maker, by, **terms), by=maker, at=THEN)


def rotate(story):
    """The maker puts a new key in the place of its first."""
    maker = story.cast["maker"]
    with acting(maker):
        new, brought = signing.rotation(maker, story.held)
        key.take(document=brought, by=maker, at=THEN)
    return new


def told(story, held, soh):
    """A signed test of the pack."""
    return claim(held, kinds.TEST, story.pack.identity, soh=soh)


def smuggle(story, document):
    """Record and log a claim as an operator can who stands above every guard."""
    run("SET session_replication_role = replica")
    signed = credential.read(document)
    made = Attestation.objects.create(
        issuer=story.cast["maker"], kind=signed.kind, method=signed.method, body=document,
        sha256=signed.sha256, battery=story.pack, access="public", recorded_at=THEN,
    )  # fmt: skip
    subjects = [signing.subject(story.pack)]
    outbox.enter(
        kind="attestation", body=document, subjects=subjects, method=signed.method, at=THEN
    )
    return made


def index_of(made):
    return LogEntry.objects.get(digest=made.sha256).index


def verdicts(story):
    """The verdict on each test of the pack, by index, and the doubts."""
    report = story.report(story.pulled("keeper"))
    found = {each.index: each.verdict for each in report.judgements if each.kind == kinds.TEST}
    return found, report.doubts


def test_a_stolen_key_is_good_before_doubtful_within_and_bad_after(story, as_system, as_role):
    with as_system():
        good, doubtful = (story.attest(told(story, story.held, soh)) for soh in ("0.95", "0.94"))
        story.house.turn()
        since = index_of(doubtful)
    revoke(story, story.held, suspect_from=since)
    late = told(story, story.held, "0.99")
    with pytest.raises(KeyEnded), acting(story.cast["maker"]):
        story.attest(late)
    with as_role("admin"):
        bad = smuggle(story, late)
    with as_system():
        story.house.turn()
        places = [index_of(each) for each in (good, doubtful, bad)]
    found, doubts = verdicts(story)
    assert [found[each] for each in places] == [VALID, SUSPECT, INVALID]
    assert {word for word in ("SUSPECT", "INVALID") if any(word in each for each in doubts)} == {
        "SUSPECT", "INVALID",
    }  # fmt: skip


def test_before_the_revocation_is_published_nothing_is_judged_by_it(story, as_system):
    with as_system():
        made = story.attest(told(story, story.held, "0.95"))
        story.house.turn()
        place = index_of(made)
    revoke(story, story.held, suspect_from=0)
    assert verdicts(story)[0] == {place: VALID}
    with as_system():
        story.house.turn()
    assert verdicts(story)[0] == {place: SUSPECT}


def test_a_rotated_key_hands_on_whom_it_was_vouched_for_by(story, as_system):
    with as_system():
        old = story.attest(told(story, story.held, "0.95"))
    new = rotate(story)
    with pytest.raises(KeyEnded), acting(story.cast["maker"]):
        story.attest(told(story, story.held, "0.94"))
    with as_system():
        young = story.attest(told(story, new, "0.93"))
        story.house.turn()
        places = {index_of(old): VALID, index_of(young): VALID}
    found, doubts = verdicts(story)
    assert (found, doubts) == (places, [])
    report = story.report(story.pulled("keeper"))
    # The auditor pins the first key alone; the second stands by the event that both signed.
    vouched = {each.method: each.voucher.value for each in report.judgements}
    assert vouched[story.held.name] == "pinned"
    assert vouched[new.name] == "endorsed by the key before it"


def test_a_key_under_suspicion_hands_on_nothing(story, as_system):
    new = rotate(story)
    with as_system():
        young = story.attest(told(story, new, "0.93"))
        story.house.turn()
        since = index_of_event(SigningKey.objects.get(method=story.held.name).enrolment_sha256)
    revoke(story, new, method=story.held.name, suspect_from=since)
    with as_system():
        story.house.turn()
        place = index_of(young)
    report = story.report(story.pulled("keeper"))
    (judged,) = (each for each in report.judgements if each.index == place)
    assert not judged.is_plain
    assert judged.voucher.value == "this service"


def index_of_event(digest):
    return LogEntry.objects.get(digest=digest).index
