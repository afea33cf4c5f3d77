"""Steps 2 to 4 of verifying a bundle: the checkpoint, the entries under it, the documents."""

from passport.proof import checkpoint, credential, leaf, note, tree
from passport.proof.case import Case
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBundle
from passport.proof.note import Opened
from passport.proof.report import Cosigned

PREVIOUS_LOG = "previous-log"


def check_checkpoint(case: Case) -> str:  # step 2
    """Take the head of the log: signed by a log of the policy, cosigned by its quorum."""
    opened, head, witnesses = _open(case, case.bundle.contents.checkpoint)
    if head.origin != case.policy.newest_log:
        raise BadBundle(
            f"{head.origin} is an older name of the log, which is {case.policy.newest_log} now.",
            step=2,
            remedy="Put the newest `log` line last in the trust file, and ask for a new bundle"
            " where this one was made under the older name.",
        )
    case.head = head
    case.report.origin, case.report.size = head.origin, head.size
    case.report.cosigned = [
        Cosigned(name=each.verifier.name, seconds=each.seconds)
        for each in opened.verified
        if each.seconds is not None
    ]
    _check_previous(case)
    _check_timestamps(case)
    older = "".join(f", once {each.origin}" for each in case.older)
    return f"{head.origin} of {head.size} entries, {witnesses} witnesses{older}"


def _open(case: Case, data: bytes) -> tuple[Opened, Checkpoint, int]:
    """Open a checkpoint; refuses a log outside the policy, and too few of its witnesses."""
    opened = note.verify(data, verifiers=case.policy.verifiers())
    head = checkpoint.parse(opened.text)
    signers = {each.verifier for each in opened.verified}
    if case.policy.logs.get(head.origin) not in signers:
        raise BadBundle(
            f"The log {head.origin} is not in the policy, or did not sign.",
            step=2,
            remedy="Add its `log` line to the trust file if you trust this log.",
        )
    witnesses = {each for each in signers if each.algorithm == note.COSIGNATURE}
    case.policy.check_quorum(witnesses)
    case.report.unknown_signatures += [
        f"{each.name} (key id {each.key_id.hex()})" for each in opened.unknown
    ]
    return opened, head, len(witnesses)


def _check_previous(case: Case) -> None:
    """Each older name of the log ended in a head that this one goes on from."""
    for each in case.bundle.contents.previous:
        _, old, _ = _open(case, each.checkpoint)
        before = case.older[-1] if case.older else None
        known = {case.head.origin, *(older.origin for older in case.older)}
        if old.origin in known or (before is not None and old.size <= before.size):
            raise BadBundle(f"{old.origin} of {old.size} entries is no older log.", step=2)
        tree.verify_consistency(
            old=old.size,
            new=case.head.size,
            old_root=old.root,
            new_root=case.head.root,
            path=each.path,
        )
        case.older.append(old)


def _check_timestamps(case: Case) -> None:
    for token in case.bundle.contents.timestamps:
        if case.check_timestamp is None:
            case.report.unchecked_timestamps += 1
        else:
            case.report.timestamps.append(case.check_timestamp(token, case.head.text))


def check_entries(case: Case) -> str:  # step 3
    """Prove all entries shown under the root of the checkpoint, with one proof."""
    contents = case.bundle.contents
    for each in contents.evidence:
        case.leaves[each.index] = leaf.decode(each.entry)
        case.hashes[each.index] = tree.leaf_hash(each.entry)
        case.naming.setdefault(case.leaves[each.index].digest, []).append(each.index)
    if case.hashes:
        nodes = contents.evidence_nodes
        root = tree.root_from_many(leaves=case.hashes, size=case.head.size, nodes=nodes)
        if root != case.head.root:
            raise BadBundle("The entries lead to another root than the checkpoint's.", step=3)
    elif contents.evidence_nodes:
        raise BadBundle("The bundle proves entries that it does not show.", step=3)
    for number, old in enumerate(case.older):
        _check_took_over(case, old, contents.previous[number].checkpoint)
    return f"{len(case.leaves)} entries lead to the root"


def _check_took_over(case: Case, old: Checkpoint, data: bytes) -> None:
    """The first entry under a new name says with which head the old one ended."""
    entry = case.leaves.get(old.size)
    digest = credential.digest(data)
    if entry is None or (entry.kind, entry.digest) != (PREVIOUS_LOG, digest):
        raise BadBundle(
            f"Entry {old.size} does not say that the log {old.origin} ended there.", step=3
        )
    case.documents[digest] = data


def check_documents(case: Case) -> str:  # step 4
    """Take the documents shown; each must be one that an entry names."""
    for data in case.bundle.contents.documents:
        digest = credential.digest(data)
        if digest not in case.naming:
            raise BadBundle(f"No entry names the document {b64u_encode(digest)}.", step=4)
        case.documents[digest] = data
    case.report.hidden = [index for index in case.leaves if case.shown(index) is None]
    return f"{len(case.documents)} documents shown, {len(case.report.hidden)} by digest only"
