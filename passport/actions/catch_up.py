"""Takes over from the published tiles what a restored database does not know of its own log.

What was published cannot be taken back, and the log must not sign another history. Its tiles hold
every entry, so the log can go on from where everybody saw it; what the entries stood for (events,
attestations) is lost unless another copy holds it. One transaction: a crash leaves nothing of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from passport.actions import checkpoint_lock
from passport.actions.checkpoint_lock import ForkRefused
from passport.actions.log import locked_head
from passport.models import Checkpoint as Signed
from passport.models import Cosignature, LogHead, LogSubject, Outbox
from passport.postgres import sequencing
from passport.postgres.sequencing import End, Entry
from passport.proof import leaf, note, tree
from passport.proof.checkpoint import Checkpoint
from passport.proof.errors import ProofError
from passport.proof.leaf import Leaf
from passport.queries import published


@dataclass(frozen=True)
class TakenOver:
    """How many entries of each kind came from the tiles, and the head that they made."""

    kinds: Mapping[str, int]
    head: Checkpoint


@transaction.atomic
def take_over(*, folder: Path, lock: Path, at: datetime) -> TakenOver:
    """Append the published entries that the database lacks, up to what the lock names.

    `folder` is where the log is published. Refuses ForkRefused: when the lock is missing or of
    another name, when the tiles do not reach it, or when they tell another history than the
    database or the lock. Refuses NoLog, AnotherSequencer.
    """
    locked = checkpoint_lock.read(lock=lock)
    head = LogHead.objects.first()
    if locked is None or head is None or locked.origin != head.origin:
        raise ForkRefused(
            f"{lock} does not name the head of the log {head.origin if head else 'here'}",
            remedy="put the lock of this log there; across a change of its name restore newer",
        )
    head = locked_head(origin=head.origin)
    if locked.size <= head.size:
        return TakenOver({}, checkpoint_lock.head_of(checkpoint_lock.guard(lock=lock)))
    leaves = _leaves(folder, first=head.size, size=locked.size)
    grown = tree.Range(head.size, tuple(map(bytes, head.edge))).append(
        tree.leaf_hash(data) for data in leaves.values()
    )
    if grown.root() != locked.root:
        raise ForkRefused(
            f"the tiles do not lead from the {head.size} entries of the database to the"
            f" {locked.size} that the lock names",
            remedy="take the tiles from another copy: any reader of the log may have them",
        )
    kinds = _append(leaves)
    LogHead.objects.filter(pk=head.pk).update(size=grown.size, edge=list(grown.peaks))
    _keep_checkpoint(folder, size=grown.size, at=at)
    return TakenOver(kinds, locked)


def _leaves(folder: Path, *, first: int, size: int) -> dict[int, bytes]:
    try:
        return dict(published.entries(folder=folder, first=first, size=size))
    except ProofError as error:
        raise ForkRefused(
            f"the tiles in {folder} do not reach the {size} entries that the lock names: {error}",
            remedy="take the tiles from another copy: any reader of the log may have them",
        ) from error


def _append(leaves: Mapping[int, bytes]) -> Counter[str]:
    read = {index: leaf.decode(data) for index, data in leaves.items()}
    wishes = _wishes([each.digest for each in read.values()])
    fresh = iter(sequencing.next_ids(count=len(read)))
    rows = [
        Entry(
            place=index,
            kind=each.kind,
            leaf=leaves[index],
            leaf_hash=tree.leaf_hash(leaves[index]),
            digest=each.digest,
            subject=each.subject or b"",
            method=each.method,
            outbox_id=wishes.get(each.digest) or next(fresh),
        )
        for index, each in read.items()
    ]
    sequencing.write_entries(rows)
    # What waited when the backup was taken has its place already: it must not get a second one.
    Outbox.objects.filter(id__in=wishes.values()).delete()
    _move_ends(read, {row.place: row.leaf_hash for row in rows})
    return Counter(each.kind for each in read.values())


def _wishes(digests: Iterable[bytes]) -> dict[bytes, int]:
    rows = Outbox.objects.filter(digest__in=list(digests)).values_list("digest", "id")
    return {bytes(digest): number for digest, number in rows}


def _move_ends(read: Mapping[int, Leaf], hashes: Mapping[int, bytes]) -> None:
    ends = {
        each.subject: End(each.subject, each.sequence or 0, hashes[index], index)
        for index, each in read.items()
        if each.count == 1 and each.subject is not None
    }
    known = {
        bytes(subject)
        for subject in LogSubject.objects.filter(subject__in=list(ends)).values_list(
            "subject", flat=True
        )
    }
    sequencing.write_ends(
        new=[end for subject, end in ends.items() if subject not in known],
        later=[end for subject, end in ends.items() if subject in known],
    )


def _keep_checkpoint(folder: Path, *, size: int, at: datetime) -> None:
    """Keep the public checkpoint with its cosignatures; a later head is signed by the sequencer."""
    data = published.note_of(folder=folder)
    said = published.head_of(folder=folder)
    if data is None or said is None or said.size > size:
        return
    text, signatures = note.parse(data)
    own = [each for each in signatures if each.name == said.origin]
    kept, made = Signed.objects.get_or_create(
        size=said.size,
        defaults={
            "root": said.root,
            "body": note.join(text=text, signatures=own),
            "signed_at": at,
        },
    )
    if made:
        Cosignature.objects.bulk_create(
            Cosignature(
                checkpoint=kept, witness=each.name, line=each.line.rstrip("\n"), received_at=at
            )
            for each in signatures
            if each.name != said.origin
        )
        LogHead.objects.update(published_size=said.size)
