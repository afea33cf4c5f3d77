"""Takes documents in: papers and pictures that a party shows, each known by its SHA-256."""

import hashlib
from datetime import datetime

from passport.models import Document, Party
from passport.rules.document import check_document
from passport.rules.errors import Conflict


class StoredByAnother(Conflict):
    """The same bytes were stored by another party; who may read them is decided once."""

    code = "stored-by-another"
    title = "The document is stored already"


def store(*, content: bytes, media_type: str, by: Party, at: datetime) -> Document:
    """Store a document for the party and those to whom it shows it; again changes nothing.

    Refuses EmptyDocument, NotThatMedia (the bytes are not of the type that they claim),
    StoredByAnother.
    """
    check_document(content=content, media_type=media_type)
    digest = hashlib.sha256(content).digest()
    known = Document.objects.filter(sha256=digest, party=by).first()
    if known is not None:
        return known
    fresh = Document(
        sha256=digest,
        party=by,
        media_type=media_type,
        size_bytes=len(content),
        content=content,
        access="parties",
        stored_at=at,
    )
    # Another party's row is hidden from this one, so that the database is asked by its answer.
    Document.objects.bulk_create([fresh], ignore_conflicts=True)
    if not Document.objects.filter(sha256=digest, party=by).exists():
        raise StoredByAnother(
            "another party has stored these very bytes",
            remedy="take a picture of your own, or scan your own copy",
        )
    return fresh
