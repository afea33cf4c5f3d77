"""Key events against raw SQL: the database holds the rules when the action's own check is gone."""

import hashlib
from threading import Event, Thread

import pytest
from django.db import DatabaseError, connections

from passport.actions import key
from passport.models.ids import new_id
from passport.queries.key import standing
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import REFUSED_BELOW, acting, run
from tests.simulator import key_of

REVOKE = (
    "INSERT INTO passport_keyrevocation (id, key_id, party_id, signed_by, reason, suspect_from,"
    " body, sha256, recorded_at) VALUES (%s, %s, %s, %s, 'keyCompromise', %s, %s, %s, now())"
)
ENROL = (
    "INSERT INTO passport_signingkey (id, party_id, did, method, public_key, enrolment,"
    " enrolment_sha256, enrolled_at, custody, replaces_id)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, now(), 'OWN', %s)"
)
CLAIM = (
    "INSERT INTO passport_attestation (id, issuer_id, kind, method, body, sha256, battery_id,"
    " access, recorded_at) VALUES (%s, %s, 'BatteryTestRecord', %s, '', %s, %s, 'public', now())"
)


@pytest.fixture
def keys(cast):
    """Two keys of the maker, one of the second maker; by their names here."""
    found = {}
    for name, fragment in (("maker", "key-1"), ("maker", "key-2"), ("second-maker", "key-1")):
        with acting(cast[name]):
            held = signing.enrolled(cast[name], fragment=fragment)
        found[f"{name} {fragment}"] = standing(method=held.name)
    return found


def _revoke(by, gone, signed_by, *, suspect_from=None, body=b"x", sha256=None):
    digest = sha256 or hashlib.sha256(body + gone.method.encode()).digest()
    body = body + gone.method.encode()
    with acting(by):
        run(REVOKE, new_id(), gone.id, by.pk, signed_by.method, suspect_from, body, digest)


def _enrol(by, *, fragment, replaces=None, sha256=None, did=None):
    held = key_of("issuer", f"{did or by.did}#{fragment}")
    digest = sha256 or hashlib.sha256(held.name.encode()).digest()
    body, replaced = held.name.encode(), replaces and replaces.id
    with acting(by):
        run(ENROL, new_id(), by.pk, held.did, held.name, held.public_key, body, digest, replaced)


def test_the_statements_of_these_tests_work_when_nothing_is_wrong(cast, keys):
    first, second = keys["maker key-1"], keys["maker key-2"]
    _enrol(cast["maker"], fragment="key-3", replaces=second)
    _revoke(cast["maker"], first, first)
    assert {standing(method=each.method).in_force for each in (first, second)} == {False}


REVOCATIONS = {
    "of another's key": ("second-maker", "maker key-1", "second-maker key-1"),
    "by another's key": ("maker", "maker key-1", "second-maker key-1"),
    "of another's key by that key": ("second-maker", "maker key-1", "maker key-1"),
}


@pytest.mark.parametrize("case", REVOCATIONS)
def test_a_party_ends_its_own_keys_by_its_own(cast, keys, case):
    by, gone, signed_by = REVOCATIONS[case]
    with pytest.raises(DatabaseError, match=r"row-level security|in force"):
        _revoke(cast[by], keys[gone], keys[signed_by])


def test_a_revocation_has_the_digest_of_its_bytes(cast, keys):
    with pytest.raises(DatabaseError, match="another digest"):
        _revoke(cast["maker"], keys["maker key-1"], keys["maker key-2"], sha256=bytes(32))


def test_an_ended_key_ends_no_other(cast, keys):
    first, second = keys["maker key-1"], keys["maker key-2"]
    _revoke(cast["maker"], first, first)
    with pytest.raises(DatabaseError, match="in force"):
        _revoke(cast["maker"], second, first)
    _enrol(cast["maker"], fragment="key-3", replaces=second)
    with pytest.raises(DatabaseError, match="in force"):
        _revoke(cast["maker"], first, second, suspect_from=0, body=b"z")


