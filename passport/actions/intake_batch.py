"""The signed batch of a file: its items are read with their lines, proven whole, and then kept."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from passport.actions import announcing, attestation_batch, outbox, upstream
from passport.actions.attestation import own_keys
from passport.actions.intake_chunk import Row
from passport.models import Attestation, Party
from passport.postgres import locks
from passport.proof import batch, canonical, credential, tree
from passport.proof.credential import Credential
from passport.queries.battery import registered
from passport.queries.log import waits_or_stands
from passport.rules.attestation import Subject, Tie, check_attestor
from passport.rules.errors import Conflict, Refusal

# What is in so many packs is in memory at once.
_PACKS_AT_ONCE = 100


class SecondBatch(Conflict):
    """A file carries one batch."""

    code = "second-batch"
    title = "The file has a batch already"


class NotAttested(Refusal):
    """The items of the file are not those that were signed; nothing of the batch is kept."""

    code = "batch-not-attested"
    title = "The batch was not attested"


def check_signed(signed: Credential, *, by: Party) -> Credential:
    """Hold the credential of a file's batch against the keys and rights of who sent it.

    Refuses ProofError, NotYourKey, KeyEnded, BadBatch, and what check_attestor() refuses. Whether
    the batteries are the sender's own make needs no look: it registers them by these lines.
    """
    found = credential.verify(signed.data, resolve_key=own_keys(by=by))
    batch.signed_tree(found)
    ties = [Tie.MADE, Tie.SEES]
    check_attestor(kind=found.kind, subject=Subject.BATCH, roles=by.roles, ties=ties)
    kind = batch.item_type_of(found)
    check_attestor(kind=kind, subject=Subject.BATTERY, roles=by.roles, ties=ties)
    return found


def known(signed: Credential) -> Attestation | None:
    """The same batch, if it was kept whole and asked to be logged before."""
    found = Attestation.objects.filter(sha256=signed.sha256).first()
    if found is None or not waits_or_stands(digest=signed.sha256):
        return None
    return found


@dataclass
class Items:
    """The items of a file, in its order: how many, the tree over them, and what they build upon."""

    count: int = 0
    peaks: tuple[bytes, ...] = ()
    upstream: set[bytes] = field(default_factory=set)

    def add(self, leaves: Sequence[bytes], named: Iterable[bytes]) -> None:
        """Append the leaf hashes of the next items."""
        grown = tree.Range(size=self.count, peaks=self.peaks).append(leaves)
        self.count, self.peaks = grown.size, grown.peaks
        # One too many is refused at the end, whatever more there are.
        if len(self.upstream) <= upstream.MOST:
            self.upstream |= set(named)

    def root(self) -> bytes:
        """The root over all of them."""
        return tree.Range(size=self.count, peaks=self.peaks).root()


def check_items(signed: Credential, items: Items, *, lost: int) -> None:
    """The items are those that were signed, all of them and in order, and each is of a battery that
    is registered; `lost` ones are not; and a chain may be made of what they build upon. Refuses
    NotAttested, TooMuchUpstream.
    """
    upstream.check_count(_named(signed, items))
    size, root = batch.signed_tree(signed)
    if items.count != size:
        said = f"{items.count} items were read, {size} were signed"
    elif items.root() != root:
        said = f"the {size} items of the file make another tree than those that were signed"
    elif lost:
        said = f"{lost} of the {size} items stand on lines that were refused"
    else:
        return
    raise NotAttested(said, remedy="send all items as they were signed, in the same order")


def _named(signed: Credential, items: Items) -> set[bytes]:
    """What a batch and its items build upon."""
    of_all = upstream.named(signed.subject) | upstream.named(batch.common_of(signed))
    return of_all | items.upstream


def names_twice(identities: Iterable[str]) -> NotAttested | None:
    """The refusal of the first battery that stands here again; a name is 64 bits in memory."""
    seen: set[int] = set()
    for identity in identities:
        known = len(seen)
        seen.add(hash(identity))
        if len(seen) == known:
            return NotAttested(
                f"two items are about {identity}", remedy="sign one item for each battery"
            )
    return None


def with_lines(refusal: Refusal, lines: Sequence[int]) -> Refusal:
    """The refusal of a batch, with the refused lines that it may come from; at most 20 are told."""
    if not lines:
        return refusal
    told = ", ".join(map(str, lines[:20])) + (" …" if len(lines) > 20 else "")
    return type(refusal)(
        f"{refusal.detail}; refused lines: {told}",
        pointer=refusal.pointer,
        remedy="mend these lines and send the whole file again, or sign a batch without them; "
        "what is registered stays",
    )


def check_components(rows: Sequence[Row]) -> None:
    """Items that list components list those that are inside now. Refuses OtherComponents."""
    for start in range(0, len(rows), _PACKS_AT_ONCE):
        some = rows[start : start + _PACKS_AT_ONCE]
        found = registered(identities=[row.identity for row in some])
        inside = attestation_batch.inside([each.id for each in found.values()])
        for row in some:
            attestation_batch.check_components(
                claimed=components_of(row),
                inside=inside[found[row.identity].id] if row.identity in found else (),
                pointer="/item/components",
            )


def components_of(row: Row) -> object:
    """What an item says of components; None where it says nothing."""
    if row.item is None or b'"components"' not in row.item:
        return None
    value = canonical.loads(row.item, max_bytes=batch.MAX_ITEM_BYTES)
    return value.get("components") if isinstance(value, dict) else None


def keep_credential(
    signed: Credential, items: Items, *, by: Party, at: datetime
) -> tuple[uuid.UUID, bool]:
    """Keep the credential of a batch whose items were proven; its items follow. Whether it is new:
    the same file may have come twice, and both of them keep what the other has not.
    """
    locks.lock_name(locks.BATCH, signed.sha256.hex())
    made = Attestation.objects.filter(sha256=signed.sha256).first()
    if made is not None:
        return made.pk, False
    made = Attestation.objects.create(
        issuer=by,
        kind=signed.kind,
        method=signed.method,
        body=signed.data,
        sha256=signed.sha256,
        batch_size=items.count,
        batch_root=items.root(),
        access=signed.access or "parties",
        recorded_at=at,
    )
    upstream.keep(attestation=made, digests=_named(signed, items))
    return made.pk, True


@transaction.atomic
def enter(attestation_id: uuid.UUID, *, at: datetime, subject: bytes | None = None) -> None:
    """Ask for the log's entry over a batch that is kept whole; `subject` is announcing's
    batch_subject() of it, where that is known.
    """
    locks.lock_name(locks.BATCH, str(attestation_id))
    made = Attestation.objects.get(pk=attestation_id)
    if waits_or_stands(digest=bytes(made.sha256)):
        return
    outbox.follow(
        kind="batch",
        body=bytes(made.body),
        subjects=made.batch_size or 0,
        subject=subject or announcing.batch_subject(attestation_id=made.pk),
        method=made.method,
        at=at,
    )
