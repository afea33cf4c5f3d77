"""Who may register batteries."""

from collections.abc import Collection

from passport.rules.errors import NotAllowed


class NotAMaker(NotAllowed):
    """Who registers a battery answers for its origin. [Art. 77(4)]"""

    code = "not-a-maker"
    title = "Only a maker registers batteries"


def check_registrar(*, roles: Collection[str]) -> None:
    """A party registers batteries in its role as their maker. [registrar-1]

    Refuses NotAMaker.
    """
    if "MAKER" not in roles:
        raise NotAMaker(
            "your party does not have the role of a maker",
            remedy="let the maker register the battery and hand it over to you",
        )
