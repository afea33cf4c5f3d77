"""Rows of a bundle that share one proof: items of a batch, members of an entry about many."""

import uuid
from collections.abc import Callable, Mapping, Sequence

from passport.models import Attestation
from passport.proof import tree
from passport.proof.contents import ItemGroup, MemberGroup
from passport.proof.encoding import b64u_encode
from passport.proof.leaf import subject_hash
from passport.queries import registration
from passport.queries.attestation import batch_reader
from passport.queries.claims import Item
from passport.queries.evidence import damaged
from passport.queries.registration import Together
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
    read: Callable[[], Together],
) -> list[MemberGroup]:
    """That an entry about many, and each other one about the same many, is about these batteries.

    `salts` are theirs, by identity. Refuses Damaged where all of them do not make the root logged.
    """
    entry = showing.by_digest.get(digest)
    if entry is None or entry.leaf.count == 1 or entry.leaf.subject is None:
        return []
    found = read()
    hashes = {subject_hash(salt=salt, subject=name): name for name, salt in salts.items()}
    places = registration.places(subjects=hashes, among=found)
    fits = (found.count, found.root()) == (entry.leaf.count, entry.leaf.subject)
    if not fits or len(places) < len(salts):
        raise damaged(
            f"the batteries beside {min(salts)} are not those that entry {entry.index} is about:"
            " one was dropped, or its salt or its name was changed"
        )
    rows, nodes = tuple(sorted(places.items())), found.nodes(sorted(places))
    about = showing.about(entry.leaf.subject)
    return [MemberGroup(entry=each.index, rows=rows, nodes=nodes) for each in about]


def registered(*, witness: uuid.UUID) -> Callable[[], Together]:
    """Reads, when it is wanted, what was registered together with a battery."""
    return lambda: registration.together(with_battery=witness)


def attested(*, batch: uuid.UUID, witness: uuid.UUID) -> Callable[[], Together]:
    """Reads, when it is wanted, what a batch is about that is about a battery."""
    return lambda: registration.in_batch(batch=batch, witness=witness)
