"""Addresses stand by subject: none of one subject is taken for another's, wherever it is tried."""

from __future__ import annotations

import re

from django.urls import URLPattern

from api import urls

NUMBER, WORD, ID = "7", "abc", "01a226b8-bfe9-777e-bc68-940fa03a6e86"
KINDS = {"uuid": ID, "int": NUMBER}


def example(address: object) -> str:
    """An address as somebody would type it."""
    return re.sub(r"<(\w+):\w+>", lambda found: KINDS.get(found[1], WORD), str(address))


def test_each_address_of_a_subject_leads_to_itself() -> None:
    told = [*urls.machines, *urls.pages]
    for wanted in told:
        typed = example(wanted.pattern)
        takers = [each for each in told if each.resolve(typed)]
        if any(isinstance(each, URLPattern) and "<path:" in str(each.pattern) for each in takers):
            takers = takers[:1]
        assert takers == [wanted], typed
