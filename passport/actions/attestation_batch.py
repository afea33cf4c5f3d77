"""Keeps a signed batch: its credential once, an item for each battery, the tree over the items."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from passport.actions import outbox, upstream
from passport.models import Assembly, Attestation, Party
from passport.models.ids import new_id
from passport.postgres import bulk
from passport.proof import batch, batchtiles, canonical
from passport.proof.batch import Batch
from passport.proof.credential import SALT_BYTES, Credential
from passport.proof.encoding import b64u_decode
from passport.queries.battery import Registered, registered
from passport.rules.attestation import Subject, Tie, check_attestor, check_log_salt
from passport.rules.errors import Malformed, NotFound, Refusal

_AT_ONCE = 10_000


class OtherComponents(Refusal):
    """The attestation lists other components than the ones registered."""

    code = "other-components"
    title = "The components differ from those registered"


@dataclass(frozen=True, slots=True)
class _Item:
    """What of an item is held against the registry."""

    identity: str
    log_salt: bytes | None
    components: object


def record(
    signed: Credential, *, items: Sequence[bytes] | None, by: Party, at: datetime
) -> Attestation:
    """Keep a batch whose signature was verified, with all its items in the order signed.

    Refuses Malformed, BadBatch, NotFound, OtherSalt, OtherComponents, TooMuchUpstream, and what
    check_attestor() refuses. The caller holds the transaction.
    """
    if not items:
        raise Malformed("a batch comes with its items", pointer="/items", remedy="send them all")
    made_of = batch.verify_items(credential=signed, items=items)
    named = upstream.named(signed.subject) | upstream.named(batch.common_of(signed))
    listed = [_read(item, named) for item in made_of.items]
    upstream.check_count(named)
    found = registered(identities=[each.identity for each in listed])
    _check_known(listed, found)
    _check_attestor(signed, found, by=by)
    _check_items(listed, found)

    made = _keep(signed, made_of, by=by, at=at)
    upstream.keep(attestation=made, digests=named)
    _keep_items(made, made_of, [found[each.identity].id for each in listed])
    outbox.enter(
        kind="batch",
        body=signed.data,
        subjects=[
            outbox.subject_of(salt=found[each.identity].salt, subject=each.identity)
            for each in listed
        ],
        method=signed.method,
        at=at,
    )
    return made


def check_components(
    *, claimed: object, inside: Iterable[str], pointer: str = "/credentialSubject/components"
) -> None:
    """Hold signed components against those that are registered inside. Refuses OtherComponents."""
    known = batch.component_root(inside)
    if claimed is not None and claimed != known:
        count = claimed.get("count") if isinstance(claimed, dict) else claimed
        raise OtherComponents(
            f"the attestation lists {count} components; {known['count']} are registered",
            pointer=pointer,
            remedy="sign over the components that are registered inside the battery now",
        )


def no_battery(identity: str, *, pointer: str) -> NotFound:
    """The refusal of a battery that the acting party does not see."""
    return NotFound(
        f"{identity} is not among your batteries",
        pointer=pointer,
        remedy="register the battery first, and name it by its canonical identity",
    )


def _read(data: bytes, named: set[bytes]) -> _Item:
    """The item was read and checked already; here it is only taken apart again."""
    item = canonical.loads(data, max_bytes=batch.MAX_ITEM_BYTES)
    assert isinstance(item, dict)  # noqa: S101 - verify_items() refused anything else
    named |= upstream.named(item)
    salt = item.get("logSalt")
    return _Item(
        identity=item["id"],
        log_salt=None if salt is None else b64u_decode(salt, size=SALT_BYTES),
        components=item.get("components"),
    )


def _check_known(listed: Sequence[_Item], found: Mapping[str, Registered]) -> None:
    for number, each in enumerate(listed):
        if each.identity not in found:
            raise no_battery(each.identity, pointer=f"/items/{number}/id")


def _check_attestor(signed: Credential, found: Mapping[str, Registered], *, by: Party) -> None:
    """All of a batch is its issuer's own make; what the items say must be a maker's to say."""
    own = all(each.maker_id == by.pk for each in found.values())
    ties = [Tie.MADE, Tie.SEES] if own else []
    check_attestor(kind=signed.kind, subject=Subject.BATCH, roles=by.roles, ties=ties)
    item_type = batch.item_type_of(signed)
    check_attestor(kind=item_type, subject=Subject.BATTERY, roles=by.roles, ties=ties)


def _check_items(listed: Sequence[_Item], found: Mapping[str, Registered]) -> None:
    wanted = [found[each.identity].id for each in listed if each.components is not None]
    within = inside(wanted)
    for number, each in enumerate(listed):
        row = found[each.identity]
        at = f"/items/{number}"
        check_log_salt(signed=each.log_salt, known=row.salt, pointer=f"{at}/logSalt")
        if each.components is not None:
            check_components(
                claimed=each.components, inside=within[row.id], pointer=f"{at}/components"
            )


def inside(parents: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[str]]:
    """Who stands directly in these batteries now."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for start in range(0, len(parents), _AT_ONCE):
        some = parents[start : start + _AT_ONCE]
        rows = Assembly.objects.filter(parent_id__in=some, until__isnull=True)
        for parent, child in rows.values_list("parent_id", "child__identity"):
            found[parent].append(child)
    return found


def _keep(signed: Credential, made_of: Batch, *, by: Party, at: datetime) -> Attestation:
    return Attestation.objects.create(
        issuer=by,
        kind=signed.kind,
        method=signed.method,
        body=signed.data,
        sha256=signed.sha256,
        batch_size=len(made_of.items),
        batch_root=made_of.root,
        access=signed.access or "parties",
        recorded_at=at,
    )


def _keep_items(made: Attestation, made_of: Batch, batteries: Sequence[uuid.UUID]) -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        leaves = zip(batteries, made_of.items, made_of.rows[0], strict=True)
        for index, (battery, item, leaf) in enumerate(leaves):
            yield new_id(), made.pk, index, battery, item, leaf

    bulk.insert_in(
        table="passport_attestationitem",
        columns={
            "id": "uuid",
            "attestation_id": "uuid",
            "index": "integer",
            "battery_id": "uuid",
            "body": "bytea",
            "leaf_hash": "bytea",
        },
        rows=rows(),
    )
    bulk.keep_batch_tiles(batch=made.pk, tiles=batchtiles.subtrees(made_of.rows))
