"""A maker's domain is asked what it says of its keys; what it says vouches, or does not."""

import ipaddress
import json
import socket
from datetime import timedelta

import pytest
from django.db import DatabaseError

from passport import tasks
from passport.actions import did, job, key
from passport.audit import fetch
from passport.models import DidDocument, Job, JobState, LogEntry, Outbox, Party
from passport.proof import did as dids
from passport.proof import didanswer
from passport.queries import key as keys
from passport.queries import voucher
from passport.queries.voucher import Voucher
from tests.audit import domain
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import REFUSED_BELOW, acting, run


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


def document(*held, **changes):
    methods = {each.name: each.multikey for each in held}
    return json.dumps({**dids.document(did=held[0].did, methods=methods), **changes}).encode()


def work(at=THEN):
    """What the worker does with each job that is due."""
    return [tasks.perform(each, clock=lambda: at) for each, _ in job.due(at=at)]


def vouched(held):
    return voucher.of_method(method=held.name)


def test_an_answer_is_kept_to_the_byte_and_logged_in_the_issuer_s_chain(
    maker, held, site, as_system
):
    site.says(document(held))
    with as_system():
        assert work() == ["done"]
        kept = DidDocument.objects.get()
        answer = didanswer.decode(data=bytes(kept.body))
        assert (answer.body, answer.trouble, kept.did) == (document(held), "", maker.did)
        assert answer.url == kept.url == "https://maker.example/.well-known/did.json"
        entry = Outbox.objects.order_by("id").last()
        assert (entry.kind, entry.method, entry.subjects) == ("event", None, 1)
        assert (bytes(entry.digest), bytes(entry.subject)) == (
            bytes(kept.sha256), key.issuer_subject(did=maker.did),
        )  # fmt: skip
        assert keys.evidence_documents(dids=[maker.did]) == [bytes(kept.body)]
    assert vouched(held) is Voucher.DOMAIN


def test_the_same_answer_is_not_kept_again_and_another_is(maker, held, site, as_system):
    with as_system():
        for said, kept in ((b"{}", 1), (b"{}", 1), (document(held), 2), (document(held), 2)):
            site.says(said)
            did.keep(answer=did.ask(did=maker.did, at=THEN), party=maker, at=THEN)
            assert DidDocument.objects.count() == kept
        assert len(keys.evidence_documents(dids=[maker.did])) == 2
        assert Outbox.objects.filter(kind="event").count() == 2


def _with_key(held, **changes):
    value = json.loads(document(held))
    value["verificationMethod"][0].update(changes)
    return json.dumps(value).encode()


NOT_VOUCHED = {
    "a key of another": lambda held: _with_key(held, publicKeyMultibase="z6Mk"),
    "a key that was revoked": lambda held: _with_key(held, revoked="2026-01-01T00:00:00Z"),
    "not for assertions": lambda held: document(held, assertionMethod=[]),
    "another DID": lambda held: document(held, id="did:web:second-maker.example"),
    "a name twice": lambda held: document(held).replace(b"{", b'{"id":"did:web:x.example",', 1),
    "no JSON": lambda held: b"<html>",
    "a number with a fraction": lambda held: document(held, x=0.5),
}


@pytest.mark.parametrize("what", NOT_VOUCHED)
def test_what_does_not_list_the_key_vouches_for_nothing(held, site, what, as_system):
    site.says(NOT_VOUCHED[what](held))
    with as_system():
        work()
        assert DidDocument.objects.count() == 1
    assert vouched(held) is Voucher.SERVICE


def test_the_newest_good_document_counts(maker, held, site, as_system):
    with as_system():
        site.says(document(held))
        work()
        site.says(b"gone", status="500 Broken")
        did.keep(answer=did.ask(did=maker.did, at=THEN), party=maker, at=THEN)
        assert voucher.newest(did=maker.did).trouble == "maker.example answers with status 500."
        assert vouched(held) is Voucher.DOMAIN
        site.says(document(held, verificationMethod=[]))
        did.keep(answer=did.ask(did=maker.did, at=THEN), party=maker, at=THEN)
    assert vouched(held) is Voucher.SERVICE


def test_a_redirect_to_a_metadata_service_is_kept_as_trouble(maker, held, site, as_system):
    site.script = lambda line: line.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    )
    with as_system():
        assert work() == ["done"]
        assert "sends elsewhere (302)" in DidDocument.objects.get().trouble
    assert vouched(held) is Voucher.SERVICE


