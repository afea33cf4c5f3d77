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
from passport.queries.assembly import place_of_child
from passport.rules.assembly import check_act
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

    What comes out is a unit of its own in the holder's hands, with all that is inside it: a battery
    of which everything is taken is split, and stays, with its history. What goes in is carried by
    the whole. With `gather` it may stand in other batteries of the holder's, out of which it comes
    in the same act: so parts of several are merged in one that was registered before; the event is
    about those that lost a part as well.
    Refuses NotFound, NotTheHolder, OfferedAway, NotPossibleNow, AlreadyRecycled, NotAnAssembly,
    InsideItself, AssemblyCycle, WrongLevel, AlreadyInside, NotInside, PlaceTaken, UnderRecall,
    MovedMeanwhile; with `gather` not AlreadyInside.
    """
    return _act(parent_id=parent_id, put=put, take=take, gather=gather, by=by, at=at)


@transaction.atomic
def swap(
    *, parent_id: uuid.UUID, out_id: uuid.UUID, in_id: uuid.UUID, by: Party, at: datetime
) -> LifecycleEvent:
    """Take one battery out and put another in at the very position; refusals as change()."""
    place = place_of_child(child_id=out_id)
    position = place.position if place is not None and place.parent_id == parent_id else ""
    put = (Put(in_id, position),)
    return _act(parent_id=parent_id, put=put, take=(out_id,), gather=False, by=by, at=at)


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
