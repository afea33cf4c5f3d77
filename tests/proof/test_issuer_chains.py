"""The chain of an issuer holds its key events and its domain's answers, and nothing that hides."""

from dataclasses import replace

import pytest

from passport.proof import canonical, didanswer, leaf, verdict
from passport.proof.errors import BadBundle
from passport.proof.report import Report
from tests import later
from tests.simulator import AT, PACK, PACKMAKER, Pack, origin_of, pack_of_cells, sign

ANSWER = didanswer.Answer(PACKMAKER, "https://packmaker.example/.well-known/did.json", AT, b"{}")
OTHER = replace(ANSWER, did="did:web:other.example")


@pytest.fixture
def pack() -> Pack:
    return pack_of_cells(count=2, batch_size=2, events=0)


def answered(pack: Pack, answer: didanswer.Answer = ANSWER) -> int:
    data = didanswer.encode(answer=answer, salt=bytes(16))
    return pack.world.enter("event", data, None, [PACKMAKER])


def verified(pack: Pack, *hidden: int) -> Report:
    contents = later.hide(pack.contents(), *(pack.world.documents[each] for each in hidden))
    return verdict.verify(pack.bundle(contents), policy=pack.policy())


def test_what_the_domain_answered_stands_there_and_is_shown(pack):
    answered(pack)

    assert verified(pack).exit_code == 0


def test_an_answer_that_was_erased_is_a_doubt(pack):
    at = answered(pack)
    later.erase(pack.world, at, [PACKMAKER], battery=None)
    report = verified(pack, at)

    assert report.exit_code == 1
    assert any(f"event at {at} was erased on demand" in each for each in report.doubts)


def refused(pack: Pack, *hidden: int) -> str:
    with pytest.raises(BadBundle) as found:
        verified(pack, *hidden)
    assert found.value.step == 7
    return found.value.detail


def test_an_answer_is_not_hidden_and_neither_is_its_erasure(pack):
    at = answered(pack)
    assert f"Entry {at} is about the issuer {PACKMAKER}" in refused(pack, at)
    gone = later.erase(pack.world, at, [PACKMAKER], battery=None)
    assert f"Entry {at} " in refused(pack, at, gone)
    assert f"Entry {gone} " in refused(pack, gone)


def test_another_domain_s_answer_does_not_stand_there(pack):
    answered(pack, OTHER)

    assert "shows neither a key event nor what" in refused(pack)


def test_a_claim_about_an_issuer_does_not_stand_there_even_shown(pack):
    data = sign(pack.packmaker, origin_of(pack.packmaker, PACKMAKER))
    pack.world.enter("attestation", data, pack.packmaker.name, [PACKMAKER])

    assert "shows neither a key event nor what" in refused(pack)


def test_the_salt_of_an_issuer_is_the_one_that_anybody_computes(pack):
    contents = pack.contents()
    name = "did:web:other.example"
    for salt in (bytes(16), leaf.issuer_salt(did=name)):
        made = pack.bundle(replace(contents, salts={**contents.salts, name: salt}))
        with pytest.raises(BadBundle) as found:
            verdict.verify(made, policy=pack.policy())
        assert ("there may be a second chain" in found.value.detail) is (salt == bytes(16))


def test_a_document_with_a_proof_that_is_no_credential_is_an_event_like_others(pack):
    pack.world.enter("event", canonical.encode({"proof": 7}), None, [PACK])

    assert verified(pack).exit_code == 0


def test_an_event_that_is_no_answer_of_a_domain_does_not_stand_there(pack):
    pack.world.enter("event", b'{"event":"met"}', None, [PACKMAKER])

    assert "shows neither a key event nor what" in refused(pack)


def test_a_document_of_another_kind_is_kept_as_it_came(pack):
    """What others send, as XML, is logged by its digest and says nothing to this verifier."""
    pack.world.enter("event", b"<epcis/>", None, [PACK])

    assert verified(pack).exit_code == 0


def test_what_somebody_signed_is_not_passed_off_as_an_event(pack):
    at = pack.world.enter(
        "event", sign(pack.packmaker, origin_of(pack.packmaker, PACK)), None, [PACK]
    )
    with pytest.raises(BadBundle, match=f"Entry {at} passes off what is signed") as found:
        verified(pack)

    assert found.value.step == 8
