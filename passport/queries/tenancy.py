"""For whom the running transaction reads and writes: what row-level security turns on."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction


@dataclass(frozen=True)
class Seat:
    """An administrator at work: who, and the token of its sitting, which no log may show."""

    person_id: uuid.UUID
    token: str = field(repr=False)


_SET = "SELECT set_config(%s, %s, true)"


def act_as(party_id: uuid.UUID) -> None:
    """Let the rest of this transaction see what concerns this party, and nothing else."""
    _set("app.party", str(party_id))


@contextmanager
def stepped_down(party_id: uuid.UUID) -> Iterator[None]:
    """One transaction with the sight of this party and no more, for a process that sees all.

    The role of the application is taken for it: the worker's own policies would show everything.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE passport_app")
        act_as(party_id)
        yield


@contextmanager
def sight_of(party_id: uuid.UUID) -> Iterator[None]:
    """The same inside a transaction of the system's, which goes on as the system afterwards.

    After an error the transaction can only be rolled back, and the step down with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE passport_app")
        act_as(party_id)
        yield
        _set("app.party", "")
        cursor.execute("SET LOCAL ROLE passport_system")


def act_as_person(person_id: uuid.UUID) -> None:
    """Let the rest of this transaction see the memberships of this person."""
    _set("app.person", str(person_id))


def take_seat(seat: Seat) -> None:
    """Let the rest of this transaction do what this administrator may; the database checks it."""
    act_as_person(seat.person_id)
    _set("app.sitting", seat.token)


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, [name, value])
