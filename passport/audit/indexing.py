"""Checks the log's index: rebuilds every row's last entry about it alone, and follows the rest.

Whom an entry about many is about is hidden, so of the last entry about a subject and others it is
checked that it stands in the log, that it is about many, and that it never goes back; and of all
rows together, that an entry about so many counts for so many: none is left out, nor left out for
some. Which of them it was exchanged for, only who is shown the members can tell.
"""

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from passport.audit.findings import FalseIndex, HiddenIndex
from passport.audit.following import Line
from passport.audit.remote import Log, Missing
from passport.audit.seen import Seen, rows_place
from passport.proof import snapshot
from passport.proof.credential import digest
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadSnapshot
from passport.proof.snapshot import ROW_BYTES, Row, Snapshot
from passport.proof.tree import Range

_CHECKED_KEPT = 8
_MANY = 2
_NONE: tuple[int | None, bytes] = (None, bytes(32))


@dataclass
class _Tally:
    """How often the rows say anew that an entry is about them and others, and which is the last."""

    grown: int = 0
    last: Counter[int] = field(default_factory=Counter)

    def take(self, row: Row, old: Row | None) -> None:
        self.grown += row.shares - (0 if old is None else old.shares)
        if row.shared is not None:
            self.last[row.shared] += 1


@dataclass
class Index:
    """Follows the snapshots of a log from the last one that was checked; see check()."""

    log: Log
    seen: Seen
    state: Path
    base: Range = field(init=False)
    checked: list[str] = field(init=False)
    logged: list[tuple[int, str]] = field(default_factory=list)
    alone: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)
    hashes: bytearray = field(default_factory=bytearray)
    about: "array[int]" = field(default_factory=lambda: array("Q"))
    many: int = 0
    shown: dict[int, Snapshot] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.base, self.checked = self.seen.base, list(self.seen.index)

    def ask(self, *, size: int) -> None:
        """Read which snapshots the log shows, between the last one checked and this size."""
        try:
            lines = self.log.fetch("index/list").decode("ascii", "replace").splitlines()
        except Missing:
            return
        for line in lines:
            number, _, said = line.partition(" ")
            if number.isascii() and number.isdigit() and self.base.size < int(number) <= size:
                self._take(int(number), said)

    def _take(self, size: int, said: str) -> None:
        document = self.log.fetch(f"index/{size}/document")
        found = snapshot.decode(document)
        if b64u_encode(digest(document)) != said or found.size != size:
            raise FalseIndex(f"The document over {size} entries is not the one that is listed.")
        self.shown[size], self.digests[size] = found, said

    def watch(self, line: Line) -> None:
        """Take note of an entry."""
        self.hashes += line.hashed
        self.about.append(line.leaf.count)
        self.many += line.leaf.count >= _MANY
        if line.leaf.count == 1 and line.leaf.subject is not None:
            self.alone[line.leaf.subject] = (line.index, line.hashed)
        if line.leaf.kind == snapshot.KIND:
            self.logged.append((line.index, b64u_encode(line.leaf.digest)))

    def check(self, at: Range) -> None:
        """Check the snapshot over all entries so far. Refuses with FalseIndex, naming the row.

        1. number, order and root of the rows are those that were logged; 2. nobody has vanished;
        3. each row names the last entry about its subject alone; 4. and a last one with others that
        can be; neither it nor their count went back; 5. nobody lacks; 6. each entry about so many
        is counted for so many, and is the last or a newer one is. A snapshot whose rows are not
        shown any more is left to finish().
        """
        said, place = self.shown[at.size], rows_place(self.state, at.size)
        try:
            self.log.download(f"index/{at.size}/rows", place, size=said.rows * ROW_BYTES)
        except Missing:
            return
        try:
            made = snapshot.root_of(_raw(place))
        except BadSnapshot as error:
            raise FalseIndex(f"The rows over {at.size} entries: {error.detail}") from error
        if made != (said.rows, said.root):  # 1
            raise FalseIndex(f"The rows over {at.size} entries are not those that were logged.")
        self._compare(at.size, place)
        self.base, self.checked = at, [*self.checked, self.digests[at.size]][-_CHECKED_KEPT:]
        self.alone.clear()
        self.hashes.clear()
        self.about = array("Q")
        self.many = 0

    def _compare(self, size: int, place: Path) -> None:
        before, found, tally = _rows(rows_place(self.state, self.base.size)), 0, _Tally()
        old = next(before, None)
        for row in _rows(place):
            if old is not None and old.subject < row.subject:
                raise _false(size, old, "has vanished")  # 2
            same = old if old is not None and old.subject == row.subject else None
            found += row.subject in self.alone
            self._check_alone(size, row, same)  # 3
            self._check_shared(size, row, same)  # 4
            tally.take(row, same)
            old = next(before, None) if same else old
        if old is not None:
            raise _false(size, old, "has vanished")
        if found != len(self.alone):  # 5
            raise FalseIndex(
                f"The index over {size} entries leaves out who has entries of its own."
            )
        self._check_many(size, tally)  # 6

    def _check_alone(self, size: int, row: Row, old: Row | None) -> None:
        known = (old.alone, old.alone_hash) if old is not None else _NONE
        last = self.alone.get(row.subject, known)
        if (row.alone, row.alone_hash) != last:
            raise _false(size, row, f"says {row.alone} where entry {last[0]} is the last about it")

    def _check_shared(self, size: int, row: Row, old: Row | None) -> None:
        before = _NONE if old is None else (old.shared, old.shared_hash)
        grown = row.shares - (0 if old is None else old.shares)
        if (row.shared, row.shared_hash) == before and not grown:
            return
        if row.shared is None or (before[0] is not None and row.shared <= before[0]):
            raise _false(size, row, f"went back from entry {before[0]} to {row.shared}")
        at = row.shared - self.base.size
        if not 0 <= at < len(self.about) or self.hashes[at * 32 : at * 32 + 32] != row.shared_hash:
            raise _false(size, row, f"names another entry than the one at {row.shared}")
        if self.about[at] < _MANY:
            raise _false(size, row, f"names entry {row.shared}, which is not about it and others")
        if not 1 <= grown <= self.many:
            raise _false(size, row, f"counts {row.shares} entries about it and others")

    def _check_many(self, size: int, tally: _Tally) -> None:
        reached = 0
        for at in range(len(self.about) - 1, -1, -1):
            index, many = self.base.size + at, self.about[at]
            reached += tally.last[index]
            if many >= _MANY and reached < many:
                raise FalseIndex(
                    f"In the index over {size} entries {many - reached} rows lack entry {index},"
                    f" which is about {many}, or a newer one."
                )
        told = sum(many for many in self.about if many >= _MANY)
        if tally.grown != told:
            raise FalseIndex(
                f"The rows over {size} entries count entries about many {tally.grown} times more"
                f" than the rows before; those that came since are about {told} together."
            )

    def finish(self) -> list[int]:
        """Return the entries of snapshots that could not be checked, since their rows are gone.

        Refuses with HiddenIndex when that is so after the first call: whoever watches a log
        regularly sees each of them.
        """
        unseen = [entry for entry, said in self.logged if said not in self.checked]
        if unseen and self.seen.checkpoint:
            raise HiddenIndex(
                f"Entry {unseen[0]} logs a snapshot whose rows are not shown, or not any more.",
                remedy="Ask for them; run the monitor before old ones are dropped.",
            )
        return unseen


def _false(size: int, row: Row, what: str) -> FalseIndex:
    return FalseIndex(f"In the index over {size} entries {b64u_encode(row.subject)} {what}.")


def _raw(place: Path) -> Iterator[bytes]:
    if not place.exists():
        return
    with place.open("rb") as file:
        while row := file.read(ROW_BYTES):
            yield row


def _rows(place: Path) -> Iterator[Row]:
    return map(snapshot.decode_row, _raw(place))
