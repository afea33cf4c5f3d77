"""Takes back, for an issuer, what it attested; what was recorded stays, its end beside it."""

from datetime import datetime

from django.db import transaction

from passport.actions import outbox
from passport.actions.attestation import own_keys
from passport.models import Attestation, AttestationItem, Party, Withdrawal
from passport.postgres import locks
from passport.proof import credential
from passport.proof.credential import Credential
from passport.proof.did import parse_method
from passport.proof.encoding import b64u_decode
from passport.proof.kinds import WITHDRAWAL
from passport.queries.withdrawal import Logged, in_log
from passport.rules.errors import Malformed, NotAllowed, NotFound
from passport.rules.withdrawal import check_items, check_withdrawal


class NotAWithdrawal(Malformed):
    """Other credentials say what is so; this address takes back what was said."""

    code = "not-a-withdrawal"
    title = "The credential is not a withdrawal"


class NotTheIssuer(NotAllowed):
    """Only the identifier that has signed takes it back, whichever of its keys it uses."""

    code = "not-the-issuer"
    title = "Another identifier has signed the attestation"


@transaction.atomic
def withdraw(*, credential_bytes: bytes, by: Party, at: datetime) -> Withdrawal:
    """Verify and keep a withdrawal, and log it about what its attestation is about.

    The same bytes again change nothing. Refuses ProofError, NotYourKey, KeyEnded, NotAWithdrawal,
    NotFound, NotTheIssuer, OtherAccessSet, NotOfTheBatch, AlreadyWithdrawn.
    """
    known = _known(credential_bytes)
    if known is not None:
        return known
    signed = credential.verify(credential_bytes, resolve_key=own_keys(by=by))
    if signed.kind != WITHDRAWAL:
        raise NotAWithdrawal(
            f"it is a {signed.kind}", pointer="/type", remedy="POST /api/v1/attestations takes it"
        )
    # One at a time: the same bytes, or another end of the same attestation, may come right now.
    locks.lock_name(locks.WITHDRAWAL, str(signed.subject["withdraws"]))
    return _known(credential_bytes) or _withdraw(signed, by=by, at=at)


def _known(document: bytes) -> Withdrawal | None:
    return Withdrawal.objects.filter(sha256=credential.digest(document)).first()


def _withdraw(signed: Credential, *, by: Party, at: datetime) -> Withdrawal:
    target = _target(signed, by=by)
    logged = in_log(attestation_id=target.pk)
    _check(signed, target, logged)

    made = Withdrawal.objects.create(
        attestation=target,
        issuer=by,
        method=signed.method,
        reason=str(signed.subject["reason"]),
        items=_named(signed),
        body=signed.data,
        sha256=signed.sha256,
        recorded_at=at,
    )
    outbox.follow(
        kind="correction",
        body=signed.data,
        subjects=logged.subjects,
        subject=logged.subject,
        method=signed.method,
        at=at,
    )
    return made


def _target(signed: Credential, *, by: Party) -> Attestation:
    digest = b64u_decode(signed.subject["withdraws"], size=32)
    target = Attestation.objects.filter(sha256=digest, issuer=by).first()
    if target is None:
        raise NotFound(
            "you have attested nothing of this digest",
            pointer="/credentialSubject/withdraws",
            remedy="name the SHA-256 of the signed bytes: it stands in the answer to them",
        )
    if parse_method(target.method)[0] != signed.issuer:
        raise NotTheIssuer(
            f"{target.method} has signed it",
            pointer="/issuer",
            remedy="sign with a key of that identifier",
        )
    return target


def _check(signed: Credential, target: Attestation, logged: Logged) -> None:
    check_withdrawal(
        access=str(signed.access),
        of=target.access,
        about=signed.subject_id,
        identity=logged.identity,
        whole=Withdrawal.objects.filter(attestation=target, items__isnull=True).exists(),
    )
    named = _named(signed)
    known = AttestationItem.objects.filter(attestation=target, battery__identity__in=named or ())
    check_items(
        named=named,
        known=list(known.values_list("battery__identity", flat=True)),
        batch=target.batch_size is not None,
    )


def _named(signed: Credential) -> list[str] | None:
    items = signed.subject.get("items")
    return sorted(set(items)) if isinstance(items, list) else None
