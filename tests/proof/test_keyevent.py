"""A key comes in by its own signature, and goes by one that is in force."""

import pytest

from passport.proof import canonical, credential, keyevent, keys
from passport.proof.errors import ProofError
from tests import simulator

KEY = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")
OTHER = simulator.key_of("issuer", simulator.CELLMAKER + "#key-2")
FOREIGN = simulator.key_of("issuer", simulator.PACKMAKER + "#key-1")


def test_an_enrolment_proves_possession():
    event = keyevent.read(keyevent.enrol(key=KEY, challenge="nonce", created=simulator.AT))

    assert (event.op, event.method, event.public_key) == ("add", KEY.name, KEY.public_key)
    assert event.challenge == "nonce"


def resign(key, **changes: object) -> bytes:
    """An enrolment of KEY with other claims, signed by another key as that key."""
    document = canonical.loads(keyevent.enrol(key=KEY, challenge="n", created=simulator.AT))
    del document["proof"]
    document["issuer"] = key.did
    document["credentialSubject"].update(changes)
    return simulator.sign(key, document)


ENROLMENTS = {
    "somebody else's key": lambda: resign(KEY, publicKeyMultibase=OTHER.multikey),
    "a key signed in by another": lambda: resign(OTHER),
    "a key of another DID": lambda: resign(FOREIGN),
    "a method of another DID": lambda: resign(KEY, method=FOREIGN.name),
    "a method that is none": lambda: resign(KEY, method="key-1"),
    "a key of low order": lambda: resign(
        KEY, publicKeyMultibase=keys.multikey_encode((1).to_bytes(32, "little"))
    ),
    "no challenge": lambda: resign(KEY, challenge=""),
    "a long challenge": lambda: resign(KEY, challenge="a" * 257),
    "a challenge that is a number": lambda: resign(KEY, challenge=7),
    "an unknown operation": lambda: resign(KEY, op="replace"),
    "an operation that is a list": lambda: resign(KEY, op=["add"]),
    "a custody that is none": lambda: resign(KEY, custody="own"),
    "an unknown term": lambda: resign(KEY, note="x"),
    "a suspicion": lambda: resign(KEY, suspectFromIndex=3),
    "an attestation": lambda: simulator.sign(KEY, simulator.origin_of(KEY, "urn:a")),
}


@pytest.mark.parametrize("case", ENROLMENTS)
def test_refuses_to_enrol(case):
    with pytest.raises(ProofError):
        keyevent.read(ENROLMENTS[case]())


def revocation(**changes: object) -> bytes:
    wanted = {
        "key": OTHER,
        "method": KEY.name,
        "reason": "keyCompromise",
        "challenge": "n",
        "created": simulator.AT,
        "suspect_from": 3,
    }
    return keyevent.revoke(**{**wanted, **changes})


def test_a_revocation_is_signed_by_a_key_in_force():
    known = {OTHER.name: OTHER.public_key}
    event = keyevent.read(revocation(), resolve_key=known.__getitem__)

    assert (event.op, event.method, event.suspect_from) == ("revoke", KEY.name, 3)
    with pytest.raises(ProofError, match="not known"):
        keyevent.read(revocation())


REVOCATIONS = {
    "of another DID's key": {"method": FOREIGN.name},
    "for no known reason": {"reason": "boredom"},
    "with a negative suspicion": {"suspect_from": -1},
}


@pytest.mark.parametrize("case", REVOCATIONS)
def test_refuses_a_revocation(case):
    with pytest.raises(ProofError):
        keyevent.read(revocation(**REVOCATIONS[case]), resolve_key=lambda _: OTHER.public_key)


def test_a_key_event_has_no_audience():
    data = keyevent.enrol(key=KEY, challenge="nonce", created=simulator.AT)

    assert credential.read(data).access is None


def test_an_enrolment_says_that_the_service_holds_the_key():
    data = keyevent.enrol(key=KEY, challenge="n", created=simulator.AT, custody=keyevent.HOSTED)

    assert keyevent.read(data).custody == "hosted"
    assert keyevent.read(resign(KEY)).custody is None


def rotation(**changes: object) -> bytes:
    wanted = {"key": KEY, "new": OTHER, "challenge": "n", "created": simulator.AT}
    return keyevent.rotate(**{**wanted, **changes})


def read_rotation(data: bytes) -> keyevent.KeyEvent:
    known = {KEY.name: KEY.public_key, FOREIGN.name: FOREIGN.public_key}
    return keyevent.read(data, resolve_key=known.__getitem__)


@pytest.mark.parametrize("custody", [None, keyevent.HOSTED])
def test_a_rotation_is_signed_by_the_old_key_and_the_new(custody):
    event = read_rotation(rotation(custody=custody))

    assert (event.op, event.method, event.replaces) == ("rotate", OTHER.name, KEY.name)
    assert (event.public_key, event.custody) == (OTHER.public_key, custody)
    with pytest.raises(ProofError, match="not known"):
        keyevent.read(rotation())


def rerotated(by=KEY, **changes: object) -> bytes:
    """A rotation with other claims, signed again by the old key but not by the new one."""
    document = canonical.loads(rotation())
    del document["proof"]
    document["credentialSubject"].update(changes)
    return simulator.sign(by, document)


THIRD = simulator.key_of("issuer", simulator.CELLMAKER + "#key-3")
ROTATIONS = {
    "a new key that did not sign": lambda: rerotated(publicKeyMultibase=THIRD.multikey),
    "a possession of another challenge": lambda: rerotated(challenge="m"),
    "a custody slipped in": lambda: rerotated(custody="hosted"),
    "a possession that is none": lambda: rerotated(possession="AA"),
    "a key that replaces itself": lambda: rotation(new=KEY),
    "a key of another DID": lambda: rotation(new=FOREIGN),
    "a predecessor of another DID": lambda: rerotated(replaces=FOREIGN.name),
    "a suspicion": lambda: rerotated(suspectFromIndex=3),
}


@pytest.mark.parametrize("case", ROTATIONS)
def test_refuses_a_rotation(case):
    with pytest.raises(ProofError):
        read_rotation(ROTATIONS[case]())


def test_the_old_key_is_the_one_that_signs():
    stolen = keyevent.rotate(key=KEY, new=OTHER, challenge="n", created=simulator.AT)
    claimed = rerotated(by=THIRD)
    known = {each.name: each.public_key for each in (KEY, THIRD)}

    with pytest.raises(ProofError, match="signed by the key that goes"):
        keyevent.read(claimed, resolve_key=known.__getitem__)
    assert keyevent.read(stolen, resolve_key=known.__getitem__).replaces == KEY.name


def test_a_revocation_may_suspect_nothing():
    data = revocation(suspect_from=None, reason="superseded")
    event = keyevent.read(data, resolve_key=lambda _: OTHER.public_key)

    assert (event.suspect_from, event.reason) == (None, "superseded")
