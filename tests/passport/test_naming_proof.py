"""A domain proves that it is a party's: it serves a challenge that the party's key has signed."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from passport import tasks
from passport.actions import job, key, naming_right
from passport.audit import fetch
from passport.audit.__main__ import main
from passport.models import Job, NamingDecision, NamingRight, Outbox
from passport.proof import canonical, keyfile
from passport.proof import naming_right as proofs
from passport.proof.encoding import b64_decode
from passport.queries import naming_right as queries
from passport.rules.naming_right import NotDecidedSo, Standing
from tests.audit import domain
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import acting
from tests.simulator import AT, key_of

STEM = "dns:example.maker.id."


@pytest.fixture
def site(tmp_path, monkeypatch, settings):
    """The maker's domain, on loopback and trusted there."""
    with domain.serving(tmp_path, name="maker.example") as made:
        loopback = [(socket.AF_INET, "127.0.0.1")]
        monkeypatch.setattr(fetch, "_resolved", lambda host, port: loopback)
        connect = socket.socket.connect
        monkeypatch.setattr(
            socket.socket, "connect",
            lambda self, to: connect(self, ("127.0.0.1", made.port) if to[1:] == (443,) else to),
        )  # fmt: skip
        settings.PASSPORT_DID_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
        settings.PASSPORT_DID_CA = made.ca_file
        yield made


@pytest.fixture
def maker(cast):
    return cast["maker"]


@pytest.fixture
def held(maker):
    with acting(maker):
        return signing.enrolled(maker)


def ask(by, *, at=THEN):
    """The claim of the maker's domain, and the job that asks it."""
    with acting(by):
        right = NamingRight.objects.filter(party=by).first() or naming_right.claim(
            kind="DOMAIN", value="maker.example", by=by, at=at
        )
        naming_right.ask_soon(right_id=right.pk, by=by, at=at)
    return right


def work(at=THEN):
    """What the worker does with each job of this kind."""
    found = Job.objects.filter(kind=naming_right.KIND, state="READY")
    return [tasks.perform(each.pk, clock=lambda: at) for each in found]


def signed(right, by, **changes):
    told = {"key": by, "domain": right.value, "challenge": right.challenge, "created": AT}
    return proofs.sign(**(told | changes))


def test_a_domain_that_serves_the_signed_challenge_is_proven(maker, held, site, as_system):
    right = ask(maker)
    site.says(signed(right, held))
    with as_system():
        assert work() == ["done"]
        decided = NamingDecision.objects.get()
        told = canonical.loads(bytes(decided.body))
        assert b64_decode(told["answer"]) == signed(right, held)
        assert told["url"] == "https://maker.example/.well-known/battery-passport.json"
        assert bytes(Outbox.objects.get(kind="event").digest) == bytes(decided.sha256)
        assert b"GET /.well-known/battery-passport.json HTTP/1.1" in site.requests[0]
    assert queries.judge(stems=[STEM], by=maker.pk)[STEM] is Standing.PROVEN
    with acting(maker):
        assert (right.decisions.get().basis, queries.by_id(right_id=right.pk).trouble) == (
            "DOMAIN", "",
        )  # fmt: skip


def _flipped(right, held):
    said = bytearray(signed(right, held))
    said[said.index(b"proofValue") + 20] ^= 1
    return bytes(said)


NOT_PROVEN = {
    "another challenge": lambda right, held: signed(right, held, challenge="00" * 20),
    "another domain": lambda right, held: signed(right, held, domain="maker.example.net"),
    "a key that nobody enrolled": lambda right, held: signed(
        right, key_of("issuer", "did:web:maker.example#key-9")
    ),
    "a key of another, under the maker's name": lambda right, held: signed(right, _stranger(held)),
    "a flipped bit": _flipped,
    "the bare challenge": lambda right, held: canonical.encode({"challenge": right.challenge}),
    "no signature": lambda right, held: canonical.encode(
        {"format": proofs.CHALLENGE_FORMAT, "domain": right.value, "challenge": right.challenge,
         "proof": {}}
    ),
    "a term too many": lambda right, held: signed(right, held).replace(b"{", b'{"a":1,', 1),
    "no JSON": lambda right, held: b"<html>",
}  # fmt: skip


