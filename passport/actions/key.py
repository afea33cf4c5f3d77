"""Takes the events by which makers' keys come and go; the private halves never come here."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from passport.actions import job, outbox, signer
from passport.models import (
    KeyChallenge,
    KeyCustody,
    KeyRevocation,
    LogHead,
    Party,
    SigningKey,
)
from passport.postgres import locks
from passport.proof import keyevent
from passport.proof.credential import KeyResolver
from passport.proof.errors import UnknownKey
from passport.proof.keyevent import ADD, REVOKE, ROTATE, KeyEvent
from passport.queries.key import Standing, standing
from passport.rules.errors import Conflict, Malformed, NotAllowed, NotFound

CHALLENGE_LIFETIME = timedelta(minutes=15)
# The kind of job that asks an issuer's domain for its DID document (passport.actions.did).
DID_FETCH = "did-fetch"


class ChallengeSpent(Conflict):
    """The nonce is unknown, used, or too old to prove that the key is held now."""

    code = "challenge-spent"
    title = "The challenge is not open"


class MethodTaken(Conflict):
    """A key event names a method once; another key needs another fragment."""

    code = "method-taken"
    title = "The verification method is enrolled already"


class KeyTaken(Conflict):
    """A key has one name for ever, or nobody could tell whose signature it made."""

    code = "key-taken"
    title = "The key is enrolled under another name"


class NotWider(Conflict):
    """A key goes once; a later revocation may only widen the suspicion."""

    code = "suspicion-not-wider"
    title = "The key is revoked already"


class NoSuchKey(NotFound):
    """The party has enrolled no key of this name."""

    code = "no-such-key"
    title = "No key of this name is enrolled"


class NotYourDid(NotAllowed):
    """A party speaks for its own identifier only."""

    code = "not-your-did"
    title = "The key belongs to another identifier"


def issue_challenge(*, by: Party, at: datetime) -> KeyChallenge:
    """A fresh nonce for this party to put into its next key event. Refuses NotASigner."""
    signer.check_signer(party=by)
    # Hexadecimal: people put it on a command line, where a leading dash would be an option.
    return KeyChallenge.objects.create(
        nonce=secrets.token_hex(20), party=by, expires_at=at + CHALLENGE_LIFETIME
    )


def take(*, document: bytes, by: Party, at: datetime) -> SigningKey:
    """Take any key event of the party; the key that came in, or the one that went.

    Refuses what enrol(), rotate() and revoke() refuse.
    """
    return _take(document, by=by, at=at, ops=(ADD, ROTATE, REVOKE))


def enrol(*, document: bytes, by: Party, at: datetime, hosted: bool = False) -> SigningKey:
    """Enrol the key of a key event that the key itself signed over an open challenge.

    Checks the point, the proof of possession, the nonce and whose identifier it is; stores and logs
    the bytes as received. `hosted` is for keys that this service made, and holds.
    Refuses ProofError, Malformed, NotASigner, NotYourDid, ChallengeSpent, MethodTaken, KeyTaken.
    """
    return _take(document, by=by, at=at, ops=(ADD,), hosted=hosted)


def rotate(*, document: bytes, by: Party, at: datetime) -> SigningKey:
    """Put a new key in the place of one in force, by an event that both have signed; the new key.

    From this event on the old key signs nothing. Refuses what enrol() refuses, and KeyEnded.
    """
    return _take(document, by=by, at=at, ops=(ROTATE,))


def revoke(*, document: bytes, by: Party, at: datetime) -> SigningKey:
    """Withdraw a key by an event that it, or another key of the party in force, has signed.

    Refuses ProofError, Malformed, NotYourDid, ChallengeSpent, NoSuchKey, KeyEnded, NotWider.
    """
    return _take(document, by=by, at=at, ops=(REVOKE,))


def issuer_salt(*, did: str) -> bytes:
    """The salt of an issuer's log subject: not secret, so that anybody can list its key events."""
    return hashlib.sha256(b"batterypassport/issuer/v1\n" + did.encode()).digest()[:16]


def issuer_subject(*, did: str) -> bytes:
    """The log subject under which all key events of an issuer are chained."""
    return outbox.subject_of(salt=issuer_salt(did=did), subject=did)


@transaction.atomic
def _take(
    document: bytes, *, by: Party, at: datetime, ops: Collection[str], hosted: bool = False
) -> SigningKey:
    signer.check_signer(party=by)
    # One event of an issuer at a time: two that race would each find the old key in force.
    locks.lock_name(locks.ISSUER, by.did or "")
    event = keyevent.read(document, resolve_key=_signer(by))
    if event.op not in ops:
        raise Malformed(
            f"the key event is a {event.op}, not {' or '.join(ops)}",
            pointer="/credentialSubject/op",
        )
    if event.did != by.did:
        raise NotYourDid(
            f"the key event speaks for {event.did}, you are {by.did or 'without a DID'}",
            pointer="/issuer",
            remedy="sign with a key of your own DID, or have your DID registered",
        )
    _spend(event.challenge, by=by, at=at)

    if event.op == REVOKE:
        key = _withdraw(event, document=document, by=by, at=at)
    else:
        key = _bring_in(event, document=document, by=by, at=at, hosted=hosted)
    outbox.enter(
        kind="key",
        body=document,
        subjects=[issuer_subject(did=event.did)],
        method=event.credential.method,
        at=at,
    )
    return key


