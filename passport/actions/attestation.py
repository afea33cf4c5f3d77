"""Accepts what makers sign: verified, kept as the bytes that came, and logged."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from passport.actions import outbox, signer
from passport.models import Attestation, AttestationItem, Battery, Party
from passport.proof import batch, credential, tree
from passport.proof.credential import BATCH, ORIGIN, Credential
from passport.proof.errors import UnknownKey
from passport.queries.battery import components
from passport.queries.key import standing
from passport.rules.errors import Malformed, NotAllowed, NotFound, Refusal


class NotYourKey(NotAllowed):
    """A party attests with its own enrolled keys only."""

    code = "not-your-key"
    title = "The signature is not by a key of yours"


class NotYourBattery(NotAllowed):
    """The origin of a battery is attested by its maker."""

    code = "not-your-battery"
    title = "Only the maker attests the origin"


class OtherComponents(Refusal):
    """The attestation lists other components than the ones registered."""

    code = "other-components"
    title = "The components differ from those registered"


@transaction.atomic
def record(
    *, credential_bytes: bytes, items: Sequence[bytes] | None, by: Party, at: datetime
) -> Attestation:
    """Verify and keep an attestation; the same bytes again change nothing.

    A batch comes with all its items, in order; the tree is rebuilt before it is believed.
    Refuses ProofError, NotYourKey, NotYourBattery, NotFound, OtherComponents, Malformed.
    """
    digest = hashlib.sha256(credential_bytes).digest()
    known = Attestation.objects.filter(sha256=digest).first()
    if known is not None:
        return known
    signed = credential.verify(credential_bytes, resolve_key=_resolver(by))
    try:
        with transaction.atomic():
            return _record(signed, items=items, by=by, at=at)
    except IntegrityError:
        # The same bytes came twice at one moment; the other request has kept them meanwhile.
        known = Attestation.objects.filter(sha256=digest).first()
        if known is None:
            raise
        return known


def _record(
    signed: Credential, *, items: Sequence[bytes] | None, by: Party, at: datetime
) -> Attestation:
    if signed.kind == BATCH:
        return _record_batch(signed, items=items, by=by, at=at)
    if items is not None:
        raise Malformed("only a batch has items", pointer="/items", remedy="leave the items out")
    return _record_single(signed, by=by, at=at)


def _resolver(by: Party) -> credential.KeyResolver:
    def resolve(method: str) -> bytes:
        signer.hold_events(did=method.partition("#")[0])
        key = standing(method=method)
        if key is None:
            raise UnknownKey(
                f"{method} is not enrolled.", remedy="Enrol it first: POST /api/v1/keys."
            )
        if key.party_id != by.pk:
            raise NotYourKey(
                f"{method} is enrolled by another party",
                pointer="/proof/verificationMethod",
                remedy="sign with a key of your own",
            )
        signer.check_in_force(key=key)
        return key.public_key

    return resolve


def _record_single(signed: Credential, *, by: Party, at: datetime) -> Attestation:
    battery = Battery.objects.filter(identity=signed.subject_id or "").first()
    if battery is None:
        raise _no_battery(str(signed.subject_id), pointer="/credentialSubject/id")
    if signed.kind == ORIGIN:
        _check_maker([battery], by=by)
    _check_components(signed, battery=battery)

    attestation = _keep(signed, by=by, at=at, battery=battery)
    outbox.enter(
        kind="attestation",
        body=signed.data,
        subjects=[outbox.subject_of(salt=battery.salt, subject=battery.identity)],
        method=signed.method,
        at=at,
    )
    return attestation


def _record_batch(
    signed: Credential, *, items: Sequence[bytes] | None, by: Party, at: datetime
) -> Attestation:
    if not items:
        raise Malformed("a batch comes with its items", pointer="/items", remedy="send them all")
    tree_of = batch.verify_items(credential=signed, items=items)
    ids = [str(batch.read_item(item)["id"]) for item in tree_of.items]
    found = {row.identity: row for row in Battery.objects.filter(identity__in=ids)}
    for number, each in enumerate(ids):
        if each not in found:
            raise _no_battery(each, pointer=f"/items/{number}/id")
    _check_maker(list(found.values()), by=by)

    attestation = _keep(signed, by=by, at=at, tree_of=tree_of)
    AttestationItem.objects.bulk_create(
        [
            AttestationItem(
                attestation=attestation,
                index=index,
                battery=found[each],
                body=item,
                leaf_hash=tree.leaf_hash(item),
            )
            for index, (each, item) in enumerate(zip(ids, tree_of.items, strict=True))
        ],
        batch_size=2000,
    )
    outbox.enter(
        kind="batch",
        body=signed.data,
        subjects=[outbox.subject_of(salt=found[each].salt, subject=each) for each in ids],
        method=signed.method,
        at=at,
    )
    return attestation


def _keep(
    signed: Credential,
    *,
    by: Party,
    at: datetime,
    battery: Battery | None = None,
    tree_of: batch.Batch | None = None,
) -> Attestation:
    return Attestation.objects.create(
        issuer=by,
        kind=signed.kind,
        method=signed.method,
        body=signed.data,
        sha256=signed.sha256,
        battery=battery,
        batch_size=None if tree_of is None else len(tree_of.items),
        batch_root=None if tree_of is None else tree_of.root,
        access=signed.access or "parties",
        recorded_at=at,
    )


def _check_maker(batteries: list[Battery], *, by: Party) -> None:
    foreign = next((each for each in batteries if each.maker_id != by.pk), None)
    if foreign is not None:
        raise NotYourBattery(
            f"{foreign.identity} was registered by another maker",
            remedy="attest batteries that you registered",
        )


def _check_components(signed: Credential, *, battery: Battery) -> None:
    claimed = signed.subject.get("components")
    if claimed is None:
        return
    inside = [each.identity for each in components(battery=battery) if each.depth == 1]
    if claimed != batch.component_root(inside):
        raise OtherComponents(
            f"the attestation lists {_count(claimed)} components; {len(inside)} are registered",
            pointer="/credentialSubject/components",
            remedy="sign over the components that are registered inside the battery now",
        )


def _count(claimed: object) -> object:
    return claimed.get("count") if isinstance(claimed, dict) else claimed


def _no_battery(identity: str, *, pointer: str) -> NotFound:
    return NotFound(
        f"{identity} is not among your batteries",
        pointer=pointer,
        remedy="register the battery first, and name it by its canonical identity",
    )
