"""A signed batch of 2^20 cells, of which only those that are asked for exist as batteries.

Signed, kept and logged as the action does it: the credential over the true root, all hashes of the
tree, an item for each battery that exists, one log entry about 2^20 subjects. Synthetic are the
other items: random bytes stand in the place of their leaf hashes, and of their salted subjects.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from passport.actions import outbox, upstream
from passport.actions.event import stamp
from passport.models import Attestation, Battery, Party
from passport.models.ids import new_id, new_salt
from passport.postgres import bulk
from passport.proof import batch, batchtiles, canonical, credential, tree
from passport.proof.batch import Batch
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile

_COLUMNS = {
    "id": "uuid",
    "attestation_id": "uuid",
    "index": "integer",
    "battery_id": "uuid",
    "body": "bytea",
    "leaf_hash": "bytea",
}


def record(
    *,
    cells: Sequence[Battery],
    size: int,
    common: dict[str, object],
    by: Party,
    key: KeyFile,
    at: datetime,
) -> bytes:
    """Record a batch over `size` items with these cells spread evenly in it; its credential."""
    step = size // len(cells)
    own = {number * step: _item(cell) for number, cell in enumerate(cells)}
    made = _tree(own, size=size)
    header = batch.Header(
        issuer=key.did, valid_from=stamp(at), salt=new_salt(), access="public", common=common
    )
    data = credential.sign(
        batch.document(batch=made, header=header),
        private_key=key.private_key,
        method=key.name,
        created=stamp(at),
    )
    signed = credential.read(data)
    digests = upstream.named(signed.subject) | upstream.named(common)
    subjects = _subjects(cells, size=size)
    with transaction.atomic():
        kept = Attestation.objects.create(
            issuer=by, kind=signed.kind, method=signed.method, body=data, sha256=signed.sha256,
            batch_size=size, batch_root=made.root, access="public", recorded_at=at,
        )  # fmt: skip
        upstream.keep(attestation=kept, digests=digests)
        rows = _rows(kept, cells, own)
        bulk.insert_in(table="passport_attestationitem", columns=_COLUMNS, rows=rows)
        bulk.keep_batch_tiles(batch=kept.pk, tiles=batchtiles.subtrees(made.rows))
        outbox.enter(kind="batch", body=data, subjects=subjects, method=key.name, at=at)
    return data


def _item(cell: Battery) -> bytes:
    return canonical.encode({"id": cell.identity, "salt": b64u_encode(new_salt()), "ocv": "3.617"})


def _tree(own: Mapping[int, bytes], *, size: int) -> Batch:
    drawn = os.urandom(32 * size)
    hashes = [drawn[at : at + 32] for at in range(0, len(drawn), 32)]
    for index, item in own.items():
        hashes[index] = tree.leaf_hash(item)
    rows = tree.levels(hashes)
    root = tree.range_of(size=size, read=tree.reader(rows)).root()
    # Only their number is asked of the items from here on.
    return Batch(items=(b"",) * size, rows=tuple(map(tuple, rows)), root=root)


def _rows(
    kept: Attestation, cells: Sequence[Battery], own: Mapping[int, bytes]
) -> Iterator[tuple[object, ...]]:
    for cell, (index, item) in zip(cells, own.items(), strict=True):
        yield new_id(), kept.pk, index, cell.pk, item, tree.leaf_hash(item)


def _subjects(cells: Sequence[Battery], *, size: int) -> list[bytes]:
    drawn = os.urandom(32 * (size - len(cells)))
    others = [drawn[at : at + 32] for at in range(0, len(drawn), 32)]
    return others + [outbox.subject_of(salt=each.salt, subject=each.identity) for each in cells]
