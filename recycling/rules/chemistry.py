"""The names of chemistries: families, and whether a programme's list takes a pack."""

from collections.abc import Collection
from functools import cache

FAMILIES = ("LFP", "NMC", "NCA", "LCO", "LMO", "LTO", "NA_ION")
ANY = "*"


@cache
def family_of(chemistry: str) -> str:
    """The family a chemistry belongs to: NMC622 is NMC; a family is its own; else itself."""
    return next((family for family in FAMILIES if chemistry.startswith(family)), chemistry)


def takes(*, accepted: Collection[str], chemistry: str) -> bool:
    """Whether a list of chemistries takes this one.

    A family takes all its members. A pack known only by its family goes where a member is taken,
    since a sorter takes what it can tell apart.
    """
    if ANY in accepted or chemistry in accepted or family_of(chemistry) in accepted:
        return True
    return chemistry in FAMILIES and any(family_of(name) == chemistry for name in accepted)
