"""What second lives are for, and what programmes of such a use usually ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recycling.rules.market import Route


@dataclass(frozen=True, kw_only=True)
class Use:
    """A use with its usual terms, as the form of a programme writes them."""

    use: str
    says: str
    route: Route
    terms: Mapping[str, str]


def parse_uses(document: Mapping[str, Any]) -> tuple[Use, ...]:
    """The dated table of uses."""
    return tuple(
        Use(
            use=row["use"],
            says=row["says"],
            route=Route(row["route"]),
            terms={name: _written(row[name]) for name in row if name not in _ABOUT},
        )
        for row in document["uses"]
    )


_ABOUT = frozenset({"use", "says", "source"})


def _written(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
