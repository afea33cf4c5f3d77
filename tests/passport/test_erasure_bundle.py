"""After an erasure the bundle of the same battery says so, and proves everything else as before."""

import base64
import shutil
import threading

import pytest
from django.db import connection

from passport.actions import attestation, bundle, bundle_order, erasure, event, timestamp
from passport.actions import job as jobs
from passport.audit import stamps
from passport.models import Battery, BundleOrder, Erasure, IdempotencyKey
from passport.models.ids import new_id
from passport.postgres import locks
from passport.proof import policy, verdict
from passport.proof.encoding import b64u_encode
from passport.rules.lifecycle import EventKind
from tests.audit.conftest import serving
from tests.audit.tsa import Authority
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import acting

MARK = "Mallory-4711"
WHY = "asked for by the technician named in it"


class Told:
    """A pack with two cells, all attested, with two claims of origin and an event; published."""

    def __init__(self, cast, pack, house):
        self.cast, self.pack, self.house = cast, pack, house
        maker = cast["maker"]
        self.held = signing.enrolled(maker)
        self.cells = list(
            Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity")
        )
        self.batch = signing.attest_cells(self.held, self.cells, by=maker)
        self.origin = self.attest(signing.pack_origin(self.held, pack, [self.batch]))
        self.other = self.attest(signing.origin(self.held, pack, model=MARK))
        self.event = event.record(
            battery_id=pack.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
            facts={"technician": MARK}, by=maker, at=THEN,
        )  # fmt: skip
        house.turn()

    def attest(self, document):
        maker = self.cast["maker"]
        return attestation.record(credential_bytes=document, items=None, by=maker, at=THEN)

    def bundle(self) -> bytes:
        with acting(self.cast["maker"]):
            return bundle.assemble(battery_ids=[self.pack.pk], by=self.cast["maker"], at=THEN)

    def report(self, **more):
        trusted = policy.parse(self.house.policy_text(self.held).encode())
        return verdict.verify(self.bundle(), policy=trusted, **more)

    def job(self, name):
        return jobs.enqueue(
            kind="bundle", dedupe_key=name, party=self.cast["maker"], payload={}, at=THEN
        )

    def ordered(self):
        """A bundle of the pack as the worker makes it, kept to be fetched."""
        with acting(self.cast["maker"]):
            bundle_order.order(names=[self.pack.identity], title="", by=self.cast["maker"], at=THEN)
        return self.made()

    def made(self, at=THEN):
        order = BundleOrder.objects.get()
        bundle_order.run(job=jobs.lease(job_id=order.job_id, at=at), at=at)
        order.refresh_from_db()
        return order

    def erase(self, digest, **more):
        erasure.erase(digest=bytes(digest), reason=WHY, at=THEN, **more)
        self.house.turn()


@pytest.fixture
def told(cast, pack, house, as_system):
    with as_system():
        return Told(cast, pack, house)


def judged(report):
    """The verdict on every claim that is shown, by its digest."""
    return {each.digest: each.verdict.value for each in report.judgements}


ERASED = {
    "an event": (lambda told: told.event.body_sha256, 0),
    "a claim of origin": (lambda told: told.other.sha256, 1),
    "a batch with its items": (lambda told: told.batch.sha256, 1),
}


@pytest.mark.parametrize("what", ERASED)
def test_every_other_proof_still_holds(told, as_system, what):
    digest_of, fewer = ERASED[what]
    digest = bytes(digest_of(told))
    before = told.report()
    assert before.doubts == []
    with as_system():
        told.erase(digest)
    after = told.report()
    (gone,) = after.erased
    assert (gone.digest, gone.reason) == (b64u_encode(digest), WHY)
    left = {name: verdict for name, verdict in judged(before).items() if name != gone.digest}
    assert judged(after) == left
    assert len(judged(before)) - len(left) == fewer
    assert any("erased on demand" in doubt for doubt in after.doubts), after.doubts


def test_one_item_of_a_batch_goes_and_its_neighbour_is_still_proven(told, as_system):
    before = told.report()
    with as_system():
        told.erase(told.batch.sha256, battery=told.cells[0].identity)
    after = told.report()
    assert judged(after) == judged(before)
    (gone,) = after.erased
    assert before.coverage.attested - after.coverage.attested == 1
    assert gone.reason == WHY


