"""What a recorder may declare wrong of what it recorded: once, and without losing a trace."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from passport.rules.errors import Conflict, NotAllowed, Refusal
from passport.rules.lifecycle import EventKind, State


class Reason(StrEnum):
    """Why an event is wrong; EPCIS says the same in small letters."""

    INCORRECT_DATA = "INCORRECT_DATA"
    DID_NOT_OCCUR = "DID_NOT_OCCUR"


class NotTheRecorder(NotAllowed):
    """Only who said it takes it back."""

    code = "not-the-recorder"
    title = "Another party recorded this"


class AlreadyCorrected(Conflict):
    """An event is declared wrong once."""

    code = "already-corrected"
    title = "The event is declared wrong already"


class NotCorrectable(Refusal):
    """What such an event has done is undone by another act."""

    code = "not-correctable"
    title = "Such an event is not corrected by a declaration"


class NoCorrective(Refusal):
    """The event named as the right one cannot stand in the place of the wrong one."""

    code = "no-corrective"
    title = "This event cannot take the place of the other"


class BuiltUpon(Refusal):
    """What happened since rests on the event."""

    code = "built-upon"
    title = "What happened since rests on this event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as far as a correction asks: `about` is the same for the same subjects."""

    id: UUID
    kind: str
    recorder: UUID
    about: tuple[UUID, ...]
    wrong: bool


# Such events moved a battery, its parts or its state; the act that undoes them stands beside.
_COUNTER_ACTS: Mapping[str, str] = {
    EventKind.REGISTERED: "the registration stays; ask the operator if the battery never was",
    EventKind.ASSEMBLED: "take the part out again: that is recorded, and both stay to be read",
    EventKind.DISASSEMBLED: "put the part in again: that is recorded, and both stay to be read",
    EventKind.REPLACED: "replace the part again: that is recorded, and both stay to be read",
    EventKind.HANDED_OVER: "hand the battery back: its holder offers it, the other side accepts",
    EventKind.RETIRED: "accept no offer for it, and have it regraded for another life",
    EventKind.ROUTED: "decline the offer, or hand the battery back",
    EventKind.RECEIVED: "hand the battery back, or record what happened to it since",
    EventKind.REGRADED: "retire the battery again",
    EventKind.TREATED: "a booked treatment stays; ask the operator if its masses are wrong",
    EventKind.MERGED: "two records that have become one stay one; ask the operator",
    EventKind.CORRECTED: "declare its corrective event wrong, and name what is right instead",
}


def correctable(*, kind: str) -> bool:
    """Whether an event of this kind may be declared wrong at all. [correction-1]"""
    return kind not in _COUNTER_ACTS


def check_declaration(*, wrong: Told, by: UUID, reason: str, correctives: Collection[Told]) -> None:
    """Its recorder declares it wrong, once; what never was has no corrective. [correction-1]

    Refuses NotTheRecorder, NotCorrectable, AlreadyCorrected, NoCorrective.
    """
    if wrong.recorder != by:
        raise NotTheRecorder(
            "another party recorded this event",
            remedy="ask whoever recorded it to declare it wrong; record what you found yourself",
        )
    if not correctable(kind=wrong.kind):
        raise NotCorrectable(
            f"what {wrong.kind.lower().replace('_', ' ')} has done is not undone by a declaration",
            remedy=_COUNTER_ACTS[EventKind(wrong.kind)],
        )
    if wrong.wrong:
        raise AlreadyCorrected(
            "this event was declared wrong before",
            remedy="declare its corrective event wrong, if that is wrong too",
        )
    if correctives and reason == Reason.DID_NOT_OCCUR:
        raise NoCorrective(
            "what did not occur is replaced by nothing",
            pointer="/correctives",
            remedy="leave the correctives out, or give INCORRECT_DATA as the reason",
        )
    for place, each in enumerate(correctives):
        _check_corrective(each, wrong, pointer=f"/correctives/{place}")


def _check_corrective(right: Told, wrong: Told, *, pointer: str) -> None:
    """Own, about the same, standing, and no declaration itself."""
    if right.id == wrong.id:
        trouble, remedy = "an event does not correct itself", "name the event that is right"
    elif right.recorder != wrong.recorder:
        trouble, remedy = "another party recorded the corrective", "record it yourself"
    elif right.about != wrong.about:
        trouble, remedy = "the corrective is about another battery", "name one about the same"
    elif right.wrong:
        trouble, remedy = "the corrective was declared wrong itself", "name what corrected it"
    elif right.kind == EventKind.CORRECTED:
        trouble, remedy = "a declaration corrects nothing by itself", "name the event that is right"
    else:
        return
    raise NoCorrective(trouble, pointer=pointer, remedy=remedy)


def state_without(*, kind: str, state: str, carries: bool) -> State:
    """The state of a battery once an event of this kind no longer counts. [correction-2]

    `carries`: the present state rests on this event alone. Refuses BuiltUpon.
    """
    now = State(state)
    if kind != EventKind.COMMISSIONED or not carries:
        return now
    if now is not State.IN_SERVICE:
        raise BuiltUpon(
            "the battery has been retired since it was put into service",
            remedy="record what happened to it next; the commissioning stays in its history",
        )
    return State.REGISTERED
