"""Takes in a bill of materials out of a spreadsheet: good lines land, others are told by row."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from passport.actions import sourcing_project
from passport.actions.sourcing_project import Put
from passport.models import Party
from passport.queries.sourcing_register import register_of
from passport.rules.sourcing_bill import Bill, name_key, read_bill
from passport.rules.sourcing_party import Register


@dataclass(frozen=True)
class Taken:
    """What became of a table: lines that landed, and what is wrong with the others."""

    put: Put
    bill: Bill


@transaction.atomic
def take(*, project_id: uuid.UUID, text: str, by: Party, at: datetime, source: str = "") -> Taken:
    """Put the lines of a table into a project. Refuses NotFound and NoBill; a fault in a line keeps
    that line out and no other, and stands in `bill.faults` with its row and column.
    """
    project = sourcing_project.own(project_id=project_id, by=by)
    register = register_of(owner=project.owner, as_of=at.date())
    bill = read_bill(text, companies=companies(register))
    put = sourcing_project.put_lines(
        project_id=project_id, lines=bill.lines, by=by, at=at, source=source
    )
    return Taken(put, bill)


def rehearse(*, project_id: uuid.UUID, text: str, by: Party, at: datetime) -> Taken:
    """What take() would say of a table; nothing is kept."""
    with transaction.atomic():
        taken = take(project_id=project_id, text=text, by=by, at=at)
        transaction.set_rollback(True)
    return taken


def companies(register: Register) -> Mapping[str, str]:
    """The id of a company by its id and by each name; a name of two companies is of none."""
    found: dict[str, set[str]] = {}
    for entity in register.entities.values():
        for name in (entity.id, entity.name, *entity.also_called):
            found.setdefault(name_key(name), set()).add(entity.id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}
