"""What an issuer's own domain said of its keys: judged, and put into words for the log."""

from dataclasses import dataclass

from passport.proof import canonical
from passport.proof.did import parse_did
from passport.proof.encoding import b64_decode, b64_encode, b64u_decode, b64u_encode
from passport.proof.errors import BadDid

FORMAT = "batterypassport/did-document/v1"
MAX_BYTES = 65_536
SALT_BYTES = 16
_TERMS = {"format", "did", "url", "fetchedAt", "answer", "trouble", "salt"}


@dataclass(frozen=True)
class Answer:
    """What came from an issuer's domain: ``body`` as received (empty when nothing came).

    ``trouble`` says why it is no good DID document, and is empty when it is one.
    """

    did: str
    url: str
    fetched_at: str
    body: bytes
    trouble: str = ""


def encode(*, answer: Answer, salt: bytes) -> bytes:
    """Return the bytes that the service keeps and logs of an answer; the salt has 16 bytes."""
    return canonical.encode(
        {
            "format": FORMAT,
            "did": answer.did,
            "url": answer.url,
            "fetchedAt": answer.fetched_at,
            "answer": b64_encode(answer.body),
            "trouble": answer.trouble,
            "salt": b64u_encode(salt),
        }
    )


def decode(*, data: bytes) -> Answer:
    """Read what encode() wrote; refuses other terms, other spellings, and a longer answer."""
    value = canonical.loads(data)
    if not isinstance(value, dict) or set(value) != _TERMS or value["format"] != FORMAT:
        raise BadDid(f"The document is not an answer of a domain ({FORMAT}).")
    b64u_decode(value["salt"], size=SALT_BYTES)
    texts = [value[term] for term in ("did", "url", "fetchedAt", "trouble")]
    body = b64_decode(value["answer"])
    if not all(isinstance(each, str) for each in texts) or len(body) > MAX_BYTES:
        raise BadDid("The answer of the domain is not in its form.")
    did, url, fetched_at, trouble = texts
    return Answer(did=did, url=url, fetched_at=fetched_at, body=body, trouble=trouble)


def check(*, document: bytes, did: str) -> None:
    """Refuse bytes that are not strict JSON, or the DID document of another DID (CID 1.0 §2)."""
    value = canonical.loads(document, max_bytes=MAX_BYTES)
    if not isinstance(value, dict) or "id" not in value:
        raise BadDid("The answer is no DID document.")
    if value["id"] != parse_did(did).did:
        raise BadDid("The answer is the document of another DID.")
