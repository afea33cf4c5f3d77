"""Key events: a maker's key comes into force, is replaced or withdrawn, by an entry in the log."""

from dataclasses import dataclass

from passport.proof import canonical, credential, did, keys
from passport.proof.credential import CONTEXTS, KEY_EVENT, Credential, KeyResolver
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadCredential, BadSignature, ProofError, UnknownKey
from passport.proof.keyfile import KeyFile

ADD = "add"
ROTATE = "rotate"
REVOKE = "revoke"
HOSTED = "hosted"
REASONS = ("keyCompromise", "superseded", "cessationOfOperation")
_NEW = {"op", "did", "method", "publicKeyMultibase", "challenge"}
_TERMS = {
    ADD: _NEW,
    ROTATE: _NEW | {"replaces", "possession"},
    REVOKE: {"op", "did", "method", "reason", "challenge"},
}
_OPTIONAL = {ADD: "custody", ROTATE: "custody", REVOKE: "suspectFromIndex"}
_MAX_TEXT = 256


@dataclass(frozen=True)
class KeyEvent:
    """A key event whose signature verified.

    ``public_key`` is set for an add and a rotation, ``replaces`` (the method of the key that goes)
    for a rotation, ``reason`` and ``suspect_from`` (a log index, or None) for a revocation;
    ``custody`` is HOSTED where the service holds the new private key, else None; ``challenge`` is
    the nonce the service gave.
    """

    op: str
    did: str
    method: str
    challenge: str
    credential: Credential
    public_key: bytes | None = None
    reason: str | None = None
    suspect_from: int | None = None
    replaces: str | None = None
    custody: str | None = None


def enrol(*, key: KeyFile, challenge: str, created: str, custody: str | None = None) -> bytes:
    """Return the event that brings a key into force, signed by that key: proof of possession.

    ``custody`` is HOSTED when the service holds the private key.
    """
    return _sign(_brings(ADD, key, challenge, custody), key, created)


def rotate(
    *, key: KeyFile, new: KeyFile, challenge: str, created: str, custody: str | None = None
) -> bytes:
    """Return the event by which ``new`` takes the place of ``key``, signed by both.

    The old key signs the credential, the new one the subject: nobody rotates into a key that he
    does not hold. ``custody`` is that of the new key.
    """
    subject = _brings(ROTATE, new, challenge, custody) | {"replaces": key.name}
    subject["possession"] = b64u_encode(new.private_key.sign(canonical.encode(subject)))
    return _sign(subject, key, created)


def _brings(op: str, key: KeyFile, challenge: str, custody: str | None) -> dict[str, object]:
    subject: dict[str, object] = {
        "op": op,
        "did": key.did,
        "method": key.name,
        "publicKeyMultibase": key.multikey,
        "challenge": challenge,
    }
    return subject if custody is None else subject | {"custody": custody}


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

    1. the profile holds; 2. its terms are known; 3. the methods belong to the issuer; 4. an add
    is signed by the key it adds, which must be an acceptable point; a rotation by the key that it
    replaces, which ``resolve_key`` knows, and by the new one; a revocation by a key that
    ``resolve_key`` knows.
    """
    claimed = credential.read(data)  # 1
    if claimed.kind != KEY_EVENT:
        raise BadCredential("The credential is not a KeyEvent.", pointer="/type")
    subject = claimed.subject
    _check_terms(subject)  # 2
    methods = [subject["method"], subject.get("replaces", subject["method"])]
    if {subject["did"], *map(_did_of, methods)} != {claimed.issuer}:  # 3
        raise BadCredential("The key belongs to another DID.", pointer="/credentialSubject/did")
    if subject["op"] == ADD:  # 4
        return _read_add(data, subject)
    if subject["op"] == ROTATE:
        return _read_rotate(data, subject, resolve_key or _nobody)
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
    if wanted is None or set(subject) - {_OPTIONAL[str(op)]} != wanted:
        raise BadCredential(
            "The key event must be an add, a rotate or a revoke with exactly its terms.",
            pointer="/credentialSubject",
        )
    for term in sorted(wanted):
        value = subject[term]
        if not isinstance(value, str) or not 1 <= len(value) <= _MAX_TEXT:
            raise BadCredential(
                f"{term} is not a short text.", pointer=f"/credentialSubject/{term}"
            )
    if subject.get("custody", HOSTED) != HOSTED:
        raise BadCredential(
            f"custody is {HOSTED}, or left out.", pointer="/credentialSubject/custody"
        )


def _new_key(subject: dict[str, object]) -> bytes:
    public_key = keys.multikey_decode(subject["publicKeyMultibase"])
    keys.check_new_key(public_key)
    return public_key


def _read_add(data: bytes, subject: dict[str, object]) -> KeyEvent:
    public_key = _new_key(subject)

    def only_itself(method: str) -> bytes:
        if method != subject["method"]:
            raise UnknownKey("A key is added by its own signature, as proof of possession.")
        return public_key

    return _event(credential.verify(data, resolve_key=only_itself), public_key=public_key)


def _read_rotate(data: bytes, subject: dict[str, object], resolve_key: KeyResolver) -> KeyEvent:
    public_key = _new_key(subject)
    shown = {term: value for term, value in subject.items() if term != "possession"}
    signature = b64u_decode(subject["possession"], size=64)
    try:
        keys.verify(public_key, canonical.encode(shown), signature)
    except BadSignature as error:
        raise BadSignature(
            "The new key did not sign the rotation.", pointer="/credentialSubject/possession"
        ) from error
    signed = credential.verify(data, resolve_key=resolve_key)
    if subject["replaces"] != signed.method or subject["method"] == signed.method:
        raise BadCredential(
            "A rotation is signed by the key that goes, and another comes.",
            pointer="/credentialSubject/replaces",
        )
    return _event(signed, public_key=public_key)


def _read_revoke(data: bytes, subject: dict[str, object], resolve_key: KeyResolver) -> KeyEvent:
    suspect_from = subject.get("suspectFromIndex")
    if suspect_from is not None and (type(suspect_from) is not int or suspect_from < 0):
        raise BadCredential("suspectFromIndex is not a log index.", pointer="/credentialSubject")
    if subject["reason"] not in REASONS:
        raise BadCredential(
            f"reason must be one of {', '.join(REASONS)}.", pointer="/credentialSubject"
        )
    signed = credential.verify(data, resolve_key=resolve_key)
    return _event(signed, suspect_from=suspect_from if isinstance(suspect_from, int) else None)


def _event(
    signed: Credential, *, public_key: bytes | None = None, suspect_from: int | None = None
) -> KeyEvent:
    told = {term: str(value) for term, value in signed.subject.items()}
    return KeyEvent(
        op=told["op"],
        did=signed.issuer,
        method=told["method"],
        challenge=told["challenge"],
        credential=signed,
        public_key=public_key,
        reason=told.get("reason"),
        suspect_from=suspect_from,
        replaces=told.get("replaces"),
        custody=told.get("custody"),
    )
