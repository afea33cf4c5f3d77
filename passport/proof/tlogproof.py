"""The proof that one entry is in the log, as one text file (C2SP tlog-proof, version 1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from passport.proof import checkpoint, note, tree
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64_decode, b64_encode
from passport.proof.errors import BadNote
from passport.proof.policy import Policy

MAX_BYTES = 2 * note.MAX_BYTES
_HEADER = "c2sp.org/tlog-proof@v1"
_MAX_PATH = 63


@dataclass(frozen=True)
class TlogProof:
    """An index, the path from the entry to the root, and the checkpoint with that root."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def encode(*, index: int, path: Sequence[bytes], data: bytes) -> bytes:
    """Return the text of a proof; ``data`` is the checkpoint with its cosignatures."""
    lines = [_HEADER, f"index {index}", *(b64_encode(each) for each in path), "", ""]
    return "\n".join(lines).encode() + data


def decode(data: bytes) -> TlogProof:
    """Read a proof; refuses another version, extra data, and a path of impossible length."""
    head, separator, below = data.partition(b"\n\n")
    if len(data) > MAX_BYTES or not separator:
        raise BadNote("The proof is too long, or has no checkpoint.")
    lines = head.decode("utf-8", "replace").split("\n")
    if lines[0] != _HEADER or len(lines) < 2 or not lines[1].startswith("index "):
        raise BadNote(f"The proof does not begin with {_HEADER} and an index.")
    if len(lines) - 2 > _MAX_PATH:
        raise BadNote("The path of the proof is too long.")
    return TlogProof(
        index=checkpoint.parse_size(lines[1].removeprefix("index ")),
        path=tuple(b64_decode(each, size=tree.HASH_BYTES) for each in lines[2:]),
        checkpoint=below,
    )


def verify(data: bytes, *, entry: bytes, policy: Policy) -> Checkpoint:
    """Return the checkpoint under which an entry is proven.

    1. the proof reads; 2. a log of the policy signed the checkpoint; 3. the quorum of witnesses
    cosigned it; 4. the path leads from the entry to its root.
    """
    proof = decode(data)  # 1
    opened = note.verify(proof.checkpoint, verifiers=policy.verifiers())
    head = checkpoint.parse(opened.text)
    signers = {each.verifier for each in opened.verified}
    if policy.logs.get(head.origin) not in signers:  # 2
        raise BadNote(f"The log {head.origin} is not in the policy, or did not sign.")
    policy.check_quorum({each for each in signers if each.algorithm == note.COSIGNATURE})  # 3
    tree.verify_inclusion(  # 4
        leaf=tree.leaf_hash(entry),
        index=proof.index,
        size=head.size,
        path=proof.path,
        root=head.root,
    )
    return head
