"""Administrators sit down to work: by their password, in one browser, for twelve hours."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from passport.actions.password import WrongPassword, proof_of
from passport.actions.token import new_token
from passport.models import Person
from passport.postgres import people
from passport.queries import tenancy
from passport.queries.tenancy import Seat


@dataclass(frozen=True)
class Opened:
    """What the browser keeps, and until when it is good."""

    token: str = field(repr=False)
    until: datetime


@transaction.atomic
def open_by_password(*, person_id: uuid.UUID, password: str) -> Opened:
    """Begin a sitting; the database checks the password itself. Refuses WrongPassword."""
    person = Person.objects.get(pk=person_id)
    tenancy.act_as_person(person_id)
    token = new_token()
    proof = proof_of(email=person.email, password=password)
    until = people.call("open sitting", proof, token.digest)["until"]
    if not isinstance(until, datetime):
        raise WrongPassword(
            "this is not the password of your account",
            pointer="/password",
            remedy="type the password with which you sign in",
        )
    return Opened(token=token.text, until=until)


@transaction.atomic
def end(*, seat: Seat) -> None:
    """End this sitting."""
    tenancy.take_seat(seat)
    people.call("end sitting")
