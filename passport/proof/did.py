"""did:web names of issuers, and the method ids of their keys."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from passport.proof.errors import BadDid

# With more the log's entry, of 512 bytes at most, could not name it.
MAX_METHOD = 255
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"({_LABEL}(?:\.{_LABEL})*)(?:%3A([1-9][0-9]{{0,4}}))?\Z")
_PART = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_FRAGMENT = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_REMEDY = "Write did:web:your-domain.example, in lower case; a port is written %3A8443."


@dataclass(frozen=True)
class DidWeb:
    """A did:web name: the host that answers for it, and the path below it."""

    did: str
    host: str
    path: tuple[str, ...]

    @property
    def document_url(self) -> str:
        """Where the DID document lies (did:web §3.2)."""
        if self.path:
            return f"https://{self.host}/{'/'.join(self.path)}/did.json"
        return f"https://{self.host}/.well-known/did.json"


def parse_did(text: object) -> DidWeb:
    """Read a did:web name; refuses other methods, upper-case hosts, empty or dotted paths."""
    if not isinstance(text, str) or len(text) > 256 or not text.startswith("did:web:"):
        raise BadDid("The issuer is not a did:web name.", remedy=_REMEDY)
    return _parse(text)


@lru_cache(maxsize=1024)
def _parse(text: str) -> DidWeb:
    host, *path = text.removeprefix("did:web:").split(":")
    match = _HOST.match(host)
    if not match or int(match[2] or 0) > 65_535:
        raise BadDid(f"{host[:80]!r} is not a host that a did:web name can have.", remedy=_REMEDY)
    if any(not _PART.match(part) or part in (".", "..") for part in path):
        raise BadDid("The path of the did:web name is not plain.", remedy=_REMEDY)
    return DidWeb(did=text, host=unquote(host), path=tuple(path))


def parse_method(text: object) -> tuple[str, str]:
    """Split a verification method into DID and fragment; refuses one without a fragment."""
    if not isinstance(text, str) or text.count("#") != 1:
        raise BadDid("A verification method is a DID, then # and a name.", remedy=_REMEDY)
    if len(text) > MAX_METHOD:
        raise BadDid(f"A verification method has at most {MAX_METHOD} characters.", remedy=_REMEDY)
    return _parse_method(text)


@lru_cache(maxsize=1024)
def _parse_method(text: str) -> tuple[str, str]:
    did, fragment = text.split("#")
    if not _FRAGMENT.match(fragment):
        raise BadDid("The name of the key holds characters it cannot have.", remedy=_REMEDY)
    return parse_did(did).did, fragment


def document(*, did: str, methods: dict[str, str]) -> dict[str, object]:
    """Return the DID document of a did:web name: method id → Multikey (CID 1.0 §2)."""
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": parse_did(did).did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": key}
            for method, key in sorted(methods.items())
        ],
        "assertionMethod": sorted(methods),
    }
