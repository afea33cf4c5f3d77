"""What the demo leaves for whoever runs it: passwords, API keys, and the makers' own keys."""

import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from passport.audit import files
from passport.proof import credential, keyfile
from passport.proof.keyfile import KeyFile


@dataclass(frozen=True)
class SecretFiles:
    """Files below one folder, each readable by its owner alone."""

    state: Path

    @property
    def logins(self) -> Path:
        """Who may sign in, and with what."""
        return self.state / "logins.json"

    @property
    def api_keys(self) -> Path:
        """Short name of a party → its API key."""
        return self.state / "api-keys.json"

    def read(self, place: Path) -> Any:
        """What an earlier telling left there, None when there is nothing."""
        return json.loads(place.read_text(encoding="utf-8")) if place.exists() else None

    def write(self, place: Path, value: list[dict[str, str]] | Mapping[str, str]) -> None:
        """Put a file in place whole; a crash leaves the old one or the new one."""
        self.state.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f"{place.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        files.write_new_private(draft, _text(value))
        draft.replace(place)

    def maker_key(self, slug: str, did: str) -> KeyFile:
        """The maker's own signing key, made where it lacks; the service never sees this file."""
        place = self.state / "makers" / f"{slug}.key"
        if not place.exists():
            fresh = keyfile.make(purpose="issuer", name=f"{did}#key-1", seed=os.urandom(32))
            _put(place, keyfile.encode(fresh))
        return files.load_key(place, purposes=("issuer",))

    def log_salt(self, slug: str, name: str) -> bytes:
        """The salt that a maker draws for the log's name of one of its batteries or lots.

        The same in every telling, and out of reach for whoever has not this maker's file.
        """
        place = self.state / "makers" / f"{slug}.salts"
        if not place.exists():
            _put(place, os.urandom(32))
        return hmac.digest(_secret(place), name.encode(), "sha256")[: credential.SALT_BYTES]


def _put(place: Path, data: bytes) -> None:
    """Put a secret in place whole; one that is there stays."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    files.write_new_private(draft, data)
    # A crash here leaves a secret that nobody has heard of.
    draft.rename(place)


@cache
def _secret(place: Path) -> bytes:
    return place.read_bytes()


def _text(value: object) -> bytes:
    return (json.JSONEncoder(indent=2, ensure_ascii=False).encode(value) + "\n").encode()
