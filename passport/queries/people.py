"""Persons as sign-in wants them."""

import uuid

from passport.models import Person
from passport.rules.errors import NotFound


def by_id(*, person_id: uuid.UUID) -> Person:
    """The person of this id, whose account is open. Refuses NotFound."""
    person: Person | None = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise NotFound("there is nobody of this name", remedy="sign in again")
    return person
