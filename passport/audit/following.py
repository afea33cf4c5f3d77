"""Reads a log from where it was left to its head, and hashes every entry on the way.

The new root can then only be right if the log grew by appending.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from passport.audit.findings import Fork, Rollback
from passport.audit.remote import Log, check_quorum, signed_head
from passport.audit.seen import Seen
from passport.proof import leaf, tiles, tree
from passport.proof.checkpoint import Checkpoint
from passport.proof.errors import BadTree, ProofError
from passport.proof.leaf import Leaf
from passport.proof.policy import Policy
from passport.proof.tree import Range

PREVIOUS = "previous-log"
_FEW = 256


@dataclass(frozen=True)
class Line:
    """One entry as it was read."""

    index: int
    leaf: Leaf
    hashed: bytes


# Is told of each entry in order, and of the tree whenever its size is one that was asked for.
Watcher = Callable[[Line], None]


@dataclass
class Walk:
    """One reading of a log from ``seen.base`` to ``head``; ``stops`` are called at their sizes."""

    log: Log
    head: Checkpoint
    seen: Seen
    trusted: Policy
    stops: Mapping[int, Callable[[Range], None]] = field(default_factory=dict)
    tree: Range = field(init=False)
    strange: int | None = None
    retired: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tree = self.seen.base

    def follow(self, *watchers: Watcher) -> None:
        """Read all entries; refuses with Rollback or Fork a log that did not just grow.

        1. it is not smaller than it was; 2. where it was left it still is what it was; 3. its
        entries make the root that it signed; 4. each has the form of an entry; 5. it goes by its
        name, or was renamed by an entry that holds its last checkpoint.
        """
        before = self.seen.tree
        if self.head.size < before.size:  # 1
            raise Rollback(f"It shows {self.head.size} entries and has shown {before.size}.")
        for line in self._lines():
            for watch in (self._rename, *watchers):
                watch(line)
        if self.tree.size != self.head.size or self.tree.root() != self.head.root:  # 3
            raise Fork(
                f"What it shows at size {self.head.size} does not continue what it showed"
                f" at size {before.size}."
            )
        if self.strange is not None:  # 4
            raise Fork(f"What stands at {self.strange} does not have the form of an entry.")
        self._check_name()  # 5

    def _lines(self) -> Iterator[Line]:
        fresh: list[bytes] = []
        marks = {self.seen.tree.size, *self.stops}
        self._stop()
        start = self.seen.base.size
        for index, data in enumerate(self.log.entries(start=start, size=self.head.size), start):
            entry = self._decoded(index, data)
            if len(fresh) == _FEW or (entry is not None and entry.kind == PREVIOUS):
                self._grow(fresh)
            hashed = tree.leaf_hash(data)
            if entry is not None:
                yield Line(index, entry, hashed)
            fresh.append(hashed)
            if index + 1 in marks:
                self._grow(fresh)
                self._stop()
        self._grow(fresh)

    def _decoded(self, index: int, data: bytes) -> Leaf | None:
        try:
            return leaf.decode(data)
        except ProofError:
            # Changed on its way, or by the log: the root at the end tells which.
            self.strange = index if self.strange is None else self.strange
            return None

    def _grow(self, fresh: list[bytes]) -> None:
        self.tree = self.tree.append(fresh)
        fresh.clear()

    def _stop(self) -> None:
        seen = self.seen.tree
        if self.tree.size == seen.size and self.tree != seen:  # 2
            raise Fork(f"Up to size {seen.size} it is not any more what it was.")
        if self.tree.size in self.stops:
            self._check_prefix()
            self.stops[self.tree.size](self.tree)

    def _check_prefix(self) -> None:
        """What was read so far begins the tree that was signed: only then is it judged."""
        old, new = self.tree.size, self.head.size
        path = tiles.consistency_path(old=old, new=new, read=self.log.tile)
        try:
            tree.verify_consistency(
                old=old, new=new, old_root=self.tree.root(), new_root=self.head.root, path=path
            )
        except BadTree as error:
            raise Fork(f"The entries up to {old} do not begin what it signed at {new}.") from error

    def _rename(self, line: Line) -> None:
        """The entry holds the digest of the checkpoint under the old name, over all before it."""
        if line.index < self.seen.tree.size or line.leaf.kind != PREVIOUS:
            return
        data = self.log.fetch(f"previous/{line.index}")
        old = signed_head(data, self.trusted)
        if hashlib.sha256(data).digest() != line.leaf.digest:
            raise Fork(f"The checkpoint shown for entry {line.index} is not the one it holds.")
        if (old.size, old.root) != (line.index, self.tree.root()) or old.origin in self.retired:
            raise Fork(f"Entry {line.index} renames another log than the one that was followed.")
        check_quorum(data, self.trusted)
        self.retired.append(old.origin)

    def _check_name(self) -> None:
        """Each name that was left is the one that was used before; the head uses none of them."""
        known, now = self.seen.origin, self.head.origin
        first = self.retired[0] if self.retired else now
        if (known and first != known) or now in self.retired:
            raise Fork(f"It was {known or first}, now it says {now}, and no entry says why.")
