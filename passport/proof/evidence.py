"""Steps 2 to 4 of verifying a bundle: the checkpoint, the entries under it, the documents."""

from passport.proof import checkpoint, credential, leaf, note, tree
from passport.proof.case import Case
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBundle
from passport.proof.report import Cosigned


def check_checkpoint(case: Case) -> str:  # step 2
    """Take the head of the log: signed by a log of the policy, cosigned by its quorum."""
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


def check_entries(case: Case) -> str:  # step 3
    """Prove all entries shown under the root of the checkpoint, with one proof."""
    contents = case.bundle.contents
    for each in contents.evidence:
        case.leaves[each.index] = leaf.decode(each.entry)
        case.hashes[each.index] = tree.leaf_hash(each.entry)
    if not case.hashes:
        if contents.evidence_nodes:
            raise BadBundle("The bundle proves entries that it does not show.", step=3)
        return "no entries"
    root = tree.root_from_many(
        leaves=case.hashes, size=case.head.size, nodes=contents.evidence_nodes
    )
    if root != case.head.root:
        raise BadBundle("The entries lead to another root than the checkpoint's.", step=3)
    return f"{len(case.leaves)} entries lead to the root"


def check_documents(case: Case) -> str:  # step 4
    """Take the documents shown; each must be one that an entry names."""
    named = {each.digest for each in case.leaves.values()}
    for data in case.bundle.contents.documents:
        digest = credential.digest(data)
        if digest not in named:
            raise BadBundle(f"No entry names the document {b64u_encode(digest)}.", step=4)
        case.documents[digest] = data
    case.report.hidden = [index for index in case.leaves if case.shown(index) is None]
    return f"{len(case.documents)} documents shown, {len(case.report.hidden)} by digest only"
