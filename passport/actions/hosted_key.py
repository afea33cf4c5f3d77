"""Keys that this service holds for its makers: made, used, wrapped again and ended here.

Its operator could sign with them, so the log says of each that it is hosted, and no verifier calls
what it signs plain VALID. A seed is out of its envelope for the length of one signature.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from passport.actions import attestation, key, signer
from passport.actions.kek_file import write_kek
from passport.models import Attestation, HostedKey, KeyCustody, Party, SigningKey
from passport.models.ids import new_id
from passport.postgres import locks
from passport.proof import credential, envelope, keyevent, keyfile, keys
from passport.proof.keyfile import KeyFile
from passport.queries import keks
from passport.queries.key import standing
from passport.rules.errors import Conflict, Malformed, NotFound

PURPOSE = "issuer"


class HostingOff(Conflict):
    """The operator gave this service no key encryption key, so it holds no keys for others."""

    code = "hosting-off"
    title = "This service holds no keys for others"


class NoHostedKey(NotFound):
    """The party has no key here that could sign for it."""

    code = "no-hosted-key"
    title = "No key of yours is held here"


@dataclass(frozen=True)
class HostedSigner:
    """Opens an envelope, signs once, and keeps nothing."""

    row: HostedKey

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature. Refuses BadEnvelope, BadKeyFile."""
        seed = envelope.open_seed(
            envelope=keks.envelope_of(self.row), place=keks.place_of(self.row), keks=keks.ring()
        )
        return keys.private_from_seed(seed).sign(data)


def make_kek(*, name: str) -> Path:
    """Write a new key encryption key into PASSPORT_KEK_DIR; where it lies.

    Refuses BadKeyFile for a name that no file can have, or that is taken, and HostingOff.
    """
    if settings.PASSPORT_KEK_DIR is None:
        raise HostingOff("PASSPORT_KEK_DIR is not set", remedy="name a folder of its own for them")
    return write_kek(folder=Path(settings.PASSPORT_KEK_DIR), name=name)


@transaction.atomic
def create(*, by: Party, at: datetime) -> SigningKey:
    """Make a key for a party, keep it in an envelope, and enrol it as hosted.

    Refuses NotASigner, HostingOff, NotYourDid, BadKeyFile.
    """
    signer.check_signer(party=by)
    kek = keks.primary()
    if kek is None:
        raise HostingOff(
            "the operator has not set up keys for others",
            remedy="make a key of your own: python -m passport.audit keygen",
        )
    if by.did is None:
        raise key.NotYourDid("you are without a DID", remedy="have your DID registered")
    locks.lock_name(locks.ISSUER, by.did)

    seed, name = os.urandom(32), _free_name(by)
    row = HostedKey(id=new_id(), party=by, method=name, purpose=PURPOSE, created_at=at)
    kept = envelope.seal(seed=seed, place=keks.place_of(row), kek=kek)
    row.kek_id, row.wrapped_key, row.sealed_seed = kept.kek_id, kept.wrapped_key, kept.sealed_seed
    row.save(force_insert=True)
    document = keyevent.enrol(
        key=keyfile.make(purpose=PURPOSE, name=name, seed=seed),
        challenge=key.issue_challenge(by=by, at=at).nonce,
        created=_second(at),
        custody=keyevent.HOSTED,
    )
    return key.enrol(document=document, by=by, at=at, hosted=True)


@transaction.atomic
def attest(
    *,
    document: dict[str, object],
    items: Sequence[bytes] | None,
    by: Party,
    at: datetime,
    method: str = "",
) -> Attestation:
    """Sign a party's credential with a key of its that is held here, and record it.

    Refuses what sign() and attestation.record() refuse.
    """
    signed = sign(document=document, by=by, at=at, method=method)
    return attestation.record(credential_bytes=signed, items=items, by=by, at=at)


@transaction.atomic
def sign(*, document: dict[str, object], by: Party, at: datetime, method: str = "") -> bytes:
    """Sign a credential without proof; with the newest hosted key in force when none is named.

    Refuses NoHostedKey, KeyEnded, Malformed, ProofError.
    """
    if "proof" in document:
        raise Malformed(
            "the credential is signed already",
            pointer="/credential/proof",
            remedy="leave the proof out, or send it to POST /api/v1/attestations",
        )
    held = _held(method=method, by=by)
    return credential.sign(
        document, private_key=held.private_key, method=held.name, created=_second(at)
    )


@transaction.atomic
def revoke(
    *, method: str, reason: str, suspect_from: int | None, by: Party, at: datetime
) -> SigningKey:
    """End a hosted key by an event that it signs itself. Refuses what sign() and key.revoke() do.

    A party that has a key of its own in force can end a hosted one with that as well.
    """
    held = _held(method=method, by=by)
    document = keyevent.revoke(
        key=held,
        method=held.name,
        reason=reason,
        challenge=key.issue_challenge(by=by, at=at).nonce,
        created=_second(at),
        suspect_from=suspect_from,
    )
    return key.revoke(document=document, by=by, at=at)


@transaction.atomic
def rewrap(*, limit: int = 100) -> int:
    """Wrap some of the keys again that another than the primary KEK wraps; how many there were.

    Call it until it says none. The sealed seeds stay as they are, and sealed. Refuses HostingOff,
    BadEnvelope, BadKeyFile.
    """
    kek, ring = keks.primary(), keks.ring()
    if kek is None:
        raise HostingOff("PASSPORT_KEK names no file of PASSPORT_KEK_DIR", remedy="set both")
    rows = list(HostedKey.objects.select_for_update().exclude(kek_id=kek.id).order_by("pk")[:limit])
    for row in rows:
        again = envelope.rewrap(
            envelope=keks.envelope_of(row), place=keks.place_of(row), keks=ring, to=kek
        )
        HostedKey.objects.filter(pk=row.pk).update(
            kek_id=again.kek_id, wrapped_key=again.wrapped_key
        )
    # A crash before this commit leaves these rows under the old KEK, which the next call finds.
    return len(rows)


def _free_name(by: Party) -> str:
    number = HostedKey.objects.filter(party=by).count() + 1
    while SigningKey.objects.filter(method=f"{by.did}#hosted-{number}").exists():
        number += 1
    return f"{by.did}#hosted-{number}"


def _held(*, method: str, by: Party) -> KeyFile:
    """A hosted key of the party with what signs for it. Refuses NoHostedKey, KeyEnded."""
    signer.hold_events(did=by.did or "")
    name = method or _newest(by)
    row, found = HostedKey.objects.filter(party=by, method=name).first(), standing(method=name)
    if row is None or found is None:
        raise NoHostedKey(
            f"this service holds no key {name} of yours".replace("  ", " "),
            pointer="/method",
            remedy="make one: POST /api/v1/keys/hosted",
        )
    signer.check_in_force(key=found)
    return keyfile.held(
        purpose=row.purpose,
        name=row.method,
        public_key=found.public_key,
        private_key=HostedSigner(row),
    )


def _newest(by: Party) -> str:
    rows = SigningKey.objects.filter(
        party=by, custody=KeyCustody.HOSTED, revocations=None, replaced_by=None
    )
    return rows.order_by("-id").values_list("method", flat=True).first() or ""


def _second(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
