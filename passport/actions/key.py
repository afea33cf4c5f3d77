"""Enrols the public keys with which makers sign; the private halves never come here."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from passport.actions import outbox
from passport.models import KeyChallenge, Party, SigningKey
from passport.proof import keyevent
from passport.proof.keyevent import KeyEvent
from passport.rules.errors import Conflict, Malformed, NotAllowed

CHALLENGE_LIFETIME = timedelta(minutes=15)


class ChallengeSpent(Conflict):
    """The nonce is unknown, used, or too old to prove that the key is held now."""

    code = "challenge-spent"
    title = "The challenge is not open"


class MethodTaken(Conflict):
    """A key event names a method once; another key needs another fragment."""

    code = "method-taken"
    title = "The verification method is enrolled already"


class NotYourDid(NotAllowed):
    """A party enrols keys of its own identifier only."""

    code = "not-your-did"
    title = "The key belongs to another identifier"


def issue_challenge(*, by: Party, at: datetime) -> KeyChallenge:
    """A fresh nonce for this party to sign with the key it wants to enrol."""
    # Hexadecimal: people put it on a command line, where a leading dash would be an option.
    return KeyChallenge.objects.create(
        nonce=secrets.token_hex(20), party=by, expires_at=at + CHALLENGE_LIFETIME
    )


@transaction.atomic
def enrol(*, document: bytes, by: Party, at: datetime) -> SigningKey:
    """Enrol the key of a key event that the key itself signed over an open challenge.

    Checks the point, the proof of possession, the nonce and whose identifier it is; stores and logs
    the bytes as received. Refuses ProofError, Malformed, NotYourDid, ChallengeSpent, MethodTaken.
    """
    event = keyevent.read(document)
    if event.op != keyevent.ADD or event.public_key is None:
        raise Malformed(
            f"the key event is a {event.op}, not an add", pointer="/credentialSubject/op"
        )
    if event.did != by.did:
        raise NotYourDid(
            f"the key event speaks for {event.did}, you are {by.did or 'without a DID'}",
            pointer="/issuer",
            remedy="sign with a key of your own DID, or have your DID registered",
        )
    _spend(event.challenge, by=by, at=at)

    key = _keep(event, public_key=event.public_key, document=document, by=by, at=at)
    outbox.enter(
        kind="key",
        body=document,
        subjects=[issuer_subject(did=event.did)],
        method=event.method,
        at=at,
    )
    return key


def _keep(
    event: KeyEvent, *, public_key: bytes, document: bytes, by: Party, at: datetime
) -> SigningKey:
    try:
        with transaction.atomic():
            return SigningKey.objects.create(
                party=by,
                did=event.did,
                method=event.method,
                public_key=public_key,
                enrolment=document,
                enrolment_sha256=hashlib.sha256(document).digest(),
                enrolled_at=at,
            )
    except IntegrityError as clash:
        raise MethodTaken(
            f"{event.method} is enrolled already",
            pointer="/credentialSubject/method",
            remedy="number the new key: #key-2",
        ) from clash


def issuer_salt(*, did: str) -> bytes:
    """The salt of an issuer's log subject: not secret, so that anybody can list its key events."""
    return hashlib.sha256(b"batterypassport/issuer/v1\n" + did.encode()).digest()[:16]


def issuer_subject(*, did: str) -> bytes:
    """The log subject under which all key events of an issuer are chained."""
    return outbox.subject_of(salt=issuer_salt(did=did), subject=did)


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
