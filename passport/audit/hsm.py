"""Keys that never leave their hardware module: made and used through PKCS#11 (Ed25519, CKM_EDDSA).

Needs python-pkcs11, which is optional; everything else here runs without it.
"""

import getpass
import os
import re
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from passport.proof import keys
from passport.proof.errors import BadKeyFile, BadSignature
from passport.proof.keyfile import Token
from passport.proof.keys import Signer

try:
    import pkcs11
except ImportError:
    pkcs11 = None  # type: ignore[assignment]

# Never an argument: whoever lists processes would read it.
PIN = "PASSPORT_PKCS11_PIN"
# PKCS#11 calls the curve by this PrintableString (v3.0 §2.3.1), and writes points as OCTET STRINGs.
_ED25519 = b"\x13\x0cedwards25519"
_OCTETS = b"\x04\x20"


class _Signs(Protocol):
    """What python-pkcs11 gives a private key, beyond what its types say."""

    def sign(self, data: bytes, *, mechanism: "pkcs11.Mechanism") -> bytes: ...


@dataclass(frozen=True)
class TokenSigner:
    """Signs with a key in a token; logs in when it is first asked, and again when it must."""

    token: Token

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature; refuses a token that is away, and one that holds another key."""
        with _LOCK:
            try:
                signature = self._signed(data)
            except pkcs11.PKCS11Error as trouble:
                _forget(self.token)
                raise _told(self.token, trouble) from trouble
        try:
            keys.verify(self.token.public_key, data, signature)
        except BadSignature as error:
            raise BadKeyFile(
                f"The token {self.token.token} signs with another key than {self.token.name}.",
                remedy="Check token and label in the key file.",
            ) from error
        return signature

    def _signed(self, data: bytes) -> bytes:
        fresh = _key_of(self.token) not in _SESSIONS
        try:
            return _sign(_session(self.token), self.token, data)
        except pkcs11.PKCS11Error:
            # A session that stood long may have died with its device; a fresh one tells the truth.
            # Never twice with a fresh one: a wrong PIN tried often locks the token.
            if fresh:
                raise
            _forget(self.token)
            return _sign(_session(self.token), self.token, data)


def lend(token: Token) -> Signer:
    """Return what signs with the key of a token; nothing is opened before it signs."""
    _need()
    return TokenSigner(token)


def make(*, module: str, token: str, label: str) -> bytes:
    """Make a key inside a token, from which it cannot be taken; return the 32 public bytes.

    Refuses a label that is taken.
    """
    _need()
    place = Token("", label, b"", module, token, label)
    with _LOCK:
        try:
            session = _session(place)
            if any(True for _ in session.get_objects({pkcs11.Attribute.LABEL: label})):
                raise BadKeyFile(
                    f"The token {token} has a key {label} already; a key is never overwritten.",
                    remedy="Choose another --label.",
                )
            return _point(_generate(session, label))
        except pkcs11.PKCS11Error as trouble:
            raise _told(place, trouble) from trouble
        finally:
            _forget(place)


def _generate(session: "pkcs11.Session", label: str) -> bytes:
    parameters = session.create_domain_parameters(
        pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: _ED25519}, local=True
    )
    public, _ = parameters.generate_keypair(
        mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
        store=True,
        label=label,
        private_template={
            pkcs11.Attribute.SENSITIVE: True,
            pkcs11.Attribute.EXTRACTABLE: False,
            pkcs11.Attribute.PRIVATE: True,
        },
    )
    return bytes(public[pkcs11.Attribute.EC_POINT])


def _point(written: bytes) -> bytes:
    """Read a public point: an OCTET STRING by the standard, bare 32 bytes by some vendors."""
    bare = written.removeprefix(_OCTETS) if len(written) == 34 else written
    keys.check_public_key(bare)
    return bare


_LOCK = threading.RLock()
# A session belongs to the process that opened it: after a fork the child opens its own.
_SESSIONS: dict[tuple[int, str, str], "pkcs11.Session"] = {}


def _key_of(token: Token) -> tuple[int, str, str]:
    return (os.getpid(), token.module, token.token)


def _session(token: Token) -> "pkcs11.Session":
    place = _key_of(token)
    if place not in _SESSIONS:
        library = pkcs11.lib(token.module)
        if any(pid != place[0] for pid, _, _ in _SESSIONS):
            library.reinitialize()
        device = library.get_token(token_label=token.token)
        _SESSIONS[place] = device.open(rw=True, user_pin=_pin(token))
    return _SESSIONS[place]


def _forget(token: Token) -> None:
    session = _SESSIONS.pop(_key_of(token), None)
    if session is not None:
        # One that has died cannot be closed, and need not be.
        with suppress(pkcs11.PKCS11Error):
            session.close()


def _sign(session: "pkcs11.Session", token: Token, data: bytes) -> bytes:
    key = session.get_key(
        object_class=pkcs11.ObjectClass.PRIVATE_KEY,
        key_type=pkcs11.KeyType.EC_EDWARDS,
        label=token.label,
    )
    return bytes(cast("_Signs", key).sign(data, mechanism=pkcs11.Mechanism.EDDSA))


def _pin(token: Token) -> str:
    """The PIN from the environment, from the file that it names, or from who sits there."""
    given, file = os.environ.get(PIN, ""), os.environ.get(f"{PIN}_FILE", "")
    if file and not given:
        return Path(file).read_text(encoding="utf-8").strip()
    if given:
        return given
    if not sys.stdin.isatty():
        raise BadKeyFile(
            f"The token {token.token} asks for a PIN.",
            remedy=f"Set {PIN}, or {PIN}_FILE to a file that only you can read.",
        )
    return getpass.getpass(f"PIN of the token {token.token}: ")


def _need() -> None:
    if pkcs11 is None:
        raise BadKeyFile(
            "The key lies in a hardware module, and python-pkcs11 is not installed.",
            remedy="pip install python-pkcs11",
        )


def _told(token: Token, trouble: "pkcs11.PKCS11Error") -> BadKeyFile:
    return BadKeyFile(
        f"The token {token.token} refused: {_words(trouble)} ({token.label}).",
        remedy=f"Check that the module {token.module} sees the token, its label, and the PIN.",
    )


def _words(trouble: "pkcs11.PKCS11Error") -> str:
    return str(trouble) or re.sub("(?<=[a-z])(?=[A-Z])", " ", type(trouble).__name__).lower()
