"""Builds batteries together and takes them apart: each act whole, and told in one event."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from passport.actions import assembly_moves, event_members
from passport.actions.assembly_moves import Move
from passport.models import Battery, LifecycleEvent, Party
from passport.proof.encoding import b64u_encode
from passport.proof.leaf import subject_hash
from passport.queries.assembly import contents_of, place_of_child
from passport.rules.assembly import NotInside, check_act
from passport.rules.lifecycle import EventKind


@dataclass(frozen=True, slots=True)
class Put:
    """A battery on its way in, and where it will stand; an empty position is nowhere special."""

    child_id: uuid.UUID
    position: str = ""


@transaction.atomic
def change(
    *,
    parent_id: uuid.UUID,
    put: Sequence[Put] = (),
    take: Sequence[uuid.UUID] = (),
    gather: bool = False,
    by: Party,
    at: datetime,
) -> LifecycleEvent:
    """Put batteries into one and take others out of it, in one act.

    What comes out is a unit of its own in the holder's hands; what goes in is carried by the whole,
    and with `gather` may stand in another battery of the holder's, as in merge().
    Refuses NotFound, NotTheHolder, OfferedAway, NotPossibleNow, AlreadyRecycled, NotAnAssembly,
    InsideItself, AssemblyCycle, WrongLevel, AlreadyInside, NotInside, PlaceTaken, UnderRecall,
    MovedMeanwhile.
    """
    return _act(parent_id=parent_id, put=put, take=take, gather=gather, by=by, at=at)


@transaction.atomic
def build(*, parent_id: uuid.UUID, put: Sequence[Put], by: Party, at: datetime) -> LifecycleEvent:
    """Put batteries that stand in nothing into a larger one; refusals as change()."""
    return _act(parent_id=parent_id, put=put, take=(), gather=False, by=by, at=at)


@transaction.atomic
def take_out(
    *, parent_id: uuid.UUID, take: Sequence[uuid.UUID], by: Party, at: datetime
) -> LifecycleEvent:
    """Take batteries out of the one in which they directly stand; refusals as change()."""
    return _act(parent_id=parent_id, put=(), take=take, gather=False, by=by, at=at)


@transaction.atomic
def swap(
    *, parent_id: uuid.UUID, out_id: uuid.UUID, in_id: uuid.UUID, by: Party, at: datetime
) -> LifecycleEvent:
    """Take one battery out and put another in at the very position; refusals as change()."""
    place = place_of_child(child_id=out_id)
    position = place.position if place is not None and place.parent_id == parent_id else ""
    put = (Put(in_id, position),)
    return _act(parent_id=parent_id, put=put, take=(out_id,), gather=False, by=by, at=at)


@transaction.atomic
def split(
    *, battery_id: uuid.UUID, parts: Sequence[uuid.UUID] = (), by: Party, at: datetime
) -> LifecycleEvent:
    """Dismantle: everything directly inside, or some of it, becomes units of its own.

    The parts keep what is inside them, and their holder; the emptied whole stays, with its history.
    Refuses as change(), and NotInside where nothing stands inside.
    """
    take = parts or contents_of(parent_id=battery_id)
    if not take:
        raise NotInside(
            "nothing stands in the battery",
            remedy="look at what stands in the battery now; an empty one is not dismantled",
        )
    return _act(parent_id=battery_id, put=(), take=take, gather=False, by=by, at=at)


@transaction.atomic
def merge(*, parent_id: uuid.UUID, put: Sequence[Put], by: Party, at: datetime) -> LifecycleEvent:
    """Gather batteries into one from wherever they stand: parts of several packs become one more.

    The parent is registered before, and may be new and empty. What stands in another battery comes
    out of it and goes in here in one act; the event is about those that lost a part as well.
    Refuses as change(), but not AlreadyInside.
    """
    return _act(parent_id=parent_id, put=put, take=(), gather=True, by=by, at=at)


def _act(
    *,
    parent_id: uuid.UUID,
    put: Sequence[Put],
    take: Sequence[uuid.UUID],
    gather: bool,
    by: Party,
    at: datetime,
) -> LifecycleEvent:
    check_act(put=[each.child_id for each in put], take=take)
    kind = _kind(put, take)
    stock = assembly_moves.lock(
        battery_ids=[parent_id, *(each.child_id for each in put), *take], others=gather
    )
    assembly_moves.check(
        stock=stock,
        parent_id=parent_id,
        put=[(each.child_id, each.position) for each in put],
        take=take,
        kind=kind,
        gather=gather,
        by=by,
    )
    left = stock.parents_of(each.child_id for each in put) - {parent_id}
    moves = assembly_moves.write(
        stock=stock,
        parent_id=parent_id,
        put=[(each.child_id, each.position) for each in put],
        take=take,
        by=by,
        at=at,
    )
    members = [stock.batteries[parent_id], *(stock.batteries[one] for one in sorted(left))]
    members += [each.battery for each in moves]
    return event_members.record(
        kind=kind, members=members, facts=_facts(stock.batteries[parent_id], moves), by=by, at=at
    )


def _kind(put: Sequence[Put], take: Sequence[uuid.UUID]) -> EventKind:
    if put and take:
        return EventKind.REPLACED
    return EventKind.ASSEMBLED if put else EventKind.DISASSEMBLED


def _facts(parent: Battery, moves: Sequence[Move]) -> dict[str, object]:
    """What moved where, each battery as the log knows it: by its salted digest."""
    return {
        "whole": _digest(parent),
        "level": parent.level,
        "in": [_told(each) for each in moves if each.into],
        "out": [_told(each) for each in moves if not each.into],
    }


def _told(move: Move) -> dict[str, str]:
    said = {"battery": _digest(move.battery)}
    return said | ({"position": move.position} if move.position else {})


def _digest(battery: Battery) -> str:
    return b64u_encode(subject_hash(salt=bytes(battery.salt), subject=battery.identity))
