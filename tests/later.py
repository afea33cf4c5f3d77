"""What befalls a simulated log later: withdrawals, erasures, snapshots of the index, a new year."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from passport.proof import canonical, credential, erasure, leaf, snapshot, tiles, tree
from passport.proof.bundle import Contents, Index, Previous
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile
from passport.proof.kinds import WITHDRAWAL
from passport.proof.snapshot import Row, Snapshot
from tests import simulator
from tests.simulator import AT, Pack, Simulator, salt

MAKERS = (simulator.CELLMAKER, simulator.PACKMAKER)


def withdraw(
    world: Simulator, key: KeyFile, index: int, subjects: list[str], **claims: object
) -> int:
    """The maker takes the attestation at an index back; ``subjects`` are those of its entry."""
    withdrawn = hashlib.sha256(world.documents[index]).digest()
    document = {
        "@context": credential.CONTEXTS,
        "type": ["VerifiableCredential", WITHDRAWAL],
        "issuer": key.did,
        "validFrom": AT,
        "credentialSubject": {
            "salt": b64u_encode(salt(f"withdrawal {index}")),
            "accessSet": "public",
            "withdraws": b64u_encode(withdrawn),
            "reason": "wrong facility",
            **({"id": subjects[0]} if len(subjects) == 1 else {}),
            **claims,
        },
    }
    return world.enter("correction", simulator.sign(key, document), key.name, subjects)


def erase(world: Simulator, index: int, subjects: list[str], **said: object) -> int:
    """The service erases the document at an index on demand, and logs that it did."""
    fact = erasure.Erasure(
        digest=hashlib.sha256(world.documents[index]).digest(),
        reason="demand of the owner",
        at=AT,
        salt=salt(f"erasure {index}"),
        battery=subjects[0] if len(subjects) == 1 else None,
    )
    return world.enter("erasure", erasure.encode(replace(fact, **said)), None, subjects)


def hide(contents: Contents, *documents: bytes) -> Contents:
    """The same contents, with these documents shown by their digest only."""
    kept = [each for each in contents.documents if each not in documents]
    return replace(contents, documents=kept)


def without(pack: Pack, *hidden: int) -> Contents:
    """What the operator shows when it keeps entries back, documents included."""
    contents, world = pack.contents(), pack.world
    kept = [each for each in range(len(world.entries)) if each not in hidden]
    shown = {hashlib.sha256(world.documents[each]).digest() for each in kept}
    documents = [each for each in contents.documents if hashlib.sha256(each).digest() in shown]
    return replace(contents, documents=documents, **world.shown(kept))


def rows_of(world: Simulator, everybody: Iterable[tuple[str, Iterable[int]]]) -> list[bytes]:
    """The sorted rows of an index: each subject with all entries that concern it."""
    rows = []
    for subject, concerned in everybody:
        chain = world.chains.get(subject, [])
        alone = max(chain, default=None)
        shared = max(set(concerned) - set(chain), default=None)
        row = Row(
            subject=leaf.subject_hash(salt=salt(subject), subject=subject),
            alone=alone,
            alone_hash=bytes(32) if alone is None else world.hash_of(alone),
            shared=shared,
            shared_hash=bytes(32) if shared is None else world.hash_of(shared),
            shares=len(set(concerned) - set(chain)),
        )
        rows.append(snapshot.encode_row(row))
    return sorted(rows)


def take_snapshot(world: Simulator, table: list[bytes], **said: object) -> int:
    """The service logs an index over these rows; return the entry that names it."""
    count, root = snapshot.root_of(table)
    made = Snapshot(simulator.ORIGIN, len(world.entries), count, root, AT, salt("index"))
    return world.enter("index", snapshot.encode(replace(made, **said)), None, [])


def index_for(entry: int, rows: list[bytes], subjects: Iterable[str]) -> Index:
    """The rows of an index that speak about these subjects, with the nodes that prove them."""
    places: set[int] = set()
    for subject in subjects:
        hashed = leaf.subject_hash(salt=salt(subject), subject=subject)
        places.update(snapshot.places_for(subject=hashed, rows=len(rows), read=rows.__getitem__))
    read = tree.reader(tree.levels([tree.leaf_hash(each) for each in rows]))
    nodes = tree.multi_path(indices=sorted(places), size=len(rows), read=read)
    shown = tuple((each, rows[each]) for each in sorted(places))
    return Index(entry=entry, rows=shown, nodes=tuple(nodes))


def begin_year(pack: Pack, origin: str) -> None:
    """The log goes on under another name: its first entry says with which head the old ended."""
    world = pack.world
    last = world.signed_head()
    world.past.append((len(world.entries), last, world.log.verifier.vkey))
    index = world.enter("previous-log", last, None, [])
    world.log = simulator.key_of("log", origin)
    assert index == world.past[-1][0]


def previous_of(world: Simulator) -> list[Previous]:
    """The heads under older names, each with its path to the newest head."""
    read = world.files.__getitem__
    size = len(world.entries)
    return [
        Previous(note, tuple(tiles.consistency_path(old=old, new=size, read=read)))
        for old, note, _ in world.past
    ]


def event(pack: Pack, word: str, *subjects: str) -> int:
    """One more event of the service, about the pack or about these."""
    data = canonical.encode({"event": word, "salt": "x"})
    return pack.world.enter("event", data, None, list(subjects) or [simulator.PACK])


def everybody(pack: Pack) -> dict[str, set[int]]:
    """Whom any entry of the log concerns, and which: alone, with others, as item of a batch."""
    world = pack.world
    found = {subject: set(chain) for subject, chain in world.chains.items()}
    for index, entry in enumerate(world.entries):
        shared = leaf.decode(entry)
        if shared.count > 1:
            for who in world.about[index]:
                found.setdefault(who, set()).add(index)
    return found


def indexed(pack: Pack, contents: Contents | None = None) -> Contents:
    """A snapshot of the index as it truly is, logged, and the rows that a bundle must show."""
    rows = rows_of(pack.world, everybody(pack).items())
    entry = take_snapshot(pack.world, rows)
    subjects = (*pack.contents().batteries, simulator.cell_id(0), *MAKERS)
    made = contents or pack.contents()
    return replace(with_witness(made), index=index_for(entry, rows, subjects))


def with_witness(contents: Contents) -> Contents:
    """The same contents with the salt of the first cell: it speaks to the index for its batch."""
    cell = simulator.cell_id(0)
    return replace(contents, salts={**contents.salts, cell: salt(cell)})
