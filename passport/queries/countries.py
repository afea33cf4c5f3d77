"""Countries and territories by their two letters. [ISO 3166-1 alpha-2]"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "countries.json"


@cache
def names() -> Mapping[str, str]:
    """Code → name."""
    found: dict[str, str] = json.loads(TABLE.read_text(encoding="utf-8"))["names"]
    return found


def by_name() -> list[tuple[str, str]]:
    """Codes and names, in the order in which a reader looks for a name."""
    return sorted(names().items(), key=lambda each: each[1])
