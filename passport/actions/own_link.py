"""Links of the service's own, for batteries whose name nobody else gives."""

import secrets
from urllib.parse import urlsplit

from django.conf import settings

from passport.proof.did import parse_did


def own_link(*, folder: str) -> str:
    """A link of the service's own (IEC 61406) that nobody can guess."""
    host = urlsplit(settings.PASSPORT_PUBLIC_URL).hostname or ""
    if not host.rpartition(".")[2].isalpha() or "." not in host:
        host = parse_did(settings.PASSPORT_SERVICE_DID).host.partition(":")[0]
    return f"https://{host}/id/{folder}/{secrets.token_hex(10)}"
