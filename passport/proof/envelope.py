"""Private keys at rest: each seed is sealed under a key of its own, and that one is wrapped.

AES-256-GCM twice. The seed is bound to the row that keeps it and to its one purpose, the wrapping
to the row and to the key encryption key (KEK): an envelope that was moved or renamed does not open.
Rotating the KEK wraps again and leaves the sealed seeds as they are.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from passport.proof import canonical
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadEnvelope, BadKeyFile, ProofError

KEK_FORMAT = "batterypassport/kek/v1"
MAX_BYTES = 1024
_SEED_LABEL = "batterypassport/key/v1"
_WRAP_LABEL = "batterypassport/kek/v1"
_SECRET, _NONCE, _TAG = 32, 12, 16
_BOX = _NONCE + _SECRET + _TAG
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")

# Gives so many random bytes.
Draw = Callable[[int], bytes]


@dataclass(frozen=True)
class Kek:
    """A key encryption key: 32 secret bytes, and the name of the file that keeps them."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Place:
    """What an envelope is bound to: where it is kept, whose key it holds, and what that is for."""

    table: str
    row: str
    method: str
    purpose: str


@dataclass(frozen=True)
class Envelope:
    """What is kept of a private key: which KEK wraps it, the wrapped key, the sealed seed."""

    kek_id: str
    wrapped_key: bytes
    sealed_seed: bytes


def new_kek(*, name: str, draw: Draw = os.urandom) -> Kek:
    """Draw a KEK; refuses a name that cannot be a file's."""
    _check_name(name)
    return Kek(id=name, secret=draw(_SECRET))


def encode_kek(*, kek: Kek) -> bytes:
    """Return the bytes of the file that keeps a KEK, readable by its owner alone."""
    value = {"format": KEK_FORMAT, "name": kek.id, "key": b64u_encode(kek.secret)}
    return canonical.encode(value) + b"\n"


def decode_kek(*, data: bytes, name: str) -> Kek:
    """Read the file of a KEK; refuses another format, and a file that was renamed."""
    _check_name(name)
    value = canonical.loads(data, max_bytes=MAX_BYTES)
    terms = {"format", "name", "key"}
    if not isinstance(value, dict) or set(value) != terms or value["format"] != KEK_FORMAT:
        raise BadKeyFile(f"The file {name} does not hold a key encryption key ({KEK_FORMAT}).")
    if value["name"] != name:
        raise BadKeyFile(f"The file {name} holds the key {str(value['name'])[:80]!r}.")
    try:
        return Kek(id=name, secret=b64u_decode(value["key"], size=_SECRET))
    except ProofError as error:
        raise BadKeyFile(f"The file {name} is damaged: {error.detail}") from error


def seal(*, seed: bytes, place: Place, kek: Kek, draw: Draw = os.urandom) -> Envelope:
    """Put a 32-byte seed into an envelope of its own. Refuses a seed of another length."""
    if len(seed) != _SECRET:
        raise BadEnvelope(f"A seed has {_SECRET} bytes; this has {len(seed)}.")
    key = draw(_SECRET)
    return Envelope(
        kek_id=kek.id,
        wrapped_key=_lock(kek.secret, key, _bound_wrapping(place, kek.id), draw),
        sealed_seed=_lock(key, seed, _bound_seed(place), draw),
    )


def open_seed(*, envelope: Envelope, place: Place, keks: Mapping[str, Kek]) -> bytes:
    """Return the seed. Refuses a KEK that is missing or wrong, another place, a changed byte."""
    key = _unwrapped(envelope, place, keks)
    opened = _unlock(key, envelope.sealed_seed, _bound_seed(place))
    if opened is None:
        raise BadEnvelope(
            f"The seed of {place.method} does not open: it was changed, or belongs to another row"
            f" or purpose than {place.row}, {place.purpose}."
        )
    return opened


def check(*, envelope: Envelope, place: Place, keks: Mapping[str, Kek]) -> None:
    """Refuse an envelope whose KEK is missing or wrong; the seed stays sealed."""
    _unwrapped(envelope, place, keks)


def rewrap(
    *, envelope: Envelope, place: Place, keks: Mapping[str, Kek], to: Kek, draw: Draw = os.urandom
) -> Envelope:
    """Wrap the same key under another KEK; the sealed seed stays as it is, and sealed."""
    key = _unwrapped(envelope, place, keks)
    wrapped = _lock(to.secret, key, _bound_wrapping(place, to.id), draw)
    return Envelope(kek_id=to.id, wrapped_key=wrapped, sealed_seed=envelope.sealed_seed)


def _unwrapped(envelope: Envelope, place: Place, keks: Mapping[str, Kek]) -> bytes:
    kek = keks.get(envelope.kek_id)
    if kek is None:
        raise BadEnvelope(
            f"The key of {place.method} is wrapped by {envelope.kek_id[:80]!r}, which is missing.",
            remedy="Put the file of that name back into the folder of key encryption keys.",
        )
    key = _unlock(kek.secret, envelope.wrapped_key, _bound_wrapping(place, kek.id))
    if key is None:
        raise BadEnvelope(
            f"The key of {place.method} does not open under {kek.id!r}: the file holds another key,"
            f" the envelope was changed, or it belongs to another row than {place.row}.",
            remedy="Put the right file back; a key encryption key is never made anew.",
        )
    return key


def _lock(key: bytes, secret: bytes, bound: bytes, draw: Draw) -> bytes:
    nonce = draw(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret, bound)


def _unlock(key: bytes, box: bytes, bound: bytes) -> bytes | None:
    if len(box) != _BOX:
        return None
    try:
        return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], bound)
    except InvalidTag:
        return None


def _bound_seed(place: Place) -> bytes:
    return _joined(_SEED_LABEL, place.table, place.row, place.method, place.purpose)


def _bound_wrapping(place: Place, kek_id: str) -> bytes:
    return _joined(_WRAP_LABEL, kek_id, place.table, place.row)


def _joined(*parts: str) -> bytes:
    # A bar inside a part would let two places write the same bytes.
    if any("|" in part or not part for part in parts):
        raise BadEnvelope("A part of what an envelope is bound to is empty or holds a bar.")
    return "|".join(parts).encode()


def _check_name(name: str) -> None:
    if not _NAME.match(name):
        raise BadKeyFile(
            f"{name[:80]!r} cannot name a key encryption key.",
            remedy="Use letters, digits, point, dash and underscore, at most 64: 2026-a.",
        )
