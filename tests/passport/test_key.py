"""A key is enrolled by who holds it, under its own DID, over a challenge that serves once."""

from datetime import timedelta

import pytest

from passport.actions import key
from passport.models import LogEntry, Outbox, SigningKey
from passport.proof import keyevent
from passport.proof.errors import ProofError
from passport.proof.keys import multikey_encode
from tests.cast import THEN
from tests.passport.acting import acting
from tests.recycling.together import together
from tests.simulator import AT, key_of

OWN = "did:web:maker.example#key-1"


def _challenge(by, at=THEN):
    with acting(by):
        return key.issue_challenge(by=by, at=at).nonce


def _document(nonce, name=OWN):
    return keyevent.enrol(key=key_of("issuer", name), challenge=nonce, created=AT)


def _enrol(document, by, at=THEN):
    with acting(by):
        return key.enrol(document=document, by=by, at=at)


def test_a_key_is_kept_as_its_bytes_and_logged_under_its_issuer(cast, as_system):
    document = _document(_challenge(cast["maker"]))
    made = _enrol(document, cast["maker"])
    assert bytes(made.enrolment) == document
    assert (made.method, made.custody) == (OWN, "OWN")
    with as_system():
        entry = Outbox.objects.get()
        assert (entry.kind, entry.method, entry.subjects) == ("key", OWN, 1)
        assert bytes(entry.subject) == key.issuer_subject(did="did:web:maker.example")


def test_a_challenge_can_be_typed_on_a_command_line(cast):
    nonces = {_challenge(cast["maker"]) for _ in range(80)}
    assert len(nonces) == 80
    assert all(nonce.isalnum() for nonce in nonces)


def test_a_challenge_serves_once(cast, as_system):
    nonce = _challenge(cast["maker"])
    _enrol(_document(nonce), cast["maker"])
    with pytest.raises(key.ChallengeSpent):
        _enrol(_document(nonce, "did:web:maker.example#key-2"), cast["maker"])
    with as_system():
        assert SigningKey.objects.count() == 1


def test_a_challenge_serves_once_at_one_moment(cast, as_system):
    nonce = _challenge(cast["maker"])
    names = [f"did:web:maker.example#key-{n}" for n in (1, 2)]
    outcomes = together(lambda name: _enrol(_document(nonce, name), cast["maker"]), names)
    assert sorted(type(each).__name__ for each in outcomes) == ["ChallengeSpent", "SigningKey"]


def test_a_challenge_grows_old(cast):
    nonce = _challenge(cast["maker"])
    with pytest.raises(key.ChallengeSpent):
        _enrol(_document(nonce), cast["maker"], at=THEN + key.CHALLENGE_LIFETIME)
    fresh = _challenge(cast["maker"])
    late = THEN + key.CHALLENGE_LIFETIME - timedelta(seconds=1)
    assert _enrol(_document(fresh), cast["maker"], at=late).method == OWN


def test_the_challenge_of_another_party_does_not_serve(cast):
    nonce = _challenge(cast["second-maker"])
    with pytest.raises(key.ChallengeSpent):
        _enrol(_document(nonce), cast["maker"])


def test_a_key_of_another_did_is_refused(cast):
    nonce = _challenge(cast["maker"])
    with pytest.raises(key.NotYourDid):
        _enrol(_document(nonce, "did:web:second-maker.example#key-1"), cast["maker"])


def test_a_method_names_one_key_for_ever(cast):
    _enrol(_document(_challenge(cast["maker"])), cast["maker"])
    with pytest.raises(key.MethodTaken):
        _enrol(_document(_challenge(cast["maker"])), cast["maker"])


def test_a_refused_enrolment_leaves_its_challenge_open(cast):
    nonce = _challenge(cast["maker"])
    with pytest.raises(key.NotYourDid):
        _enrol(_document(nonce, "did:web:second-maker.example#key-1"), cast["maker"])
    assert _enrol(_document(nonce), cast["maker"]).method == OWN


def _flipped(document):
    return document.replace(b'"proofValue":"z', b'"proofValue":"z2', 1)


def _low_order(document):
    # The neutral element: OpenSSL accepts it, and it "signs" anything.
    neutral = multikey_encode(b"\x01" + bytes(31)).encode()
    shown = key_of("issuer", OWN).multikey.encode()
    assert shown in document
    return document.replace(shown, neutral)


def _of_another(document):
    other = key_of("issuer", "did:web:maker.example#key-9").multikey.encode()
    return document.replace(key_of("issuer", OWN).multikey.encode(), other)


FORGED = {
    "a flipped signature": _flipped,
    "a low-order point": _low_order,
    "a key that did not sign": _of_another,
    "a changed challenge": lambda document: document.replace(b'"op":"add"', b'"op":"Add"'),
    "bytes that are no document": lambda document: document[:-1],
    "a name twice": lambda document: b'{"issuer":"x",' + document[1:],
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_enrolment_is_refused_and_leaves_nothing(cast, name, as_system):
    document = FORGED[name](_document(_challenge(cast["maker"])))
    with pytest.raises(ProofError):
        _enrol(document, cast["maker"])
    with as_system():
        assert not SigningKey.objects.exists()
        assert not Outbox.objects.exists()
        assert not LogEntry.objects.exists()
