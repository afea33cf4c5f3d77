"""Which documents are taken in: papers and pictures whose bytes are what they say they are."""

from passport.rules.errors import Malformed

# What each type begins with. Nothing that a browser would run is among them.
_BEGINS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
}
MEDIA_TYPES = tuple(_BEGINS)
MOST_BYTES = 4 << 20


class EmptyDocument(Malformed):
    """A document has content."""

    code = "empty-document"
    title = "The document is empty"


class NotThatMedia(Malformed):
    """The bytes do not begin as documents of that type do."""

    code = "not-that-media"
    title = "The document is not of that type"


class DocumentTooLarge(Malformed):
    """A document is kept in the database and shown to people."""

    code = "document-too-large"
    title = "The document is too large"


def check_document(*, content: bytes, media_type: str) -> None:
    """Type, size and first bytes of a document. [document-1]

    Refuses EmptyDocument, DocumentTooLarge, NotThatMedia.
    """
    if not content:
        raise EmptyDocument("the document has no bytes", remedy="choose a file, or take a picture")
    if len(content) > MOST_BYTES:
        raise DocumentTooLarge(
            f"the document has {len(content)} bytes; {MOST_BYTES} are taken",
            remedy="make the picture smaller",
        )
    begins = _BEGINS.get(media_type)
    if begins is None or not content.startswith(begins):
        raise NotThatMedia(
            f"the bytes are no {media_type[:60] or 'document'} that is taken here",
            remedy="send one of: " + ", ".join(MEDIA_TYPES),
        )
    if media_type == "image/webp" and content[8:12] != b"WEBP":
        raise NotThatMedia("the bytes are no image/webp", remedy="save the picture again")
