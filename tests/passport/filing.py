"""A project of the keeper's whose evidence was asked for, and is not made yet."""

from __future__ import annotations

from typing import Any

from passport.actions import job, sourcing_file
from passport.models import EvidenceFile
from passport.models.ids import new_id
from passport.queries import sourcing_rules
from tests.cast import THEN, Cast
from tests.passport.projecting import opened


def filed(cast: Cast) -> dict[str, Any]:
    """The ids of both."""
    keeper, made = cast["keeper"], new_id()
    project = opened(keeper, rule_set=sourcing_rules.newest().id)
    kind = sourcing_file.KIND
    waits = job.enqueue(
        kind=kind, dedupe_key=f"{kind}:{made}", party=keeper, payload={"file": str(made)}, at=THEN
    )
    file = EvidenceFile.objects.create(
        id=made, project=project, job=waits, as_of=THEN.date(), asked_at=THEN
    )
    return {"project_id": project.pk, "file_id": file.pk}
