"""Who ends a battery's life here: its keeper, whichever way the request comes in."""

from collections.abc import Collection
from typing import Final

from passport.rules.errors import NotAllowed

KEEPER: Final = "KEEPER"


class NotAKeeper(NotAllowed):
    """The party has no role in which batteries are retired and planned for."""

    code = "not-a-keeper"
    title = "This party keeps no batteries"


def check_keeper(*, roles: Collection[str]) -> None:
    """Only a keeper retires batteries and plans for them. [keeping-1] Refuses NotAKeeper."""
    if KEEPER not in roles:
        raise NotAKeeper(
            "only a keeper retires batteries and asks for plans",
            remedy="ask the operator to give your party the role of a keeper",
        )
