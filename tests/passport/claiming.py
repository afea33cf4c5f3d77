"""What suppliers, workshops and recyclers sign, and how it is recorded in their name."""

from __future__ import annotations

import hashlib
from typing import Any

from passport.actions import attestation, withdrawal
from passport.models import Attestation, Party, Withdrawal
from passport.proof import batch, credential, kinds
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile
from tests.cast import THEN
from tests.passport.acting import acting
from tests.simulator import AT, salt, sign

POWDER = "https://id.gs1.org/01/09521234000099/10/LFP-24-07"
PRECURSOR = "https://erzbach.example/lots/ip-24-03"
KILOS = {"value": "1200", "unit": "KGM"}
# The least that each kind must say.
LEAST: dict[str, dict[str, Any]] = {
    kinds.ORIGIN: {},
    kinds.MATERIAL: {"material": "LFP powder", "mass": KILOS},
    kinds.TEST: {"soh": "0.91", "testedOn": "2026-01-04"},
    kinds.FEOC: {
        "supplier": {"name": "Maker", "taxId": "12-3456789"},
        "items": [{"component": "cell", "model": "CELL-1", "quantity": "2"}],
        "statement": "notProhibited",
        "jurat": "Under penalties of perjury I declare that this is true.",
        "signatory": {"name": "A. Person", "title": "Officer", "authority": "by resolution"},
    },
    kinds.REPURPOSING: {"purpose": "home storage", "status": "repurposed"},
    kinds.RECYCLING: {"process": "hydro", "mass": {"value": "72", "unit": "KGM"}},
}


def claim(held: KeyFile, kind: str, about: str, *, access: str = "public", **terms: Any) -> bytes:
    """A signed claim of this kind about a battery or a lot."""
    return sign(
        held,
        {
            "@context": credential.CONTEXTS,
            "type": ["VerifiableCredential", kind],
            "issuer": held.did,
            "validFrom": AT,
            "credentialSubject": {
                "id": about,
                "salt": b64u_encode(salt(f"{kind} {about} {access}")),
                "accessSet": access,
                **LEAST[kind],
                **terms,
            },
        },
    )


def taking_back(
    held: KeyFile, digest: bytes, *, about: str | None = None, access: str = "public", **terms: Any
) -> bytes:
    """A signed withdrawal of what has this digest."""
    subject: dict[str, Any] = {
        "salt": b64u_encode(salt("withdrawal")),
        "accessSet": access,
        "withdraws": b64u_encode(digest),
        "reason": "a mistaken mass",
    }
    return sign(
        held,
        {
            "@context": credential.CONTEXTS,
            "type": ["VerifiableCredential", kinds.WITHDRAWAL],
            "issuer": held.did,
            "validFrom": AT,
            "credentialSubject": subject | ({"id": about} if about else {}) | terms,
        },
    )


def signed_batch(held: KeyFile, items: list[bytes], **told: Any) -> bytes:
    """The credential of a batch; `told` are fields of its header."""
    common = told.pop("common", {"chemistry": "LFP"})
    made = batch.build(items, common=common, item_type=told.get("item_type", kinds.ORIGIN))
    usual = {"issuer": held.did, "valid_from": AT, "salt": salt("batch"), "access": "public"}
    header = batch.Header(common=common, **(usual | told))
    return sign(held, batch.document(batch=made, header=header))


def digest_of(document: bytes) -> str:
    """How another attestation names this one."""
    return b64u_encode(hashlib.sha256(document).digest())


def record(document: bytes, by: Party, items: list[bytes] | None = None) -> Attestation:
    """Send it in as this party does over the web."""
    with acting(by):
        return attestation.record(credential_bytes=document, items=items, by=by, at=THEN)


def withdraw(document: bytes, by: Party) -> Withdrawal:
    """Send a withdrawal in as this party does over the web."""
    with acting(by):
        return withdrawal.withdraw(credential_bytes=document, by=by, at=THEN)
