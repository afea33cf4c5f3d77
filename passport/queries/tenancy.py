"""For whom the running transaction reads and writes: what row-level security turns on."""

import uuid

from django.db import connection

_SET = "SELECT set_config(%s, %s, true)"


def act_as(party_id: uuid.UUID) -> None:
    """Let the rest of this transaction see what concerns this party, and nothing else."""
    _set("app.party", str(party_id))


def act_as_person(person_id: uuid.UUID) -> None:
    """Let the rest of this transaction see the memberships of this person."""
    _set("app.person", str(person_id))


def present_key(key_id: str) -> None:
    """Let the rest of this transaction see the row of this API key."""
    _set("app.key", key_id)


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, [name, value])
