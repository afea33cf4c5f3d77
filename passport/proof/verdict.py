"""Verifying a provenance bundle in numbered steps, each of which can refuse it.

1. Read: strict JSON, canonical to the byte, known shape.
2. Checkpoint: signed by a log of the policy, cosigned by its quorum.
3. Entries: each is a leaf of version 1 with a path to the checkpoint's root.
4. Documents: each has the digest that an entry names.
5. Keys: key events in log order, each signed by the key that it adds or by one in force.
6. Record: signed by a pinned record key, and about this very checkpoint and these entries.
7. Subjects: salts fit entries; sequence and previous hash chain them without a gap.
8. Attestations: signature, issuer, subject and the method that the entry names agree.
9. Items: each leads to the root that its batch signs.
10. Verdicts: VALID, SUSPECT or INVALID by log order, and who vouches for the key.
11. Components: the chain from the battery down, and how much of it is attested.
12. Completeness: whether anything newer could have been left out.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from passport.proof import (
    chain,
    checkpoint,
    claims,
    coverage,
    credential,
    keyevent,
    leaf,
    note,
    tree,
    unbundle,
)
from passport.proof.bundle import as_of
from passport.proof.case import Case
from passport.proof.credential import RECORD, Credential
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBundle, BadSignature, ProofError
from passport.proof.keyring import Keyring
from passport.proof.policy import Policy
from passport.proof.report import Cosigned, Report, Step

_NONE: Mapping[str, bytes] = MappingProxyType({})
_RECORD_TERMS = {"id", "asOf", "entries", "keyEvents", "lastSequence", "components", "shown"}


def verify(data: bytes, *, policy: Policy, did_documents: Mapping[str, bytes] = _NONE) -> Report:
    """Verify a bundle against an auditor's policy; raises BadBundle at the step that refuses.

    ``did_documents`` are DID documents that the auditor fetched from the issuers' own domains,
    by DID. The report's ``exit_code`` is 0 only when nothing is in doubt.
    """
    keyring = Keyring(policy=policy, did_documents=did_documents)
    case = Case(bundle=unbundle.read(data), policy=policy, keyring=keyring)  # 1
    case.report.battery = case.bundle.contents.battery
    _note(case, 1, "Read", f"{len(data)} bytes in canonical form")
    for number, title, step in _STEPS:
        try:
            found = step(case)
        except BadBundle:
            raise
        except ProofError as error:
            raise BadBundle(
                error.detail, step=number, pointer=error.pointer, remedy=error.remedy
            ) from error
        _note(case, number, title, found)
    return case.report


def _note(case: Case, number: int, title: str, found: str) -> None:
    case.report.steps.append(Step(number=number, title=title, found=found))


def _check_checkpoint(case: Case) -> str:  # step 2
    opened = note.verify(case.bundle.contents.checkpoint, verifiers=case.policy.verifiers())
    case.head = checkpoint.parse(opened.text)
    signers = {each.verifier for each in opened.verified}
    if case.policy.logs.get(case.head.origin) not in signers:
        raise BadBundle(
            f"The log {case.head.origin} is not in the policy, or did not sign.",
            step=2,
            remedy="Add its `log` line to the trust file if you trust this log.",
        )
    witnesses = {each for each in signers if each.algorithm == note.COSIGNATURE}
    case.policy.check_quorum(witnesses)
    case.report.origin, case.report.size = case.head.origin, case.head.size
    case.report.cosigned = [
        Cosigned(name=each.verifier.name, seconds=each.seconds)
        for each in opened.verified
        if each.seconds is not None
    ]
    case.report.unknown_signatures = [
        f"{each.name} (key id {each.key_id.hex()})" for each in opened.unknown
    ]
    return f"{case.head.origin} of {case.head.size} entries, {len(witnesses)} witnesses"


def _check_entries(case: Case) -> str:  # step 3
    for each in case.bundle.contents.evidence:
        case.leaves[each.index] = leaf.decode(each.entry)
        case.hashes[each.index] = tree.leaf_hash(each.entry)
        tree.verify_inclusion(
            leaf=case.hashes[each.index],
            index=each.index,
            size=case.head.size,
            path=each.path,
            root=case.head.root,
        )
    return f"{len(case.leaves)} entries lead to the root"


def _check_documents(case: Case) -> str:  # step 4
    named = {each.digest for each in case.leaves.values()}
    for data in case.bundle.contents.documents:
        digest = credential.digest(data)
        if digest not in named:
            raise BadBundle(f"No entry names the document {b64u_encode(digest)}.", step=4)
        case.documents[digest] = data
    case.report.hidden = [index for index in case.leaves if case.shown(index) is None]
    return f"{len(case.documents)} documents shown, {len(case.report.hidden)} by digest only"


def _check_keys(case: Case) -> str:  # step 5
    count = 0
    for index, entry in case.leaves.items():
        if entry.kind != "key":
            continue
        data = case.shown(index)
        if data is None:
            raise BadBundle(f"The key event at {index} is not shown.", step=5)
        event = keyevent.read(data, resolve_key=case.keyring.resolve_unrevoked)
        if entry.method != event.credential.method:
            raise BadBundle(f"Entry {index} names another signer than its document.", step=5)
        if entry.count != 1 or not _is_about(case, entry.subject, event.did):
            raise BadBundle(f"The key event at {index} is not in the chain of {event.did}.", step=5)
        case.keyring.take(event, index=index)
        count += 1
    return f"{count} key events replayed, {len(case.keyring.known)} keys"


def _is_about(case: Case, subject: bytes | None, did: str) -> bool:
    salt = case.bundle.contents.salts.get(did)
    return salt is not None and leaf.subject_hash(salt=salt, subject=did) == subject


def _check_record(case: Case) -> str:  # step 6
    record = _open_record(case)
    subject = record.subject
    if record.kind != RECORD or set(subject) - {"salt"} != _RECORD_TERMS:
        raise BadBundle("The record does not have exactly its terms.", step=6)
    if subject["asOf"] != as_of(case.head):
        raise BadBundle("The record was made under another checkpoint.", step=6)
    contents = case.bundle.contents
    keys = [index for index, entry in case.leaves.items() if entry.kind == "key"]
    rest = [index for index, entry in case.leaves.items() if entry.kind != "key"]
    if subject["keyEvents"] != keys or subject["entries"] != rest:
        raise BadBundle("The entries shown are not those that the record lists.", step=6)
    salt = contents.salts.get(contents.battery)
    if subject.get("salt") != (None if salt is None else b64u_encode(salt)):
        raise BadBundle("The record has another salt for the battery.", step=6)
    count = sum(len(each) for each in contents.components.values())
    if subject["components"] != {"count": count, "digest": case.bundle.components_digest}:
        raise BadBundle("The components shown are not those that the record signs.", step=6)
    if subject["shown"] != case.bundle.shown_digest:
        raise BadBundle("Something was added to, or dropped from, what the record shows.", step=6)
    return f"signed by {record.method} at {record.created}"


def _always(public_key: bytes) -> Callable[[str], bytes]:
    return lambda method: public_key


def _open_record(case: Case) -> Credential:
    claimed = credential.read(case.bundle.record)
    candidates = [key for issuer, key in case.policy.records if issuer == claimed.issuer]
    for key in candidates:
        try:
            return credential.verify(case.bundle.record, resolve_key=_always(key))
        except BadSignature:
            continue
    raise BadBundle(
        f"The record is not signed by a key that the policy lists for {claimed.issuer}.",
        step=6,
        remedy="Add a `record` line to the trust file, with the key from a source you trust.",
    )


def _check_completeness(case: Case) -> str:  # step 12
    return "not proven: the log's operator could have left out entries, a key's revocation too"


_STEPS: tuple[tuple[int, str, Callable[[Case], str]], ...] = (
    (2, "Checkpoint", _check_checkpoint),
    (3, "Entries", _check_entries),
    (4, "Documents", _check_documents),
    (5, "Keys", _check_keys),
    (6, "Record", _check_record),
    (7, "Subjects", chain.check_subjects),
    (8, "Attestations", claims.check_attestations),
    (9, "Items", claims.check_items),
    (10, "Verdicts", claims.judge),
    (11, "Components", coverage.check_components),
    (12, "Completeness", _check_completeness),
)
