"""The file in which a private key is kept, and what may be said of it in public."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from passport.proof import canonical, did, keys, note
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadKeyFile, ProofError
from passport.proof.keys import Signer

FORMAT = "batterypassport/key/v1"
DEVICE_FORMAT = "batterypassport/pkcs11-key/v1"
PURPOSES = ("issuer", "record", "log", "witness")
MAX_BYTES = 4096
_PUBLIC = {"format", "purpose", "name", "public"}
_PLACE = ("module", "token", "label")
_ALGORITHM = {"log": note.ED25519, "witness": note.COSIGNATURE}


@dataclass(frozen=True)
class KeyFile:
    """A private key with its one purpose; in memory, or in a device that only signs.

    ``name`` is a verification method (DID#key) for issuer and record, a note key name for log
    and witness. The seed is never printed.
    """

    purpose: str
    name: str
    public_key: bytes
    private_key: Signer = field(repr=False)

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


@dataclass(frozen=True)
class Token:
    """Where a private key lies that never leaves its hardware module (PKCS#11).

    ``module`` is the path of the vendor's library, ``token`` and ``label`` name the key in it.
    """

    purpose: str
    name: str
    public_key: bytes
    module: str
    token: str
    label: str


# Gives whatever signs with the key of a token, or refuses.
Lend = Callable[[Token], Signer]


def make(*, purpose: str, name: str, seed: bytes) -> KeyFile:
    """Make a key from 32 random bytes; refuses an unknown purpose or a name that does not fit."""
    private_key = keys.private_from_seed(seed)
    return held(
        purpose=purpose,
        name=name,
        public_key=keys.public_of(private_key),
        private_key=private_key,
    )


def held(*, purpose: str, name: str, public_key: bytes, private_key: Signer) -> KeyFile:
    """Give a key to whatever holds its private half; refuses as make() does, and a bad point."""
    _check(purpose, name, public_key)
    return KeyFile(purpose=purpose, name=name, public_key=public_key, private_key=private_key)


def _check(purpose: str, name: str, public_key: bytes) -> None:
    if purpose not in PURPOSES:
        raise BadKeyFile(f"The purpose must be one of {', '.join(PURPOSES)}.")
    if purpose in _ALGORITHM:
        note.check_name(name)
    else:
        did.parse_method(name)
    keys.check_public_key(public_key)


def encode(key: KeyFile) -> bytes:
    """Return the bytes to keep, readable by their owner alone (mode 0600).

    Refuses a key whose private half is not in memory.
    """
    if not isinstance(key.private_key, Ed25519PrivateKey):
        raise BadKeyFile(f"The private half of {key.name} cannot be written to a file.")
    seed = b64u_encode(key.private_key.private_bytes_raw())
    return _written(FORMAT, key.purpose, key.name, key.public_key, {"seed": seed})


def encode_token(token: Token) -> bytes:
    """Return the bytes of a file that names a key in a hardware module; it holds no secret."""
    place = {name: getattr(token, name) for name in _PLACE}
    return _written(DEVICE_FORMAT, token.purpose, token.name, token.public_key, place)


def _written(
    format_: str, purpose: str, name: str, public_key: bytes, rest: dict[str, str]
) -> bytes:
    shown = {"purpose": purpose, "name": name, "public": keys.multikey_encode(public_key)}
    return canonical.encode({"format": format_, **shown, **rest}) + b"\n"


def _nobody(token: Token) -> Signer:
    raise BadKeyFile(f"The key of {token.name} lies in a token, which is not read here.")


def decode(data: bytes, *, lend: Lend = _nobody) -> KeyFile:
    """Read a key file; refuses another format, and a public key that is not the seed's.

    ``lend`` is asked for the signer where the file names a key in a token.
    """
    value = canonical.loads(data, max_bytes=MAX_BYTES)
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise BadKeyFile("The file is not a key file.")
    texts: dict[str, str] = value
    if texts.get("format") == FORMAT and set(texts) == {*_PUBLIC, "seed"}:
        return _decode_seed(texts)
    if texts.get("format") == DEVICE_FORMAT and set(texts) == {*_PUBLIC, *_PLACE}:
        return _decode_token(texts, lend)
    raise BadKeyFile(f"The file is not a key file ({FORMAT} or {DEVICE_FORMAT}).")


def _decode_seed(texts: dict[str, str]) -> KeyFile:
    try:
        seed = b64u_decode(texts["seed"], size=32)
        key = make(purpose=texts["purpose"], name=texts["name"], seed=seed)
    except ProofError as error:
        raise BadKeyFile(f"The key file is damaged: {error.detail}") from error
    if key.multikey != texts["public"]:
        raise BadKeyFile("The public key in the file does not belong to its seed.")
    return key


def _decode_token(texts: dict[str, str], lend: Lend) -> KeyFile:
    purpose, name = texts["purpose"], texts["name"]
    try:
        public_key = keys.multikey_decode(texts["public"])
        _check(purpose, name, public_key)
    except ProofError as error:
        raise BadKeyFile(f"The key file is damaged: {error.detail}") from error
    place = {term: texts[term] for term in _PLACE}
    token = Token(purpose=purpose, name=name, public_key=public_key, **place)
    return KeyFile(purpose=purpose, name=name, public_key=public_key, private_key=lend(token))
