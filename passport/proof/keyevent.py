"""Key events: a maker's key comes into force, or is withdrawn, by an entry in the log."""

from dataclasses import dataclass

from passport.proof import credential, did, keys
from passport.proof.credential import CONTEXTS, KEY_EVENT, Credential, KeyResolver
from passport.proof.errors import BadCredential, ProofError, UnknownKey
from passport.proof.keyfile import KeyFile

ADD = "add"
REVOKE = "revoke"
REASONS = ("keyCompromise", "superseded", "cessationOfOperation")
_TERMS = {
    ADD: {"op", "did", "method", "publicKeyMultibase", "challenge"},
    REVOKE: {"op", "did", "method", "reason", "challenge"},
}
_MAX_TEXT = 256


@dataclass(frozen=True)
class KeyEvent:
    """A key event whose signature verified.

    ``public_key`` is set for an add, ``reason`` and ``suspect_from`` (a log index, or None) for a
    revocation; ``challenge`` is the nonce the service gave.
    """

    op: str
    did: str
    method: str
    challenge: str
    credential: Credential
    public_key: bytes | None = None
    reason: str | None = None
    suspect_from: int | None = None


def enrol(*, key: KeyFile, challenge: str, created: str) -> bytes:
    """Return the event that brings a key into force, signed by that key: proof of possession."""
    subject: dict[str, object] = {
        "op": ADD,
        "did": key.did,
        "method": key.name,
        "publicKeyMultibase": key.multikey,
        "challenge": challenge,
    }
    return _sign(subject, key, created)


def revoke(
    *,
    key: KeyFile,
    method: str,
    reason: str,
    challenge: str,
    created: str,
    suspect_from: int | None,
) -> bytes:
    """Return the event that withdraws ``method``, signed by a key of the same DID."""
    subject: dict[str, object] = {
        "op": REVOKE,
        "did": key.did,
        "method": method,
        "reason": reason,
        "challenge": challenge,
    }
    if suspect_from is not None:
        subject["suspectFromIndex"] = suspect_from
    return _sign(subject, key, created)


def _sign(subject: dict[str, object], key: KeyFile, created: str) -> bytes:
    document: dict[str, object] = {
        "@context": CONTEXTS,
        "type": ["VerifiableCredential", KEY_EVENT],
        "issuer": key.did,
        "validFrom": created,
        "credentialSubject": subject,
    }
    return credential.sign(document, private_key=key.private_key, method=key.name, created=created)


def read(data: bytes, *, resolve_key: KeyResolver | None = None) -> KeyEvent:
    """Read a key event and verify who signed it.

    1. the profile holds; 2. its terms are known; 3. the method belongs to the issuer; 4. an add
    is signed by the key it adds, which must be an acceptable point; a revocation by a key that
    ``resolve_key`` knows.
    """
    claimed = credential.read(data)  # 1
    if claimed.kind != KEY_EVENT:
        raise BadCredential("The credential is not a KeyEvent.", pointer="/type")
    subject = claimed.subject
    _check_terms(subject)  # 2
    if subject["did"] != claimed.issuer or _did_of(subject["method"]) != claimed.issuer:  # 3
        raise BadCredential("The key belongs to another DID.", pointer="/credentialSubject/did")
    if subject["op"] == ADD:  # 4
        return _read_add(data, subject)
    return _read_revoke(data, subject, resolve_key or _nobody)


def _did_of(method: object) -> str:
    try:
        return did.parse_method(method)[0]
    except ProofError as error:
        raise BadCredential(error.detail, pointer="/credentialSubject/method") from error


def _nobody(method: str) -> bytes:
    raise UnknownKey(f"The key {method} is not known.")


def _check_terms(subject: dict[str, object]) -> None:
    op = subject.get("op")
    wanted = _TERMS.get(op) if isinstance(op, str) else None
    if wanted is None or set(subject) - {"suspectFromIndex"} != wanted:
        raise BadCredential(
            "The key event must be an add or a revoke with exactly its terms.",
            pointer="/credentialSubject",
        )
    for term in wanted:
        value = subject[term]
        if not isinstance(value, str) or not 1 <= len(value) <= _MAX_TEXT:
            raise BadCredential(
                f"{term} is not a short text.", pointer=f"/credentialSubject/{term}"
            )


def _read_add(data: bytes, subject: dict[str, object]) -> KeyEvent:
    if "suspectFromIndex" in subject:
        raise BadCredential("An add has no suspectFromIndex.", pointer="/credentialSubject")
    public_key = keys.multikey_decode(subject["publicKeyMultibase"])

    def only_itself(method: str) -> bytes:
        if method != subject["method"]:
            raise UnknownKey("A key is added by its own signature, as proof of possession.")
        return public_key

    signed = credential.verify(data, resolve_key=only_itself)
    return KeyEvent(
        op=ADD,
        did=signed.issuer,
        method=signed.method,
        challenge=str(subject["challenge"]),
        credential=signed,
        public_key=public_key,
    )


def _read_revoke(data: bytes, subject: dict[str, object], resolve_key: KeyResolver) -> KeyEvent:
    suspect_from = subject.get("suspectFromIndex")
    if suspect_from is not None and (type(suspect_from) is not int or suspect_from < 0):
        raise BadCredential("suspectFromIndex is not a log index.", pointer="/credentialSubject")
    if subject["reason"] not in REASONS:
        raise BadCredential(
            f"reason must be one of {', '.join(REASONS)}.", pointer="/credentialSubject"
        )
    signed = credential.verify(data, resolve_key=resolve_key)
    return KeyEvent(
        op=REVOKE,
        did=signed.issuer,
        method=str(subject["method"]),
        challenge=str(subject["challenge"]),
        credential=signed,
        reason=str(subject["reason"]),
        suspect_from=suspect_from if isinstance(suspect_from, int) else None,
    )
