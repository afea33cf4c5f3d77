"""How much may be asked for in one bundle, and how many bundles at once."""

from passport.rules.errors import Conflict, Malformed

MOST_BATTERIES = 1_000
LONGEST_TITLE = 200
MOST_WAITING = 5


class EmptyList(Malformed):
    """A bundle is about one battery at least."""

    code = "empty-list"
    title = "The list names no battery"


class ListTooLong(Malformed):
    """A bundle is one file that a person can still check."""

    code = "list-too-long"
    title = "The list names too many batteries"


class TitleTooLong(Malformed):
    """The title stands in the signed record."""

    code = "title-too-long"
    title = "The title is too long"


class TooManyWaiting(Conflict):
    """Bundles are made one after the other; a queue without end helps nobody."""

    code = "too-many-waiting"
    title = "Enough bundles are being made for you already"


def check_list(*, count: int, title: str) -> None:
    """A bundle is about 1 to 1,000 batteries, under a title of at most 200 characters. [bundle-1]

    Refuses EmptyList, ListTooLong, TitleTooLong.
    """
    if not count:
        raise EmptyList(
            "no battery is named", pointer="/batteries", remedy="name one: id, identity or serial"
        )
    if count > MOST_BATTERIES:
        raise ListTooLong(
            f"{count:,} batteries are named; one bundle holds {MOST_BATTERIES:,}",
            pointer="/batteries",
            remedy="ask for several bundles",
        )
    if len(title) > LONGEST_TITLE:
        raise TitleTooLong(
            f"the title has {len(title)} characters",
            pointer="/title",
            remedy=f"write at most {LONGEST_TITLE}",
        )


def check_waiting(*, count: int) -> None:
    """So many bundles of one party wait at a time, and no more. [bundle-2]

    Refuses TooManyWaiting.
    """
    if count >= MOST_WAITING:
        raise TooManyWaiting(
            f"{count} bundles of yours are being made", remedy="fetch one of these first"
        )
