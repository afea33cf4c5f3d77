"""Credentials in an envelope: vc+jwt as VC-JOSE-COSE has it, signed with Ed25519 (RFC 9864).

The payload is a credential without a proof of its own. What the service exports so is told again in
its own name: an envelope of the service never passes for the signature of a maker.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from passport.proof import canonical, credential, did, keys, statuslist
from passport.proof.credential import CONTEXTS, Credential, KeyResolver
from passport.proof.encoding import b64_encode, b64u_decode, b64u_encode
from passport.proof.errors import BadEncoding, NotStrictJson, ProofError
from passport.proof.keys import Signer

ALGORITHM = "Ed25519"
TYPE = "vc+jwt"
CONTENT = "vc"
RESTATED = "RestatedAttestation"
_MAX_TOKEN = 2 * credential.MAX_BYTES


class BadToken(ProofError):
    """A vc+jwt that is malformed, or of another algorithm or type, or not its issuer's."""

    code = "bad-token"
    title = "The token is not acceptable"


def seal(document: Mapping[str, object], *, private_key: Signer, method: str) -> str:
    """Return the vc+jwt over a credential; refuses one that carries a proof of its own.

    The method belongs to the issuer. The payload is in canonical form.
    """
    _check_payload(document, method)
    header = {"alg": ALGORITHM, "cty": CONTENT, "kid": method, "typ": TYPE}
    parts = [b64u_encode(canonical.encode(each)) for each in (header, dict(document))]
    text = ".".join(parts)
    return f"{text}.{b64u_encode(private_key.sign(text.encode()))}"


def opened(token: str, *, resolve_key: KeyResolver) -> dict[str, object]:
    """Return the credential in a vc+jwt, its signature verified.

    1. three parts of base64url; 2. the header is exactly ours; 3. the payload is strict JSON with
    no proof, its issuer controls the method; 4. the key is known; 5. the signature verifies.
    """
    parts = token.split(".") if len(token) <= _MAX_TOKEN else []
    if len(parts) != 3:  # 1
        raise BadToken("A vc+jwt has three parts of at most 256 KB.")
    try:
        header, payload, signature = (b64u_decode(each) for each in parts)
    except BadEncoding as error:
        raise BadToken(f"A part does not decode: {error.detail}") from error
    method = _method_of(header)  # 2
    document = _read(payload, "payload")  # 3
    _check_payload(document, method)
    public_key = resolve_key(method)  # 4
    keys.verify(public_key, f"{parts[0]}.{parts[1]}".encode(), signature)  # 5
    return document


@dataclass(frozen=True)
class Standing:
    """Where the original stands: its address, its place in the log, its status list."""

    source: str
    origin: str
    index: int
    status_list: str


def restated(
    original: Credential, *, standing: Standing, issuer: str, at: str
) -> dict[str, object]:
    """Return what a maker signed as a credential of the service, which names the original.

    The claims are repeated; digest, signer and log index of the original stand as evidence, and its
    withdrawal shows in the status list. ``issuer`` is the service's DID, ``at`` RFC 3339 in UTC.
    """
    digest = "sha256-" + b64_encode(original.sha256)
    return {
        "@context": CONTEXTS,
        "type": ["VerifiableCredential", RESTATED],
        "issuer": issuer,
        "validFrom": at,
        "description": f"What {original.issuer} has signed, told again by {issuer};"
        " the signature stands on the original.",
        "credentialSubject": original.subject,
        "credentialStatus": statuslist.entry_of(url=standing.status_list, index=standing.index),
        "relatedResource": [
            {"id": standing.source, "digestSRI": digest, "mediaType": "application/vc"}
        ],
        "evidence": [
            {
                "type": ["SignedAttestation", original.kind],
                "issuer": original.issuer,
                "verificationMethod": original.method,
                "validFrom": original.valid_from,
                "digestSRI": digest,
                "log": standing.origin,
                "logIndex": standing.index,
            }
        ],
    }


def _check_payload(document: Mapping[str, object], method: str) -> None:
    if "proof" in document:
        raise BadToken("The credential has a proof of its own.", pointer="/proof")
    issuer = document.get("issuer")
    if not isinstance(issuer, str) or did.parse_method(method)[0] != issuer:
        raise BadToken(f"The method {method} does not belong to the issuer.", pointer="/issuer")


def _method_of(header: bytes) -> str:
    fields = _read(header, "header")
    method = fields.get("kid")
    wanted = {"alg": ALGORITHM, "cty": CONTENT, "kid": method, "typ": TYPE}
    if fields != wanted or not isinstance(method, str):
        raise BadToken(
            f"The header must say alg {ALGORITHM}, cty {CONTENT}, typ {TYPE} and kid, no more."
        )
    return method


def _read(data: bytes, part: str) -> dict[str, object]:
    try:
        value = canonical.loads(data)
    except NotStrictJson as error:
        raise BadToken(f"The {part} is not strict JSON: {error.detail}") from error
    if not isinstance(value, dict):
        raise BadToken(f"The {part} is not a JSON object.")
    return value
