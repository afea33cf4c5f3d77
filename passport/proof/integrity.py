"""W3C Data Integrity with the suite eddsa-jcs-2022: a proof inside the document it signs."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from passport.proof import canonical, keys
from passport.proof.encoding import b58_decode, b58_encode
from passport.proof.errors import BadCredential, BadEncoding, BadSignature
from passport.proof.keys import Signer

SUITE = "eddsa-jcs-2022"
_NEEDED = {
    "type",
    "cryptosuite",
    "created",
    "verificationMethod",
    "proofPurpose",
    "proofValue",
}
_TERMS = {*_NEEDED, "@context"}
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z\Z", re.ASCII
)

# From a value to the bytes that are hashed: canonical.encode() or its short cut.
Encoder = Callable[[object], bytes]


@dataclass(frozen=True)
class Options:
    """What a proof says about itself: the method that signed, and the signer's own clock."""

    method: str
    created: str


def is_moment(value: object) -> bool:
    """Tell whether a value is an RFC 3339 moment in UTC, written with T and Z, in the calendar."""
    return isinstance(value, str) and _is_moment(value)


@lru_cache(maxsize=1024)
def _is_moment(text: str) -> bool:
    """A claim gives one moment two or three times, and a bundle many of the same day."""
    if not _MOMENT.match(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def sign(
    document: dict[str, object], *, private_key: Signer, options: Options
) -> dict[str, object]:
    """Return the document with its proof (vc-di-eddsa §3.3.1); refuses one already signed."""
    if "proof" in document:
        raise BadCredential("The document has a proof already.", pointer="/proof")
    proof: dict[str, object] = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": options.created,
        "verificationMethod": options.method,
        "proofPurpose": "assertionMethod",
    }
    if "@context" in document:
        proof["@context"] = document["@context"]
    signature = private_key.sign(hash_data(document, proof))
    return {**document, "proof": {**proof, "proofValue": "z" + b58_encode(signature)}}


def hash_data(
    document: dict[str, object], proof: dict[str, object], *, encode: Encoder = canonical.encode
) -> bytes:
    """Return the 64 bytes that are signed: hash of the options, hash of the document (§3.3.4)."""
    options, bare = dict(proof), dict(document)
    options.pop("proofValue", None)
    bare.pop("proof", None)
    return hashlib.sha256(encode(options)).digest() + hashlib.sha256(encode(bare)).digest()


def options_of(document: dict[str, object]) -> Options:
    """Read the one proof of a document; refuses other suites, purposes, terms and contexts."""
    proof = document.get("proof")
    if not isinstance(proof, dict) or proof.keys() not in (_TERMS, _NEEDED):
        raise BadCredential(
            "The document needs one proof with exactly its terms.", pointer="/proof"
        )
    if proof["type"] != "DataIntegrityProof" or proof["cryptosuite"] != SUITE:
        raise BadCredential(f"The proof must be a DataIntegrityProof of {SUITE}.", pointer="/proof")
    if proof["proofPurpose"] != "assertionMethod":
        raise BadCredential("The proof must be an assertionMethod.", pointer="/proof/proofPurpose")
    if proof.get("@context") != document.get("@context"):
        raise BadCredential("The proof has another @context.", pointer="/proof/@context")
    if not is_moment(proof["created"]):
        raise BadCredential("created is not a moment in UTC.", pointer="/proof/created")
    if not isinstance(proof["verificationMethod"], str):
        raise BadCredential("The method is not text.", pointer="/proof/verificationMethod")
    return Options(method=proof["verificationMethod"], created=proof["created"])


def verify(document: dict[str, object], *, public_key: bytes) -> None:
    """Refuse unless the proof of the document verifies under the key (vc-di-eddsa §3.3.2)."""
    options_of(document)
    check_signature(document, public_key=public_key)


def check_signature(
    document: dict[str, object], *, public_key: bytes, encode: Encoder = canonical.encode
) -> None:
    """Do what verify() does to a document whose proof options_of() has read already.

    ``encode`` may be canonical.encode_plain() for a document that was read from plain bytes.
    """
    proof = document["proof"]
    assert isinstance(proof, dict)  # noqa: S101 - options_of() refused anything else
    value = proof["proofValue"]
    if not isinstance(value, str) or not value.startswith("z"):
        raise BadCredential("proofValue is not base58btc.", pointer="/proof/proofValue")
    try:
        signature = b58_decode(value[1:], size=64)
        keys.verify(public_key, hash_data(document, proof, encode=encode), signature)
    except BadEncoding as error:
        raise BadSignature(error.detail, pointer="/proof/proofValue") from error
