"""Why lines waited in vain: the circles among those that are left of a file."""

from collections.abc import Callable

from passport.actions import intake_waiting as waiting
from passport.actions.intake_lines import Reader
from passport.models import Intake
from passport.rules.assembly import AssemblyCycle, find_cycles


def circles(
    *, intake: Intake, round: int, reader: Reader, tick: Callable[[], None]
) -> dict[str, AssemblyCycle]:
    """Identity → refusal of each battery that the parents of these lines lead back to.

    `tick` is called again and again meanwhile. A line is known by a number of 64 bits here, so that
    a million of them fit into memory.
    """
    edges: dict[int, int] = {}
    for kept in waiting.all_of(intake=intake, kind=waiting.BATTERY, round=round):
        tick()
        for row in reader.read(waiting.lines_of(kept)).rows:
            if row.parent:
                edges.setdefault(hash(row.identity), hash(row.parent))
    found = find_cycles(parents=edges)
    edges.clear()
    tick()
    if not found:
        return {}
    names = _names({each for circle in found for each in circle}, intake, round, reader)
    return {
        names[each]: _refusal([names[one] for one in circle]) for circle in found for each in circle
    }


def _names(wanted: set[int], intake: Intake, round: int, reader: Reader) -> dict[int, str]:
    return {
        hash(row.identity): row.identity
        for kept in waiting.all_of(intake=intake, kind=waiting.BATTERY, round=round)
        for row in reader.read(waiting.lines_of(kept)).rows
        if hash(row.identity) in wanted
    }


def _refusal(circle: list[str]) -> AssemblyCycle:
    return AssemblyCycle(
        "following the parents leads back here: " + " in ".join(circle),
        pointer="/parent",
        remedy="take one of these parents out; nothing contains itself",
    )
