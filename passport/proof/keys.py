"""Ed25519 keys: which are good, how they are written, and a verification without loopholes."""

from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from passport.proof.encoding import b58_decode, b58_encode
from passport.proof.errors import BadEncoding, BadKey, BadSignature

# The curve of RFC 8032 §5.1: −x² + y² = 1 + d·x²·y² over the integers modulo p, order 8·L.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_SQRT_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_MULTICODEC = b"\xed\x01"

Point = tuple[int, int]
Extended = tuple[int, int, int, int]


class Signer(Protocol):
    """Whatever holds an Ed25519 private key and signs with it: a key in memory, or a device."""

    def sign(self, data: bytes, /) -> bytes:
        """Return the 64-byte signature of the data (RFC 8032)."""


@lru_cache(maxsize=4096)
def check_public_key(public_key: bytes) -> None:
    """Refuse a public key that lets one signature fit many messages, or is no key at all.

    Refuses a wrong length, an encoding that is not canonical, a point off the curve and a point
    of low order. OpenSSL loads all of those, so the point is checked here in integers.
    """
    if len(public_key) != 32:
        raise BadKey(f"An Ed25519 public key has 32 bytes; this has {len(public_key)}.")
    point = _decompress(public_key)
    for _ in range(3):
        point = _double(point)
    if point == (0, 1):
        raise BadKey(
            "The public key is a point of low order: signatures under it prove nothing.",
            remedy="Make a new key with `python -m passport.audit keygen`.",
        )


@lru_cache(maxsize=4096)
def check_new_key(public_key: bytes) -> None:
    """Refuse a key that comes in, if verifiers could disagree about signatures under it.

    Refuses what check_public_key() refuses, and a point with a part of low order: of two programs
    that both keep to RFC 8032, one takes a signature under it and the other does not.
    """
    check_public_key(public_key)
    x, y = _decompress(public_key)
    point = start = (x, y, 1, x * y % _P)
    for bit in f"{_L:b}"[1:]:
        point = _added(point, point)
        if bit == "1":
            point = _added(point, start)
    if point[0] or point[1] != point[2]:
        raise BadKey(
            "The public key has a part of low order: programs disagree about its signatures.",
            remedy="Make a new key with `python -m passport.audit keygen`.",
        )


def _added(one: Extended, other: Extended) -> Extended:
    """Add two points in extended coordinates (RFC 8032 §5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _decompress(encoded: bytes) -> Point:
    """Return the affine point of an encoding (RFC 8032 §5.1.3)."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        raise BadKey("The public key is not in canonical encoding (y is not below p).")
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P == (-u) % _P:
        x = x * _SQRT_MINUS_1 % _P
    if v * x * x % _P != u:
        raise BadKey("The public key is not a point of the curve.")
    if x == 0 and sign:
        raise BadKey("The public key is not in canonical encoding (minus zero).")
    return (_P - x if x & 1 != sign else x, y)


def _double(point: Point) -> Point:
    x, y = point
    t = _D * x * x * y * y % _P
    return (
        2 * x * y * pow(1 + t, -1, _P) % _P,
        (y * y + x * x) * pow(1 - t, -1, _P) % _P,
    )


@lru_cache(maxsize=4096)
def _loaded(public_key: bytes) -> Ed25519PublicKey:
    check_public_key(public_key)
    return Ed25519PublicKey.from_public_bytes(public_key)


def verify(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Refuse unless the signature is good (RFC 8032 §5.1.7, without cofactor).

    Also refuses what other verifiers let pass: an unacceptable key, S not below L, and a point R
    that is not in canonical encoding.
    """
    key = _loaded(public_key)
    if len(signature) != 64:
        raise BadSignature(f"An Ed25519 signature has 64 bytes; this has {len(signature)}.")
    if int.from_bytes(signature[32:], "little") >= _L:
        raise BadSignature("The signature is a second spelling of another one (S ≥ L).")
    if int.from_bytes(signature[:32], "little") & ((1 << 255) - 1) >= _P:
        raise BadSignature("The signature has a point in an encoding that is not canonical.")
    try:
        key.verify(signature, message)
    except InvalidSignature as error:
        raise BadSignature("The signature does not verify under this key.") from error


def public_of(private_key: Ed25519PrivateKey) -> bytes:
    """Return the 32 public bytes of a private key."""
    return private_key.public_key().public_bytes_raw()


def private_from_seed(seed: bytes) -> Ed25519PrivateKey:
    """Return the private key of a 32-byte seed (RFC 8032 §5.1.5)."""
    if len(seed) != 32:
        raise BadKey(f"An Ed25519 seed has 32 bytes; this has {len(seed)}.")
    return Ed25519PrivateKey.from_private_bytes(seed)


def multikey_encode(public_key: bytes) -> str:
    """Write a public key as a Multikey: z, then base58btc of 0xed01 ‖ key (CID 1.0 §2.2.2)."""
    return "z" + b58_encode(_MULTICODEC + public_key)


def multikey_decode(text: object) -> bytes:
    """Read a Multikey in its only spelling; refuses other key types and unacceptable points."""
    if not isinstance(text, str) or not text.startswith("z"):
        raise BadEncoding("A Multikey begins with z (base58btc).")
    data = b58_decode(text[1:], size=34)
    if not data.startswith(_MULTICODEC):
        raise BadKey("The Multikey is not an Ed25519 public key (0xed01).")
    check_public_key(data[2:])
    return data[2:]
