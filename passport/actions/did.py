"""Asks issuers' own domains what they say of their keys, and keeps each new answer as evidence.

An answer that says what the last one said is not kept again: an issuer's chain goes into every
bundle with its attestations, and would grow by an entry a day otherwise.
"""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import transaction

from passport.actions import job as jobs
from passport.actions import outbox, signer
from passport.actions.event import stamp
from passport.actions.key import DID_FETCH, issuer_subject
from passport.audit import fetch
from passport.models import DidDocument, Job, Party
from passport.models.ids import new_salt
from passport.proof import did as dids
from passport.proof import didanswer
from passport.proof.didanswer import Answer
from passport.proof.errors import ProofError
from passport.queries import key, voucher

KIND = DID_FETCH


def run(*, job: Job, at: datetime) -> None:
    """Do a leased job: ask the domain of the party's DID, keep what is new, finish the job.

    Refuses LeaseLost. A domain that gives no answer is an answer too, and fails nothing.
    """
    clock = jobs.clock(at)
    party = job.party
    # Whose domain is asked is never taken from the job: its payload is what somebody wrote.
    if party.did is None or voucher.is_operators(did=party.did):
        jobs.finish(job=job, at=at)
        return
    answer = ask(did=party.did, at=at)
    with transaction.atomic():
        jobs.hold(job=job, at=clock())
        keep(answer=answer, party=party, at=clock())
        # A crash before this commit leaves nothing of the answer; the domain is asked again.
        jobs.finish(job=job, at=clock())


def ask(*, did: str, at: datetime) -> Answer:
    """What the domain of a DID answers now; its trouble says why that vouches for nothing."""
    url, body, trouble = dids.parse_did(did).document_url, b"", ""
    reach = fetch.Reach(
        networks=tuple(settings.PASSPORT_DID_NETWORKS), ca_file=settings.PASSPORT_DID_CA
    )
    try:
        body = fetch.fetch(url=url, reach=reach)
        didanswer.check(document=body, did=did)
    except ProofError as error:
        trouble = error.detail[:300]
    return Answer(did=did, url=url, fetched_at=stamp(at), body=body, trouble=trouble)


@transaction.atomic
def keep(*, answer: Answer, party: Party, at: datetime) -> DidDocument | None:
    """Keep and log an answer; None, and nothing changes, when the last one said the same."""
    last = voucher.newest(did=answer.did)
    if last is not None:
        before = didanswer.decode(data=bytes(last.body))
        if (before.body, before.trouble) == (answer.body, answer.trouble):
            return None
    body = didanswer.encode(answer=answer, salt=new_salt())
    kept = DidDocument.objects.create(
        party=party,
        did=answer.did,
        url=answer.url,
        body=body,
        sha256=hashlib.sha256(body).digest(),
        trouble=answer.trouble,
        fetched_at=at,
    )
    outbox.enter(kind="event", body=body, subjects=[issuer_subject(did=answer.did)], at=at)
    return kept


def ask_soon(*, by: Party, at: datetime) -> Job:
    """Ask for the domain of this party to be asked, at most once a minute. Refuses NotASigner."""
    signer.check_signer(party=by)
    return _enqueue(by, mark=f"{at:%Y-%m-%dT%H:%M}", at=at)


def ask_all(*, at: datetime) -> int:
    """Ask for every domain whose issuer has a key in force, once a day; how many issuers."""
    issuers = key.issuers_in_force()
    for party in issuers:
        _enqueue(party, mark=f"{at:%Y-%m-%d}", at=at)
    return len(issuers)


def _enqueue(party: Party, *, mark: str, at: datetime) -> Job:
    return jobs.enqueue(
        kind=KIND,
        dedupe_key=f"{KIND} {party.pk} {mark}",
        party=party,
        payload={"did": party.did},
        at=at,
    )
