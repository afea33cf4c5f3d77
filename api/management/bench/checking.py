"""How fast one signed attestation is checked, beside the bare Ed25519 verification inside it."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from passport.proof import checkpoint, credential, integrity, keyfile, note, tlogproof, tree
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile

CALLS_A_ROUND = 100
CREATED = "2026-03-01T08:00:00Z"
# Above a million entries the path is this long, and so is that of the next million.
LOG_SIZE = 1_200_000
ORIGIN = "batterypassport.example/log/2026"
WITNESSES = ("witness-a.example", "witness-b.example")


@dataclass(frozen=True)
class Checks:
    """Verifications a second in one process, and the attestation's size in bytes."""

    attestations: float
    signatures: float
    bytes: int


def measure(*, quick: bool) -> Checks:
    """Check one origin attestation again and again, and verify its signature alone."""
    key = _key("issuer", "did:web:cellmaker.example#key-1")
    data = origin(key)
    document = credential.read(data).document
    proof = document["proof"]
    assert isinstance(proof, dict)  # noqa: S101 - read() refused anything else
    message = integrity.hash_data(document, proof)
    signature, bare = (
        key.private_key.sign(message),
        Ed25519PublicKey.from_public_bytes(key.public_key),
    )
    checked, verified = _in_turns(
        lambda: credential.verify(data, resolve_key=lambda method: key.public_key),
        lambda: bare.verify(signature, message),
        rounds=20 if quick else 200,
    )
    return Checks(attestations=checked, signatures=verified, bytes=len(data))


def origin(key: KeyFile) -> bytes:
    """A cell's origin as its maker signs it: facility, materials with origin, quantities."""
    subject = {
        "id": "https://id.gs1.org/01/09521234000013/21/C000001",
        "salt": b64u_encode(os.urandom(16)),
        "accessSet": "public",
        "serial": "C000001",
        "manufacturedAt": "2026-02-28T22:13:05Z",
        "facility": "https://id.gs1.org/414/9521234000112",
        "chemistry": "NMC811",
        "ratedCapacity": {"value": "4.85", "unit": "AHR"},
        "mass": {"value": "0.0695", "unit": "KGM"},
        "materials": [
            {
                "material": "cobalt",
                "massFraction": "0.0589",
                "recycledShare": "0.16",
                "origin": ["CD", "FI"],
            }
        ],
    }
    document: dict[str, object] = {
        "@context": credential.CONTEXTS,
        "type": ["VerifiableCredential", credential.ORIGIN],
        "issuer": key.did,
        "validFrom": CREATED,
        "credentialSubject": subject,
    }
    return credential.sign(document, private_key=key.private_key, method=key.name, created=CREATED)


def proof_bytes() -> tuple[int, int]:
    """The size of the `.tlog-proof` of an entry in a log of more than a million, both witnesses in;
    and how much of it is the checkpoint with its signatures, which all proofs of a moment share.

    The hashes stand for a tree that was not built; path, checkpoint and signatures are whole.
    """
    log = _key("log", ORIGIN)
    path = tree.inclusion_path(
        index=LOG_SIZE // 3, size=LOG_SIZE, read=lambda level, at: os.urandom(32)
    )
    root = tree.root_from_path(leaf=bytes(32), index=LOG_SIZE // 3, size=LOG_SIZE, path=path)
    head = Checkpoint(origin=ORIGIN, size=LOG_SIZE, root=root)
    signed = checkpoint.sign(
        checkpoint=head, public_key=log.public_key, private_key=log.private_key
    )
    lines = [_cosigned(head, _key("witness", name)) for name in WITNESSES]
    data = checkpoint.add_cosignatures(signed, lines=lines)
    return len(tlogproof.encode(index=LOG_SIZE // 3, path=path, data=data)), len(data)


def _cosigned(head: Checkpoint, key: KeyFile) -> note.Signature:
    return note.cosign(
        text=head.text,
        name=key.name,
        public_key=key.public_key,
        private_key=key.private_key,
        seconds=int(time.time()),
    )


def _key(purpose: str, name: str) -> KeyFile:
    return keyfile.make(purpose=purpose, name=name, seed=os.urandom(32))


def _in_turns(*acts: Callable[[], object], rounds: int) -> list[float]:
    """Calls a second of each in its best round; in turns, so that a slow moment meets all alike.

    Whatever else the machine does only takes away: the best of many short rounds is the speed.
    """
    best = [0.0 for _ in acts]
    for _ in range(rounds):
        for place, act in enumerate(acts):
            began = time.perf_counter()
            for _ in range(CALLS_A_ROUND):
                act()
            best[place] = max(best[place], CALLS_A_ROUND / (time.perf_counter() - began))
    return best
