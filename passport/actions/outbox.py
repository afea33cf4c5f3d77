"""Hands what a transaction did to the log: accepted means will be logged."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO

from passport.models import Outbox, Party, SubjectBlock
from passport.postgres import bulk
from passport.proof import leaf, members
from passport.proof.members import Block
from passport.proof.tree import HASH_BYTES

_COLUMNS = {
    "of": "bytea", "place": "integer", "first": "bytea", "subjects": "bytea", "root": "bytea",
}  # fmt: skip


_IN_MEMORY = 16 << 20


def subject_of(*, salt: bytes | memoryview, subject: str) -> bytes:
    """The salted digest under which the log knows a battery or an issuer."""
    return leaf.subject_hash(salt=bytes(salt), subject=subject)


def subject_of_party(*, party: Party) -> bytes:
    """The salted digest of a party, for what it recorded of nothing that is registered here.

    Not the chain of its keys (actions.key), which everybody reads: from the log alone nobody sees
    how much a party records.
    """
    salt = hashlib.sha256(b"batterypassport/recorder/v1\n" + party.pk.bytes).digest()[:16]
    return subject_of(salt=salt, subject=party.did or party.slug)


def row(
    *, kind: str, body: bytes, subjects: Sequence[bytes], at: datetime, method: str | None = None
) -> Outbox:
    """The unsaved wish for one log entry over these stored bytes.

    `subjects` are salted digests; several become the root over their sorted list. What the service
    logs of itself is about nobody.
    """
    return Outbox(
        kind=kind,
        digest=hashlib.sha256(body).digest(),
        method=method,
        subjects=len(subjects),
        subject=leaf.subjects_root(subjects) if subjects else b"",
        at=at,
    )


def follow(
    *, kind: str, body: bytes, subjects: int, subject: bytes, at: datetime, method: str | None
) -> None:
    """Ask for an entry about exactly what an earlier entry is about, in the running transaction.

    `subjects` and `subject` stand in that entry: how many, and their salted digest or root.
    """
    Outbox.objects.create(
        kind=kind,
        digest=hashlib.sha256(body).digest(),
        method=method,
        subjects=subjects,
        subject=subject,
        at=at,
    )


def enter(
    *, kind: str, body: bytes, subjects: Sequence[bytes], at: datetime, method: str | None = None
) -> None:
    """Ask for one log entry in the running transaction; the arguments are those of row()."""
    # A crash before the commit leaves neither the business row nor this one; after it, both.
    row(kind=kind, body=body, subjects=subjects, at=at, method=method).save(force_insert=True)


@dataclass(frozen=True)
class Gathered:
    """Sorted subjects and the root over them; of one it is the subject itself."""

    subjects: int
    root: bytes
    roots: Sequence[bytes]
    kept: IO[bytes]


def room() -> IO[bytes]:
    """Where subjects are kept meanwhile: outside memory where they are very many."""
    return SpooledTemporaryFile(max_size=_IN_MEMORY)


def gather(*, blocks: Iterable[Block], subjects: int, kept: IO[bytes]) -> Gathered:
    """Take blocks of sorted subjects, in order; nothing is written to the database yet."""
    # Each names the root over all, which is known behind the last.
    if subjects == 1:
        (only,) = blocks
        return Gathered(1, only.subjects, (), kept)
    roots = []
    for each in blocks:
        kept.write(each.subjects)
        roots.append(each.root)
    return Gathered(subjects, members.root_of(roots), roots, kept)


def enter_gathered(*, kind: str, body: bytes, many: Gathered, at: datetime) -> None:
    """Ask for an entry about these in the running transaction, and keep their salted digests, so
    that each can be proven. Only the system's role may; the same many have them kept once.
    """
    if many.roots and not SubjectBlock.objects.filter(of=many.root).exists():
        many.kept.seek(0)
        bulk.insert_in(
            table=SubjectBlock._meta.db_table, columns=_COLUMNS, rows=_rows(many), at_once=500
        )
    follow(kind=kind, body=body, subjects=many.subjects, subject=many.root, at=at, method=None)


def _rows(many: Gathered) -> Iterator[tuple[object, ...]]:
    for place, own in enumerate(many.roots):
        each = Block(place, many.kept.read(members.WIDTH * HASH_BYTES), own)
        yield many.root, place, each.first, each.subjects, own
