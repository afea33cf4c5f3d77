"""A document is what it says it is, and of a size that people look at."""

import pytest

from passport.rules.document import (
    MEDIA_TYPES,
    MOST_BYTES,
    DocumentTooLarge,
    EmptyDocument,
    NotThatMedia,
    check_document,
)
from passport.rules.errors import Malformed

PDF, JPEG, PNG = b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"
WEBP, WAVE = b"RIFF\x24\x00\x00\x00WEBPVP8 ", b"RIFF\x24\x00\x00\x00WAVEfmt "
TAKEN = {
    "application/pdf": PDF,
    "image/jpeg": JPEG,
    "image/png": PNG,
    "image/webp": WEBP,
}
WRONG = {
    "a page as a paper": (b"<html><script>", "application/pdf", "application/pdf"),
    "a picture as another": (PNG, "image/jpeg", "image/jpeg"),
    "a paper that begins later": (b" " + PDF, "application/pdf", "application/pdf"),
    "a picture cut in its first bytes": (PNG[:-1], "image/png", "image/png"),
    "what a browser would run": (b"<svg/>", "image/svg+xml", "image/svg+xml"),
    "the right bytes under another name": (PDF, "Application/PDF", "Application/PDF"),
    "no type at all": (PDF, "", "document"),
    "a type without an end": (PDF, "x" * 900, "x" * 60),
    "a sound as a picture": (WAVE, "image/webp", "image/webp"),
    "a picture cut within its name": (WEBP[:11], "image/webp", "image/webp"),
}


@pytest.mark.parametrize(("media_type", "content"), TAKEN.items(), ids=TAKEN)
def test_takes_what_begins_as_its_type_does(media_type, content):
    check_document(content=content, media_type=media_type)
    assert media_type in MEDIA_TYPES
    assert len(MEDIA_TYPES) == len(TAKEN)


@pytest.mark.parametrize(("content", "media_type", "named"), WRONG.values(), ids=WRONG)
def test_refuses_bytes_that_are_something_else(content, media_type, named):
    with pytest.raises(NotThatMedia) as caught:
        check_document(content=content, media_type=media_type)
    assert isinstance(caught.value, Malformed)
    assert (caught.value.code, caught.value.pointer) == ("not-that-media", "")
    assert caught.value.detail.removesuffix(" that is taken here") == f"the bytes are no {named}"
    assert caught.value.remedy


def test_says_which_types_are_taken_and_how_a_picture_is_mended():
    with pytest.raises(NotThatMedia) as unknown:
        check_document(content=PDF, media_type="text/html")
    assert all(each in unknown.value.remedy for each in TAKEN)
    with pytest.raises(NotThatMedia) as sound:
        check_document(content=WAVE, media_type="image/webp")
    assert sound.value.remedy == "save the picture again"


@pytest.mark.parametrize("media_type", ["image/png", "text/html", ""])
def test_refuses_a_document_without_bytes(media_type):
    with pytest.raises(EmptyDocument) as caught:
        check_document(content=b"", media_type=media_type)
    assert isinstance(caught.value, Malformed)
    assert caught.value.code == "empty-document"
    assert "no bytes" in caught.value.detail
    assert "choose a file" in caught.value.remedy


def test_takes_four_mebibytes_and_not_one_byte_more():
    full = PDF.ljust(4 * 1024 * 1024, b"\0")
    assert len(full) == MOST_BYTES
    check_document(content=full, media_type="application/pdf")
    with pytest.raises(DocumentTooLarge) as caught:
        check_document(content=full + b"\0", media_type="application/pdf")
    assert isinstance(caught.value, Malformed)
    assert caught.value.code == "document-too-large"
    assert caught.value.detail == "the document has 4194305 bytes; 4194304 are taken"
    assert "smaller" in caught.value.remedy
