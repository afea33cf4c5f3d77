"""Keys are replaced and revoked by who holds them; afterwards they sign nothing any more."""

from dataclasses import replace

import pytest

from passport.actions import attestation, job, key, signer
from passport.models import Attestation, Job, KeyRevocation, LogHead, Outbox, SigningKey
from passport.proof import keyevent
from passport.proof.errors import ProofError
from passport.queries.key import State, event_documents, of_party, standing
from passport.rules.errors import Malformed
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import acting
from tests.recycling.together import together
from tests.simulator import AT, key_of


@pytest.fixture
def maker(cast):
    return cast["maker"]


@pytest.fixture
def first(maker):
    with acting(maker):
        return signing.enrolled(maker)


def _take(document, by):
    with acting(by):
        return key.take(document=document, by=by, at=THEN)


def _rotation(maker, old, fragment="key-2"):
    with acting(maker):
        return signing.rotation(maker, old, fragment=fragment)


def _revocation(maker, by, **told):
    with acting(maker):
        return signing.revocation(maker, by, **told)


def _log_of(size):
    LogHead.objects.create(origin="log.example", size=size)


def test_a_rotation_is_kept_as_its_bytes_and_ends_the_old_key(maker, first, as_system):
    new, document = _rotation(maker, first)
    made = _take(document, maker)
    assert (made.method, made.replaces.method) == (new.name, first.name)
    assert bytes(made.enrolment) == document
    assert (standing(method=first.name).state, standing(method=new.name).state) == (
        State.REPLACED,
        State.IN_FORCE,
    )
    with as_system():
        entries = list(Outbox.objects.order_by("id").values_list("kind", "method"))
        assert entries == [("key", first.name), ("key", first.name)]
        assert event_documents(dids=[maker.did])[1] == document


def test_a_revocation_is_kept_as_its_bytes_and_ends_the_key(maker, first, as_system):
    document = _revocation(maker, first, suspect_from=0)
    assert _take(document, maker).method == first.name
    found = standing(method=first.name)
    assert (found.state, found.reason, found.suspect_from) == (State.REVOKED, "keyCompromise", 0)
    with as_system():
        assert bytes(KeyRevocation.objects.get().body) == document
        assert Outbox.objects.order_by("id").last().method == first.name
        assert event_documents(dids=[maker.did])[1] == document


def test_a_sister_in_force_revokes_too(maker, first):
    with acting(maker):
        second = signing.enrolled(maker, fragment="key-2")
    _take(_revocation(maker, second, method=first.name), maker)
    assert standing(method=first.name).state is State.REVOKED
    assert [each.signed_by for each in of_party(party_id=maker.pk)[0].events] == [
        first.name,
        second.name,
    ]


def _after_rotation(maker, first):
    _take(_rotation(maker, first)[1], maker)


def _after_revocation(maker, first):
    _take(_revocation(maker, first), maker)


@pytest.mark.parametrize("end", [_after_rotation, _after_revocation])
def test_a_key_that_ended_signs_nothing(maker, first, pack, end):
    signed = signing.origin(first, pack)
    rotation, revocation = _rotation(maker, first, "key-3")[1], _revocation(maker, first)
    end(maker, first)
    for document in (rotation, revocation):
        with pytest.raises(signer.KeyEnded):
            _take(document, maker)
    with acting(maker), pytest.raises(signer.KeyEnded):
        attestation.record(credential_bytes=signed, items=None, by=maker, at=THEN)
    assert not Attestation.objects.exists()


def test_what_was_taken_before_the_end_may_come_again(maker, first, pack):
    signed = signing.origin(first, pack)
    for _ in range(2):
        with acting(maker):
            kept = attestation.record(credential_bytes=signed, items=None, by=maker, at=THEN)
        if standing(method=first.name).in_force:
            _after_revocation(maker, first)
    assert bytes(kept.body) == signed


WIDER = {
    "the same again": (None, None, key.NotWider),
    "a suspicion where none was": (None, 5, None),
    "an earlier one": (7, 5, None),
    "the same suspicion": (5, 5, key.NotWider),
    "a later one": (5, 7, key.NotWider),
    "none where one was": (5, None, key.NotWider),
}


@pytest.mark.parametrize("case", WIDER)
def test_a_later_revocation_only_widens_the_suspicion(maker, first, case, as_system):
    before, after, refused = WIDER[case]
    with as_system():
        _log_of(10)
    with acting(maker):
        second = signing.enrolled(maker, fragment="key-2")
    _take(_revocation(maker, first, suspect_from=before), maker)
    document = _revocation(maker, second, method=first.name, suspect_from=after)
    if refused:
        with pytest.raises(refused):
            _take(document, maker)
    else:
        _take(document, maker)
    wide = [each for each in (before, after) if each is not None]
    assert standing(method=first.name).suspect_from == min(wide, default=None)


def test_a_replaced_key_can_still_be_suspected(maker, first, as_system):
    with as_system():
        _log_of(3)
    new, document = _rotation(maker, first)
    _take(document, maker)
    with pytest.raises(key.NotWider):
        _take(_revocation(maker, new, method=first.name), maker)
    _take(_revocation(maker, new, method=first.name, suspect_from=2), maker)
    found = standing(method=first.name)
    assert (found.state, found.suspect_from, found.replaced_by) == (State.REVOKED, 2, new.name)


