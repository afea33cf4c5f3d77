"""The headers with which a long file comes in: its form, where its bytes belong, whether they end.

`Upload-Offset` and `Upload-Complete` are those of draft-ietf-httpbis-resumable-upload.
"""

from typing import Final

from django.http import HttpRequest
from rest_framework.exceptions import UnsupportedMediaType

from api.http.bodies import check_media_type
from passport.rules.errors import Malformed

OFFSET: Final = "Upload-Offset"
COMPLETE: Final = "Upload-Complete"
# The bytes of a file from some offset on, whatever the file is.
PART: Final = "application/partial-upload"
_AS_IT_IS: Final = ("", "identity")


class NotAnOffset(Malformed):
    """The header that says where the bytes belong, or whether they end, is not there or unread."""

    code = "upload-headers"
    title = "The headers of the upload cannot be read"


def check_encoding(request: HttpRequest, *wanted: str) -> str:
    """Return the one encoding of the body, "" for none; refuses (415) any but the wanted ones."""
    given = request.headers.get("Content-Encoding", "").strip().lower()
    if given in _AS_IT_IS:
        return ""
    if given in wanted:
        return given
    known = ", ".join(wanted)
    refusal = UnsupportedMediaType(
        given, f"Content-Encoding is {given[:40]!a}; send {known}, or the file as it is."
    )
    refusal.headers = {"Accept-Encoding": known}  # type: ignore[attr-defined]
    raise refusal


def media_type_of(request: HttpRequest, *types: str) -> str:
    """Return the media type; refuses (415) others, and text in another character set."""
    charset = request.content_params.get("charset", "utf-8").lower()  # type: ignore[union-attr]
    if charset not in ("utf-8", "us-ascii"):
        raise UnsupportedMediaType(charset, f"The character set is {charset[:40]!a}; send UTF-8.")
    return check_media_type(request, *types)


def offset_of(request: HttpRequest) -> int:
    """Return where the body's bytes begin in their file. Refuses NotAnOffset."""
    text = request.headers.get(OFFSET, "")
    if text.isascii() and text.isdecimal() and len(text) <= 15:
        return int(text)
    raise NotAnOffset(
        f"The header {OFFSET} is missing or no number.",
        remedy="Ask with GET how many bytes have arrived (received_bytes), and write that.",
    )


def is_last(request: HttpRequest) -> bool:
    """Whether the file ends with this body; without the header it does. Refuses NotAnOffset."""
    text = request.headers.get(COMPLETE, "?1").strip()
    if text in ("?0", "?1"):
        return text == "?1"
    raise NotAnOffset(f"The header {COMPLETE} is neither ?0 nor ?1.", remedy="Write one of them.")
