"""A project of the keeper's with a certificate, whose evidence was asked for and is not made."""

from __future__ import annotations

from typing import Any

from passport.actions import job, sourcing_certificate, sourcing_file
from passport.models import EvidenceFile
from passport.models.ids import new_id
from passport.queries import sourcing_rules
from tests.cast import THEN, Cast
from tests.passport.acting import acting
from tests.passport.projecting import certificate, line, opened
from tests.simulator import key_of


def filed(cast: Cast) -> dict[str, Any]:
    """The ids of all three."""
    keeper, made = cast["keeper"], new_id()
    project = opened(keeper, line(), rule_set=sourcing_rules.newest().id)
    unknown = key_of("issuer", "did:web:unknown.example#key-1")
    with acting(keeper):
        paper = sourcing_certificate.add(
            project_id=project.pk, supplier="maker", body=certificate(unknown), by=keeper, at=THEN
        )
    kind = sourcing_file.KIND
    waits = job.enqueue(
        kind=kind, dedupe_key=f"{kind}:{made}", party=keeper, payload={"file": str(made)}, at=THEN
    )
    file = EvidenceFile.objects.create(
        id=made, project=project, job=waits, as_of=THEN.date(), asked_at=THEN
    )
    return {"project_id": project.pk, "file_id": file.pk, "certificate_id": paper.pk}
