"""A key that this service holds: sealed at rest, marked in the log, opened for its owner alone."""

import io
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import CommandError

from passport.actions import attestation, hosted_key, key, signer
from passport.models import Attestation, HostedKey, Job, Outbox, SigningKey
from passport.proof import credential, keyevent
from passport.proof.errors import BadEnvelope, BadKeyFile, ProofError
from passport.queries import voucher
from passport.queries.key import State, standing
from passport.queries.voucher import Voucher
from passport.rules.errors import Malformed
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import acting, run
from tests.simulator import origin_of


@pytest.fixture(autouse=True)
def keks(tmp_path, settings):
    """A folder with one key encryption key, the primary."""
    settings.PASSPORT_KEK_DIR, settings.PASSPORT_KEK = tmp_path / "keks", "2026-a"
    hosted_key.make_kek(name="2026-a")
    return tmp_path / "keks"


@pytest.fixture
def maker(cast):
    return cast["maker"]


@pytest.fixture
def made(maker):
    return _create(maker)


def _create(by):
    with acting(by):
        return hosted_key.create(by=by, at=THEN)


def _claim(held, battery, **claims):
    """The unsigned origin of one battery."""
    owner = signing.key_of("issuer", held.method)
    return origin_of(owner, battery.identity, **claims)


def _attest(document, by, **told):
    with acting(by):
        return hosted_key.attest(document=document, items=None, by=by, at=THEN, **told)


def test_it_is_enrolled_and_logged_as_hosted(maker, made, as_system):
    event = keyevent.read(bytes(made.enrolment))
    assert (event.custody, event.method) == ("hosted", f"{maker.did}#hosted-1")
    assert standing(method=made.method).hosted
    assert voucher.of_method(method=made.method) is Voucher.HOSTED
    with as_system():
        assert Outbox.objects.get().kind == "key"
        assert not Job.objects.filter(kind=key.DID_FETCH).exists()


def test_the_seed_lies_nowhere_open(maker, made, as_system, keks):
    with as_system():
        row = HostedKey.objects.get()
        signed = hosted_key.HostedSigner(row)
        assert row.kek_id == "2026-a"
        assert len(bytes(row.sealed_seed)) == 60
    assert "seed" not in repr(signed)
    assert all(path.stat().st_mode & 0o077 == 0 for path in keks.iterdir())


def test_it_signs_for_its_party_what_everybody_verifies(maker, made, pack):
    kept = _attest(_claim(made, pack), maker)
    public = bytes(made.public_key)
    signed = credential.verify(bytes(kept.body), resolve_key={made.method: public}.__getitem__)
    assert (signed.method, kept.battery_id) == (made.method, pack.pk)


def test_the_newest_in_force_signs_unless_another_is_named(maker, made, pack):
    second = _create(maker)
    assert second.method.endswith("#hosted-2")
    assert _attest(_claim(made, pack, serial="A"), maker).method == second.method
    named = _attest(_claim(made, pack, serial="B"), maker, method=made.method)
    assert named.method == made.method


def test_nobody_signs_with_another_s_key(cast, maker, made, pack):
    other = cast["second-maker"]
    document = _claim(made, pack)
    for method in ("", made.method):
        with pytest.raises(hosted_key.NoHostedKey):
            _attest(document, other, method=method)
    _create(other)
    with pytest.raises(ProofError, match="does not belong to the issuer"):
        _attest(document, other)
    assert not Attestation.objects.exists()


def test_a_signed_document_is_not_signed_again(maker, made, pack):
    with pytest.raises(Malformed, match="signed already"):
        _attest(_claim(made, pack) | {"proof": {}}, maker)


