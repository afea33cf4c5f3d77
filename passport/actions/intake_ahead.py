"""What is made of a file's lines while those before them are written: all that needs no answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from passport.actions.intake_batch import Items
from passport.actions.intake_chunk import Chunk, Row
from passport.actions.intake_lines import Reader
from passport.actions.intake_text import Numbered
from passport.actions.registration_lines import Lines


@dataclass(frozen=True)
class Ahead:
    """Lines, their batteries in columns, and the items of the file so far: how many, the peaks of
    their tree, and what they build upon.
    """

    chunk: Chunk
    levels: list[Lines]
    items: int
    peaks: bytes
    upstream: bytes


@dataclass
class ReaderAhead:
    """Reads lines as its reader does, goes on with the tree over their items, and has their
    batteries made ready.
    """

    reader: Reader
    items: Items
    nested: Callable[[Sequence[Row]], list[Lines]]

    def read(self, lines: Sequence[Numbered]) -> Ahead:
        """The lines, and what is made of them."""
        chunk = self.reader.read(lines)
        self.items.add(chunk.leaves, chunk.named)
        return Ahead(
            chunk,
            self.nested(chunk.rows),
            self.items.count,
            b"".join(self.items.peaks),
            b"".join(sorted(self.items.upstream)) if chunk.named else b"",
        )
