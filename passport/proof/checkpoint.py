"""Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log, as a signed note."""

import re
from dataclasses import dataclass

from passport.proof import note
from passport.proof.encoding import b64_decode, b64_encode
from passport.proof.errors import BadEncoding, BadNote
from passport.proof.keys import Signer

_SIZE = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64_encode(self.root)}\n"


def parse_size(text: str) -> int:
    """Read a tree size; refuses signs, leading zeroes and more than 19 digits."""
    if not _SIZE.match(text):
        raise BadNote(f"{text[:40]!r} is not a tree size.")
    return int(text)


def parse(text: str) -> Checkpoint:
    """Read the text of a checkpoint; refuses extension lines and other spellings."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise BadNote("A checkpoint has three lines: origin, size, root.")
    note.check_name(lines[0])
    try:
        root = b64_decode(lines[2], size=32)
    except BadEncoding as error:
        raise BadNote(f"The root of the checkpoint is bad: {error.detail}") from error
    return Checkpoint(origin=lines[0], size=parse_size(lines[1]), root=root)


def sign(*, checkpoint: Checkpoint, public_key: bytes, private_key: Signer) -> bytes:
    """Return the signed note of a checkpoint; the key's name is the origin."""
    signature = note.sign(
        text=checkpoint.text,
        name=checkpoint.origin,
        public_key=public_key,
        private_key=private_key,
    )
    return note.join(text=checkpoint.text, signatures=[signature])


def add_cosignatures(data: bytes, *, lines: list[note.Signature]) -> bytes:
    """Return the note with more signature lines; one that it has already is not doubled."""
    text, signatures = note.parse(data)
    have = {(each.name, each.key_id) for each in signatures}
    kept = list(signatures)
    for each in lines:
        if (each.name, each.key_id) not in have:
            have.add((each.name, each.key_id))
            kept.append(each)
    return note.join(text=text, signatures=kept)
