"""Claims to GS1 prefixes and domains: asked for by a party, proven by its domain or an operator.

What was decided is a document of the service's own: kept to the byte and logged, under the prefix
or domain as its subject, so that anybody can follow in the log who held it when.
"""

import hashlib
import secrets
import uuid
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from passport.actions import job as jobs
from passport.actions import outbox
from passport.actions.event import stamp
from passport.audit import fetch
from passport.models import Document, Job, NamingDecision, NamingRight, Party
from passport.models.ids import new_salt
from passport.proof import naming_right as proofs
from passport.proof.errors import BadCredential, ProofError
from passport.proof.naming_right import Decision
from passport.queries import key, naming_right, voucher
from passport.rules import naming_right as rule
from passport.rules.errors import Conflict, NotFound
from passport.rules.naming_right import Basis, Kind, NamedByAnother, Standing, State
from passport.rules.wording import check_line

KIND = "naming-proof"


class ClaimedAlready(Conflict):
    """A party claims a prefix or a domain once."""

    code = "claimed-already"
    title = "You have claimed this already"


class OperatorsOwn(Conflict):
    """The hosts of the service name what the service names, and nobody else."""

    code = "operators-own"
    title = "The domain is this service's own"


class NoSuchDocument(NotFound):
    """A claim rests on a document that its party has stored."""

    code = "no-such-document"
    title = "No such document is stored"


@transaction.atomic
def claim(
    *, kind: str, value: str, by: Party, at: datetime, document_sha256: bytes | None = None
) -> NamingRight:
    """Claim a GS1 company prefix or a domain. [naming-1]

    `document_sha256` names a stored document of this party's, such as its GS1 licence.
    Refuses NotAPrefix, NotADomain, OperatorsOwn, NoSuchDocument, NamedByAnother, ClaimedAlready,
    TooManyClaims.
    """
    value = rule.read_value(kind=kind, value=value)
    _check_free(kind, value, by)
    rule.check_waiting(count=NamingRight.objects.filter(party=by, state=State.CLAIMED).count())
    if document_sha256 is not None:
        _check_stored(document_sha256, by)
    try:
        with transaction.atomic():
            return NamingRight.objects.create(
                party=by,
                kind=kind,
                value=value,
                stem=rule.stem_of_right(kind=kind, value=value),
                challenge=secrets.token_hex(20),
                document_sha256=document_sha256,
                claimed_at=at,
            )
    except IntegrityError as clash:
        raise ClaimedAlready(
            f"you have claimed {value} already",
            pointer="/value",
            remedy="see how the claim stands: GET /api/v1/naming-rights",
        ) from clash


def ask_soon(*, right_id: uuid.UUID, by: Party, at: datetime) -> NamingRight:
    """Ask for the claimed domain to be asked, at most once a minute. Refuses NotFound.

    Refuses NotDecidedSo for a prefix and for what is decided: there is no domain to ask.
    """
    right = NamingRight.objects.select_related("party").filter(pk=right_id, party=by).first()
    if right is None:
        raise naming_right.unknown()
    rule.check_step(before=right.state, after=State.PROVEN)
    if right.kind != Kind.DOMAIN:
        raise rule.NotDecidedSo(
            "a GS1 prefix has no domain that could be asked",
            remedy="send your GS1 licence with the claim; an operator looks at it",
        )
    jobs.enqueue(
        kind=KIND,
        dedupe_key=f"{KIND} {right.pk} {at:%Y-%m-%dT%H:%M}",
        party=by,
        payload={"right": str(right.pk)},
        at=at,
    )
    return right


def run(*, job: Job, at: datetime) -> None:
    """Do a leased job: ask the claimed domain for its signed challenge, decide, finish the job.

    Refuses LeaseLost. A domain that proves nothing leaves the claim as it was, and says why.
    """
    clock = jobs.clock(at)
    # Whose claim it is, is never taken from the payload, which is what somebody wrote.
    named = _named(job)
    mine = NamingRight.objects.filter(party=job.party, kind=Kind.DOMAIN)
    right = mine.filter(pk=named).first() if named else None
    if right is None or right.state != State.CLAIMED:
        jobs.finish(job=job, at=at)
        return
    body, trouble = _ask(right)
    with transaction.atomic():
        jobs.hold(job=job, at=clock())
        _settle(right.pk, body=body, trouble=trouble, at=clock())
        # A crash before this commit leaves nothing of the answer; the domain is asked again.
        jobs.finish(job=job, at=clock())


def accept(
    *,
    right_id: uuid.UUID,
    operator: str,
    reason: str,
    at: datetime,
    document_sha256: bytes | None = None,
) -> NamingDecision:
    """An operator takes a document for proof; the one named with the claim, or another.

    Only the system's role can. Refuses NotFound, BadWording, NoSuchDocument (neither is named),
    NotDecidedSo, NamedByAnother.
    """
    with transaction.atomic():
        right = _locked(right_id)
        paper = document_sha256 or right.document_sha256
        if paper is None:
            raise NoSuchDocument(
                "the claim names no document",
                pointer="/document",
                remedy="name the SHA-256 of the paper that you looked at",
            )
        told = _by_hand(right, State.PROVEN, Basis.DOCUMENT, operator, reason, at)
        return _decide(right, replace(told, document=bytes(paper)), at=at)


