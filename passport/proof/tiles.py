"""The log as files (C2SP tlog-tiles): hash tiles, entry bundles, and what is read from them.

A tile holds up to 256 hashes; level L holds the roots of the full tiles of level L − 1. A full
tile never changes; a partial one lies under its width.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from passport.proof import tree
from passport.proof.errors import BadTile

WIDTH = 256
MAX_ENTRY_BYTES = 65_535
MAX_LEVEL = 7
_PATH = re.compile(r"tile/(entries|[0-7])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z")

# Gives the bytes of a tile or bundle by its path; raises BadTile where there is none.
TileReader = Callable[[str], bytes]


@dataclass(frozen=True)
class Place:
    """What a path names: the level (None for entries), the number, and how many it holds."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path below the log's address, for example tile/0/x001/234.p/5."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{number}{partial}"


def parse_path(path: str) -> Place:
    """Read a tile path; refuses other spellings, such as needless x000 groups."""
    match = _PATH.match(path)
    if not match or len(path) > 64:
        raise BadTile(f"{path[:80]!r} is not a tile path.")
    level = None if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("x", "").replace("/", ""))
    place = Place(level=level, index=index, width=int(match[3] or WIDTH))
    if place.path != path or place.width > WIDTH:
        raise BadTile(f"{path!r} is not how this tile is written.")
    return place


@dataclass(frozen=True)
class Appended:
    """The log after an append: its size, its root, and the files to write before publishing."""

    size: int
    root: bytes
    files: dict[str, bytes]


def append(*, old_size: int, entries: Sequence[bytes], read: TileReader) -> Appended:
    """Return the files that add entries to a log of ``old_size``; reads only its right edge.

    Refuses an entry above 65,535 bytes, and a right edge of another size than it should have.
    """
    size = old_size + len(entries)
    files = _entry_files(old_size, entries, read)
    fresh = [tree.leaf_hash(each) for each in entries]
    level, first = 0, old_size
    while True:
        full = _hash_files(level, first, fresh, (read, files))
        if not full:
            break
        level, first, fresh = level + 1, first // WIDTH, full
    root = root_of(size=size, read=_layered(files, read))
    return Appended(size=size, root=root, files=files)


def _layered(files: dict[str, bytes], below: TileReader) -> TileReader:
    return lambda path: files[path] if path in files else below(path)


def _hash_files(
    level: int, first: int, fresh: Sequence[bytes], store: tuple[TileReader, dict[str, bytes]]
) -> list[bytes]:
    """Write the tiles of one level that change; return the roots of those that became full."""
    read, files = store
    hashes = [*_right_edge(level, first, read), *fresh]
    index = first // WIDTH
    full = []
    for at in range(0, len(hashes), WIDTH):
        part = hashes[at : at + WIDTH]
        place = Place(level=level, index=index + at // WIDTH, width=len(part))
        if at + len(part) > first % WIDTH:
            files[place.path] = b"".join(part)
        if len(part) == WIDTH:
            full.append(tree.root(part))
    return full


def _right_edge(level: int, count: int, read: TileReader) -> list[bytes]:
    if count % WIDTH == 0:
        return []
    return hashes_of(Place(level=level, index=count // WIDTH, width=count % WIDTH), read)


def hashes_of(place: Place, read: TileReader) -> list[bytes]:
    """Read the hashes of a tile; refuses one whose length does not fit its width."""
    data = read(place.path)
    if len(data) != place.width * tree.HASH_BYTES:
        raise BadTile(f"{place.path} has {len(data)} bytes; it must hold {place.width} hashes.")
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def _entry_files(old_size: int, entries: Sequence[bytes], read: TileReader) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    index, width = divmod(old_size, WIDTH)
    bundle = read(Place(level=None, index=index, width=width).path) if width else b""
    parts = [bundle]
    for number, entry in enumerate(entries, start=1):
        if len(entry) > MAX_ENTRY_BYTES:
            raise BadTile(f"An entry has {len(entry)} bytes; at most {MAX_ENTRY_BYTES} fit.")
        parts.append(len(entry).to_bytes(2) + entry)
        width += 1
        if width == WIDTH or number == len(entries):
            files[Place(level=None, index=index, width=width).path] = b"".join(parts)
        if width == WIDTH:
            index, width, parts = index + 1, 0, []
    return files


def entries_of(place: Place, read: TileReader) -> list[bytes]:
    """Read the entries of a bundle; refuses another number of them than its width."""
    data = read(place.path)
    entries = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2])
        if end > len(data) or at + 2 > len(data):
            raise BadTile(f"{place.path} is cut off.")
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) != place.width:
        raise BadTile(f"{place.path} holds {len(entries)} entries; it must hold {place.width}.")
    return entries


def beginning(full: Place, width: int, read: TileReader) -> bytes:
    """Return the partial tile or bundle of a width out of the full one, which begins with it."""
    if full.level is not None:
        return read(full.path)[: width * tree.HASH_BYTES]
    entries = entries_of(full, read)[:width]
    return b"".join(len(each).to_bytes(2) + each for each in entries)


def places(*, level: int | None, size: int) -> list[Place]:
    """Return all tiles of one level (None: entry bundles) of a log of this size."""
    count = size if level is None else size >> 8 * level
    full = [Place(level=level, index=index) for index in range(count // WIDTH)]
    if count % WIDTH:
        full.append(Place(level=level, index=count // WIDTH, width=count % WIDTH))
    return full


def hash_reader(*, size: int, read: TileReader) -> tree.Reader:
    """Serve complete subtrees of a log of this size from its tiles; each is read once."""
    cache: dict[tuple[int, int], list[bytes]] = {}

    def subtree(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, 8)
        first = index << height
        key = (tile_level, first // WIDTH)
        if key not in cache:
            width = min(WIDTH, (size >> 8 * tile_level) - key[1] * WIDTH)
            cache[key] = hashes_of(Place(level=key[0], index=key[1], width=width), read)
        start = first % WIDTH
        return tree.root(cache[key][start : start + (1 << height)])

    return subtree


def root_of(*, size: int, read: TileReader) -> bytes:
    """Return the root of a log of this size from its right edge."""
    return tree.range_of(size=size, read=hash_reader(size=size, read=read)).root()


def inclusion_path(*, index: int, size: int, read: TileReader) -> list[bytes]:
    """Return the path of one entry in a log of this size (RFC 9162 §2.1.3.1)."""
    reader = hash_reader(size=size, read=read)
    return tree.inclusion_path(index=index, size=size, read=reader)


def consistency_path(*, old: int, new: int, read: TileReader) -> list[bytes]:
    """Return the proof that the log of ``old`` entries begins that of ``new`` (§2.1.4.1)."""
    reader = hash_reader(size=new, read=read)
    return tree.consistency_path(old=old, new=new, read=reader)
