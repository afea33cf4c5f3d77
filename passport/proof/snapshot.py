"""The index snapshot: for every subject of the log its last entries, under one root.

A row has 120 bytes: salted subject (32) ‖ index of the last entry about it alone (8, big endian;
2^64 − 1 for none) ‖ that entry's leaf hash (32; zeroes for none) ‖ index of the last entry about it
and others (8; the same for none) ‖ that entry's leaf hash (32) ‖ how many entries are about it and
others (8). Two last entries, since a newer one of either kind would otherwise cover one of the
other kind that is kept back; and a count, since entries about many are not chained: a newer one
would cover any older one. Rows stand in the order of their subjects; the tree over them is that of
RFC 9162.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from passport.proof import batch, canonical, integrity, tree
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadEncoding, BadSnapshot

FORMAT = "batterypassport/index/v1"
KIND = "index"
ROW_BYTES = 120
SALT_BYTES = 16
MAX_BYTES = 4096
_NONE = 2**64 - 1
_NO_HASH = bytes(tree.HASH_BYTES)
_TERMS = {"format", "origin", "size", "rows", "rootHash", "at", "salt"}


@dataclass(frozen=True)
class Row:
    """The last entries of one subject: about it ``alone``, and ``shared`` with others; or None.

    ``shares`` is how many entries are about it and others.
    """

    subject: bytes
    alone: int | None
    alone_hash: bytes
    shared: int | None
    shared_hash: bytes
    shares: int = 0


@dataclass(frozen=True)
class Snapshot:
    """What the document of a snapshot says: entries 0 to ``size`` - 1 are in its rows."""

    origin: str
    size: int
    rows: int
    root: bytes
    at: str
    salt: bytes


def encode_row(row: Row) -> bytes:
    """Return the 120 bytes of a row; refuses what decode_row() would refuse."""
    places = _place(row.alone, row.alone_hash) + _place(row.shared, row.shared_hash)
    data = row.subject + places + row.shares.to_bytes(8)
    decode_row(data)
    return data


def _place(index: int | None, hashed: bytes) -> bytes:
    return _NONE.to_bytes(8) + _NO_HASH if index is None else index.to_bytes(8) + hashed


def decode_row(data: bytes) -> Row:
    """Read a row; refuses another length, a row of no entry, and one entry in both places."""
    if len(data) != ROW_BYTES:
        raise BadSnapshot(f"A row of the index has {ROW_BYTES} bytes; this has {len(data)}.")
    alone, shared = _read_place(data[32:72]), _read_place(data[72:112])
    row = Row(data[:32], *alone, *shared, int.from_bytes(data[112:]))
    if row.alone == row.shared:
        raise BadSnapshot("A row of the index names no entry, or one entry in both places.")
    if (row.shares > 0) != (row.shared is not None):
        raise BadSnapshot("A row of the index counts entries that it does not name.")
    return row


def _read_place(data: bytes) -> tuple[int | None, bytes]:
    index, hashed = int.from_bytes(data[:8]), data[8:]
    if index != _NONE:
        return index, hashed
    if hashed != _NO_HASH:
        raise BadSnapshot("A row of the index has the hash of an entry that it does not name.")
    return None, hashed


def root_of(rows: Iterable[bytes]) -> tuple[int, bytes]:
    """Return number and root of rows; refuses rows out of order or one subject twice."""
    grown, before = tree.Range(), b""
    for row in rows:
        subject = decode_row(row).subject
        if subject <= before:
            raise BadSnapshot("The rows of the index are not in the order of their subjects.")
        before = subject
        grown = grown.append([tree.leaf_hash(row)])
    return grown.size, grown.root()


def encode(snapshot: Snapshot) -> bytes:
    """Return the document of a snapshot, whose digest the log takes; ``salt`` has 16 bytes."""
    data = canonical.encode(
        {
            "format": FORMAT,
            "origin": snapshot.origin,
            "size": snapshot.size,
            "rows": snapshot.rows,
            "rootHash": batch.root_encode(snapshot.root),
            "at": snapshot.at,
            "salt": b64u_encode(snapshot.salt),
        }
    )
    decode(data)
    return data


def decode(data: bytes) -> Snapshot:
    """Read the document of a snapshot; refuses other terms, shapes and spellings."""
    value = canonical.loads(data, max_bytes=MAX_BYTES, max_depth=1)
    if not isinstance(value, dict) or value.keys() != _TERMS or value["format"] != FORMAT:
        raise BadSnapshot(f"The document is not an index snapshot ({FORMAT}).")
    if canonical.encode(value) != data:
        raise BadSnapshot("The index snapshot is not in canonical form (RFC 8785).")
    numbers = (value["size"], value["rows"])
    if any(type(each) is not int or each < 0 for each in numbers):
        raise BadSnapshot("The index snapshot counts something that is no number.")
    if not isinstance(value["origin"], str) or not integrity.is_moment(value["at"]):
        raise BadSnapshot("The index snapshot names no origin, or no moment in UTC.")
    try:
        root, salt = batch.root_decode(value["rootHash"]), b64u_decode(value["salt"], size=16)
    except BadEncoding as error:
        raise BadSnapshot(f"A hash of the index snapshot is bad: {error.detail}") from error
    return Snapshot(
        origin=value["origin"],
        size=value["size"],
        rows=value["rows"],
        root=root,
        at=value["at"],
        salt=salt,
    )


def place_of(*, subject: bytes, rows: int, read: Callable[[int], bytes]) -> int | None:
    """Return the place of a salted subject among so many sorted rows; None when it has none."""
    place = _first_from(subject, rows, read)
    return place if place < rows and read(place)[:32] == subject else None


def places_for(*, subject: bytes, rows: int, read: Callable[[int], bytes]) -> tuple[int, ...]:
    """Return which rows to show for a subject: its own, or its neighbours when it has none.

    ``read`` gives the bytes of a row by its place; rows stand in the order of their subjects.
    """
    place = _first_from(subject, rows, read)
    if place < rows and read(place)[:32] == subject:
        return (place,)
    return tuple(each for each in (place - 1, place) if 0 <= each < rows)


def _first_from(subject: bytes, rows: int, read: Callable[[int], bytes]) -> int:
    low, high = 0, rows
    while low < high:
        middle = (low + high) // 2
        if read(middle)[:32] < subject:
            low = middle + 1
        else:
            high = middle
    return low