def _signer(by: Party) -> KeyResolver:
    def resolve(method: str) -> bytes:
        key = standing(method=method)
        if key is None:
            raise UnknownKey(
                f"{method} is not enrolled.", remedy="Sign with a key that is enrolled."
            )
        if key.party_id != by.pk:
            raise NotYourDid(
                f"{method} is enrolled by another party",
                pointer="/proof/verificationMethod",
                remedy="sign with a key of your own",
            )
        signer.check_in_force(key=key)
        return key.public_key

    return resolve


def _bring_in(
    event: KeyEvent, *, document: bytes, by: Party, at: datetime, hosted: bool
) -> SigningKey:
    if (event.custody == keyevent.HOSTED) != hosted:
        raise Malformed(
            "custody says that this service holds the key, and it does not",
            pointer="/credentialSubject/custody",
            remedy="leave custody out, or let this service make the key: POST /api/v1/keys/hosted",
        )
    _check_new(event)
    before = SigningKey.objects.filter(method=event.replaces).first() if event.replaces else None
    try:
        with transaction.atomic():
            key = SigningKey.objects.create(
                party=by,
                did=event.did,
                method=event.method,
                public_key=event.public_key,
                enrolment=document,
                enrolment_sha256=hashlib.sha256(document).digest(),
                enrolled_at=at,
                replaces=before,
                custody=KeyCustody.HOSTED if hosted else KeyCustody.OWN,
            )
    except IntegrityError:
        # Another issuer enrolled the same key at this moment; its lock is not ours.
        _check_new(event)
        raise
    if not hosted:
        _ask_domain(key, at=at)
    return key


def _check_new(event: KeyEvent) -> None:
    if SigningKey.objects.filter(method=event.method).exists():
        raise MethodTaken(
            f"{event.method} is enrolled already",
            pointer="/credentialSubject/method",
            remedy="number the new key: #key-2",
        )
    if SigningKey.objects.filter(public_key=event.public_key).exists():
        raise KeyTaken(
            "the same key is enrolled under another name",
            pointer="/credentialSubject/publicKeyMultibase",
            remedy="make a new key: python -m passport.audit keygen",
        )


def _withdraw(event: KeyEvent, *, document: bytes, by: Party, at: datetime) -> SigningKey:
    key = SigningKey.objects.filter(method=event.method, party=by).first()
    found = standing(method=event.method)
    if key is None or found is None:
        raise NoSuchKey(
            f"you have enrolled no key {event.method}", pointer="/credentialSubject/method"
        )
    _check_suspicion(event, found=found)
    KeyRevocation.objects.create(
        key=key,
        party=by,
        signed_by=event.credential.method,
        reason=str(event.reason),
        suspect_from=event.suspect_from,
        body=document,
        sha256=hashlib.sha256(document).digest(),
        recorded_at=at,
    )
    return key


def _check_suspicion(event: KeyEvent, *, found: Standing) -> None:
    size = LogHead.objects.values_list("size", flat=True).first() or 0
    if event.suspect_from is not None and event.suspect_from > size:
        raise Malformed(
            f"suspectFromIndex is {event.suspect_from}, and the log has {size} entries",
            pointer="/credentialSubject/suspectFromIndex",
            remedy="name the index of the first entry that you did not sign yourself",
        )
    wider = event.suspect_from is not None and (
        found.suspect_from is None or event.suspect_from < found.suspect_from
    )
    if not (found.in_force or wider):
        raise NotWider(
            f"{found.method} is {found.state.words} already",
            pointer="/credentialSubject/suspectFromIndex",
            remedy="a later revocation names an earlier suspectFromIndex, or is not needed",
        )


def _ask_domain(key: SigningKey, *, at: datetime) -> None:
    """See soon whether the issuer's own domain lists the new key."""
    job.enqueue(
        kind=DID_FETCH,
        dedupe_key=f"{DID_FETCH} {bytes(key.enrolment_sha256).hex()}",
        party=key.party,
        payload={"did": key.did},
        at=at,
    )


def _spend(nonce: str, *, by: Party, at: datetime) -> None:
    open_one = KeyChallenge.objects.filter(
        nonce=nonce, party=by, used_at__isnull=True, expires_at__gt=at
    )
    if open_one.update(used_at=at) != 1:
        raise ChallengeSpent(
            "the challenge was not issued to you, was used, or is older than 15 minutes",
            pointer="/credentialSubject/challenge",
            remedy="ask for a new challenge: POST /api/v1/keys/challenges",
        )