def test_a_suspicion_from_beyond_the_log_is_a_slip(maker, first):
    with pytest.raises(Malformed, match="the log has 0 entries"):
        _take(_revocation(maker, first, suspect_from=1), maker)
    assert standing(method=first.name).in_force


def test_two_revocations_at_once_are_one(maker, first, as_system):
    documents = [_revocation(maker, first) for _ in range(2)]
    outcomes = together(lambda each: _take(each, maker), documents)
    assert sorted(type(each).__name__ for each in outcomes) == ["KeyEnded", "SigningKey"]
    with as_system():
        assert (KeyRevocation.objects.count(), Outbox.objects.count()) == (1, 2)


def test_a_key_is_replaced_once_at_one_moment(maker, first, as_system):
    documents = [_rotation(maker, first, f"key-{n}")[1] for n in (2, 3)]
    outcomes = together(lambda each: _take(each, maker), documents)
    assert sorted(type(each).__name__ for each in outcomes) == ["KeyEnded", "SigningKey"]
    with as_system():
        assert (SigningKey.objects.count(), Outbox.objects.count()) == (2, 2)


def test_a_signature_and_its_key_s_end_are_ordered(maker, first, pack, as_system):
    """Whoever is first: an attestation is logged before its key's end, or not at all."""
    signed, document = signing.origin(first, pack), _revocation(maker, first)

    def act(attests):
        with acting(maker):
            if attests:
                return attestation.record(credential_bytes=signed, items=None, by=maker, at=THEN)
            return key.take(document=document, by=maker, at=THEN)

    outcomes = together(act, [True, False])
    with as_system():
        order = list(Outbox.objects.order_by("id").values_list("kind", flat=True))
    taken = not isinstance(outcomes[0], Exception)
    assert isinstance(outcomes[0], signer.KeyEnded | Attestation)
    assert [each for each in order if each in ("attestation", "key")][1:] == (
        ["attestation", "key"] if taken else ["key"]
    )


def test_a_replayed_event_finds_its_challenge_spent(maker, first):
    with acting(maker):
        second = signing.enrolled(maker, fragment="key-2")
    document = _revocation(maker, second, method=first.name)
    _take(document, maker)
    with pytest.raises(key.ChallengeSpent):
        _take(document, maker)


def test_an_event_about_another_party_s_did_is_refused(cast, maker, first, as_system):
    other = cast["second-maker"]
    with acting(other):
        theirs = signing.enrolled(other)
    for by, document in (
        (other, _revocation(maker, first)),
        (other, _rotation(maker, first)[1]),
        (maker, _revocation(maker, theirs)),
    ):
        with pytest.raises(key.NotYourDid):
            _take(document, by)
    with as_system():
        assert not KeyRevocation.objects.exists()
    assert standing(method=first.name).in_force
    assert standing(method=theirs.name).in_force


def test_a_key_that_nobody_enrolled_neither_goes_nor_signs(maker, first):
    stranger = key_of("issuer", f"{maker.did}#key-9")
    with pytest.raises(key.NoSuchKey):
        _take(_revocation(maker, first, method=stranger.name), maker)
    with pytest.raises(ProofError, match="not enrolled"):
        _take(_revocation(maker, stranger, method=first.name), maker)
    with pytest.raises(ProofError, match="not enrolled"):
        _take(_rotation(maker, stranger)[1], maker)


def test_one_key_has_one_name(cast, maker, first):
    with acting(maker):
        nonce = key.issue_challenge(by=maker, at=THEN).nonce
    again = _renamed(first, f"{maker.did}#key-2")
    document = keyevent.enrol(key=again, challenge=nonce, created=AT)
    with pytest.raises(key.KeyTaken):
        _take(document, maker)


def _renamed(held, name):
    return replace(held, name=name)


def test_only_this_service_says_that_it_holds_a_key(maker):
    held = key_of("issuer", f"{maker.did}#key-1")
    with acting(maker):
        nonce = key.issue_challenge(by=maker, at=THEN).nonce
    document = keyevent.enrol(key=held, challenge=nonce, created=AT, custody=keyevent.HOSTED)
    with pytest.raises(Malformed, match="it does not"):
        _take(document, maker)


def test_each_way_in_takes_its_own_event_only(maker, first):
    rotation, revocation = _rotation(maker, first)[1], _revocation(maker, first)
    for wrong, document in (
        (key.enrol, rotation), (key.rotate, revocation), (key.revoke, rotation),
    ):  # fmt: skip
        with acting(maker), pytest.raises(Malformed, match=r", not (add|rotate|revoke)"):
            wrong(document=document, by=maker, at=THEN)
    with acting(maker):
        assert key.revoke(document=revocation, by=maker, at=THEN).method == first.name


def test_the_domain_is_asked_after_a_key_came_in(maker, first, as_system):
    _take(_rotation(maker, first)[1], maker)
    _take(_revocation(maker, key_of("issuer", f"{maker.did}#key-2")), maker)
    with as_system():
        asked = Job.objects.filter(kind=key.DID_FETCH)
        assert [each.payload for each in asked] == [{"did": maker.did}] * 2
        assert {each.party_id for each in asked} == {maker.pk}
        assert set(job.due(at=THEN)) == {(each.pk, key.DID_FETCH) for each in asked}