@pytest.mark.parametrize("suspect_from", [None, 5, 6])
def test_a_later_revocation_only_widens(cast, keys, suspect_from):
    first, second = keys["maker key-1"], keys["maker key-2"]
    _revoke(cast["maker"], first, first, suspect_from=5)
    with pytest.raises(DatabaseError, match="only widens"):
        _revoke(cast["maker"], first, second, suspect_from=suspect_from, body=b"y")
    _revoke(cast["maker"], first, second, suspect_from=4, body=b"y")
    assert standing(method=first.method).suspect_from == 4


def test_a_key_takes_the_place_of_one_in_force_only(cast, keys):
    first, second = keys["maker key-1"], keys["maker key-2"]
    with pytest.raises(DatabaseError, match="same issuer"):
        _enrol(cast["second-maker"], fragment="key-3", replaces=first)
    _revoke(cast["maker"], first, first)
    with pytest.raises(DatabaseError, match="in force"):
        _enrol(cast["maker"], fragment="key-3", replaces=first)
    _enrol(cast["maker"], fragment="key-3", replaces=second)
    with pytest.raises(DatabaseError, match="replaces_id"):
        _enrol(cast["maker"], fragment="key-4", replaces=second)


def test_a_key_comes_with_the_digest_of_its_bytes_and_under_its_own_did(cast, keys):
    with pytest.raises(DatabaseError, match="another digest"):
        _enrol(cast["maker"], fragment="key-3", sha256=bytes(32))
    with pytest.raises(DatabaseError, match="row-level security"):
        _enrol(cast["second-maker"], fragment="key-3", did=cast["maker"].did)


CHANGES = (
    "UPDATE passport_keyrevocation SET suspect_from = NULL",
    "DELETE FROM passport_keyrevocation",
    "TRUNCATE passport_keyrevocation CASCADE",
    "UPDATE passport_signingkey SET replaces_id = NULL",
    "UPDATE passport_signingkey SET custody = 'OWN'",
    "DELETE FROM passport_signingkey",
)


@pytest.mark.parametrize("role", ["app", "system", "owner"])
def test_what_was_said_of_a_key_stays_said(cast, keys, as_role, role):
    first = keys["maker key-1"]
    _revoke(cast["maker"], first, first, suspect_from=3)
    with as_role(role):
        for statement in CHANGES:
            with pytest.raises(DatabaseError, match=REFUSED_BELOW):
                run(statement)
    assert standing(method=first.method).suspect_from == 3


def test_an_ended_key_attests_nothing_by_any_way(cast, keys, pack):
    first, maker = keys["maker key-1"], cast["maker"]

    def claim(digest):
        with acting(maker):
            run(CLAIM, new_id(), maker.pk, first.method, digest, pack.pk)

    claim(b"a" * 32)
    _revoke(maker, first, first)
    with pytest.raises(DatabaseError, match="revoked or replaced"):
        claim(b"b" * 32)


def test_an_attestation_waits_for_a_key_event_under_way(cast, keys, pack):
    """Raw SQL too: what is logged after a key's end is not let in beside it."""
    first, maker = keys["maker key-1"], cast["maker"]
    ended, said = Event(), []

    def attest():
        ended.wait(timeout=10)
        try:
            with acting(maker):
                run(CLAIM, new_id(), maker.pk, first.method, b"c" * 32, pack.pk)
        except DatabaseError as refused:
            said.append(str(refused))
        finally:
            connections.close_all()

    thread = Thread(target=attest)
    thread.start()
    with acting(maker):
        document = signing.revocation(maker, key_of("issuer", first.method))
        key.revoke(document=document, by=maker, at=THEN)
        ended.set()
        thread.join(timeout=0.5)
        assert thread.is_alive()
    thread.join(timeout=10)
    assert ["revoked or replaced" in each for each in said] == [True]


def test_a_hosted_key_is_kept_under_its_own_did(cast):
    statement = (
        "INSERT INTO passport_hostedkey (id, party_id, method, purpose, kek_id, wrapped_key,"
        " sealed_seed, created_at) VALUES (%s, %s, %s, 'issuer', 'k', '', '', now())"
    )
    for by, owner, method in (
        ("second-maker", "maker", "did:web:maker.example#hosted-1"),
        ("second-maker", "second-maker", "did:web:maker.example#hosted-1"),
    ):
        with acting(cast[by]), pytest.raises(DatabaseError, match="row-level security"):
            run(statement, new_id(), cast[owner].pk, method)