@pytest.mark.parametrize("by_itself", [True, False])
def test_an_ended_key_signs_nothing(maker, made, pack, by_itself):
    with acting(maker):
        if by_itself:
            hosted_key.revoke(
                method=made.method, reason="superseded", suspect_from=0, by=maker, at=THEN
            )
        else:
            own = signing.enrolled(maker)
            document = signing.revocation(maker, own, method=made.method, suspect_from=0)
            key.revoke(document=document, by=maker, at=THEN)
    found = standing(method=made.method)
    assert (found.state, found.suspect_from) == (State.REVOKED, 0)
    with pytest.raises(signer.KeyEnded):
        _attest(_claim(made, pack), maker, method=made.method)
    with pytest.raises(hosted_key.NoHostedKey):
        _attest(_claim(made, pack), maker)


def test_a_hosted_key_hands_over_to_one_of_the_maker_s_own(maker, made, as_system):
    """The maker takes its key home, and needs no signature of this service for it."""
    with acting(maker):
        own = signing.enrolled(maker)
        key.revoke(
            document=signing.revocation(maker, own, method=made.method, reason="superseded"),
            by=maker, at=THEN + timedelta(seconds=1),
        )  # fmt: skip
    assert standing(method=own.name).in_force
    assert not standing(method=own.name).hosted


def test_without_a_kek_nothing_is_held(maker, settings):
    settings.PASSPORT_KEK = ""
    with pytest.raises(hosted_key.HostingOff):
        _create(maker)
    settings.PASSPORT_KEK_DIR = None
    with pytest.raises(hosted_key.HostingOff):
        _create(maker)
    assert not SigningKey.objects.exists()


def test_a_name_that_the_maker_took_is_passed_over(maker):
    with acting(maker):
        signing.enrolled(maker, fragment="hosted-1")
    assert _create(maker).method == f"{maker.did}#hosted-2"


# --- cheated from below ------------------------------------------------------------------------


def _as_superuser(as_role, statement, *values):
    with as_role("admin"):
        run("ALTER TABLE passport_hostedkey DISABLE TRIGGER USER")
        run(statement, *values)
        run("ALTER TABLE passport_hostedkey ENABLE TRIGGER USER")