def test_the_erased_words_are_in_no_bundle(told, as_system):
    spelt = _in_base64(MARK.encode())
    assert any(each in told.bundle() for each in spelt)
    with as_system():
        told.erase(told.event.body_sha256)
        told.erase(told.other.sha256)
    assert not any(each in told.bundle() for each in spelt)


def _in_base64(data: bytes) -> list[bytes]:
    """The middle of what the words look like in base64, wherever they begin."""
    return [base64.b64encode(b"x" * shift + data)[4:-4] for shift in range(3)]


KEPT = {
    "an event": (lambda told: told.event.body_sha256, {}),
    "a claim of origin": (lambda told: told.other.sha256, {}),
    "an item": (lambda told: told.batch.sha256, {"battery": 0}),
}


@pytest.mark.parametrize("what", KEPT)
def test_bundles_that_are_kept_to_be_fetched_go_too(told, cast, as_system, what):
    digest_of, narrowed = KEPT[what]
    with as_system():
        made = told.ordered()
        other = BundleOrder.objects.create(
            party=cast["keeper"], job=told.job("another"), batteries=1, asked_at=THEN,
            content=b"{}", sha256=bytes(32), made_at=THEN, expires_at=THEN,
        )  # fmt: skip
        assert made.content
        told.erase(
            digest_of(told), **{name: told.cells[n].identity for name, n in narrowed.items()}
        )
        made.refresh_from_db()
        other.refresh_from_db()
        assert (made.content, bytes(other.content)) == (None, b"{}")


def test_a_bundle_under_way_is_made_anew(told, as_system, monkeypatch):
    signed, before = bundle.signed, told.bundle()

    def erased_meanwhile(**given):
        erasure.erase(digest=bytes(told.event.body_sha256), reason=WHY, at=THEN)
        return signed(**given)

    monkeypatch.setattr(bundle, "signed", erased_meanwhile)
    with as_system():
        with pytest.raises(bundle_order.ErasedMeanwhile):
            told.ordered()
        assert BundleOrder.objects.get().content is None
        monkeypatch.setattr(bundle, "signed", signed)
        told.house.turn()
        shown = b'"digest":"%s"' % b64u_encode(bytes(told.event.body_sha256)).encode()
        assert shown in before
        assert shown not in told.made(THEN + 2 * jobs.LEASE).content


def test_an_erasure_waits_for_who_makes_a_copy_and_then_finds_it(
    told, as_system, cluster, database
):
    digest, maker = bytes(told.event.body_sha256), told.cast["maker"]
    with as_system(), cluster.admin(database) as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [locks.ERASURE])
        eraser = threading.Thread(target=_erase_apart, args=(digest,))
        eraser.start()
        eraser.join(0.5)
        assert eraser.is_alive()
        other.execute(
            "INSERT INTO passport_idempotencykey"
            " (id, party_id, route, key, fingerprint, status, body, location, created_at)"
            " VALUES (gen_random_uuid(), %s, 'r', 'k', '', 200, %s, '', now())",
            [maker.pk, b64u_encode(digest).encode()],
        )
    eraser.join(10)
    with as_system():
        assert Erasure.objects.filter(digest=digest).exists()
        assert not IdempotencyKey.objects.exists()


def _erase_apart(digest):
    """Erase over a connection of this thread's own, as the system."""
    try:
        erasure.erase(digest=digest, reason=WHY, at=THEN)
    finally:
        connection.close()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
def test_a_bundle_carries_the_tokens_over_its_checkpoint(told, as_system, tmp_path):
    authority = Authority(tmp_path / "tsa", "Example TSA").found()
    check = stamps.checker(authority.root)
    with serving(authority.server()) as url, as_system():
        kept = timestamp.stamp(url=url, check=check, at=THEN)
    report = told.report(check_timestamp=check)
    assert report.timestamps == [check(bytes(kept.token), _text(kept))]
    assert report.doubts == []


def _text(kept) -> str:
    return bytes(kept.checkpoint.body).decode().partition("\n\n")[0] + "\n"


def test_before_the_erasure_is_published_the_content_is_gone_all_the_same(told, as_system):
    before = told.report()
    with as_system():
        erasure.erase(digest=bytes(told.event.body_sha256), reason=WHY, at=THEN)
    after = told.report()
    assert (after.erased, judged(after)) == ([], judged(before))
    assert len(after.hidden) == len(before.hidden) + 1
