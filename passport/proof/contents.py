"""What a provenance bundle holds, as values: entries, documents, items, members, components."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MAX_TITLE = 200


@dataclass(frozen=True)
class Entry:
    """An entry of the log at its index."""

    index: int
    entry: bytes


@dataclass(frozen=True)
class ItemGroup:
    """Items of one batch, by their places in it; ``batch`` is the digest of its credential."""

    batch: bytes
    rows: tuple[tuple[int, bytes], ...]
    nodes: tuple[bytes, ...]


@dataclass(frozen=True)
class MemberGroup:
    """That an entry about many is about these too: places among the sorted hashes, and ids."""

    entry: int
    rows: tuple[tuple[int, str], ...]
    nodes: tuple[bytes, ...]


@dataclass(frozen=True)
class Previous:
    """The last witnessed checkpoint under an older origin, and its path to the newest one."""

    checkpoint: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Index:
    """Rows of the index snapshot that an entry names, by their places in it."""

    entry: int
    rows: tuple[tuple[int, bytes], ...]
    nodes: tuple[bytes, ...]


@dataclass(frozen=True)
class Contents:
    """All that a bundle holds besides the service's signature.

    ``batteries`` maps each battery asked about to its newest sequence number, -1 when the log has
    no entry about it alone. ``salts`` are of the subjects of the entries shown (batteries, lots
    and issuers). ``documents`` are stored bytes. ``components`` maps a battery to those directly
    inside it. ``nodes`` prove many leaves at once, see tree.multi_path().
    """

    batteries: Mapping[str, int]
    checkpoint: bytes
    salts: Mapping[str, bytes]
    title: str = ""
    previous: Sequence[Previous] = ()
    evidence: Sequence[Entry] = ()
    evidence_nodes: Sequence[bytes] = ()
    documents: Sequence[bytes] = ()
    items: Sequence[ItemGroup] = ()
    members: Sequence[MemberGroup] = ()
    components: Mapping[str, Sequence[str]] = field(default_factory=dict)
    index: Index | None = None
    timestamps: Sequence[bytes] = ()
