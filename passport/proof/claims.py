"""Steps 8 and 9 of verifying a bundle: signed claims, what the service says, items of batches."""

from passport.proof import batch, canonical, credential, did, erasure
from passport.proof.case import Case
from passport.proof.credential import BATCH, ORIGIN, Credential
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadBundle, NotStrictJson, ProofError
from passport.proof.kinds import CLAIMS, WITHDRAWAL
from passport.proof.report import Erased

_STEP = 8
_SIGNED = {"attestation": CLAIMS, "batch": (BATCH,), "correction": (WITHDRAWAL,)}


def check_attestations(case: Case) -> str:  # step 8
    """Verify every signed document shown, and that its entry says the same of it."""
    for index, entry in case.leaves.items():
        data = case.shown(index)
        if entry.kind == "key" or data is None:
            continue
        if entry.kind in ("attestation", "batch") or entry.method is not None:
            _take_signed(case, index, data)
        else:
            _take_said(case, index, data)
    for index, signed in case.withdrawals.items():
        _match_withdrawal(case, index, signed)
    signatures = len(case.credentials) + len(case.withdrawals)
    return f"{signatures} signatures good, {case.report.events} events of the service"


def _take_signed(case: Case, index: int, data: bytes) -> None:
    signed = credential.verify(data, resolve_key=case.keyring.resolve)
    _match(case, index, signed)
    if signed.kind == WITHDRAWAL:
        case.withdrawals[index] = signed
        return
    if signed.kind == ORIGIN and signed.sha256 not in case.credentials:
        case.singles.setdefault(str(signed.subject_id), []).append(signed.sha256)
    case.credentials[signed.sha256] = signed


def _match(case: Case, index: int, signed: Credential) -> None:
    entry = case.leaves[index]
    if entry.method != signed.method:
        raise BadBundle(f"Entry {index} names another signer than its document.", step=_STEP)
    if signed.kind not in _SIGNED.get(entry.kind, ()):
        raise BadBundle(f"Entry {index} is not of the kind of its document.", step=_STEP)
    if signed.kind == BATCH:
        if batch.signed_tree(signed)[0] != entry.count:
            raise BadBundle(f"Entry {index} counts other items than its document.", step=_STEP)
    elif signed.subject_id != case.subjects.get(index) and not _is_of_batch(signed):
        _refuse_other(index)


def _is_of_batch(signed: Credential) -> bool:
    return signed.kind == WITHDRAWAL and signed.subject_id is None


def _refuse_other(index: int) -> None:
    raise BadBundle(f"Entry {index} is about another battery than its document.", step=_STEP)


def _match_withdrawal(case: Case, index: int, signed: Credential) -> None:
    """A maker takes back its own attestation, in an entry about whom that one is about."""
    withdrawn = b64u_decode(signed.subject["withdraws"])
    entries = case.naming.get(withdrawn)
    if not entries:
        raise BadBundle(f"The withdrawal at {index} is of something not shown.", step=_STEP)
    entry, first = case.leaves[index], case.leaves[entries[0]]
    part = "batch" if _is_of_batch(signed) else "attestation"
    if first.kind != part or ("items" in signed.subject and part != "batch"):
        raise BadBundle(f"The withdrawal at {index} is not of a {part}.", step=_STEP)
    if did.parse_method(first.method)[0] != signed.issuer:
        raise BadBundle(f"The withdrawal at {index} is by another than the issuer.", step=_STEP)
    if (entry.count, entry.subject) != (first.count, first.subject):
        raise BadBundle(
            f"The withdrawal at {index} is about others than what it takes back.", step=_STEP
        )


def _take_said(case: Case, index: int, data: bytes) -> None:
    """What the service says itself: an event, an erasure, or something kept as it came."""
    case.report.events += case.leaves[index].kind == "event"
    if case.leaves[index].kind == erasure.KIND:
        _take_erasure(case, index, erasure.decode(data))
        return
    try:
        body = canonical.loads(data)
    except NotStrictJson:
        return  # a document of another kind, kept and logged as it came
    if isinstance(body, dict) and "proof" in body and _is_signed(data):
        raise BadBundle(f"Entry {index} passes off what is signed as said by the service.", step=8)
    named = body.get("battery") if isinstance(body, dict) else None
    if named is not None and named != case.subjects.get(index):
        _refuse_other(index)


def _is_signed(data: bytes) -> bool:
    """Whether these bytes could stand in the log as somebody's own word, under its own kind."""
    try:
        return bool(credential.read(data).method)
    except ProofError:
        return False


def _take_erasure(case: Case, index: int, said: erasure.Erasure) -> None:
    if said.battery is not None and said.battery != case.subjects.get(index):
        _refuse_other(index)
    entry = case.leaves[index]
    for at in case.naming.get(said.digest, ()):
        each = case.leaves[at]
        if at >= index or (each.count, each.subject) != (entry.count, entry.subject):
            raise BadBundle(
                f"The erasure at {index} is not about whom the entry at {at} is about,"
                " or stands before it.",
                step=_STEP,
            )
        if case.shown(at) is not None:
            case.report.doubts.append(
                f"Entry {index} says that the {each.kind} at {at} was erased; it is shown."
            )
    found = Erased(index=index, digest=b64u_encode(said.digest), reason=said.reason, at=said.at)
    case.report.erased.append(found)


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
