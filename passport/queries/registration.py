"""How batteries that were registered many at a time stand in the log: as members of one entry."""

import uuid
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from passport.proof import tree
from passport.proof.tree import HASH_BYTES

_BLOCK_LEVEL = 8
_BLOCK = HASH_BYTES << _BLOCK_LEVEL


@dataclass(frozen=True)
class Registration:
    """The event under which the batteries of a file were registered, and some of them."""

    body: bytes
    digest: bytes
    batteries: tuple[uuid.UUID, ...]

    def joined(self, other: "Registration") -> "Registration":
        """The same event, for the batteries of both."""
        both = tuple(dict.fromkeys((*self.batteries, *other.batteries)))
        return Registration(self.body, self.digest, both)


@dataclass(frozen=True)
class Together:
    """All salted subjects of one entry, sorted, end to end; and the tree over them."""

    subjects: bytes
    blocks: Sequence[Sequence[bytes]]

    @property
    def count(self) -> int:
        return len(self.subjects) // HASH_BYTES

    def root(self) -> bytes:
        """What the log's entry holds in `s`; a single subject stands there itself."""
        if self.count == 1:
            return self.subjects
        return tree.range_of(size=self.count, read=self.read).root()

    def read(self, level: int, index: int) -> bytes:
        """The root of a complete subtree: from the blocks kept, or from the subjects again."""
        if level >= _BLOCK_LEVEL:
            return self.blocks[level - _BLOCK_LEVEL][index]
        width = HASH_BYTES << level
        return _root(self.subjects[index * width : (index + 1) * width])

    def place_of(self, subject: bytes) -> int | None:
        """Where a salted subject stands among the sorted ones."""
        place = bisect_left(range(self.count), subject, key=self._at)
        return place if place < self.count and self._at(place) == subject else None

    def nodes(self, places: Sequence[int]) -> tuple[bytes, ...]:
        """What proves the subjects at these places under the root."""
        return tuple(tree.multi_path(indices=places, size=self.count, read=self.read))

    def _at(self, place: int) -> bytes:
        return self.subjects[place * HASH_BYTES : (place + 1) * HASH_BYTES]


def registrations(*, batteries: Sequence[uuid.UUID]) -> list[Registration]:
    """The events under which these were registered with others; own registrations are not here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registrations_seen_v1(%s::uuid[])", [list(batteries)])
        rows = cursor.fetchall()
    bodies: dict[bytes, bytes] = {}
    found: dict[bytes, list[uuid.UUID]] = {}
    for battery, _, content, digest in rows:
        bodies[bytes(digest)] = bytes(content)
        found.setdefault(bytes(digest), []).append(battery)
    return [Registration(bodies[each], each, tuple(found[each])) for each in sorted(found)]


def together(*, with_battery: uuid.UUID) -> Together:
    """Everything that was registered in one entry with a battery that the acting party sees.

    A million subjects take some 32 MB and three seconds; they tell nothing but their number.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT registered_together_v1(%s)", [with_battery])
        (found,) = cursor.fetchone()
    return over(subjects=bytes(found or b""))


def in_batch(*, batch: uuid.UUID, witness: uuid.UUID) -> Together:
    """Everything that a batch is about, when it is about a battery that the acting party sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT attested_together_v1(%s, %s)", [batch, witness])
        (found,) = cursor.fetchone()
    return over(subjects=bytes(found or b""))


def over(*, subjects: bytes) -> Together:
    """The tree over sorted salted subjects, of which only every 256th subtree is kept."""
    whole = len(subjects) // _BLOCK * _BLOCK
    blocks = [_root(subjects[at : at + _BLOCK]) for at in range(0, whole, _BLOCK)]
    return Together(subjects=subjects, blocks=tree.levels(blocks) if blocks else ())


def _root(subjects: bytes) -> bytes:
    places = range(0, len(subjects), HASH_BYTES)
    return tree.root([tree.leaf_hash(subjects[at : at + HASH_BYTES]) for at in places])


def places(*, subjects: Mapping[bytes, str], among: Together) -> dict[int, str]:
    """Where some of the subjects stand, by place; those that are not among them are left out."""
    found = {among.place_of(subject): name for subject, name in subjects.items()}
    return {place: name for place, name in found.items() if place is not None}
