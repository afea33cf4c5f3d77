"""Tags of pages about people: standings, deeds, countries, and which field was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from api.pages import people_words
from api.pages.answers import Wrong
from passport.queries import countries

register = Library()

_INVALID = format_html(' aria-invalid="{}"', "true")


@register.filter
def wrong_at(refusals: Iterable[Wrong] | None, field: str) -> SafeString | str:
    """Mark an input whose value was refused."""
    return _INVALID if any(each.field == field for each in refusals or ()) else ""


@register.filter
def standing(value: Any) -> SafeString:
    """Write how a link or an application stands, as a shape and words."""
    return _written(people_words.STANDINGS, str(value))


@register.filter
def naming(value: Any) -> SafeString:
    """Write how a claim to a prefix or a domain stands."""
    return _written(people_words.NAMING, str(value))


@register.filter
def calling(value: Any) -> SafeString:
    """Write how an endpoint of webhooks stands, or a message to it."""
    return _written(people_words.CALLING, str(value))


def _written(words: Mapping[str, tuple[str, Any, str]], name: str) -> SafeString:
    glyph, word, tone = words.get(name, ("○", name.lower(), ""))
    return format_html(
        '<span class="status {}"><span class="glyph" aria-hidden="true">{}</span>{}</span>',
        tone,
        glyph,
        word,
    )


@register.filter
def link_kind(value: Any) -> str:
    """Say what a link leads to."""
    return str(people_words.LINK_KINDS.get(str(value), str(value)))


@register.filter
def deed(value: Any) -> str:
    """Say what somebody did."""
    return str(people_words.DEEDS.get(str(value), str(value).replace("_", " ").lower()))


@register.filter
def country(code: Any) -> str:
    """Write a country by its name."""
    return countries.names().get(str(code), str(code))


@register.filter
def scope(value: Any) -> str:
    """Say what a key with this scope may do."""
    return str(people_words.SCOPES.get(str(value), str(value)))
