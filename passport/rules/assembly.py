"""Which battery may sit inside which: levels only go down, no circles, one parent at a time."""

from collections.abc import Collection, Hashable, Mapping
from enum import StrEnum
from typing import TypeVar

from passport.rules.errors import Conflict, Refusal

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
) -> None:
    """May `child` be put into `parent`, whose own parents are given? [assembly-2]

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
    if current_parent is not None and current_parent != parent:
        raise AlreadyInside(
            f"the battery sits in {current_parent} at this time",
            pointer="/parent",
            remedy="record that it was taken out there before it is put in here",
        )


def find_cycle(*, parents: Mapping[Key, Key]) -> list[Key]:
    """The first circle among child → parent edges, in walking order; empty when there is none.

    Each edge is walked once, so a file of a million cells costs one pass. [assembly-3]
    """
    done: set[Key] = set()
    for start in parents:
        trail: dict[Key, int] = {}
        at = start
        while at in parents and at not in done:
            if at in trail:
                return list(trail)[trail[at] :]
            trail[at] = len(trail)
            at = parents[at]
        done.update(trail)
    return []
