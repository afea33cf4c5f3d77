"""Entries of the published log for a bundle, held against one another before they are shown."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Q

from passport.models import LogEntry, LogSubject
from passport.proof import tiles, tree
from passport.proof.leaf import Leaf
from passport.proof.leaf import decode as decode_leaf
from passport.queries.attestation import held
from passport.queries.log import Published, tile_reader
from passport.rules.errors import Conflict


class Damaged(Conflict):
    """What the database holds no longer fits what the log has published."""

    code = "record-damaged"
    title = "The stored record no longer fits the log"


def damaged(detail: str) -> Damaged:
    """The refusal to show what would not verify: it says what is wrong, for the operator."""
    return Damaged(
        detail,
        remedy="tell the operator: rows were changed or lost, and a true copy must be restored;"
        " what you took away earlier stays good",
    )


@dataclass(frozen=True)
class Logged:
    """One entry of the log at its index, as bytes and as what they say."""

    index: int
    data: bytes

    @cached_property
    def leaf(self) -> Leaf:
        return decode_leaf(self.data)


def entries(*, subjects: Collection[bytes], digests: Collection[bytes], size: int) -> list[Logged]:
    """The entries about these salted subjects alone, or of documents with these digests.

    In order, in a log of this size. Refuses Damaged.
    """
    wanted = Q(subject__in=list(subjects)) | Q(digest__in=list(digests))
    rows = LogEntry.objects.filter(wanted, index__lt=size).order_by("index")
    found = []
    for index, leaf, digest, subject in rows.values_list("index", "leaf", "digest", "subject"):
        entry = Logged(index, bytes(leaf))
        about = entry.leaf.subject or bytes(subject)
        if (entry.leaf.digest, about) != (bytes(digest), bytes(subject)):
            raise damaged(f"the columns of entry {index} say other than its bytes")
        found.append(entry)
    return found


def proof(*, shown: Sequence[Logged], head: Published) -> tuple[bytes, ...]:
    """The one proof of all these entries under the published root; each tile is read once.

    Refuses Damaged: an entry whose bytes are not those that were published is not shown.
    """
    if not shown:
        return ()
    read = tiles.hash_reader(
        size=head.size, read=tile_reader(folder=Path(settings.PASSPORT_LOG_DIR))
    )
    leaves = {each.index: tree.leaf_hash(each.data) for each in shown}
    nodes = tree.multi_path(indices=sorted(leaves), size=head.size, read=read)
    if tree.root_from_many(leaves=leaves, size=head.size, nodes=nodes) != head.root:
        wrong = next((each for each in leaves if read(0, each) != leaves[each]), None)
        raise damaged(
            "the tiles make another root than the checkpoint's"
            if wrong is None
            else f"entry {wrong} of the log's table is not the one in the published tiles"
        )
    return tuple(nodes)


def check_chains(*, shown: Iterable[Logged], names: Mapping[bytes, str], size: int) -> None:
    """The whole chain of each of these salted subjects is there, from its first entry to its last.

    Refuses Damaged, naming the subject.
    """
    chains: dict[bytes, list[Logged]] = {subject: [] for subject in names}
    for each in shown:
        if each.leaf.count == 1 and each.leaf.subject in chains:
            chains[each.leaf.subject].append(each)
    ends = LogSubject.objects.in_bulk(list(names))
    for subject, name in names.items():
        _check_chain(chains[subject], name=name, end=ends.get(subject), size=size)


def _check_chain(chain: Sequence[Logged], *, name: str, end: LogSubject | None, size: int) -> None:
    previous = None
    for number, each in enumerate(chain):
        if (each.leaf.sequence, each.leaf.previous) != (number, previous):
            raise damaged(f"entry {number} in the chain of {name} is missing from the log's table")
        previous = tree.leaf_hash(each.data)
    last = chain[-1].index if chain else None
    if end is not None and end.index < size and end.index != last:
        raise damaged(f"the last entries in the chain of {name} are missing from the log's table")


def check_shown(*, named: Collection[bytes], shown: Collection[bytes], size: int) -> None:
    """What the claims shown build upon is shown, or not for the reader, or was never logged here.

    Refuses Damaged where the log has an entry of it and the database no longer has the rest.
    """
    missing = set(named) - set(shown)
    rows = LogEntry.objects.filter(digest__in=missing, index__lt=size).order_by("index")
    logged = {bytes(digest): index for index, digest in rows.values_list("index", "digest")}
    gone = logged.keys() - held(digests=logged)
    if gone:
        index = logged[min(gone)]
        raise damaged(f"an attestation that others build upon was logged, and is gone: {index}")


def check_awaited(*, words: Mapping[bytes, str]) -> None:
    """Documents without a published entry wait for one, or have one that is newer.

    Refuses Damaged with the words for a document that the log does not know at all.
    """
    unknown = words.keys() - known(digests=words)
    if unknown:
        raise damaged(f"the log knows nothing of {words[min(unknown)]}")


def known(*, digests: Collection[bytes]) -> set[bytes]:
    """Which of these digests the log holds, or will: published, sequenced, or waiting for it."""
    if not digests:
        return set()
    with connection.cursor() as cursor:
        # Before the log's table: what is taken from the one in between stands in the other.
        cursor.execute("SELECT awaited_v1(%s::bytea[])", [list(digests)])
        found = {bytes(row[0]) for row in cursor.fetchall()}
    entered = LogEntry.objects.filter(digest__in=set(digests) - found)
    return found | {bytes(each) for each in entered.values_list("digest", flat=True)}
