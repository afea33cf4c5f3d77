"""Numbers and days as the reader's language writes them."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import get_language

_COMMA: Final = str.maketrans(",.", ".,")
_DAYS: Final = {"de": "j. N Y"}


def figures(text: str) -> str:
    """A number that was written with 1,234.5, as this reader writes it."""
    return text.translate(_COMMA) if get_language() == "de" else text


def day_text(day: date) -> str:
    """A day with its month in letters, so that nobody takes it for another one."""
    return date_format(day, _DAYS.get(get_language() or "", "j M Y"))
