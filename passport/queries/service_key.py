"""The key with which the service signs its answers, and what anybody may know of it."""

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
    return files.load_key(Path(settings.PASSPORT_RECORD_KEY), purposes=("record",))


def did_document() -> dict[str, object]:
    """The DID document of the service itself: its record key, for assertions (CID 1.0 §2)."""
    key = record_key()
    return did.document(did=key.did, methods={key.name: key.multikey})
