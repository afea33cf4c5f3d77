"""What standings, facts and clauses of entities are called on the pages, and their sentences."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from django.template import Library
from django.utils.translation import gettext_lazy as _

from api.pages.company_sentences import SAID
from passport.rules.sourcing_sentences import SENTENCES

register = Library()

# Shape and words.
STANDINGS: Final = {
    "SPECIFIED": ("■", _("specified foreign entity")),
    "INFLUENCED": ("■", _("foreign-influenced entity")),
    "CLEAN": ("●", _("no prohibited foreign entity, as told")),
    "REVIEW": ("▲", _("for counsel to review")),
    "UNKNOWN": ("▲", _("not known")),
}
KINDS: Final = {
    "CORPORATION": _("corporation"),
    "PARTNERSHIP": _("partnership"),
    "TRUST": _("trust"),
    "ESTATE": _("estate"),
    "PERSON": _("person"),
    "GOVERNMENT": _("government"),
}
FACTS: Final = {"HOLDING": _("holding"), "DEBT": _("debt"), "OFFICE": _("office")}
MEASURES: Final = {
    "VALUE": _("of the value"),
    "VOTE": _("of the votes"),
    "PROFITS": _("of the profits"),
    "CAPITAL": _("of the capital"),
    "BENEFICIAL": _("of the beneficial interest"),
}
CONTRACTS: Final = {
    "SUPPLY": _("supply"),
    "LICENCE": _("licence"),
    "SERVICE": _("service"),
    "ENERGY_MANAGEMENT": _("energy management"),
    "LEASE": _("lease"),
    "OTHER": _("another contract"),
}
COUNSEL: Final = {
    "": _("counsel was not asked"),
    "NONE": _("counsel: no effective control"),
    "EFFECTIVE_CONTROL": _("counsel: effective control"),
}
DECISIONS: Final = {
    "OPEN": ("▲", _("to be decided")),
    "CONFIRMED": ("■", _("the same")),
    "DISMISSED": ("●", _("not the same")),
}
_TOLD: Final = {
    **KINDS, **FACTS, **MEASURES, **CONTRACTS,
    **{key: value for key, value in COUNSEL.items() if key},
}  # fmt: skip


@register.filter
def found_to_be(value: str) -> str:
    """Write what an entity is found to be, shape and words."""
    shape, text = STANDINGS[str(value)]
    return f"{shape} {text}"


@register.filter
def decided(value: str) -> str:
    """Write what was decided of a match, shape and words."""
    shape, text = DECISIONS[str(value)]
    return f"{shape} {text}"


@register.filter
def of_company(value: str) -> object:
    """Write a kind, a measure or a conclusion of counsel in words."""
    return _TOLD.get(str(value), value)


@register.filter
def counsel_words(value: str) -> object:
    """Write what counsel concluded of a contract."""
    return COUNSEL[str(value)]


@register.filter
def said(sentence: str) -> str:
    """Write a sentence of the rules in the reader's language; found again by its form."""
    for key, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            return str(SAID[key]).format(**found.groupdict())
    return sentence


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Sentences with more words first, so that none is taken for a shorter one."""
    ordered = sorted(SENTENCES.items(), key=lambda each: -len(each[1]))
    return tuple((key, _pattern(text)) for key, text in ordered)


def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", text)
    written = [
        re.escape(part) if place % 2 == 0 else f"(?P<{part}>.+?)"
        for place, part in enumerate(parts)
    ]
    return re.compile("".join(written), re.DOTALL)
