"""Rows of a bundle that share one proof: items of a batch, members of an entry about many."""

from collections.abc import Callable, Collection, Mapping, Sequence

from passport.models import Attestation
from passport.proof import tree
from passport.proof.contents import ItemGroup, MemberGroup
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadTree
from passport.proof.leaf import subject_hash
from passport.proof.members import Members
from passport.queries import registration
from passport.queries.attestation import batch_reader
from passport.queries.claims import Item
from passport.queries.evidence import damaged
from passport.queries.showing import Showing


def items(*, showing: Showing, claim: Attestation, said: Sequence[Item]) -> ItemGroup | None:
    """What a batch says of the batteries shown, under the root that its issuer signed.

    None where nothing of it is published, or left. Refuses Damaged.
    """
    digest, size = bytes(claim.sha256), claim.batch_size or 0
    rows = tuple((each.index, each.body) for each in said if each.body)
    if not rows or digest not in showing.by_digest or digest not in showing.documents:
        return None
    leaves = {index: tree.leaf_hash(item) for index, item in rows}
    read = batch_reader(attestation=claim, indices=leaves)
    nodes = tree.multi_path(indices=sorted(leaves), size=size, read=read)
    signed = bytes(claim.batch_root or b"")
    if tree.root_from_many(leaves=leaves, size=size, nodes=nodes) != signed:
        raise damaged(f"items of the batch {b64u_encode(digest)} are not those that were signed")
    return ItemGroup(batch=digest, rows=rows, nodes=tuple(nodes))


def members(
    *,
    showing: Showing,
    digest: bytes,
    salts: Mapping[str, bytes],
    kept_by: Callable[[], Members] | None = None,
    closed: bool = False,
) -> list[MemberGroup]:
    """That an entry about many, and each other one about the same many, is about these batteries.

    `salts` are theirs, by identity; `kept_by` looks up the subjects of a batch or of what was built
    together, which are not kept as such; `closed` says that the items of a batch do not tell of
    these. Refuses Damaged where what is kept does not make the root that was logged.
    """
    entry = showing.by_digest.get(digest)
    if entry is None or entry.leaf.count == 1 or entry.leaf.subject is None:
        return []
    hashes = {subject_hash(salt=salt, subject=name): name for name, salt in salts.items()}
    kept = _kept(entry.leaf.subject, entry.leaf.count, hashes, kept_by)
    found = {kept.place_of(subject): name for subject, name in hashes.items()}
    places = {place: name for place, name in found.items() if place is not None}
    if _root(kept) != entry.leaf.subject or len(places) < len(salts):
        raise damaged(
            f"{min(salts)} is not among those that entry {entry.index} is about: its salt or its"
            " name was changed, or what is kept of that entry"
        )
    rows, nodes = tuple(sorted(places.items())), kept.nodes(places)
    about = showing.about(entry.leaf.subject)
    # A batch of the very same batteries shows by its items whom it, and what ends it, is about.
    told = any(
        each.leaf.kind == "batch" and each.leaf.digest in showing.documents for each in about
    )
    wanted = [entry] if told and not closed else about
    return [MemberGroup(entry=each.index, rows=rows, nodes=nodes) for each in wanted]


def _kept(
    root: bytes,
    count: int,
    subjects: Collection[bytes],
    kept_by: Callable[[], Members] | None,
) -> Members:
    kept = registration.under(root=root, count=count, subjects=subjects)
    return kept if kept.roots or kept_by is None else kept_by()


def _root(kept: Members) -> bytes:
    try:
        return kept.root()
    except BadTree:
        return b""
