"""Tags of pages about evidence files."""

from __future__ import annotations

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = Library()

VERDICTS = {
    "SUPPORTED": ("◆", _("supported"), "proven"),
    "NOT_SUPPORTED": ("■", _("not supported"), "refused"),
    "NOT_APPLICABLE": ("○", _("no threshold applies"), "quietly"),
    "NO_THRESHOLD": ("○", _("no threshold"), "attention"),
}


@register.filter
def file_verdict(value: str) -> SafeString:
    """Write what a file came to, as a shape and words."""
    glyph, word, tone = VERDICTS.get(value, ("○", value.lower(), ""))
    return format_html(
        '<span class="status {}"><span class="glyph" aria-hidden="true">{}</span>{}</span>',
        tone, glyph, word,
    )  # fmt: skip
