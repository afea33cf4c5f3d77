"""Accepts what makers and others sign: verified, kept as the bytes that came, and logged."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from passport.actions import attestation_batch, lot, outbox, signer, upstream
from passport.models import Attestation, Battery, Lot, Party
from passport.proof import credential
from passport.proof.credential import BATCH, Credential
from passport.proof.encoding import b64u_decode
from passport.proof.errors import UnknownKey
from passport.queries.attestation import ties
from passport.queries.battery import components
from passport.queries.key import standing
from passport.queries.single import single
from passport.rules.attestation import (
    Subject,
    Tie,
    check_attestor,
    check_log_salt,
    subjects_of,
)
from passport.rules.errors import Malformed, NotAllowed, NotFound

_SUBJECT = "/credentialSubject/id"


class NotYourKey(NotAllowed):
    """A party attests with its own enrolled keys only."""

    code = "not-your-key"
    title = "The signature is not by a key of yours"


@transaction.atomic
def record(
    *, credential_bytes: bytes, items: Sequence[bytes] | None, by: Party, at: datetime
) -> Attestation:
    """Verify and keep an attestation; the same bytes again change nothing.

    A batch comes with all its items, in order; the tree is rebuilt before it is believed.
    Refuses ProofError, NotYourKey, KeyEnded, NotFound, OtherComponents, TooMuchUpstream, Malformed,
    what lot.claim() refuses, and what rules.attestation refuses.
    """
    digest = hashlib.sha256(credential_bytes).digest()
    known = single(Attestation.objects.filter(sha256=digest))
    if known is not None:
        return known
    signed = credential.verify(credential_bytes, resolve_key=own_keys(by=by))
    try:
        with transaction.atomic():
            return _record(signed, items=items, by=by, at=at)
    except IntegrityError:
        # The same bytes came twice at one moment; the other request has kept them meanwhile.
        known = Attestation.objects.filter(sha256=digest).first()
        if known is None:
            raise
        return known


def own_keys(*, by: Party) -> credential.KeyResolver:
    """Gives the keys with which a party signs now; refuses UnknownKey, NotYourKey, KeyEnded."""

    def resolve(method: str) -> bytes:
        signer.hold_events(did=method.partition("#")[0])
        key = standing(method=method)
        if key is None:
            raise UnknownKey(
                f"{method} is not enrolled.", remedy="Enrol it first: POST /api/v1/keys."
            )
        if key.party_id != by.pk:
            raise NotYourKey(
                f"{method} is enrolled by another party",
                pointer="/proof/verificationMethod",
                remedy="sign with a key of your own",
            )
        signer.check_in_force(key=key)
        return key.public_key

    return resolve


def _record(
    signed: Credential, *, items: Sequence[bytes] | None, by: Party, at: datetime
) -> Attestation:
    if signed.kind == BATCH:
        return attestation_batch.record(signed, items=items, by=by, at=at)
    if items is not None:
        raise Malformed("only a batch has items", pointer="/items", remedy="leave the items out")
    battery = _battery(signed)
    if battery is not None:
        return _record_about_battery(signed, battery, by=by, at=at)
    return _record_about_lot(signed, by=by, at=at)


def _battery(signed: Credential) -> Battery | None:
    """The battery that a claim is about; None when it is about a lot. Refuses NotFound."""
    about = subjects_of(kind=signed.kind)
    battery = None
    if Subject.BATTERY in about:
        battery = single(Battery.objects.filter(identity=signed.subject_id or ""))
    if battery is None and Subject.LOT not in about:
        raise attestation_batch.no_battery(str(signed.subject_id), pointer=_SUBJECT)
    return battery


def _record_about_battery(
    signed: Credential, battery: Battery, *, by: Party, at: datetime
) -> Attestation:
    check_attestor(
        kind=signed.kind,
        subject=Subject.BATTERY,
        roles=by.roles,
        ties=ties(battery=battery, party=by),
    )
    claimed = signed.subject.get("components")
    if claimed is not None:
        inside = [each.identity for each in components(battery=battery) if each.depth == 1]
        attestation_batch.check_components(claimed=claimed, inside=inside)
    check_log_salt(
        signed=_log_salt(signed),
        known=bytes(battery.salt),
        pointer="/credentialSubject/logSalt",
    )
    made = _keep(signed, by=by, at=at, battery=battery)
    subject = outbox.subject_of(salt=battery.salt, subject=battery.identity)
    _enter(signed, subject=subject, at=at)
    return made


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
    made = _keep(signed, by=by, at=at, about=about)
    _enter(signed, subject=outbox.subject_of(salt=about.salt, subject=about.identity), at=at)
    return made


def _keep(
    signed: Credential,
    *,
    by: Party,
    at: datetime,
    battery: Battery | None = None,
    about: Lot | None = None,
) -> Attestation:
    made = Attestation.objects.create(
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
    upstream.keep(attestation=made, digests=upstream.named(signed.subject))
    return made


def _enter(signed: Credential, *, subject: bytes, at: datetime) -> None:
    outbox.enter(
        kind="attestation", body=signed.data, subjects=[subject], method=signed.method, at=at
    )


def _log_salt(signed: Credential) -> bytes | None:
    value = signed.subject.get("logSalt")
    return None if value is None else b64u_decode(value, size=credential.SALT_BYTES)
