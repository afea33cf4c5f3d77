"""The key with which the service signs its answers, and what anybody may know of it."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from passport.audit import files
from passport.proof import did
from passport.proof.keyfile import KeyFile


def record_key() -> KeyFile:
    """The record key, from its file or from the hardware module that the file names."""
    if settings.PASSPORT_RECORD_KEY is None:
        raise ImproperlyConfigured("PASSPORT_RECORD_KEY names no file: nothing can be signed")
    path = Path(settings.PASSPORT_RECORD_KEY)
    return _read(path, _mark(path))


def did_document() -> dict[str, object]:
    """The DID document of the service itself: its record key, for assertions (CID 1.0 §2)."""
    key = record_key()
    return did.document(did=key.did, methods={key.name: key.multikey})


@lru_cache(maxsize=2)
def _read(path: Path, mark: tuple[int, ...]) -> KeyFile:
    """Read again only when the file is another one, or is open to others: each answer signs."""
    return files.load_key(path, purposes=("record",))


def _mark(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()  # load_key() says what is missing; a failure is never remembered
    return found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode, found.st_uid
