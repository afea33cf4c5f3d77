"""Tags of the reader's language: numbers to be typed, and the way to the same page in another."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.template import Library
from django.utils import translation

from api.http.language import elsewhere
from api.pages.figures import figures

register = Library()


@register.filter
def other_languages(request: HttpRequest | str) -> list[tuple[str, str, str]]:
    """Code, own name and address of each language that the page does not speak."""
    if not isinstance(request, HttpRequest):
        # A page that broke may have lost its request.
        return []
    here = translation.get_language()
    return [
        (code, name, elsewhere(request, code)) for code, name in settings.LANGUAGES if code != here
    ]


@register.filter
def like_here(example: str) -> str:
    """An example of a number, as the reader would type it."""
    return figures(example)


@register.filter
def translated(words: object) -> str:
    """Words that a template gets from elsewhere, where some module of the pages has marked them."""
    return translation.gettext(str(words)) if words else ""
