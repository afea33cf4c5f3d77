"""Which battery may sit inside which: levels only go down, no circles, one parent at a time."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from passport.rules.errors import Conflict, Malformed, Refusal

Key = TypeVar("Key", bound=Hashable)


class Level(StrEnum):
    """How large a unit is; a SYSTEM is a rack or a container."""

    CELL = "CELL"
    MODULE = "MODULE"
    PACK = "PACK"
    SYSTEM = "SYSTEM"


RANK = {Level.CELL: 0, Level.MODULE: 1, Level.PACK: 2, Level.SYSTEM: 3}


class InsideItself(Refusal):
    """A battery was named as its own parent."""

    code = "inside-itself"
    title = "A battery cannot contain itself"


class AssemblyCycle(Refusal):
    """Following the parents leads back to the start."""

    code = "assembly-cycle"
    title = "These batteries would contain one another"


class WrongLevel(Refusal):
    """The parent is not of a higher level than the child."""

    code = "wrong-level"
    title = "A battery contains only batteries of a lower level"


class AlreadyInside(Conflict):
    """The child has another parent at this time."""

    code = "already-inside"
    title = "A battery sits in one parent at a time"


class NotInside(Conflict):
    """What is to be taken out does not stand in the battery named."""

    code = "not-inside"
    title = "The battery does not stand in that one"


class PlaceTaken(Conflict):
    """Another battery stands at the position."""

    code = "place-taken"
    title = "Something stands at this position already"


class AtAnotherPlace(Conflict):
    """The child stands in this parent, at a position other than the one named."""

    code = "at-another-place"
    title = "The battery stands at another position there"


class OfferedAway(Conflict):
    """A hand-over of the whole waits for its answer: what was offered stays as it was."""

    code = "offered-away"
    title = "The battery is offered to another party"


class MovedMeanwhile(Conflict):
    """Somebody moved the same batteries again and again while this was waiting for them."""

    code = "moved-meanwhile"
    title = "The batteries were moved meanwhile"


class NotAnAssembly(Malformed):
    """The act names no battery, one of them twice, or more than one act may move."""

    code = "not-an-assembly"
    title = "This is not one act of assembly"


# One act is one event, whose words list every battery that moves.
MOST_AT_ONCE = 2_000


def check_act(*, put: Sequence[Hashable], take: Sequence[Hashable]) -> None:
    """One act moves 1 to 2,000 batteries, and each of them once. [assembly-4]

    Refuses NotAnAssembly.
    """
    moves = len(put) + len(take)
    if not 1 <= moves <= MOST_AT_ONCE:
        raise NotAnAssembly(
            f"the act moves {moves} batteries",
            pointer="/put",
            remedy=f"name 1 to {MOST_AT_ONCE:,} batteries; do more in several acts",
        )
    seen: set[Hashable] = set()
    for pointer, named in (("/put", put), ("/take", take)):
        for number, each in enumerate(named):
            if each in seen:
                raise NotAnAssembly(
                    "the battery is named twice",
                    pointer=f"{pointer}/{number}",
                    remedy="name each battery once; what goes in does not come out in one act",
                )
            seen.add(each)


def check_positions(
    *, standing: Mapping[str, Hashable], put: Sequence[tuple[Hashable, str]]
) -> None:
    """One battery at a position; an empty position is none, and takes any number. [assembly-5]

    `standing` is who stands where once what is taken out has gone. Refuses PlaceTaken.
    """
    places = dict(standing)
    for number, (child, position) in enumerate(put):
        if position and places.setdefault(position, child) != child:
            raise PlaceTaken(
                f"a battery stands at position {position}",
                pointer=f"/put/{number}/position",
                remedy="take that battery out in the same act, or name another position",
            )


def check_inside(*, parent: Hashable, current: Hashable | None, pointer: str) -> None:
    """Only what stands directly in a battery is taken out of it. [assembly-6] Refuses NotInside."""
    if current == parent:
        return
    where = "in nothing" if current is None else "in another battery"
    raise NotInside(
        f"the battery stands {where} at this time",
        pointer=pointer,
        remedy="look at what stands in the battery now, and name one of these",
    )


def check_not_offered(*, offered: bool, pointer: str) -> None:
    """What was offered whole is handed over whole. [assembly-7] Refuses OfferedAway."""
    if offered:
        raise OfferedAway(
            "a hand-over of the battery waits for its answer",
            pointer=pointer,
            remedy="withdraw the hand-over, or wait until it is answered",
        )


def check_levels(*, parent: str, child: str) -> None:
    """SYSTEM contains PACK contains MODULE contains CELL; levels may be skipped. [assembly-1]

    Refuses WrongLevel for the same level or for a larger battery inside a smaller one.
    """
    if RANK[Level(parent)] > RANK[Level(child)]:
        return
    if RANK[Level(child)] < RANK[Level.SYSTEM]:
        fitting = " or ".join(level for level in Level if RANK[level] > RANK[Level(child)])
        remedy = f"name a {fitting} as the parent of a {child}, or correct the model's level"
    else:
        remedy = "a SYSTEM is the outermost level; register it without a parent"
    raise WrongLevel(f"a {parent} cannot contain a {child}", pointer="/parent", remedy=remedy)


def check_assembly(
    *,
    parent: Hashable,
    child: Hashable,
    parent_level: str,
    child_level: str,
    current_parent: Hashable | None = None,
    above_parent: Collection[Hashable] = (),
    strict: bool = False,
) -> None:
    """May `child` be put into `parent`, whose own parents are given? [assembly-2]

    A line of a file may say what is so already; an act that moves something, `strict`, may not.
    Refuses InsideItself, AssemblyCycle, WrongLevel, AlreadyInside (asked in this order).
    """
    if parent == child:
        raise InsideItself(
            "parent and child are the same battery",
            pointer="/parent",
            remedy="name another battery as the parent, or leave the parent out",
        )
    if child in above_parent:
        raise AssemblyCycle(
            "the parent already sits inside the child",
            pointer="/parent",
            remedy="turn parent and child round, or take the parent out of the child first",
        )
    check_levels(parent=parent_level, child=child_level)
    if current_parent is not None and (strict or current_parent != parent):
        where = "this very battery" if current_parent == parent else str(current_parent)
        raise AlreadyInside(
            f"the battery sits in {where} at this time",
            pointer="/parent",
            remedy="record that it was taken out there before it is put in here",
        )


def find_cycles(*, parents: Mapping[Key, Key]) -> list[list[Key]]:
    """All circles among child → parent edges, each in walking order.

    Each edge is walked once, so a file of a million cells costs one pass. [assembly-3]
    """
    found: list[list[Key]] = []
    done: set[Key] = set()
    for start in parents:
        trail: dict[Key, int] = {}
        at = start
        while at in parents and at not in done:
            if at in trail:
                found.append(list(trail)[trail[at] :])
                break
            trail[at] = len(trail)
            at = parents[at]
        done.update(trail)
    return found
