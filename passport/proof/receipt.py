"""Intake receipts: the service signs that it took a document, and by when the log will hold it."""

from dataclasses import dataclass

from passport.proof import credential
from passport.proof.credential import CONTEXTS, Credential, KeyResolver
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadCredential
from passport.proof.keys import Signer
from passport.proof.kinds import RECEIPT


@dataclass(frozen=True)
class Receipt:
    """What a receipt promises: bytes of this digest come into the log of this origin by then.

    ``kind`` is that of the log entry to come; moments are RFC 3339 in UTC.
    """

    digest: bytes
    kind: str
    received_at: str
    log_by: str
    origin: str


def sign(receipt: Receipt, *, signer: Signer, method: str) -> bytes:
    """Return the canonical bytes of a receipt, signed by the service's record key."""
    document: dict[str, object] = {
        "@context": CONTEXTS,
        "type": ["VerifiableCredential", RECEIPT],
        "issuer": method.partition("#")[0],
        "validFrom": receipt.received_at,
        "credentialSubject": {
            "digest": b64u_encode(receipt.digest),
            "kind": receipt.kind,
            "receivedAt": receipt.received_at,
            "logBy": receipt.log_by,
            "origin": receipt.origin,
        },
    }
    return credential.sign(document, private_key=signer, method=method, created=receipt.received_at)


def read(data: bytes, *, resolve_key: KeyResolver) -> tuple[Receipt, Credential]:
    """Read a receipt and refuse it unless a key that ``resolve_key`` knows signed it."""
    signed = credential.verify(data, resolve_key=resolve_key)
    if signed.kind != RECEIPT:
        raise BadCredential("The credential is not an IntakeReceipt.", pointer="/type")
    told = {term: str(value) for term, value in signed.subject.items()}
    receipt = Receipt(
        digest=b64u_decode(told["digest"], size=32),
        kind=told["kind"],
        received_at=told["receivedAt"],
        log_by=told["logBy"],
        origin=told["origin"],
    )
    return receipt, signed
