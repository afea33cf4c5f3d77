"""Steps 8 to 10 of verifying a bundle: signed claims, the items of batches, and verdicts."""

from datetime import datetime

from passport.proof import batch, canonical, credential
from passport.proof.case import Case
from passport.proof.credential import BATCH, KEY_EVENT, ORIGIN, RECORD, Credential
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBundle, NotStrictJson
from passport.proof.report import Judgement, Verdict

_SIGNED = ("attestation", "batch")


def check_attestations(case: Case) -> str:  # step 8
    """Verify every signed document shown, and that its entry says the same of it."""
    for index, entry in case.leaves.items():
        data = case.shown(index)
        if entry.kind == "key" or data is None:
            continue
        if entry.kind not in _SIGNED and entry.method is None:
            case.report.events += entry.kind == "event"
            _match_event(case, index, data)
            continue
        signed = credential.verify(data, resolve_key=case.keyring.resolve)
        _match(case, index, signed)
        if signed.kind == ORIGIN and signed.sha256 not in case.credentials:
            case.singles.setdefault(str(signed.subject_id), []).append(signed.sha256)
        case.credentials[signed.sha256] = signed
    return f"{len(case.credentials)} signatures good, {case.report.events} events of the service"


def _match(case: Case, index: int, signed: Credential) -> None:
    entry = case.leaves[index]
    if entry.method != signed.method:
        raise BadBundle(f"Entry {index} names another signer than its document.", step=8)
    if (entry.kind == "batch") != (signed.kind == BATCH) or signed.kind in (KEY_EVENT, RECORD):
        raise BadBundle(f"Entry {index} is not of the kind of its document.", step=8)
    if signed.kind == BATCH:
        if batch.signed_tree(signed)[0] != entry.count:
            raise BadBundle(f"Entry {index} counts other items than its document.", step=8)
    elif signed.subject_id != case.subjects.get(index):
        raise BadBundle(f"Entry {index} is about another battery than its document.", step=8)


def _match_event(case: Case, index: int, data: bytes) -> None:
    """An event that names a battery stands in that battery's chain."""
    try:
        body = canonical.loads(data)
    except NotStrictJson:
        return  # a document of another kind, kept and logged as it came
    named = body.get("battery") if isinstance(body, dict) else None
    if named is not None and named != case.subjects.get(index):
        raise BadBundle(f"Entry {index} is about another battery than its document.", step=8)


def check_items(case: Case) -> str:  # step 9
    """Verify that each item stands in the tree that its batch signs."""
    count = 0
    for group in case.bundle.contents.items:
        signed = case.credentials.get(group.batch)
        if signed is None:
            raise BadBundle(
                f"The batch {b64u_encode(group.batch)} of some items is not shown.", step=9
            )
        for claims in batch.verify_some(credential=signed, rows=group.rows, nodes=group.nodes):
            case.items.setdefault(str(claims["id"]), {})[group.batch] = claims
            count += 1
    return f"{count} items lead to the roots of their batches"


def judge(case: Case) -> str:  # step 10
    """Judge each attestation by its place in the log, and say who vouches for its key."""
    for index in case.leaves:
        signed = case.credentials.get(case.leaves[index].digest)
        if signed is None:
            continue
        key = case.keyring.known[signed.method]
        verdict, reason = case.keyring.judge(signed.method, index=index)
        judgement = Judgement(
            index=index,
            digest=b64u_encode(signed.sha256),
            kind=signed.kind,
            issuer=signed.issuer,
            method=signed.method,
            about=signed.subject_id or f"{case.leaves[index].count} items",
            verdict=verdict,
            voucher=key.voucher,
            reason=f"{reason}; {key.note}" if key.note else reason,
        )
        case.report.judgements.append(judgement)
        # Logged twice, the first time counts: a later copy proves no less.
        case.judgements.setdefault(signed.sha256, judgement)
        if not judgement.is_plain:
            case.report.doubts.append(
                f"Attestation at {index}: {judgement.words}; {judgement.reason}."
            )
        ends = signed.document.get("validUntil")
        if isinstance(ends, str) and _moment(ends) <= _moment(case.leaves[index].at):
            case.report.doubts.append(f"Attestation at {index} had ended when it was logged.")
    for index in case.report.hidden:
        _judge_hidden(case, index)
    return f"{len(case.report.judgements)} attestations judged"


def _judge_hidden(case: Case, index: int) -> None:
    """What is shown by its digest only may be for others' eyes; its signer must be good all the
    same, and an event of the battery is no secret to who may have its record.
    """
    entry = case.leaves[index]
    if entry.method is None:
        if case.subjects.get(index) in case.bundle.contents.batteries:
            case.report.doubts.append(f"The {entry.kind} at {index} is shown by its digest only.")
        return
    known = entry.method in case.keyring.known
    verdict = case.keyring.judge(entry.method, index=index)[0] if known else None
    if verdict is not Verdict.VALID:
        case.report.doubts.append(
            f"The {entry.kind} at {index}, shown by its digest only, is signed by {entry.method},"
            f" {'a key not known here' if verdict is None else verdict.lower()}."
        )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
