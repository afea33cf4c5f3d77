"""Who ends a battery's life here: its keeper, whichever way the request comes in."""

import datetime
from collections.abc import Collection
from typing import Final

from passport.rules.errors import Malformed, NotAllowed

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


class DaysBroken(Malformed):
    """A battery that must be gone before it is there to be fetched."""

    code = "retirement-days"
    title = "Between these days nobody can fetch it"


def check_days(
    *, ready_on: datetime.date | None, due_on: datetime.date | None, on: datetime.date
) -> None:
    """It must be gone on a day that is not over, and not before it is ready. [keeping-2]

    Refuses DaysBroken.
    """
    if due_on is None:
        return
    if due_on < on:
        raise DaysBroken(
            f"{due_on} is over", pointer="/due_on", remedy="name a day to come, or none"
        )
    if ready_on is not None and due_on < ready_on:
        raise DaysBroken(
            f"it must be gone by {due_on}, and is ready on {ready_on}",
            pointer="/due_on",
            remedy="name a later day, or none",
        )
