"""What may happen to a battery, when, and which state it is in afterwards."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from passport.rules.errors import Conflict, Malformed, Refusal


class EventKind(StrEnum):
    """What happened, once."""

    REGISTERED = "REGISTERED"
    ASSEMBLED = "ASSEMBLED"
    DISASSEMBLED = "DISASSEMBLED"
    REPLACED = "REPLACED"
    COMMISSIONED = "COMMISSIONED"
    HANDED_OVER = "HANDED_OVER"
    HEALTH_READ = "HEALTH_READ"
    INCIDENT = "INCIDENT"
    REPAIRED = "REPAIRED"
    RETIRED = "RETIRED"
    ROUTED = "ROUTED"
    RECEIVED = "RECEIVED"
    REGRADED = "REGRADED"
    TREATED = "TREATED"
    CORRECTED = "CORRECTED"
    MERGED = "MERGED"
    # Seen or reported by somebody, in words of its own: it changes nothing.
    OBSERVED = "OBSERVED"


class State(StrEnum):
    """Where in its life a battery is, as this service follows it."""

    REGISTERED = "REGISTERED"
    IN_SERVICE = "IN_SERVICE"
    RETIRED = "RETIRED"
    RECYCLED = "RECYCLED"
    MERGED = "MERGED"


class Status(StrEnum):
    """The battery status of Annex XIII point 4(c), in the law's spelling; not public."""

    ORIGINAL = "original"
    REPURPOSED = "repurposed"
    REUSED = "re-used"
    REMANUFACTURED = "remanufactured"
    WASTE = "waste"


class AlreadyRegistered(Conflict):
    """A battery is registered once."""

    code = "already-registered"
    title = "The battery is already registered"


class NotPossibleNow(Refusal):
    """The event does not fit the state the battery is in."""

    code = "not-possible-now"
    title = "This cannot happen to a battery in this state"


class AlreadyRecycled(Refusal):
    """The battery no longer exists. [Art. 77(8)]"""

    code = "already-recycled"
    title = "The battery has been recycled"


class InTheFuture(Refusal):
    """The moment lies ahead of the service's clock."""

    code = "in-the-future"
    title = "This has not happened yet"


class BeforeManufacture(Refusal):
    """The moment lies before the battery was made."""

    code = "before-manufacture"
    title = "The battery had not been made yet"


class NoTimeZone(Malformed):
    """A moment without an offset means another moment in each country."""

    code = "no-time-zone"
    title = "The moment has no time zone"


class StatusNotPossible(Refusal):
    """The law knows no way from the one status to the other."""

    code = "status-not-possible"
    title = "The battery status cannot change like this"


CLOCK_TOLERANCE = timedelta(minutes=5)
# A day of manufacture is a local day; the earliest time zone is fourteen hours ahead of UTC.
EARLIEST_ZONE = timedelta(hours=14)

_STAYS = (
    EventKind.HANDED_OVER,
    EventKind.HEALTH_READ,
    EventKind.INCIDENT,
    EventKind.DISASSEMBLED,
    EventKind.CORRECTED,
    EventKind.MERGED,
    EventKind.OBSERVED,
)
_WORKING = (
    *_STAYS,
    EventKind.ASSEMBLED,
    EventKind.REPLACED,
    EventKind.REPAIRED,
    EventKind.RECEIVED,
)

# The whole table: what is not here is refused. State None is a battery nobody has registered.
NEXT: dict[State | None, dict[EventKind, State]] = {
    None: {EventKind.REGISTERED: State.REGISTERED},
    State.REGISTERED: {
        **dict.fromkeys(_WORKING, State.REGISTERED),
        EventKind.COMMISSIONED: State.IN_SERVICE,
        EventKind.RETIRED: State.RETIRED,
    },
    State.IN_SERVICE: {
        **dict.fromkeys(_WORKING, State.IN_SERVICE),
        EventKind.RETIRED: State.RETIRED,
    },
    State.RETIRED: {
        **dict.fromkeys(_STAYS, State.RETIRED),
        EventKind.RECEIVED: State.RETIRED,
        EventKind.REPAIRED: State.RETIRED,
        EventKind.ROUTED: State.RETIRED,
        EventKind.REGRADED: State.REGISTERED,
        EventKind.TREATED: State.RECYCLED,
    },
    State.RECYCLED: dict.fromkeys((EventKind.CORRECTED, EventKind.OBSERVED), State.RECYCLED),
    # Its record goes on under the name that its maker gave it.
    State.MERGED: dict.fromkeys((EventKind.CORRECTED, EventKind.OBSERVED), State.MERGED),
}

