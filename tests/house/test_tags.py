"""Filters and tags of all our libraries are built into every template: none hides another."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.conf import settings

OURS = [each for each in settings.TEMPLATES[0]["OPTIONS"]["builtins"] if each.startswith("api.")]


@pytest.mark.parametrize("kind", ["filters", "tags"])
def test_no_library_names_what_another_names(kind: str) -> None:
    assert len(OURS) > 2
    seen: dict[str, str] = {}
    for library in OURS:
        for name in getattr(import_module(library).register, kind):
            assert name not in seen, f"{name} of {library} hides that of {seen[name]}"
            seen[name] = library
