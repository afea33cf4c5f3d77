"""Tells the log what a file has registered: each new unit, what grew, and all others at once."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.db import transaction

from passport.actions import event, outbox
from passport.models import LifecycleEvent, Outbox, Party
from passport.models.ids import new_id
from passport.postgres import announced
from passport.proof import tree
from passport.proof.batch import root_encode
from passport.proof.members import Block
from passport.rules.lifecycle import EventKind


@dataclass(frozen=True)
class Units:
    """Outermost batteries that are told of, with what each of them is and holds."""

    rows: Sequence[tuple[Any, ...]]
    facts: Sequence[dict[str, object]]


def units(*, first: uuid.UUID, last: uuid.UUID, intake_id: uuid.UUID) -> Units:
    """Look up the outermost batteries of an intake between two ids."""
    return _with_facts(announced.new_units(first=first, last=last, intake=intake_id))


def registered(found: Units, *, by: Party, at: datetime) -> None:
    """Record the registration of each of these."""
    _record(EventKind.REGISTERED, found, by=by, at=at)


def grown(*, ids: Collection[uuid.UUID], by: Party, at: datetime) -> None:
    """Record that units of before have got something new inside."""
    if ids:
        _record(EventKind.ASSEMBLED, _with_facts(announced.units(ids=ids)), by=by, at=at)


@dataclass(frozen=True)
class Rest:
    """What an intake has registered and that has no event of its own: how many, the root over their
    names, and their salted subjects.
    """

    count: int
    root: bytes
    subjects: outbox.Gathered | None


@transaction.atomic
def rest_of(*, intake_id: uuid.UUID, kept: IO[bytes]) -> Rest:
    """Look up what rest() tells, once nothing more is registered; nothing is written but `kept`."""
    count, root = _root(announced.rest_names(intake=intake_id))
    if not count:
        return Rest(0, root, None)
    subjects = outbox.gather(blocks=_blocks(intake_id), subjects=count, kept=kept)
    return Rest(count, root, subjects)


def rest(found: Rest, *, intake_id: uuid.UUID, by: Party, at: datetime) -> None:
    """Record it as one event; once, however often it is asked for."""
    if found.subjects is None or LifecycleEvent.objects.filter(intake=intake_id).exists():
        return
    content = event.words(
        kind=EventKind.REGISTERED,
        subject={"batteries": {"count": found.count, "root": root_encode(found.root)}},
        happened_at=at,
        event_id=new_id(),
        facts={"intake": str(intake_id)},
    )
    made = event.written(content=content, by=by, at=at, intake_id=intake_id)
    made.save(force_insert=True)
    outbox.enter_gathered(kind="event", body=bytes(made.body), many=found.subjects, at=at)


def batch_subject(*, attestation_id: uuid.UUID) -> bytes:
    """How the log knows the batteries of a batch: the root over their sorted salted names."""
    count, root = _root(announced.item_subjects(attestation=attestation_id))
    return announced.only_subject(attestation=attestation_id) if count == 1 else root


def subject_of_rest(
    found: Rest, *, attestation_id: uuid.UUID, size: int, first: uuid.UUID, last: uuid.UUID
) -> bytes | None:
    """The same of a batch of so many whose batteries an intake has made between two ids: where they
    are what rest() tells, and nothing else, they are not sorted again. None where they are not.
    """
    # As many, and none of those that have an event of their own.
    if found.subjects is None or found.count != size:
        return None
    if announced.item_has_event(attestation=attestation_id, first=first, last=last):
        return None
    return found.subjects.root


def _with_facts(rows: Sequence[tuple[Any, ...]]) -> Units:
    inside = announced.contents(units=[row[0] for row in rows])
    return Units(
        rows,
        [
            _facts(level, code, made_on, inside.get(battery, b""))
            for battery, _, _, level, code, made_on in rows
        ],
    )


def _record(kind: EventKind, found: Units, *, by: Party, at: datetime) -> None:
    events, wishes = [], []
    for (battery, identity, salt, *_), facts in zip(found.rows, found.facts, strict=True):
        content = event.words(
            kind=kind,
            subject={"battery": identity},
            happened_at=at,
            event_id=new_id(),
            facts=facts,
        )
        made = event.written(content=content, by=by, at=at)
        made.battery_id = battery
        events.append(made)
        subject = outbox.subject_of(salt=salt, subject=identity)
        wishes.append(outbox.row(kind="event", body=bytes(made.body), subjects=[subject], at=at))
    LifecycleEvent.objects.bulk_create(events, batch_size=1000)
    Outbox.objects.bulk_create(wishes, batch_size=1000)


def _facts(level: str, code: str, made_on: date, inside: bytes) -> dict[str, object]:
    leaves = _hashes(inside)
    return {
        "level": level,
        "model": code,
        "manufacturedOn": made_on.isoformat(),
        "components": {"count": len(leaves), "root": root_encode(tree.root(leaves))},
    }


def _root(parts: Iterable[bytes]) -> tuple[int, bytes]:
    """How many leaf hashes there are, and their root; all parts but the last are of one width, a
    power of two.
    """
    count, roots = 0, []
    for part in parts:
        leaves = _hashes(part)
        count += len(leaves)
        roots.append(tree.root(leaves))
    return count, tree.root(roots)


def _blocks(intake_id: uuid.UUID) -> Iterator[Block]:
    rows = announced.rest_subjects(intake=intake_id)
    for place, (subjects, leaves) in enumerate(rows):
        yield Block(place, subjects, tree.root(_hashes(leaves)))


def _hashes(part: bytes) -> list[bytes]:
    return [part[at : at + 32] for at in range(0, len(part), 32)]
