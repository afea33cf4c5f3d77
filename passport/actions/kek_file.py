"""Writes the file of a new key encryption key, which is never put over another one."""

import os
from pathlib import Path

from passport.audit import files
from passport.proof import envelope
from passport.proof.errors import BadKeyFile


def write_kek(*, folder: Path, name: str) -> Path:
    """Draw a key encryption key and write it into a folder; where it lies.

    Refuses BadKeyFile for a name that no file can have, or that is taken.
    """
    made = envelope.encode_kek(kek=envelope.new_kek(name=name))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}.{os.getpid()}"
    files.write_new_private(draft, made)
    try:
        # A crash here leaves a hidden draft that nobody reads; a link never replaces a file.
        os.link(draft, folder / name)
    except FileExistsError as error:
        raise BadKeyFile(f"{folder / name} exists; a key is never overwritten.") from error
    finally:
        draft.unlink()
    return folder / name
