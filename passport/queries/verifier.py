"""The packed verifier: its bytes, made from the running sources, and where its digest is logged."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from passport.audit import pack
from passport.models import LogDocument, LogEntry
from passport.proof import canonical
from passport.proof.encoding import b64u_encode


@dataclass(frozen=True)
class Packed:
    """The one-file program, and the digest by which anybody knows it."""

    body: bytes
    sha256: bytes


@dataclass(frozen=True)
class Logged:
    """The service's statement about a version: its bytes, and its place in the log once it is."""

    document: bytes
    index: int | None

    @property
    def digest(self) -> bytes:
        """The digest of the statement, under which /log/proof knows it."""
        return hashlib.sha256(self.document).digest()


@cache
def packed() -> Packed:
    """The program of this release; the sources do not change while it runs."""
    body = pack.build(Path(pack.__file__).resolve().parents[1])
    return Packed(body=body, sha256=hashlib.sha256(body).digest())


def logged(*, sha256: bytes) -> Logged | None:
    """What was logged about the verifier with this digest; None when nothing was."""
    said = b64u_encode(sha256)
    for row in LogDocument.objects.filter(kind="verifier").order_by("-recorded_at"):
        content = canonical.loads(bytes(row.body))
        if isinstance(content, dict) and content.get("sha256") == said:
            entry = LogEntry.objects.filter(digest=row.sha256).first()
            return Logged(document=bytes(row.body), index=None if entry is None else entry.index)
    return None
