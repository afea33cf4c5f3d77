"""A maker's side of the table: its key, and what it signs with it outside the service."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from passport.actions import attestation, key
from passport.models import Attestation, Battery, Party
from passport.proof import batch, canonical, keyevent
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile
from passport.proof.leaf import subject_hash
from passport.queries.battery import components
from tests.cast import THEN
from tests.simulator import AT, key_of, origin_of, salt, sign, sign_batch


def enrolled(party: Party, *, fragment: str = "key-1") -> KeyFile:
    """A key of the party, enrolled by challenge and proof of possession."""
    held = key_of("issuer", f"{party.did}#{fragment}")
    challenge = key.issue_challenge(by=party, at=THEN)
    document = keyevent.enrol(key=held, challenge=challenge.nonce, created=AT)
    key.enrol(document=document, by=party, at=THEN)
    return held


def rotation(party: Party, old: KeyFile, *, fragment: str = "key-2") -> tuple[KeyFile, bytes]:
    """Another key of the party, and the event by which it takes the place of the old one."""
    new = key_of("issuer", f"{party.did}#{fragment}")
    challenge = key.issue_challenge(by=party, at=THEN).nonce
    return new, keyevent.rotate(key=old, new=new, challenge=challenge, created=AT)


def revocation(
    party: Party, by: KeyFile, *, method: str = "", suspect_from: int | None = None,
    reason: str = "keyCompromise",
) -> bytes:  # fmt: skip
    """The event that ends a key, signed by it or by another."""
    return keyevent.revoke(
        key=by, method=method or by.name, reason=reason, created=AT, suspect_from=suspect_from,
        challenge=key.issue_challenge(by=party, at=THEN).nonce,
    )  # fmt: skip


def items_of(batteries: Sequence[Battery]) -> list[bytes]:
    """The salted item of each battery of a batch."""
    return [
        canonical.encode({"id": each.identity, "salt": b64u_encode(salt(each.identity))})
        for each in batteries
    ]


def attest_cells(held: KeyFile, cells: Sequence[Battery], *, by: Party) -> Attestation:
    """One signed batch over these cells, recorded."""
    _, signed = sign_batch(held, items_of(cells))
    return attestation.record(credential_bytes=signed, items=items_of(cells), by=by, at=THEN)


def origin(held: KeyFile, battery: Battery, **claims: object) -> bytes:
    """The signed origin of one battery."""
    return sign(held, origin_of(held, battery.identity, **claims))


def pack_origin(held: KeyFile, pack: Battery, batches: Sequence[Attestation]) -> bytes:
    """The signed origin of a pack over its components and their batches."""
    inside = [each.identity for each in components(battery=pack)]
    upstream = [b64u_encode(hashlib.sha256(bytes(each.body)).digest()) for each in batches]
    return origin(held, pack, components=batch.component_root(inside), upstream=upstream)


def subject(battery: Battery) -> bytes:
    """The salted digest under which the log knows a battery."""
    return subject_hash(salt=bytes(battery.salt), subject=battery.identity)
