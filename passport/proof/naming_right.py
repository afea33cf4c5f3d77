"""That a domain is a party's: a challenge signed with the party's key, which the domain serves.

And the words in which the service logs what it decided about a prefix or a domain.
"""

from dataclasses import dataclass

from passport.proof import canonical, did, integrity
from passport.proof.encoding import b64_encode, b64u_encode
from passport.proof.errors import BadCredential
from passport.proof.keyfile import KeyFile

CHALLENGE_FORMAT = "batterypassport/domain-challenge/v1"
DECISION_FORMAT = "batterypassport/naming-decision/v1"
PATH = "/.well-known/battery-passport.json"
MAX_BYTES = 16_384
_TERMS = {"format", "domain", "challenge", "proof"}


@dataclass(frozen=True)
class Signed:
    """What a domain serves; its signature is checked by check()."""

    domain: str
    challenge: str
    method: str
    document: dict[str, object]


@dataclass(frozen=True)
class Decision:
    """What the service decided; ``answer`` is what the domain served, empty when none was asked.

    ``document`` is the SHA-256 of the paper that a person looked at, ``by`` that person's name.
    """

    kind: str
    value: str
    party: str
    state: str
    basis: str
    at: str
    by: str = ""
    reason: str = ""
    url: str = ""
    answer: bytes = b""
    document: bytes | None = None


def url_of(*, domain: str) -> str:
    """Where a domain serves its challenge."""
    return f"https://{domain}{PATH}"


def sign(*, key: KeyFile, domain: str, challenge: str, created: str) -> bytes:
    """Return what the domain is to serve."""
    document: dict[str, object] = {
        "format": CHALLENGE_FORMAT,
        "domain": domain,
        "challenge": challenge,
    }
    options = integrity.Options(method=key.name, created=created)
    return canonical.encode(integrity.sign(document, private_key=key.private_key, options=options))


def read(data: bytes) -> Signed:
    """Read what a domain serves, without checking the signature. Refuses BadCredential."""
    document = canonical.loads(data, max_bytes=MAX_BYTES)
    if not isinstance(document, dict) or set(document) != _TERMS:
        raise BadCredential("It is no signed challenge: format, domain, challenge and proof.")
    if document["format"] != CHALLENGE_FORMAT:
        raise BadCredential(f"format must be {CHALLENGE_FORMAT}.", pointer="/format")
    options = integrity.options_of(document)
    did.parse_method(options.method)
    return Signed(
        domain=str(document["domain"]),
        challenge=str(document["challenge"]),
        method=options.method,
        document=document,
    )


def check(*, signed: Signed, public_key: bytes) -> None:
    """Refuse unless this key signed the challenge."""
    integrity.check_signature(signed.document, public_key=public_key)


def encode(*, decision: Decision, salt: bytes) -> bytes:
    """Return the bytes that the service keeps and logs of a decision; the salt has 16 bytes."""
    return canonical.encode(
        {
            "format": DECISION_FORMAT,
            "kind": decision.kind,
            "value": decision.value,
            "party": decision.party,
            "state": decision.state,
            "basis": decision.basis,
            "at": decision.at,
            "by": decision.by,
            "reason": decision.reason,
            "url": decision.url,
            "answer": b64_encode(decision.answer),
            "document": "" if decision.document is None else decision.document.hex(),
            "salt": b64u_encode(salt),
        }
    )
