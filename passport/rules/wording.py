"""Names and reasons that people read: one line, without characters that hide or turn the others."""

import unicodedata

from passport.rules.errors import Malformed

# Marks that turn the reading direction: with one of them a name can be shown as another one.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN = {"Cc": "a control character", "Cs": "half a character", "Zl": "a line break",
           "Zp": "a line break"}  # fmt: skip


class BadWording(Malformed):
    """Shown to people, the text would look like another one."""

    code = "bad-wording"
    title = "The text holds what nobody can see"


def check_line(*, text: str, pointer: str, most: int = 255) -> str:
    """The text as it came, 1 to `most` characters. [Unicode TR 36 §2.5]

    Refuses BadWording: control characters, line breaks, marks that turn the reading direction.
    """
    if not text.strip() or len(text) > most:
        raise BadWording(
            f"the text has {len(text.strip())} characters",
            pointer=pointer,
            remedy=f"write 1 to {most} characters",
        )
    for place, mark in enumerate(text, start=1):
        what = "a mark that turns the reading direction" if mark in _TURNING else ""
        what = what or _HIDDEN.get(unicodedata.category(mark), "")
        if what:
            raise BadWording(
                f"character {place} is {what} (U+{ord(mark):04X})",
                pointer=pointer,
                remedy="write it in plain letters, on one line",
            )
    return text
