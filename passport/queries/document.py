"""Documents by their digest."""

import re

from passport.models import Document
from passport.queries.battery import unknown


def by_digest(*, sha256: str) -> Document:
    """The document with this SHA-256 (hex), if the acting party sees it. Refuses NotFound."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise unknown("document")
    found = Document.objects.filter(sha256=bytes.fromhex(sha256)).first()
    if found is None:
        raise unknown("document")
    return found
