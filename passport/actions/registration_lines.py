"""Battery lines in columns: all that can be made of them before anything is asked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from passport.actions.intake_chunk import Row
from passport.models.ids import new_salt
from passport.postgres.arrays import Packed, packed

# SYSTEM ⊃ PACK ⊃ MODULE ⊃ CELL, and one more.
_DEEPEST: Final = 5


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one model, day, facility, lot and parent, of which `row` is the first, from a place
    on.
    """

    row: Row
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of which none is inside another one of them, or not to be taken so; what has no parent
    comes first.

    `keys` are the ids of what they register, 16 bytes each. `apart` says that no two of them stand
    at one position of one parent.
    """

    rows: Sequence[Row]
    keys: Sequence[bytes]
    groups: Sequence[Group]
    outer: int
    apart: bool
    ids: Packed
    names: Packed
    digests: Packed
    serials: Packed
    salts: Packed
    inner_ids: Packed
    positions: Packed

    def within(self, group: Group) -> Sequence[Row]:
        """The lines of a group."""
        return self.rows[group.first : group.first + group.count]


def nested(rows: Sequence[Row], *, key_of: Callable[[int], bytes]) -> list[Lines]:
    """These lines, each behind the one that it is inside of, and behind one of the same name; the
    last ones may be inside each other, or nested deeper than anything is.
    """
    levels: list[Lines] = []
    todo = rows
    while todo:
        ready, later = _parted(todo)
        if len(levels) == _DEEPEST or not ready:
            ready, later = todo, []
        levels.append(lines_of(ready, key_of=key_of))
        todo = later
    return levels


def _parted(rows: Sequence[Row]) -> tuple[Sequence[Row], list[Row]]:
    names = {row.identity for row in rows}
    if len(names) == len(rows):
        later = [row for row in rows if row.parent in names]
        return [row for row in rows if row.parent not in names] if later else rows, later
    ready: dict[str, Row] = {}
    later = []
    for row in rows:
        if row.parent in names or ready.setdefault(row.identity, row) is not row:
            later.append(row)
    return list(ready.values()), later


def lines_of(rows: Sequence[Row], *, key_of: Callable[[int], bytes]) -> Lines:
    """Lines in columns, those that say much alike beside each other."""
    alike: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        key = (row.parent, row.model, row.made_on, row.facility, row.lot, row.gtin)
        found = alike.get(key)
        if found is None:
            alike[key] = [row]
        else:
            found.append(row)
    several = sorted(alike.values(), key=lambda some: some[0].parent != "")
    rows = list(chain.from_iterable(several))
    outer = sum(len(some) for some in several if not some[0].parent)
    keys = [key_of(row.number) for row in rows]
    placed = [(row.parent, row.position) for row in rows[outer:] if row.position]
    return Lines(
        rows=rows,
        keys=keys,
        groups=list(_groups(several)),
        outer=outer,
        apart=len(set(placed)) == len(placed),
        ids=packed("uuid", keys),
        names=packed("text", [row.identity for row in rows]),
        digests=packed("bytea", [row.digest for row in rows]),
        serials=packed("text", [row.serial for row in rows]),
        salts=packed("bytea", [row.salt or new_salt() for row in rows]),
        inner_ids=packed("uuid", keys[outer:]),
        positions=packed("text", [row.position for row in rows[outer:]]),
    )


def _groups(several: Sequence[Sequence[Row]]) -> Iterator[Group]:
    first = 0
    for some in several:
        yield Group(some[0], first, len(some))
        first += len(some)
