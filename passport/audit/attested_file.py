"""`sign --file`: turns a factory's file of serials into one that carries its own signed batch.

Read once, line by line: the file may be larger than memory. Each battery line gets an item and the
salt under which the log hides it; the credential over all items stands on the first line.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from passport.proof import batch, canonical, credential, tree
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBatch, ProofError
from passport.rules import identity
from passport.rules.errors import Refusal

_AT_ONCE = 4096
_LINE_BYTES = 256 * 1024


@dataclass
class Attested:
    """The lines that were read so far, with their items, and the tree over these."""

    common: dict[str, object]
    item_type: str
    models: Collection[str]
    out: BinaryIO
    grown: tree.Range = field(default_factory=tree.Range)
    _leaves: list[bytes] = field(default_factory=list)
    _seen: set[bytes] = field(default_factory=set)

    def add(self, raw: bytes) -> None:
        """Take a line: as it is, or with an item when it is of a battery that is attested."""
        value = canonical.loads(raw, max_bytes=_LINE_BYTES)
        if not isinstance(value, dict) or value.get("type") == "batch":
            raise BadBatch("The line is no object, or a batch already.")
        wanted = not self.models or value.get("model") in self.models
        if value.get("type") != "battery" or not wanted:
            self.out.write(raw + b"\n")
            return
        item = canonical.encode(self._item(value))
        claims = batch.read_claims(item, common=self.common, item_type=self.item_type)
        self._once(str(claims["id"]))
        self._leaves.append(tree.leaf_hash(item))
        if len(self._leaves) >= _AT_ONCE:
            self.grow()
        self.out.write(canonical.encode(value) + b"\n")

    def _once(self, identity: str) -> None:
        known = len(self._seen)
        self._seen.add(hashlib.sha256(identity.encode()).digest()[:16])
        if len(self._seen) == known:
            raise BadBatch(
                f"{identity} stands on a line before already.",
                remedy="Take one of the two lines out: a batch says one thing of each battery.",
            )

    def grow(self) -> None:
        """Put what waits into the tree. Refuses a batch that is too large."""
        self.grown = self.grown.append(self._leaves)
        self._leaves.clear()
        if self.grown.size > batch.MAX_ITEMS:
            raise BadBatch(
                f"A batch has at most {batch.MAX_ITEMS} items.", remedy="Make two files of it."
            )

    def _item(self, line: dict[str, object]) -> dict[str, object]:
        """The item of a line, put into it: its id, its salts, and what the line says in `item`."""
        name = line.get("id")
        given = line.get("item", {})
        if not isinstance(name, str) or not isinstance(given, dict):
            raise BadBatch("The line has no id, or an item that is no object.")
        salt = line.setdefault("log_salt", _salt())
        item = {"salt": _salt(), **given, "id": identity.parse(name).canonical, "logSalt": salt}
        line["item"] = item
        return item


def make(
    *,
    source: Path,
    out: Path | None,
    models: Collection[str],
    header: batch.Header,
    sign: Callable[[dict[str, object]], bytes],
) -> None:
    """Write the file with its batch. Refuses, with its number, a line that cannot be signed.

    What is written is in place whole, or not at all.
    """
    beside = out.parent if out else None
    with tempfile.TemporaryFile(dir=beside) as lines, source.open("rb") as file:
        made = Attested(header.common, header.item_type, models, lines)
        for number, raw in enumerate(file, start=1):
            if raw.strip():
                _add(made, raw.rstrip(b"\r\n"), number)
        made.grow()
        if not made.grown.size:
            raise BadBatch("The file has no battery to attest.")
        root = made.grown.root()
        signed = sign(batch.document_of(size=made.grown.size, root=root, header=header))
        first = b'{"type":"batch","credential":' + signed + b"}\n"
        lines.seek(0)
        _write(out, first, lines)
    print(f"{made.grown.size} items, root {batch.root_encode(root)}", file=sys.stderr)


def _add(made: Attested, raw: bytes, number: int) -> None:
    try:
        made.add(raw)
    except (ProofError, Refusal) as error:
        raise BadBatch(f"Line {number}: {error.detail}", remedy=error.remedy) from error


def _write(out: Path | None, first: bytes, lines: BinaryIO) -> None:
    if out is None:
        _copy(sys.stdout.buffer, first, lines)
        return
    draft = out.with_name(f"{out.name}.{os.getpid()}")
    with draft.open("wb") as file:
        _copy(file, first, lines)
    draft.replace(out)


def _copy(file: BinaryIO, first: bytes, lines: BinaryIO) -> None:
    file.write(first)
    while piece := lines.read(1 << 20):
        file.write(piece)
    file.flush()


def _salt() -> str:
    return b64u_encode(os.urandom(credential.SALT_BYTES))
