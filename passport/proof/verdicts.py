"""Step 10 of verifying a bundle: a verdict on each attestation, by its place in the log."""

from datetime import UTC, datetime, timedelta

from passport.proof.case import Case
from passport.proof.credential import Credential
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.report import Erased, Judgement, Verdict, Withdrawn

# Transactions may be logged in another order than they began in, but not by more than this.
_SLACK = timedelta(minutes=5)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def judge(case: Case) -> str:
    """Judge each attestation and each withdrawal, and say who vouches for its key."""
    for index, withdrawal in case.withdrawals.items():
        _take_back(case, index, withdrawal)
    for index in case.leaves:
        signed = case.credentials.get(case.leaves[index].digest)
        if signed is not None:
            _judge(case, index, signed)
    erased = {each.digest: each for each in case.report.erased}
    for index in case.report.hidden:
        _judge_hidden(case, index, erased.get(b64u_encode(case.leaves[index].digest)))
    _doubt_hidden_about_items(case)
    _doubt_times(case)
    withdrawn = len(case.report.withdrawn)
    return f"{len(case.report.judgements)} attestations judged, {withdrawn} withdrawals"


def _take_back(case: Case, index: int, signed: Credential) -> None:
    """A withdrawal counts unless its key was out of force: in doubt, a claim is not believed."""
    verdict, reason = case.keyring.judge(signed.method, index=index)
    named = signed.subject.get("items")
    items = tuple(map(str, named)) if isinstance(named, list) else None
    said = Withdrawn(
        index=index,
        digest=str(signed.subject["withdraws"]),
        method=signed.method,
        verdict=verdict,
        reason=str(signed.subject["reason"]),
        items=items,
    )
    case.report.withdrawn.append(said)
    if verdict is Verdict.INVALID:
        case.report.doubts.append(f"The withdrawal at {index} does not count: {reason}.")
        return
    digest = b64u_decode(said.digest)
    if items is None:
        case.taken_back.setdefault(digest, said)
    else:
        case.items_taken_back.setdefault(digest, {}).update(dict.fromkeys(items, said))


def _judge(case: Case, index: int, signed: Credential) -> None:
    key = case.keyring.known[signed.method]
    verdict, reason = case.keyring.judge(signed.method, index=index)
    said = case.taken_back.get(signed.sha256)
    if said is not None and verdict is not Verdict.INVALID:
        by = case.keyring.named(said.method)
        verdict, reason = Verdict.WITHDRAWN, f"taken back at {said.index} by {by}: {said.reason}"
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
    _doubt(case, judgement, signed)


def _doubt(case: Case, judgement: Judgement, signed: Credential) -> None:
    index, doubts, seen = judgement.index, case.report.doubts, case.report.cosigned
    if not judgement.is_plain:
        doubts.append(f"Attestation at {index}: {judgement.words}; {judgement.reason}.")
    ends = signed.document.get("validUntil")
    if isinstance(ends, str) and _moment(ends) <= _moment(case.leaves[index].at):
        doubts.append(f"Attestation at {index} had ended when it was logged.")
    elif isinstance(ends, str) and any(_seconds(ends) < each.seconds for each in seen):
        doubts.append(f"Attestation at {index} had ended before this checkpoint was witnessed.")
    taken = case.items_taken_back.get(signed.sha256, {})
    for item in sorted(each for each in taken if signed.sha256 in case.items.get(each, ())):
        said = taken[item]
        by = case.keyring.named(said.method)
        doubts.append(f"{item} was taken back from the batch at {index} by {by}: {said.reason}.")
    if taken and all(group.batch != signed.sha256 for group in case.bundle.contents.items):
        for at, said in sorted({each.index: each for each in taken.values()}.items()):
            by = case.keyring.named(said.method)
            doubts.append(
                f"{len(said.items or ())} items of the batch at {index}, of which none is shown,"
                f" were taken back at {at} by {by}: {said.reason}."
            )


def _judge_hidden(case: Case, index: int, erased: Erased | None) -> None:
    """What is shown by its digest only may be for others' eyes; its signer must be good all the
    same, and what concerns the battery is no secret to who may have its record.
    """
    entry, doubts = case.leaves[index], case.report.doubts
    if erased is not None:
        doubts.append(
            f"The {entry.kind} at {index} was erased on demand ({erased.reason}), says entry"
            f" {erased.index}: its content cannot be checked."
        )
        return
    if entry.method is None or entry.kind == "correction":
        about = {case.subjects.get(index), *case.members.get(index, ())}
        asked = about & case.bundle.contents.batteries.keys()
        if asked or entry.kind in ("correction", "erasure"):
            doubts.append(f"The {entry.kind} at {index} is shown by its digest only.")
    if entry.method is None:
        return
    known = entry.method in case.keyring.known
    verdict = case.keyring.judge(entry.method, index=index)[0] if known else None
    if verdict is not Verdict.VALID:
        doubts.append(
            f"The {entry.kind} at {index}, shown by its digest only, is signed by {entry.method},"
            f" {'a key not known here' if verdict is None else verdict.lower()}."
        )


def _doubt_hidden_about_items(case: Case) -> None:
    """Who signed a batch may have taken it back in what is logged about the very same items.

    Another batch of them is said by its kind to be a claim for other eyes; that it is none, the
    receipt of its signer shows.
    """
    batches: dict[tuple[bytes | None, str], int] = {}
    for index, entry in case.leaves.items():
        signed = case.credentials.get(entry.digest)
        if signed is not None and entry.count > 1:
            batches.setdefault((entry.subject, signed.issuer), index)
    for index in case.report.hidden:
        entry = case.leaves[index]
        issuer = (entry.method or "").partition("#")[0]
        batch = batches.get((entry.subject, issuer))
        if batch is not None and entry.kind not in ("correction", "batch"):
            case.report.doubts.append(
                f"The {entry.kind} at {index}, by {issuer} and about the items of its batch at"
                f" {batch}, is shown by its digest only: it may take them back."
            )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _seconds(text: str) -> int:
    return (_moment(text) - _EPOCH) // timedelta(seconds=1)


def _doubt_times(case: Case) -> None:
    """When a signed entry came is the service's word; after which others, the log's."""
    last, newest = 0, datetime.min.replace(tzinfo=UTC)
    for index, entry in case.leaves.items():
        moment = _moment(entry.at)
        if entry.method is not None and newest - moment > _SLACK:
            case.report.doubts.append(
                f"Entry {index} is said to have come at {entry.at}, but stands after entry {last},"
                f" which came at {case.leaves[last].at}."
            )
        if moment > newest:
            last, newest = index, moment
