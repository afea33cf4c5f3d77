"""How batteries stand in the log with others: as members of an entry about all of them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import connection

from passport.proof import members
from passport.proof.members import Members
from passport.proof.tree import HASH_BYTES


@dataclass(frozen=True)
class Registration:
    """An event about many batteries, and some of them: of a file's registration, or what was built.

    `erasure` is what says that its content was erased; `event_id` is that of what was built.
    """

    body: bytes
    digest: bytes
    erasure: bytes
    batteries: tuple[uuid.UUID, ...]
    event_id: uuid.UUID | None = None

    def joined(self, other: "Registration") -> "Registration":
        """The same event, for the batteries of both."""
        both = tuple(dict.fromkeys((*self.batteries, *other.batteries)))
        return replace(self, batteries=both)


def registrations(*, batteries: Sequence[uuid.UUID]) -> list[Registration]:
    """The events about these and others: registrations that are not their own, what was built."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registrations_seen_v2(%s::uuid[])", [list(batteries)])
        rows = cursor.fetchall()
    found: dict[bytes, Registration] = {}
    for battery, body, digest, erasure, event in rows:
        one = Registration(bytes(body), bytes(digest), bytes(erasure or b""), (battery,), event)
        found[one.digest] = found[one.digest].joined(one) if one.digest in found else one
    return [found[each] for each in sorted(found)]


def under(*, root: bytes, count: int, subjects: Collection[bytes]) -> Members:
    """What is kept of so many salted subjects under a root, as far as it proves some of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject_roots_v1(%s)", [root])
        (roots,) = cursor.fetchone()
        cursor.execute(
            "SELECT place, subjects FROM subject_blocks_v1(%s, %s::bytea[])", [root, list(subjects)]
        )
        blocks = {place: bytes(kept) for place, kept in cursor.fetchall()}
    return Members(count=count, roots=_hashes(bytes(roots or b"")), blocks=blocks)


def in_batch(*, batch: uuid.UUID, witness: uuid.UUID) -> Members:
    """Everything that a batch is about, when it is about a battery that the acting party sees.

    Nobody keeps these: a million take some 32 MB and three seconds.
    """
    return _all("SELECT attested_together_v1(%s, %s)", [batch, witness])


def in_event(*, event: uuid.UUID, witness: uuid.UUID) -> Members:
    """Everything that was built together in an event, when it is about one that the party sees."""
    return _all("SELECT built_together_v1(%s, %s)", [event, witness])


def _all(statement: str, values: list[uuid.UUID]) -> Members:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (found,) = cursor.fetchone()
    subjects = _hashes(bytes(found or b""))
    blocks = list(members.blocks_of(subjects))
    return Members(
        count=len(subjects),
        roots=[each.root for each in blocks],
        blocks={each.place: each.subjects for each in blocks},
    )


def _hashes(data: bytes) -> list[bytes]:
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
