"""The file in which a private key is kept, and what may be said of it in public."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from passport.proof import canonical, did, keys, note
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadKeyFile, ProofError

FORMAT = "batterypassport/key/v1"
PURPOSES = ("issuer", "record", "log", "witness")
_KEYS = {"format", "purpose", "name", "public", "seed"}
_ALGORITHM = {"log": note.ED25519, "witness": note.COSIGNATURE}


@dataclass(frozen=True)
class KeyFile:
    """A private key with its one purpose.

    ``name`` is a verification method (DID#key) for issuer and record, a note key name for log
    and witness. The seed is never printed.
    """

    purpose: str
    name: str
    private_key: Ed25519PrivateKey

    @property
    def public_key(self) -> bytes:
        """The 32 public bytes."""
        return keys.public_of(self.private_key)

    @property
    def multikey(self) -> str:
        """The public key as DID documents write it."""
        return keys.multikey_encode(self.public_key)

    @property
    def did(self) -> str:
        """The DID that the method belongs to; refuses a key that signs notes."""
        if self.purpose in _ALGORITHM:
            raise BadKeyFile(f"A {self.purpose} key does not sign for a DID.")
        return did.parse_method(self.name)[0]

    @property
    def verifier(self) -> note.Verifier:
        """The key as a note verifier; refuses a key that signs for a DID."""
        if self.purpose not in _ALGORITHM:
            raise BadKeyFile(f"A key for the purpose {self.purpose!r} does not sign notes.")
        return note.Verifier(self.name, _ALGORITHM[self.purpose], self.public_key)


def make(*, purpose: str, name: str, seed: bytes) -> KeyFile:
    """Make a key from 32 random bytes; refuses an unknown purpose or a name that does not fit."""
    if purpose not in PURPOSES:
        raise BadKeyFile(f"The purpose must be one of {', '.join(PURPOSES)}.")
    if purpose in _ALGORITHM:
        note.check_name(name)
    else:
        did.parse_method(name)
    return KeyFile(purpose=purpose, name=name, private_key=keys.private_from_seed(seed))


def encode(key: KeyFile) -> bytes:
    """Return the bytes to keep, readable by their owner alone (mode 0600)."""
    value = {
        "format": FORMAT,
        "purpose": key.purpose,
        "name": key.name,
        "public": key.multikey,
        "seed": b64u_encode(key.private_key.private_bytes_raw()),
    }
    return canonical.encode(value) + b"\n"


def decode(data: bytes) -> KeyFile:
    """Read a key file; refuses another format, and a public key that is not the seed's."""
    value = canonical.loads(data, max_bytes=4096)
    if not isinstance(value, dict) or set(value) != _KEYS or value["format"] != FORMAT:
        raise BadKeyFile(f"The file is not a key file ({FORMAT}).")
    try:
        seed = b64u_decode(value["seed"], size=32)
        key = make(purpose=str(value["purpose"]), name=str(value["name"]), seed=seed)
    except ProofError as error:
        raise BadKeyFile(f"The key file is damaged: {error.detail}") from error
    if key.multikey != value["public"]:
        raise BadKeyFile("The public key in the file does not belong to its seed.")
    return key
