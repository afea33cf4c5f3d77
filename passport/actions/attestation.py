"""Accepts what makers and others sign: verified, kept as the bytes that came, and logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from passport.actions import attestation_batch, lot, outbox, signer, upstream
from passport.models import Attestation, Battery, Lot, Party
from passport.postgres import submission
from passport.proof import credential
from passport.proof.credential import BATCH, Credential
from passport.proof.encoding import b64u_decode
from passport.proof.errors import UnknownKey
from passport.queries.attestation import Taken, taken
from passport.queries.key import Standing, standing
from passport.queries.submission import Submission, look
from passport.queries.withdrawal import in_log
from passport.rules.attestation import (
    Subject,
    Tie,
    check_attestor,
    check_log_salt,
    subjects_of,
)
from passport.rules.errors import Conflict, Malformed, NotAllowed, NotFound

_SUBJECT = "/credentialSubject/id"


class NotYourKey(NotAllowed):
    """A party attests with its own enrolled keys only."""

    code = "not-your-key"
    title = "The signature is not by a key of yours"


class NotWhole(Conflict):
    """A file with this batch is on its way: its items are not all kept, and nothing is logged."""

    code = "batch-not-whole"
    title = "The batch is not kept whole yet"


@dataclass(frozen=True)
class Recorded(Taken):
    """An attestation as it was taken in; `origin` names the log that will hold it, where the write
    has told it.
    """

    origin: str | None = None


def record(
    *, credential_bytes: bytes, items: Sequence[bytes] | None, by: Party, at: datetime
) -> Attestation:
    """Verify and keep an attestation; the same bytes again change nothing.

    A batch comes with all its items, in order; the tree is rebuilt before it is believed.
    Refuses ProofError, NotYourKey, KeyEnded, NotFound, NotWhole, OtherComponents, TooMuchUpstream,
    Malformed, what lot.claim() refuses, and what rules.attestation refuses.
    """
    return take(credential_bytes=credential_bytes, items=items, by=by, at=at).row


# A refusal undoes all; a savepoint around it would cost four questions more.
@transaction.atomic(savepoint=False)
def take(
    *, credential_bytes: bytes, items: Sequence[bytes] | None, by: Party, at: datetime
) -> Recorded:
    """Do what record() does, and tell what an answer shows. Refuses what record() refuses."""
    signed = credential.read(credential_bytes)
    found = look(
        digest=signed.sha256, method=signed.method, subject=_names_a_battery(signed), by=by
    )
    if found.known is not None:
        return _known(Attestation.objects.get(pk=found.known))
    credential.check(signed, public_key=_own(signed.method, found.key, by=by))
    if items is None and signed.kind != BATCH and found.battery is not None:
        return _record_about_battery(signed, found, battery=found.battery, by=by, at=at)
    try:
        with transaction.atomic():
            return _again(_record(signed, items=items, by=by, at=at))
    except IntegrityError:
        # The same bytes came twice at one moment; the other request has kept them meanwhile.
        known = Attestation.objects.filter(sha256=signed.sha256).first()
        if known is None:
            raise
        return _again(known)


def _known(row: Attestation) -> Recorded:
    if row.batch_size is not None and in_log(attestation_id=row.pk).subject is None:
        raise NotWhole(
            "a file that carries this batch has not kept all its items yet",
            remedy="wait for the end of that intake, try its job again where it stopped, or send"
            " the file anew",
        )
    return _again(row)


def _again(row: Attestation) -> Recorded:
    return Recorded(**vars(taken(row=row)))


def own_keys(*, by: Party) -> credential.KeyResolver:
    """Gives the keys with which a party signs now; refuses UnknownKey, NotYourKey, KeyEnded."""

    def resolve(method: str) -> bytes:
        signer.hold_events(did=method.partition("#")[0])
        return _own(method, standing(method=method), by=by)

    return resolve


def _own(method: str, key: Standing | None, *, by: Party) -> bytes:
    """The public key of a party's own method, if it may sign; its issuer's events are held."""
    if key is None:
        raise UnknownKey(f"{method} is not enrolled.", remedy="Enrol it first: POST /api/v1/keys.")
    if key.party_id != by.pk:
        raise NotYourKey(
            f"{method} is enrolled by another party",
            pointer="/proof/verificationMethod",
            remedy="sign with a key of your own",
        )
    signer.check_in_force(key=key)
    return key.public_key


def _names_a_battery(signed: Credential) -> str | None:
    """The battery that a claim may be about; None for a batch, or for what is about lots alone."""
    if signed.kind == BATCH or Subject.BATTERY not in subjects_of(kind=signed.kind):
        return None
    return signed.subject_id


def _record(
    signed: Credential, *, items: Sequence[bytes] | None, by: Party, at: datetime
) -> Attestation:
    if signed.kind == BATCH:
        return attestation_batch.record(signed, items=items, by=by, at=at)
    if items is not None:
        raise Malformed("only a batch has items", pointer="/items", remedy="leave the items out")
    if Subject.LOT not in subjects_of(kind=signed.kind):
        raise attestation_batch.no_battery(str(signed.subject_id), pointer=_SUBJECT)
    return _record_about_lot(signed, by=by, at=at)


def _record_about_battery(
    signed: Credential, found: Submission, *, battery: Battery, by: Party, at: datetime
) -> Recorded:
    check_attestor(kind=signed.kind, subject=Subject.BATTERY, roles=by.roles, ties=found.ties)
    claimed = signed.subject.get("components")
    if claimed is not None:
        inside = attestation_batch.inside([battery.pk])[battery.pk]
        attestation_batch.check_components(claimed=claimed, inside=inside)
    check_log_salt(
        signed=_log_salt(signed),
        known=bytes(battery.salt),
        pointer="/credentialSubject/logSalt",
    )
    digests = upstream.named(signed.subject)
    upstream.check_count(digests)
    row = _row(signed, by=by, at=at, battery=battery)
    subject = outbox.subject_of(salt=battery.salt, subject=battery.identity)
    kept, origin = submission.keep(
        (*(row.pk, by.pk, row.kind, row.method, row.body, row.sha256),
         *(battery.pk, row.access, subject, at))
    )  # fmt: skip
    if not kept:
        # The same bytes came twice at one moment; only their issuer's own key could sign them.
        return _again(Attestation.objects.get(sha256=signed.sha256))
    if not digests:
        return Recorded(row=row, origin=origin)
    upstream.keep(attestation=row, digests=digests)
    return _again(row)


def _lot(signed: Credential, *, by: Party, at: datetime) -> Lot:
    """The lot that a claim is about: registered by its first attestation of origin."""
    check_attestor(kind=signed.kind, subject=Subject.LOT, roles=by.roles, ties=[Tie.OWNS])
    identity = str(signed.subject_id)
    if subjects_of(kind=signed.kind) == {Subject.LOT}:
        return lot.claim(identity=identity, log_salt=_log_salt(signed), by=by, at=at)
    known = Lot.objects.filter(identity=identity, issuer=by).first()
    if known is None:
        raise NotFound(
            f"{identity} is neither among your batteries nor a lot of yours",
            pointer=_SUBJECT,
            remedy="register the battery, or attest the origin of the lot first",
        )
    return known


def _record_about_lot(signed: Credential, *, by: Party, at: datetime) -> Attestation:
    about = _lot(signed, by=by, at=at)
    digests = upstream.named(signed.subject)
    upstream.check_count(digests)
    made = _row(signed, by=by, at=at, about=about)
    made.save(force_insert=True)
    upstream.keep(attestation=made, digests=digests)
    outbox.enter(
        kind="attestation",
        body=signed.data,
        subjects=[outbox.subject_of(salt=about.salt, subject=about.identity)],
        method=signed.method,
        at=at,
    )
    return made


def _row(
    signed: Credential,
    *,
    by: Party,
    at: datetime,
    battery: Battery | None = None,
    about: Lot | None = None,
) -> Attestation:
    return Attestation(
        issuer=by,
        kind=signed.kind,
        method=signed.method,
        body=signed.data,
        sha256=signed.sha256,
        battery=battery,
        lot=about,
        access=signed.access or "parties",
        recorded_at=at,
    )


def _log_salt(signed: Credential) -> bytes | None:
    value = signed.subject.get("logSalt")
    return None if value is None else b64u_decode(value, size=credential.SALT_BYTES)