def refuse(*, right_id: uuid.UUID, operator: str, reason: str, at: datetime) -> NamingDecision:
    """An operator turns a claim down. Refuses NotFound, BadWording, NotDecidedSo."""
    with transaction.atomic():
        right = _locked(right_id)
        told = _by_hand(right, State.REFUSED, Basis.OPERATOR, operator, reason, at)
        return _decide(right, told, at=at)


def revoke(*, right_id: uuid.UUID, operator: str, reason: str, at: datetime) -> NamingDecision:
    """An operator takes a proven right away. Refuses NotFound, BadWording, NotDecidedSo."""
    with transaction.atomic():
        right = _locked(right_id)
        told = _by_hand(right, State.REVOKED, Basis.OPERATOR, operator, reason, at)
        return _decide(right, told, at=at)


def subject(*, stem: str) -> bytes:
    """The log subject of a prefix or domain; its salt is not secret, so that anybody can look."""
    salt = hashlib.sha256(b"batterypassport/naming/v1\n" + stem.encode()).digest()[:16]
    return outbox.subject_of(salt=salt, subject=stem)


def _check_free(kind: str, value: str, by: Party) -> None:
    if Kind(kind) is Kind.DOMAIN and voucher.is_operators(did=f"did:web:{value}"):
        raise OperatorsOwn(f"{value} is this service's own", pointer="/value")
    stem = rule.stem_of_right(kind=kind, value=value)
    if naming_right.judge(stems=[stem], by=by.pk)[stem] is Standing.ANOTHERS:
        raise _anothers(value)


def _anothers(value: str) -> NamedByAnother:
    return NamedByAnother(
        f"another party has proven {value}, or what covers it or lies in it",
        pointer="/value",
        remedy="ask the operator of this service, and show why it is yours",
    )


def _check_stored(sha256: bytes, by: Party) -> None:
    if not Document.objects.filter(sha256=sha256, party=by).exists():
        raise NoSuchDocument(
            f"you have stored no document {sha256.hex()}",
            pointer="/document",
            remedy="store it first: POST /api/v1/documents",
        )


def _named(job: Job) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(job.payload.get("right")))
    except ValueError:
        return None


def _ask(right: NamingRight) -> tuple[bytes, str]:
    """What the domain serves, and why that proves nothing; no word when it does."""
    reach = fetch.Reach(
        networks=tuple(settings.PASSPORT_DID_NETWORKS), ca_file=settings.PASSPORT_DID_CA
    )
    body = b""
    try:
        body = fetch.fetch(url=proofs.url_of(domain=right.value), reach=reach)
        _check_answer(body, right)
    except ProofError as error:
        return body, error.detail[:300]
    return body, ""


def _check_answer(body: bytes, right: NamingRight) -> None:
    signed = proofs.read(body)
    if (signed.domain, signed.challenge) != (right.value, right.challenge):
        raise BadCredential("The challenge is for another claim.")
    held = key.standing(method=signed.method)
    if held is None or held.party_id != right.party_id or not held.in_force:
        raise BadCredential(f"{signed.method} is no key in force of the party.")
    proofs.check(signed=signed, public_key=held.public_key)


def _settle(right_id: uuid.UUID, *, body: bytes, trouble: str, at: datetime) -> None:
    right = _locked(right_id)
    if right.state != State.CLAIMED:
        return
    NamingRight.objects.filter(pk=right.pk).update(asked_at=at, trouble=trouble)
    if trouble:
        return
    told = _decision(right, State.PROVEN, Basis.DOMAIN, at)
    told = replace(told, url=proofs.url_of(domain=right.value), answer=body)
    try:
        with transaction.atomic():
            _decide(right, told, at=at)
    except NamedByAnother as late:
        NamingRight.objects.filter(pk=right.pk).update(trouble=late.detail[:300])


def _locked(right_id: uuid.UUID) -> NamingRight:
    rows = NamingRight.objects.select_for_update(of=("self",)).select_related("party")
    right = rows.filter(pk=right_id).first()
    if right is None:
        raise naming_right.unknown()
    return right


def _by_hand(
    right: NamingRight, state: State, basis: Basis, operator: str, reason: str, at: datetime
) -> Decision:
    check_line(text=operator, pointer="/operator", most=120)
    check_line(text=reason, pointer="/reason")
    return replace(_decision(right, state, basis, at), by=operator, reason=reason)


def _decision(right: NamingRight, state: State, basis: Basis, at: datetime) -> Decision:
    return Decision(
        kind=right.kind,
        value=right.value,
        party=right.party.did or right.party.slug,
        state=state.value,
        basis=basis.value,
        at=stamp(at),
    )


def _decide(right: NamingRight, told: Decision, *, at: datetime) -> NamingDecision:
    rule.check_step(before=right.state, after=told.state)
    body = proofs.encode(decision=told, salt=new_salt())
    made = NamingDecision.objects.create(
        right=right,
        party=right.party,
        state=told.state,
        basis=told.basis,
        decided_by=told.by,
        reason=told.reason,
        document_sha256=told.document,
        body=body,
        sha256=hashlib.sha256(body).digest(),
        decided_at=at,
    )
    try:
        with transaction.atomic():
            NamingRight.objects.filter(pk=right.pk).update(state=told.state, decided_at=at)
    except IntegrityError as clash:
        raise _anothers(right.value) from clash
    outbox.enter(kind="event", body=body, subjects=[subject(stem=right.stem)], at=at)
    return made
