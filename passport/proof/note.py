"""Signed notes (C2SP signed-note): a text, and lines of signatures below it.

Knows two algorithms: 1, Ed25519 over the text; 4, an Ed25519 cosignature with its time.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from passport.proof import keys
from passport.proof.encoding import b64_decode, b64_encode
from passport.proof.errors import BadEncoding, BadNote
from passport.proof.keys import Signer

ED25519 = 1
COSIGNATURE = 4
MAX_BYTES = 65_536
MAX_SIGNATURES = 100
_DASH = "— "
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}\Z")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True)
class Verifier:
    """A key that may sign notes: its name, algorithm and 32 public bytes."""

    name: str
    algorithm: int
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """First 4 bytes of SHA-256(name ‖ 0x0A ‖ algorithm ‖ key) (signed-note, key ID)."""
        text = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public_key
        return hashlib.sha256(text).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as one word: name+hex id+base64(algorithm ‖ key)."""
        material = b64_encode(bytes([self.algorithm]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{material}"


@dataclass(frozen=True)
class Signature:
    """One signature line: whose it claims to be, and the bytes after the key id."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, newline included."""
        return f"{_DASH}{self.name} {b64_encode(self.key_id + self.value)}\n"


@dataclass(frozen=True)
class Verified:
    """A signature that verified; ``seconds`` is the POSIX time of a cosignature."""

    verifier: Verifier
    signature: Signature
    seconds: int | None


@dataclass(frozen=True)
class Opened:
    """A note whose known signatures all verified; ``unknown`` are those of other keys."""

    text: str
    verified: tuple[Verified, ...]
    unknown: tuple[Signature, ...]


def check_name(name: str) -> None:
    """Refuse a key name with white space, a plus sign or control characters."""
    if not _NAME.match(name):
        raise BadNote(f"{name[:80]!r} is not a key name.", remedy="Use a name like example.org/a.")


def parse_vkey(text: str) -> Verifier:
    """Read a verifier key; refuses another spelling, a wrong key id, an unacceptable key."""
    name, _, rest = text.partition("+")
    identity, _, material = rest.partition("+")
    check_name(name)
    try:
        data = b64_decode(material)
    except BadEncoding as error:
        raise BadNote(f"The key of {name} is not base64: {error.detail}") from error
    if len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
        raise BadNote(f"The key of {name} is of an algorithm that is not known here.")
    keys.check_public_key(data[1:])
    verifier = Verifier(name=name, algorithm=data[0], public_key=data[1:])
    if verifier.key_id.hex() != identity:
        raise BadNote(f"The key id of {name} does not belong to its key.")
    return verifier


def parse(data: bytes) -> tuple[str, tuple[Signature, ...]]:
    """Split a note into its text and signature lines; refuses any other shape."""
    if len(data) > MAX_BYTES:
        raise BadNote(f"The note has more than {MAX_BYTES} bytes.")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise BadNote("The note is not UTF-8.") from error
    body, separator, below = whole.rpartition("\n\n")
    if not separator or not below.endswith("\n") or _CONTROL.search(whole):
        raise BadNote("The note is not a text, an empty line and signature lines.")
    lines = below.split("\n")[:-1]
    if len(lines) > MAX_SIGNATURES:
        raise BadNote(f"The note has more than {MAX_SIGNATURES} signatures.")
    return body + "\n", tuple(parse_signature(line) for line in lines)


def parse_signature(line: str) -> Signature:
    """Read one signature line, without its newline."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _NAME.match(name):
        raise BadNote(f"{line[:80]!r} is not a signature line.")
    try:
        value = b64_decode(encoded)
    except BadEncoding as error:
        raise BadNote(f"The signature of {name} is not base64: {error.detail}") from error
    if len(value) < 5:
        raise BadNote(f"The signature of {name} is too short.")
    return Signature(name=name, key_id=value[:4], value=value[4:])


def cosigned_message(*, text: str, seconds: int) -> bytes:
    """Return what a cosignature signs (tlog-cosignature, Ed25519 signed message)."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def sign(*, text: str, name: str, public_key: bytes, private_key: Signer) -> Signature:
    """Sign the text of a note with a log's key; the text must end with a newline."""
    if not text.endswith("\n"):
        raise BadNote("The text of a note ends with a newline.")
    check_name(name)
    verifier = Verifier(name=name, algorithm=ED25519, public_key=public_key)
    value = private_key.sign(text.encode())
    return Signature(name=name, key_id=verifier.key_id, value=value)


def cosign(
    *, text: str, name: str, public_key: bytes, private_key: Signer, seconds: int
) -> Signature:
    """Cosign the text of a checkpoint at a POSIX time in seconds (tlog-cosignature)."""
    check_name(name)
    verifier = Verifier(name=name, algorithm=COSIGNATURE, public_key=public_key)
    value = private_key.sign(cosigned_message(text=text, seconds=seconds))
    return Signature(name=name, key_id=verifier.key_id, value=seconds.to_bytes(8) + value)


def join(*, text: str, signatures: Iterable[Signature]) -> bytes:
    """Return the bytes of a note: text, empty line, signature lines."""
    return (text + "\n" + "".join(each.line for each in signatures)).encode()


def verify(data: bytes, *, verifiers: Iterable[Verifier]) -> Opened:
    """Open a note: signatures of known keys must verify, those of others are set aside.

    Refuses a malformed note, a known key whose signature is wrong or stands twice, and a note
    that no known key signed.
    """
    text, signatures = parse(data)
    known = {(each.name, each.key_id): each for each in verifiers}
    verified: dict[tuple[str, bytes], Verified] = {}
    unknown = []
    for signature in signatures:
        who = (signature.name, signature.key_id)
        if who in verified:
            raise BadNote(f"{signature.name} has signed twice.")
        if who in known:
            seconds = _verify_one(known[who], text, signature)
            verified[who] = Verified(known[who], signature, seconds)
        else:
            unknown.append(signature)
    if not verified:
        raise BadNote("No known key has signed the note.")
    return Opened(text=text, verified=tuple(verified.values()), unknown=tuple(unknown))


def _verify_one(verifier: Verifier, text: str, signature: Signature) -> int | None:
    if verifier.algorithm == ED25519:
        keys.verify(verifier.public_key, text.encode(), signature.value)
        return None
    if len(signature.value) != 72:
        raise BadNote(f"The cosignature of {verifier.name} has a wrong length.")
    seconds = int.from_bytes(signature.value[:8])
    if seconds >= 2**63:
        raise BadNote(f"The cosignature of {verifier.name} has an impossible time.")
    message = cosigned_message(text=text, seconds=seconds)
    keys.verify(verifier.public_key, message, signature.value[8:])
    return seconds
