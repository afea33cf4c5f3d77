"""Words of a project for templates."""

from django import template

from api.pages.project_words import WORDS

register = template.Library()


@register.filter
def project_word(value: object, of: str) -> object:
    """What the pages call a value: `each.gap|project_word:"gap"`."""
    return WORDS[of].get(str(value), str(value))