def test_without_the_setting_a_private_domain_is_not_asked(held, site, settings, as_system):
    settings.PASSPORT_DID_NETWORKS = []
    with as_system():
        work()
        assert "not on the public Internet" in DidDocument.objects.get().trouble
    assert site.requests == []


OWN = {
    "the service's": ("PASSPORT_SERVICE_DID", "did:web:maker.example"),
    "the service's, at another port": ("PASSPORT_SERVICE_DID", "did:web:maker.example%3A8443:x"),
    "below the service's": ("PASSPORT_SERVICE_DID", "did:web:example"),
    "where the service is": ("PASSPORT_PUBLIC_URL", "https://maker.example"),
    "the log's": ("PASSPORT_LOG_ORIGIN", "maker.example/log/2026"),
}


@pytest.mark.parametrize("whose", OWN)
def test_the_operator_s_own_host_vouches_for_nothing(maker, held, site, settings, whose, as_system):
    site.says(document(held))
    with as_system():
        work()
    assert vouched(held) is Voucher.DOMAIN
    setattr(settings, *OWN[whose])
    assert vouched(held) is Voucher.SERVICE
    before = len(site.requests)
    with as_system():
        did.ask_soon(by=maker, at=THEN)
        assert work() == ["done"]
    assert len(site.requests) == before


def test_a_job_asks_the_domain_of_its_own_party_only(cast, maker, held, site, as_system):
    with acting(cast["second-maker"]):
        forged = job.enqueue(
            kind=did.KIND, dedupe_key="x", party=cast["second-maker"],
            payload={"did": maker.did}, at=THEN,
        )  # fmt: skip
    with as_system():
        tasks.perform(forged.pk, clock=lambda: THEN)
        assert DidDocument.objects.get().did == "did:web:second-maker.example"


def test_a_lost_lease_leaves_no_evidence(maker, held, site, as_system):
    site.says(document(held))
    with as_system():
        late = job.lease(job_id=job.due(at=THEN)[0][0], at=THEN)
        Job.objects.update(attempts=9)
        with pytest.raises(job.LeaseLost):
            did.run(job=late, at=THEN)
        assert not DidDocument.objects.exists()
        assert not Outbox.objects.filter(kind="event").exists()


def test_domains_are_asked_once_a_day(cast, maker, held, as_system):
    with as_system():
        with acting(cast["second-maker"]):
            second = signing.enrolled(cast["second-maker"])
        key.revoke(
            document=signing.revocation(cast["second-maker"], second),
            by=cast["second-maker"], at=THEN,
        )  # fmt: skip
        Job.objects.update(state=JobState.DONE)
        for hours in (0, 1, 2):
            assert did.ask_all(at=THEN + timedelta(hours=hours)) == 1
        assert [each.party_id for each in Job.objects.filter(state=JobState.READY)] == [maker.pk]
        did.ask_all(at=THEN + timedelta(days=1))
        assert Job.objects.filter(state=JobState.READY).count() == 2


def test_a_party_without_a_did_is_left_alone(maker, held, site, as_system, as_role):
    with as_role("owner"):
        run("UPDATE passport_party SET did = NULL WHERE id = %s", maker.pk)
    with as_system():
        assert Party.objects.get(pk=maker.pk).did is None
        assert work() == ["done"]
        assert not DidDocument.objects.exists()


def test_evidence_is_written_by_the_system_alone_and_for_ever(maker, held, site, as_role):
    site.says(document(held))
    with as_role("system"):
        work()
    for role in ("system", "owner"):
        with as_role(role), pytest.raises(DatabaseError, match=REFUSED_BELOW):
            run("UPDATE passport_diddocument SET trouble = 'x'")
    forged = (
        "INSERT INTO passport_diddocument (id, party_id, did, url, body, sha256, trouble,"
        " fetched_at) SELECT gen_random_uuid(), party_id, did, url, body, sha256, '', now()"
        " FROM passport_diddocument"
    )
    for statement in (forged, "DELETE FROM passport_diddocument"):
        with acting(maker), pytest.raises(DatabaseError, match=REFUSED_BELOW):
            run(statement)


def test_evidence_stands_in_the_log_between_the_key_events(held, site, house, as_system):
    site.says(document(held))
    with as_system():
        work()
        house.turn()
        kinds = list(LogEntry.objects.order_by("index").values_list("kind", flat=True))
        subjects = {bytes(each) for each in LogEntry.objects.values_list("subject", flat=True)}
    assert ("key" in kinds, "event" in kinds, len(subjects)) == (True, True, 1)
