"""Files of the audit programs: read with a limit, keys kept private, state replaced whole."""

import os
import sys
from pathlib import Path

from passport.audit import hsm
from passport.proof import envelope, keyfile
from passport.proof.envelope import Kek
from passport.proof.errors import BadKeyFile
from passport.proof.keyfile import KeyFile

_KEY_MODE = 0o600


def read(path: Path, *, limit: int) -> bytes:
    """Return the bytes of a file, at most ``limit`` + 1 of them, so that a reader can refuse."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def write(path: Path | None, data: bytes) -> None:
    """Write bytes to a file as they are, or to standard output with a newline after them."""
    if path is None:
        sys.stdout.buffer.write(data + b"\n")
        sys.stdout.buffer.flush()
    else:
        path.write_bytes(data)


def write_new_private(path: Path, data: bytes) -> None:
    """Write a secret to a new file that only its owner can read; refuses to replace a file."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _KEY_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, data: bytes) -> None:
    """Put a file in place so that a crash leaves the old or the new one, whole, on the disk."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    # A crash here leaves the old file and a stray .new, which the next call overwrites.
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def check_private(path: Path) -> None:
    """Refuse a secret that others than its owner can read."""
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise BadKeyFile(
            f"{path} can be read by others (mode {mode:04o}).",
            remedy=f"Run `chmod 600 {path}`; if others could read it, make a new key.",
        )


def load_keks(folder: Path) -> dict[str, Kek]:
    """Read the key encryption keys of a folder; a file's name is its key's id.

    Refuses a file that others can read, and one that holds no key of its name. Hidden files are
    passed over; a folder that is not there holds none.
    """
    found = {}
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        if path.is_file() and not path.name.startswith("."):
            check_private(path)
            data = read(path, limit=envelope.MAX_BYTES)
            found[path.name] = envelope.decode_kek(data=data, name=path.name)
    return found


def load_key(path: Path, *, purposes: tuple[str, ...]) -> KeyFile:
    """Read a private key, or the name of one in a hardware module, which is opened when it signs.

    Refuses a file that others can read, and a key for another purpose.
    """
    check_private(path)
    key = keyfile.decode(read(path, limit=keyfile.MAX_BYTES), lend=hsm.lend)
    if key.purpose not in purposes:
        raise BadKeyFile(
            f"{path} is a {key.purpose} key; here a key for {' or '.join(purposes)} is needed.",
            remedy="One key, one purpose: make another with keygen --purpose.",
        )
    return key