_REMEDY = {
    EventKind.COMMISSIONED: "regrade a retired battery before it is put into service again",
    EventKind.ROUTED: "retire the battery first",
    EventKind.REGRADED: "retire the battery first",
    EventKind.TREATED: "retire the battery first; only a retired battery is taken apart",
    EventKind.RETIRED: "the battery is retired; record what happens to it next",
    EventKind.ASSEMBLED: "regrade a retired battery before it is built into another one",
    EventKind.REPLACED: "regrade a retired battery before parts of it are replaced",
}

# Art. 3(30), (31), 77(7): a second life starts from any status; nothing becomes original again.
_STATUS_AFTER: dict[Status, frozenset[Status]] = {
    status: frozenset(Status) - {Status.ORIGINAL, status} for status in Status
}


def next_state(*, kind: str, state: str | None) -> State:
    """The state after an event of this kind. [lifecycle-1, Art. 77(8)]

    Refuses AlreadyRegistered, AlreadyRecycled, NotPossibleNow.
    """
    kind, state = EventKind(kind), None if state is None else State(state)
    after = NEXT[state].get(kind)
    if after is not None:
        return after
    if kind is EventKind.REGISTERED:
        raise AlreadyRegistered(
            "the battery is already registered",
            remedy="leave the registration out; record what happened to the battery since",
        )
    if state is State.RECYCLED:
        raise AlreadyRecycled(
            "the battery has been recycled; nothing happens to it any more",
            remedy="check the serial; a recycled battery takes only corrections",
        )
    named = "not registered" if state is None else state.lower().replace("_", " ")
    raise NotPossibleNow(
        f"{kind.lower().replace('_', ' ')} does not follow on a battery that is {named}",
        pointer="/kind",
        remedy=_REMEDY.get(kind, "register the battery first"),
    )


def check_moment(
    *,
    happened_at: datetime,
    recorded_at: datetime,
    manufactured_on: date | None = None,
    pointer: str = "/happened_at",
) -> None:
    """Not after now (five minutes are forgiven), not before manufacture. [lifecycle-2]

    Refuses NoTimeZone, InTheFuture, BeforeManufacture.
    """
    if happened_at.utcoffset() is None:
        raise NoTimeZone(
            f"{happened_at.isoformat()} has no time zone",
            pointer=pointer,
            remedy="add the offset, as in 2026-03-02T10:00:00Z",
        )
    if happened_at - recorded_at > CLOCK_TOLERANCE:
        raise InTheFuture(
            f"{happened_at.isoformat()} is after the service's time {recorded_at.isoformat()}",
            pointer=pointer,
            remedy="check the clock and the time zone of the sending machine",
        )
    if manufactured_on is not None and _latest_day(happened_at) < manufactured_on:
        raise BeforeManufacture(
            f"{happened_at.isoformat()} is before the day of manufacture {manufactured_on}",
            pointer=pointer,
            remedy="check the moment and the serial; one of them belongs to another battery",
        )


def check_event(
    *,
    kind: str,
    state: str | None,
    happened_at: datetime,
    recorded_at: datetime,
    manufactured_on: date | None = None,
) -> State:
    """May this be recorded; the state the battery is in afterwards. [lifecycle-1, -2]

    Refuses what next_state() and check_moment() refuse.
    """
    check_moment(happened_at=happened_at, recorded_at=recorded_at, manufactured_on=manufactured_on)
    return next_state(kind=kind, state=state)


def check_status(*, before: str, after: str) -> None:
    """A second life or waste from any status, original never again. [Art. 77(7), Annex XIII 4(c)]

    Refuses StatusNotPossible.
    """
    possible = _STATUS_AFTER[Status(before)]
    if after in possible:
        return
    raise StatusNotPossible(
        f"a battery whose status is {before} cannot become {after}",
        pointer="/status",
        remedy="choose one of: " + ", ".join(sorted(possible)),
    )


def _latest_day(moment: datetime) -> date:
    try:
        return (moment.astimezone(UTC) + EARLIEST_ZONE).date()
    except OverflowError:  # the first or last day of the calendar: compare the day as written
        return moment.date()
