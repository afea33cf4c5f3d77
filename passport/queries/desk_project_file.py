"""The project that evidence files are of, as the desk shows it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from passport.queries import sourcing_file, sourcing_project
from passport.queries.sourcing_file import FileLine

_SHOWN = 100


@dataclass(frozen=True)
class Filed:
    """A project and its files, newest first; `own` says whether the party may ask for one."""

    id: uuid.UUID
    name: str
    own: bool
    files: list[FileLine]


def files_of(*, project_id: uuid.UUID, party_id: uuid.UUID) -> Filed:
    """A project that is the acting party's or shown to it, with its files. Refuses NotFound."""
    found = sourcing_project.by_id(project_id=project_id)
    files = sourcing_file.listing(project=found, after=None, limit=_SHOWN)
    return Filed(id=found.pk, name=found.name, own=found.owner_id == party_id, files=files)