CHEATS = {
    "a seed from another row": "UPDATE passport_hostedkey SET sealed_seed ="
    " (SELECT sealed_seed FROM passport_hostedkey WHERE method <> %s) WHERE method = %s",
    "a whole envelope from another row": "UPDATE passport_hostedkey SET (wrapped_key, sealed_seed)"
    " = (SELECT wrapped_key, sealed_seed FROM passport_hostedkey WHERE method <> %s)"
    " WHERE method = %s",
    "another purpose": "UPDATE passport_hostedkey SET purpose = 'record'"
    " WHERE method = %s AND method = %s",
    "a flipped bit": "UPDATE passport_hostedkey SET sealed_seed = set_bit(sealed_seed, 200,"
    " 1 - get_bit(sealed_seed, 200)) WHERE method = %s AND method = %s",
    "a flipped bit of the wrapping": "UPDATE passport_hostedkey SET wrapped_key ="
    " set_bit(wrapped_key, 7, 1 - get_bit(wrapped_key, 7)) WHERE method = %s AND method = %s",
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_row_that_was_changed_below_signs_nothing(maker, made, pack, as_role, cheat):
    _create(maker)
    _as_superuser(as_role, CHEATS[cheat], made.method, made.method)
    with pytest.raises(BadEnvelope, match="does not open"):
        _attest(_claim(made, pack), maker, method=made.method)
    assert not Attestation.objects.exists()


def test_another_s_key_in_one_s_own_row_signs_nothing(cast, maker, made, pack, as_role):
    """The row is renamed to the thief's party: the envelope knows its method."""
    thief = cast["second-maker"]
    theirs = _create(thief)
    statement = (
        "UPDATE passport_hostedkey SET sealed_seed = t.sealed_seed, wrapped_key = t.wrapped_key"
        " FROM passport_hostedkey t WHERE t.method = %s AND passport_hostedkey.method = %s"
    )
    _as_superuser(as_role, statement, made.method, theirs.method)
    with acting(thief), pytest.raises(BadEnvelope):
        hosted_key.sign(document={"issuer": thief.did}, by=thief, at=THEN)


# --- key encryption keys -----------------------------------------------------------------------


def _rewrap(as_system, *words):
    out = io.StringIO()
    with as_system():
        call_command("rewrap", *words, stdout=out)
    return out.getvalue()


def test_rewrapping_changes_the_wrapping_alone_and_may_be_repeated(
    maker, pack, settings, as_system, keks
):
    made = [_create(maker) for _ in range(5)]
    with as_system():
        before = {row.pk: bytes(row.sealed_seed) for row in HostedKey.objects.all()}
    hosted_key.make_kek(name="2027-a")
    settings.PASSPORT_KEK = "2027-a"
    with as_system():
        # As after a crash: some are done, the rest are not.
        assert hosted_key.rewrap(limit=2) == 2
    said = _rewrap(as_system, "--chunk", "2")
    assert "2 of 3 wrapped again" in said
    assert "3 of 3 wrapped again\nAll 5 keys are wrapped by 2027-a." in said
    assert _rewrap(as_system) == "All 5 keys are wrapped by 2027-a.\n"
    (keks / "2026-a").unlink()
    with as_system():
        assert {row.pk: bytes(row.sealed_seed) for row in HostedKey.objects.all()} == before
        assert set(HostedKey.objects.values_list("kek_id", flat=True)) == {"2027-a"}
    assert _attest(_claim(made[0], pack), maker, method=made[0].method)


def test_rewrapping_without_the_old_file_says_so_and_changes_nothing(
    maker, made, settings, as_system, keks
):
    hosted_key.make_kek(name="2027-a")
    settings.PASSPORT_KEK = "2027-a"
    (keks / "2026-a").unlink()
    with pytest.raises(CommandError, match="'2026-a', which is missing"):
        _rewrap(as_system)
    with as_system():
        assert HostedKey.objects.get().kek_id == "2026-a"


def test_rewrapping_is_the_system_s(made):
    with pytest.raises(CommandError, match="passport_system"):
        call_command("rewrap")


def _told(as_system, settings):
    settings.PASSPORT_DB_ROLE = "system"
    with as_system():
        return {each.id for each in run_checks(databases=["default"]) if each.id >= "passport.E005"}


def test_the_service_does_not_start_on_keys_that_do_not_open(
    maker, made, settings, as_system, keks
):
    assert _told(as_system, settings) == set()
    kept = (keks / "2026-a").read_bytes()
    (keks / "2026-a").unlink()
    assert _told(as_system, settings) == {"passport.E005", "passport.E006"}
    hosted_key.make_kek(name="2026-a")  # another secret under the old name
    assert _told(as_system, settings) == {"passport.E006"}
    (keks / "2026-a").chmod(0o644)
    assert _told(as_system, settings) == {"passport.E005"}
    (keks / "2026-a").chmod(0o600)
    (keks / "2026-a").write_bytes(kept)
    assert _told(as_system, settings) == set()
    settings.PASSPORT_KEK_DIR, settings.PASSPORT_KEK = None, ""
    assert _told(as_system, settings) == {"passport.E006"}


def test_a_kek_is_never_overwritten_nor_left_half(keks, settings):
    before = (keks / "2026-a").read_bytes()
    with pytest.raises(BadKeyFile, match="never overwritten"):
        hosted_key.make_kek(name="2026-a")
    assert (keks / "2026-a").read_bytes() == before
    with pytest.raises(CommandError, match="cannot name"):
        call_command("kek", "new", "../x")
    out = io.StringIO()
    call_command("kek", "new", "2027-a", stdout=out)
    call_command("kek", "list", stdout=out)
    assert "2026-a (wraps what is new)\n2027-a\n" in out.getvalue()
    assert {path.name for path in keks.iterdir()} == {"2026-a", "2027-a"}


def test_attestation_by_a_hosted_key_is_not_taken_from_outside(maker, made, pack):
    """Who has no envelope has no key: another seed under the hosted name does not sign."""
    forged = signing.origin(signing.key_of("issuer", made.method), pack)
    with acting(maker), pytest.raises(ProofError):
        attestation.record(credential_bytes=forged, items=None, by=maker, at=THEN)
