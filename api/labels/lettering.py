"""How wide letters are, and which of them the fonts of a printed file have."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from reportlab.pdfbase.pdfmetrics import stringWidth

from passport.rules.errors import Refusal
from passport.rules.label_flow import MONO_EM, Face

# Fonts that every reader of PDF has; SVG asks for letters of the same widths.
FONTS: Final = {Face.MONO: "Courier-Bold", Face.PLAIN: "Helvetica", Face.BOLD: "Helvetica-Bold"}
_PRINTED: Final = "cp1252"


class NoSuchLetter(Refusal):
    """A character that the font of a printed file does not have."""

    code = "no-such-letter"
    title = "A letter of the label cannot be printed"


@lru_cache(maxsize=4096)
def width(text: str, face: Face) -> float:
    """The width of a text in its em; letters that Helvetica lacks count as an em each."""
    if face is Face.MONO:
        return MONO_EM * len(text)
    known = text.encode(_PRINTED, "ignore").decode(_PRINTED)
    return float(stringWidth(known, FONTS[face], 1)) + len(text) - len(known)


def printed(text: str) -> bytes:
    """The text in the encoding of printed files. Refuses NoSuchLetter."""
    try:
        return text.encode(_PRINTED)
    except UnicodeEncodeError as error:
        raise NoSuchLetter(
            f'"{text[error.start]}" in "{text[:60]}" is not in the font of this file',
            pointer="?label",
            remedy="take the label as SVG, or write that fact of the model in Latin letters",
        ) from None
