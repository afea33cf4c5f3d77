"""Keeps the items of a proven batch: reads them once more, and writes each at its place."""

import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from passport.actions.intake_lines import Reader
from passport.actions.intake_text import Numbered
from passport.models.ids import new_ids
from passport.postgres import announced, bulk, locks, registering
from passport.postgres.arrays import Packed, packed
from passport.proof.batchtiles import Growth
from passport.proof.errors import BadBatch
from passport.proof.hashing import leaf_hash


@dataclass(frozen=True)
class Attested:
    """Items that follow each other, in canonical form, with their leaf hashes and batteries: by
    their ids where these are known, else by name. `packed` are they in the database's form.
    """

    bodies: Sequence[bytes]
    leaves: Sequence[bytes]
    names: Sequence[str] = ()
    ids: Sequence[bytes] = ()
    packed: Sequence[Packed] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.bodies)

    def behind(self, count: int) -> "Attested":
        """All but the first ones."""
        if not count:
            return self
        bodies, leaves = self.bodies[count:], self.leaves[count:]
        return Attested(bodies, leaves, self.names[count:], self.ids[count:]).ready()

    def ready(self) -> "Attested":
        """The same, in the database's form too."""
        columns = (
            packed("uuid", list(new_ids(self.count))),
            packed("uuid", self.ids) if self.ids else packed("text", self.names),
            packed("bytea", self.bodies),
            packed("bytea", self.leaves),
        )
        return replace(self, packed=columns)


class _Again(msgspec.Struct, gc=False):
    id: str = ""
    item: msgspec.Raw = msgspec.Raw()


class PlainReader:
    """Reads the items once more, out of lines of which none was refused and all were plain.

    `id_of` tells what battery a line has made, where each line has made its own.
    """

    def __init__(self, *, id_of: Callable[[int], bytes] | None = None) -> None:
        self._line = msgspec.json.Decoder(_Again)
        self._id_of = id_of

    def read(self, lines: Sequence[Numbered]) -> Attested:
        """The items of some lines."""
        found = self._line.decode_lines(b"\n".join([raw for _, raw in lines]))
        items = [
            (number, said.id, item)
            for (number, _), said in zip(lines, found, strict=True)
            if (item := bytes(said.item))
        ]
        bodies = [item for _, _, item in items]
        leaves = list(map(leaf_hash, bodies))
        if self._id_of is None:
            return Attested(bodies, leaves, names=[name for _, name, _ in items]).ready()
        return Attested(bodies, leaves, ids=[self._id_of(number) for number, _, _ in items]).ready()


@dataclass
class StrictReader:
    """The same out of any lines, as they were judged first."""

    reader: Reader

    def read(self, lines: Sequence[Numbered]) -> Attested:
        """The items of some lines."""
        chunk = self.reader.read(lines)
        bodies = [row.item or b"" for row in chunk.items]
        return Attested(bodies, chunk.leaves, names=[row.identity for row in chunk.items]).ready()


@dataclass
class Keeper:
    """Keeps items from a place on, and the subtrees over them as these become whole."""

    attestation: uuid.UUID
    size: int
    place: int = 0
    _growth: Growth = field(default_factory=Growth)

    def resume(self, place: int) -> None:
        """Go on behind items that are kept already."""
        for first in range(0, place, 4096):
            last = min(first + 4096, place) - 1
            kept = announced.leaves(attestation=self.attestation, first=first, last=last)
            hashes = [kept[at : at + 32] for at in range(0, len(kept), 32)]
            if len(hashes) != last - first + 1:
                raise BadBatch(f"An item between {first} and {last} is not kept.")
            deque(self._growth.add(hashes), maxlen=0)
        self.place = place

    def keep(self, items: Attested) -> None:
        """Keep these in the running transaction.

        Those that another file with the same batch has kept meanwhile are passed over: both were
        proven against one root, so they are the same.
        """
        locks.lock_name(locks.BATCH, str(self.attestation))
        there = registering.next_place(attestation=self.attestation) - self.place
        if there > 0:
            passed = items.leaves[:there]
            deque(self._growth.add(passed), maxlen=0)
            self.place += len(passed)
            items = items.behind(there)
        if items.count:
            self._add(items)

    def _add(self, items: Attested) -> None:
        write = registering.items_of if items.ids else registering.items
        with write(attestation=self.attestation, first=self.place, items=items.packed) as written:
            # The tree grows while the database writes.
            tiles = list(self._growth.add(items.leaves))
            made = written()
        if made != items.count:
            raise BadBatch(f"{items.count - made} items are of no battery that is registered.")
        self.place += items.count
        if self.place == self.size:
            tiles += self._growth.rest()
        bulk.keep_batch_tiles(batch=self.attestation, tiles=tiles)
