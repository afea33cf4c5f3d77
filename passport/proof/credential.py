"""Signed claims: the profile of W3C Verifiable Credentials 2.0 that this service takes.

Decimals are strings, names are ASCII, contexts are two fixed strings, and a credential carries a
128-bit salt and the one access set that it is for.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from passport.proof import canonical, did, integrity, kinds
from passport.proof.errors import BadCredential
from passport.proof.keys import Signer
from passport.proof.kinds import BATCH, KEY_EVENT, KINDS, ORIGIN, RECORD, WITHOUT_ACCESS_SET
from passport.proof.vocabulary import ACCESS_SETS, SALT_BYTES

__all__ = [
    "ACCESS_SETS",
    "BATCH",
    "CONTEXTS",
    "KEY_EVENT",
    "KINDS",
    "MAX_BYTES",
    "ORIGIN",
    "RECORD",
    "SALT_BYTES",
    "Credential",
    "KeyResolver",
    "check",
    "digest",
    "read",
    "sign",
    "verify",
]

CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://batterypassport.example/ns/v1"]
MAX_BYTES = canonical.MAX_BYTES

_REQUIRED = {"@context", "type", "issuer", "validFrom", "credentialSubject", "proof"}
_TERMS = {*_REQUIRED, "id", "validUntil"}

# Gives the 32 public bytes of a verification method, or refuses it as unknown.
KeyResolver = Callable[[str], bytes]


def digest(data: bytes) -> bytes:
    """Return the digest under which the log knows stored bytes: their SHA-256."""
    return hashlib.sha256(data).digest()


@dataclass(frozen=True)
class Credential:
    """A credential that was read and, by verify(), found signed; ``data`` is as received."""

    data: bytes
    document: dict[str, object]
    kind: str
    issuer: str
    method: str
    created: str
    valid_from: str
    subject: dict[str, object]
    access: str | None

    @property
    def sha256(self) -> bytes:
        """The digest under which the log knows these bytes."""
        return digest(self.data)

    @property
    def subject_id(self) -> str | None:
        """The battery that the claim is about; None for a batch."""
        value = self.subject.get("id")
        return value if isinstance(value, str) else None


def sign(document: dict[str, object], *, private_key: Signer, method: str, created: str) -> bytes:
    """Sign a credential and return its canonical bytes; refuses what read() would refuse."""
    options = integrity.Options(method=method, created=created)
    signed = integrity.sign(document, private_key=private_key, options=options)
    data = canonical.encode(signed)
    read(data)
    return data


def verify(data: bytes, *, resolve_key: KeyResolver) -> Credential:
    """Read a credential and refuse it unless its issuer's key signed it.

    1. the bytes are strict JSON of at most 256 KB; 2. the document is inside the profile;
    3. the issuer controls the method; 4. the key is known; 5. the signature verifies.
    """
    credential = read(data)  # 1, 2, 3
    check(credential, public_key=resolve_key(credential.method))  # 4, 5
    return credential


def check(credential: Credential, *, public_key: bytes) -> None:
    """Refuse a credential that was read unless this key signed it: step 5 of verify()."""
    encode = canonical.encode_plain if canonical.is_plain(credential.data) else canonical.encode
    integrity.check_signature(credential.document, public_key=public_key, encode=encode)  # 5


def read(data: bytes) -> Credential:
    """Read a credential without checking its signature: steps 1 to 3 of verify()."""
    document = canonical.loads(data, max_bytes=MAX_BYTES)  # 1
    if not isinstance(document, dict):
        raise BadCredential("A credential is a JSON object.")
    kind = _check_envelope(document)  # 2
    subject = document["credentialSubject"]
    access = _check_subject(kind, subject)
    options = integrity.options_of(document)
    issuer = did.parse_did(document["issuer"]).did  # 3
    if did.parse_method(options.method)[0] != issuer:
        raise BadCredential(
            f"The method {options.method} does not belong to the issuer {issuer}.",
            pointer="/proof/verificationMethod",
        )
    return Credential(
        data=data,
        document=document,
        kind=kind,
        issuer=issuer,
        method=options.method,
        created=options.created,
        valid_from=document["validFrom"],
        subject=subject,
        access=access,
    )


def _check_envelope(document: dict[str, object]) -> str:
    if not document.keys() <= _TERMS:
        term = min(document.keys() - _TERMS)
        raise BadCredential(
            f"The term {term!r} is unknown, so a signature over it means nothing.",
            pointer=f"/{term}",
            remedy="Remove it before signing.",
        )
    if not document.keys() >= _REQUIRED:
        term = min(_REQUIRED - document.keys())
        raise BadCredential(f"The term {term!r} is missing.", pointer=f"/{term}")
    if document["@context"] != CONTEXTS:
        raise BadCredential(f"@context must be exactly {CONTEXTS}.", pointer="/@context")
    if not isinstance(document.get("id", ""), str):
        raise BadCredential("id is not text.", pointer="/id")
    for term in ("validFrom", "validUntil"):
        if term in document and not integrity.is_moment(document[term]):
            raise BadCredential(f"{term} is not a moment in UTC.", pointer=f"/{term}")
    return _kind(document["type"])


def _kind(types: object) -> str:
    if isinstance(types, list) and len(types) == 2 and types[0] == "VerifiableCredential":
        for kind in KINDS:
            if types[1] == kind:
                return kind
    raise BadCredential(
        f"type must be VerifiableCredential and one of {', '.join(KINDS)}.", pointer="/type"
    )


def _check_subject(kind: str, subject: object) -> str | None:
    if not isinstance(subject, dict):
        raise BadCredential("credentialSubject is not an object.", pointer="/credentialSubject")
    kinds.check(kind=kind, subject=subject)
    return None if kind in WITHOUT_ACCESS_SET else str(subject["accessSet"])
