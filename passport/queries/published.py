"""The log as its published files tell it, whatever the database says."""

from collections.abc import Iterator
from pathlib import Path

from passport.proof import checkpoint, leaf, note, tiles
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64u_encode
from passport.proof.errors import ProofError
from passport.proof.tiles import WIDTH
from passport.queries.log import tile_reader


def note_of(*, folder: Path) -> bytes | None:
    """The bytes of the public checkpoint; None where there is none that reads."""
    path = folder / "checkpoint"
    if not path.exists():
        return None
    data = path.read_bytes()
    try:
        checkpoint.parse(note.parse(data)[0])
    except ProofError:
        return None
    return data


def head_of(*, folder: Path) -> Checkpoint | None:
    """What the public checkpoint says; None where there is none that reads."""
    data = note_of(folder=folder)
    return None if data is None else checkpoint.parse(note.parse(data)[0])


def root(*, folder: Path, size: int) -> bytes:
    """The root that the tiles make at a size. Refuses BadTile where they do not reach it."""
    return tiles.root_of(size=size, read=tile_reader(folder=folder))


def entries(*, folder: Path, first: int, size: int) -> Iterator[tuple[int, bytes]]:
    """The entries from one index up to a size, with their indices. Refuses BadTile."""
    read = tile_reader(folder=folder)
    for place in tiles.places(level=None, size=size)[first // WIDTH :]:
        for at, data in enumerate(tiles.entries_of(place, read), start=place.index * WIDTH):
            if at >= first:
                yield at, data


def erasures(*, folder: Path, after: int) -> list[str]:
    """The erasures among the published entries from an index on, in words, oldest first.

    The log says when, and the digest of what the service wrote about it; not what was erased.
    """
    head = head_of(folder=folder)
    found = []
    for index, data in entries(folder=folder, first=after, size=head.size) if head else ():
        entry = leaf.decode(data)
        if entry.kind == "erasure":
            found.append(f"entry {index} of {entry.at}, document {b64u_encode(entry.digest)}")
    return found
