"""Batteries by whatever a scanner, a file or a person calls them: id, code, name, serial."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from passport.models import Battery
from passport.queries import alias
from passport.queries.battery import unknown
from passport.rules.aliases import readings_of
from passport.rules.errors import Conflict, Refusal
from passport.rules.gs1 import LENIENT
from passport.rules.identity import NotAnIdentity, parse

_AT_ONCE = 10_000


class NamedTwice(Conflict):
    """One battery stands twice in a list."""

    code = "named-twice"
    title = "The battery is named twice"


class SeveralBatteries(Conflict):
    """Makers give a serial again for another model."""

    code = "several-batteries"
    title = "More than one battery is called so"


@dataclass(frozen=True)
class Wrong:
    """A code of a list that names no battery of the reader's, by its place, and why."""

    place: int
    code: str
    refusal: Refusal


@dataclass(frozen=True)
class Named:
    """What a list of codes names: batteries by the place of their code, and what is wrong."""

    batteries: dict[int, Battery]
    wrong: tuple[Wrong, ...]


def named(*, codes: Sequence[tuple[int, str]]) -> Named:
    """The batteries that codes name, as far as the acting party sees them; `codes` have a place.

    A code is an id of ours, a link, an element string, scanner data, another name or a serial.
    A few queries, whatever their number. What is wrong with each is told, and stops no other.
    """
    texts = list(dict.fromkeys(text for _, text in codes))
    found = _by_id(texts)
    refused: dict[str, Refusal] = {}
    found |= _by_identity([text for text in texts if text not in found], refused)
    found |= _by_alias([text for text in texts if text not in found])
    rest = [text for text in texts if text not in found]
    serials = _by_serial(rest)
    batteries: dict[int, Battery] = {}
    wrong: list[Wrong] = []
    first: dict[uuid.UUID, int] = {}
    for place, text in codes:
        meant = [found[text]] if text in found else serials.get(text, [])
        fault = _fault(text, meant, first, refused)
        if fault is not None:
            wrong.append(Wrong(place, text, fault))
        else:
            first[meant[0].pk] = place
            batteries[place] = meant[0]
    return Named(batteries, tuple(wrong))


def _fault(
    text: str,
    meant: Sequence[Battery],
    first: dict[uuid.UUID, int],
    refused: dict[str, Refusal],
) -> Refusal | None:
    if not meant:
        return refused.get(text) or unknown()
    if len(meant) > 1:
        return SeveralBatteries(
            f"{len(meant)} batteries have this serial",
            remedy="scan the code on the battery instead of typing its serial",
        )
    if meant[0].pk in first:
        return NamedTwice(
            f"it stands already at {first[meant[0].pk]}", remedy="leave it out; it counts once"
        )
    return None


def _by_id(texts: Sequence[str]) -> dict[str, Battery]:
    ids: dict[uuid.UUID, str] = {}
    for text in texts:
        try:
            ids[uuid.UUID(text)] = text
        except ValueError:
            continue
    return {ids[row.pk]: row for row in _rows("pk__in", list(ids))}


def _by_identity(texts: Sequence[str], refused: dict[str, Refusal]) -> dict[str, Battery]:
    names: dict[str, list[str]] = {}
    for text in texts:
        try:
            names.setdefault(parse(text, reading=LENIENT).canonical, []).append(text)
        except NotAnIdentity:
            continue  # It may be a serial, or a name of another kind.
        except Refusal as refusal:
            refused[text] = refusal
    return {text: row for row in _rows("identity__in", list(names)) for text in names[row.identity]}


def _by_alias(texts: Sequence[str]) -> dict[str, Battery]:
    wanted = {text: readings_of(text) for text in texts}
    given = alias.given(aliases=[each for readings in wanted.values() for each in readings])
    ids: dict[str, set[uuid.UUID]] = {}
    for text, readings in wanted.items():
        rows = [row for each in readings for row in given.get(each, ())]
        if len({row.battery_id for row in rows}) == 1:
            ids.setdefault(text, set()).add(rows[0].battery_id)
    batteries = {
        row.pk: row for row in _rows("pk__in", [pk for found in ids.values() for pk in found])
    }
    return {text: batteries[pk] for text, found in ids.items() for pk in found if pk in batteries}


def _by_serial(texts: Sequence[str]) -> dict[str, list[Battery]]:
    found: dict[str, list[Battery]] = {}
    for row in _rows("serial__in", [text for text in texts if len(text) <= 255]):
        found.setdefault(row.serial, []).append(row)
    return found


def _rows(where: str, values: Sequence[object]) -> Iterable[Battery]:
    for start in range(0, len(values), _AT_ONCE):
        some = list(values[start : start + _AT_ONCE])
        yield from Battery.objects.select_related("model").filter(**{where: some})