def _stranger(held):
    other = key_of("issuer", "did:web:second-maker.example#key-1")
    return replace(held, private_key=other.private_key)


@pytest.mark.parametrize("what", NOT_PROVEN)
def test_what_is_no_proof_leaves_the_claim_and_says_why(maker, held, site, as_system, what):
    right = ask(maker)
    site.says(NOT_PROVEN[what](right, held))
    with as_system():
        assert work() == ["done"]
        assert not NamingDecision.objects.exists()
    with acting(maker):
        found = queries.by_id(right_id=right.pk)
        assert found.trouble
        assert (found.state, found.asked_at >= THEN) == ("CLAIMED", True)


def test_a_key_that_was_withdrawn_proves_nothing(maker, held, site, as_system):
    right = ask(maker)
    site.says(signed(right, held))
    with acting(maker):
        key.revoke(document=signing.revocation(maker, held), by=maker, at=THEN)
    with as_system():
        work()
        assert "no key in force" in NamingRight.objects.get().trouble


def test_a_party_cannot_prove_by_the_key_of_another(cast, held, site, as_system):
    second = cast["second-maker"]
    right = ask(second)
    site.says(signed(right, held))
    with as_system():
        work()
        assert "no key in force" in NamingRight.objects.get(pk=right.pk).trouble


def test_a_private_address_and_a_redirect_are_not_followed(maker, held, site, settings, as_system):
    right = ask(maker)
    site.script = lambda line: line.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    )
    with as_system():
        work()
        assert "sends elsewhere (302)" in NamingRight.objects.get().trouble
    settings.PASSPORT_DID_NETWORKS = []
    asked = len(site.requests)
    ask(maker, at=THEN + timedelta(minutes=2))
    with as_system():
        work(THEN + timedelta(minutes=2))
        right.refresh_from_db()
        assert "not on the public Internet" in right.trouble
    assert len(site.requests) == asked


def test_a_domain_is_asked_once_a_minute_at_most(maker, as_system):
    for seconds in (0, 1, 59):
        ask(maker, at=THEN + timedelta(seconds=seconds))
    with as_system():
        assert Job.objects.filter(kind=naming_right.KIND).count() == 1


def test_a_prefix_has_no_domain_to_ask(maker):
    with acting(maker):
        right = naming_right.claim(kind="GS1_PREFIX", value="9521234", by=maker, at=THEN)
        with pytest.raises(NotDecidedSo, match="no domain"):
            naming_right.ask_soon(right_id=right.pk, by=maker, at=THEN)


def test_a_job_settles_claims_of_its_own_party_only(cast, maker, held, site, as_system):
    right = ask(maker)
    site.says(signed(right, held))
    second = cast["second-maker"]
    with acting(second):
        forged = job.enqueue(
            kind=naming_right.KIND, dedupe_key="x", party=second,
            payload={"right": str(right.pk)}, at=THEN,
        )  # fmt: skip
        garbage = job.enqueue(
            kind=naming_right.KIND, dedupe_key="y", party=second, payload={"right": 7}, at=THEN
        )
    with as_system():
        for each in (forged, garbage):
            assert tasks.perform(each.pk, clock=lambda: THEN) == "done"
        assert site.requests == []
        assert NamingRight.objects.get().state == "CLAIMED"


def test_a_lost_lease_decides_nothing(maker, held, site, as_system):
    right = ask(maker)
    site.says(signed(right, held))
    with as_system():
        late = job.lease(job_id=Job.objects.get(kind=naming_right.KIND).pk, at=THEN)
        Job.objects.update(attempts=9)
        with pytest.raises(job.LeaseLost):
            naming_right.run(job=late, at=THEN)
        assert not NamingDecision.objects.exists()


def test_the_maker_s_own_program_signs_the_challenge(maker, held, site, as_system, tmp_path):
    right = ask(maker)
    file, out = tmp_path / "maker.key", tmp_path / "out.json"
    file.write_bytes(keyfile.encode(held))
    file.chmod(0o600)
    words = ["sign", "--key", str(file), "--domain", "Maker.example", "--out", str(out)]
    assert main(words) == 2  # without the challenge
    assert main([*words, "--challenge", right.challenge]) == 0
    site.says(out.read_bytes())
    with as_system():
        work()
        assert NamingRight.objects.get().state == "PROVEN"
