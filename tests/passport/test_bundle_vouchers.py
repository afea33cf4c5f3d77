"""Who vouches for a key, as an auditor finds it in a bundle from a real database."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from passport.actions import did, hosted_key
from passport.proof import canonical, didanswer, kinds, unbundle, verdict
from passport.proof import did as dids
from passport.proof.didanswer import Answer
from passport.proof.keyfile import held
from passport.proof.report import Verdict, Voucher
from passport.queries import voucher
from passport.queries.key import standing
from tests.cast import THEN
from tests.passport.acting import acting
from tests.passport.claiming import claim
from tests.simulator import AT


def says(story, *keys, maker="maker", **changes):
    """The maker's domain answers with a document that lists these keys."""
    party = story.cast[maker]
    methods = {each.name: each.multikey for each in keys}
    value = {**dids.document(did=party.did, methods=methods), **changes}
    url = dids.parse_did(party.did).document_url
    answer = Answer(did=party.did, url=url, fetched_at=AT, body=json.dumps(value).encode())
    did.keep(answer=answer, party=party, at=THEN)
    return answer.body


def test_what_the_domain_answered_is_shown_and_breaks_no_chain(story, as_system):
    with as_system():
        bodies = [says(story, story.held), says(story, story.held, service=[])]
        story.house.turn()
    data = story.pulled("keeper")
    assert story.step(data) is None
    shown = [
        didanswer.decode(data=each).body
        for each in unbundle.read(data).contents.documents
        if didanswer.FORMAT.encode() in each
    ]
    assert sorted(shown) == sorted(bodies)


def test_the_auditor_s_own_fetch_vouches_and_this_service_s_word_does_not(story, as_system):
    with as_system():
        body = says(story, story.held)
        story.house.turn()
    data, unpinned = story.pulled("keeper"), story.policy(story.supplier)
    alone = verdict.verify(data, policy=unpinned)
    fetched = verdict.verify(data, policy=unpinned, did_documents={story.held.did: body})
    found = [
        {each.voucher for each in report.judgements if each.method == story.held.name}
        for report in (alone, fetched)
    ]
    assert found == [{Voucher.SERVICE}, {Voucher.OWN_DOMAIN}]
    assert voucher.of_method(method=story.held.name) is voucher.Voucher.DOMAIN


@pytest.fixture
def hosted(story, as_system, settings, tmp_path):
    """A key of the maker's that the service holds, and a test of the pack that it signed."""
    settings.PASSPORT_KEK_DIR, settings.PASSPORT_KEK = tmp_path / "keks", "a"
    hosted_key.make_kek(name="a")
    maker = story.cast["maker"]
    with acting(maker):
        made = hosted_key.create(by=maker, at=THEN)
        document = canonical.loads(claim(story.held, kinds.TEST, story.pack.identity))
        del document["proof"]
        hosted_key.attest(document=document, items=None, by=maker, at=THEN)
    with as_system():
        story.house.turn()
    return standing(method=made.method)


@pytest.mark.parametrize("pinned", [False, True])
def test_what_a_hosted_key_signed_is_never_plain(story, hosted, pinned):
    """Not even when the auditor has pinned it: the operator could have signed."""
    key = held(purpose="issuer", name=hosted.method, public_key=hosted.public_key, private_key=None)
    policy = story.policy(story.held, story.supplier, *([key] if pinned else []))
    report = verdict.verify(story.pulled("keeper"), policy=policy)
    (judged,) = (each for each in report.judgements if each.method == hosted.method)
    assert (judged.verdict, judged.voucher, judged.is_plain) == (
        Verdict.VALID, Voucher.HOSTED, False,
    )  # fmt: skip
    assert judged.words != "VALID"
    assert any("hosted" in each for each in report.doubts)
    assert report.exit_code == 1


def test_a_hosted_key_that_the_domain_lists_is_still_hosted(story, hosted, as_system):
    with as_system():
        listed = replace(story.held, name=hosted.method, public_key=hosted.public_key)
        says(story, listed)
    assert voucher.of_method(method=hosted.method) is voucher.Voucher.HOSTED
