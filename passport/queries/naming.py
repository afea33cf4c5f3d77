"""Finds batteries by what people and machines call them: an id, an identity, a label, any name."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from passport.models import Battery
from passport.queries import alias, battery
from passport.rules import identity
from passport.rules.aliases import readings_of
from passport.rules.errors import NotFound, Refusal, Several
from passport.rules.gs1 import LENIENT

# Of batteries of one serial, so many are looked at before it is called ambiguous.
_ALIKE = 3


class UnknownBattery(NotFound):
    """Absent and foreign alike, so that it gives nothing away."""

    code = "unknown-battery"
    title = "No such battery among those that concern you"


class AmbiguousSerial(Refusal):
    """Several makers may use one serial."""

    code = "ambiguous-serial"
    title = "The serial names more than one battery"


class UnknownBatteries(Several, NotFound):
    """Some names of a list name no battery that the party may know of."""

    code = "unknown-batteries"
    title = "Some of these batteries are not known to you"


@dataclass(frozen=True)
class Named:
    """A name as it was given, with the one battery that it names, or why it names none."""

    text: str
    battery: Battery | None
    refusal: Refusal | None = None


def look_up(*, names: Sequence[str]) -> list[Named]:
    """What each name says, among the batteries that the acting party sees, in four queries."""
    by_id = _found("id", {key for each in names if (key := _uuid(each))}, lambda row: str(row.pk))
    called = {each: _canonical(each) for each in names}
    by_identity = _found(
        "identity", {each for each in called.values() if each}, lambda row: row.identity
    )
    plain = {each for each in names if not called[each] and not _uuid(each)}
    by_serial = _found("serial", plain, lambda row: row.serial)
    known = {each for each in names if by_identity.get(called[each]) or by_id.get(str(_uuid(each)))}
    by_alias = _aliased([each for each in names if each not in known])
    return [
        _named(
            place,
            each,
            by_id.get(str(_uuid(each)), [])
            or by_identity.get(called[each], [])
            or _each_once(by_serial.get(each, []) + by_alias.get(each, [])),
        )
        for place, each in enumerate(names)
    ]


def one(*, text: str, pointer: str) -> Battery:
    """The one battery that a text names. Refuses UnknownBattery, AmbiguousSerial."""
    (found,) = look_up(names=[text])
    if found.battery is None:
        refusal = found.refusal or UnknownBattery(text)
        raise refusal.pointing(pointer)
    return battery.shown(battery_id=found.battery.pk)


def all_of(*, names: Sequence[str]) -> list[Battery]:
    """The batteries of a list, each once. Refuses UnknownBatteries, naming each that is wrong."""
    named = look_up(names=names)
    wrong = [each.refusal for each in named if each.refusal is not None]
    if wrong:
        raise UnknownBatteries(
            f"{len(wrong)} of {len(named)} name no battery that concerns you", each=wrong
        )
    return list({each.battery.pk: each.battery for each in named if each.battery}.values())


def _aliased(names: Sequence[str]) -> dict[str, list[Battery]]:
    """The batteries that have each text as another name, by whatever scheme it could follow."""
    readings = {each: readings_of(each) for each in names}
    rows = alias.given(aliases={one for several in readings.values() for one in several})
    return {
        each: [row.battery for one in readings[each] for row in rows[one][:_ALIKE]]
        for each in names
    }


def _each_once(rows: Sequence[Battery]) -> list[Battery]:
    return list({row.pk: row for row in rows}.values())


def _found(
    column: str, wanted: Iterable[object], key: Callable[[Battery], str]
) -> dict[str, list[Battery]]:
    found: dict[str, list[Battery]] = defaultdict(list)
    values = list(wanted)
    rows = Battery.objects.filter(**{f"{column}__in": values}).order_by("id") if values else ()
    for row in rows:
        if len(found[key(row)]) < _ALIKE:
            found[key(row)].append(row)
    return found


def _named(place: int, text: str, found: Sequence[Battery]) -> Named:
    pointer = f"/batteries/{place}"
    if len(found) == 1:
        return Named(text, found[0])
    if not found:
        return Named(
            text,
            None,
            UnknownBattery(
                f"{text[:120]} is not among the batteries that concern you",
                pointer=pointer,
                remedy="check how it is spelt; ask its holder to let you in",
            ),
        )
    return Named(
        text,
        None,
        AmbiguousSerial(
            f"{text[:120]} is the serial of more than one battery",
            pointer=pointer,
            remedy=f"write the whole identity, such as {found[0].identity}",
        ),
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _canonical(text: str) -> str:
    """The one spelling of an identity; nothing for what is none, such as a plain serial."""
    try:
        return identity.parse(text, reading=LENIENT).canonical
    except Refusal:
        return ""
