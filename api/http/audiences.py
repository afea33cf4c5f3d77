"""Leaves out of an answer what the law does not give its reader; the catalogue says which field."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from passport.rules.disclosure import Access, Audience, visible

CATALOGUE: Final = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "fields.json"


def disclosed(
    values: Mapping[str, Any], *, section: str, audiences: frozenset[Audience]
) -> dict[str, Any]:
    """Return the fields of a section that at least one of the reader's audiences sees."""
    access = accesses(section)
    return {
        name: value
        for name, value in values.items()
        if any(visible(access[name], audience) for audience in audiences)
    }


@cache
def accesses(section: str) -> Mapping[str, Access]:
    """For whom each field of a section of the catalogue is."""
    fields = json.loads(CATALOGUE.read_text(encoding="utf-8"))["shapes"][section]
    return {name: Access(about["audience"]) for name, about in fields.items()}
