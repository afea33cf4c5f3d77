"""Projects of two owners, each its own: what was bought, on which papers, with which serials."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import transaction

from passport.actions import job as jobs
from passport.actions import sourcing_file
from passport.models import (
    CertificateEnd,
    CertificateLine,
    EvidenceFile,
    EvidencePiece,
    FlagResolution,
    LineCost,
    Party,
    ProjectLine,
    ProjectShare,
    ProjectTerms,
    SerialBlock,
    SerialChange,
    SerialList,
    SerialOrigin,
    SourcingFlag,
    SourcingProject,
    SupplierCertificate,
)
from tests.cast import THEN

DAY = date(2026, 1, 5)


@transaction.atomic
def furnish_project(side: Party, *, reader: Party) -> SourcingProject:
    """One row of each table of a project; as rows, by the system's role."""
    made = SourcingProject.objects.create(owner=side, name="Storage", opened_at=THEN)
    of = {"project": made, "recorded_at": THEN}
    ProjectShare.objects.create(project=made, party=reader, since=THEN)
    ProjectTerms.objects.create(
        number=1, taxpayer="owner", credit="48E_STORAGE", method="DIRECT_COST", nameplate_kwh=1,
        nameplate_kw=1, rule_set="x", **of,
    )  # fmt: skip
    line = ProjectLine.objects.create(
        name="L-1", number=1, kind="PRODUCT", quantity=1, costs_count=1, **of
    )
    LineCost.objects.create(
        project=made, line=line, place=0, kind="PRICE", amount=1, currency="USD", incurred_on=DAY
    )
    flag = SourcingFlag.objects.create(
        key="k", kind="TOLD", about="L-1", says="x", raised_on=DAY, **of
    )
    FlagResolution.objects.create(flag=flag, says="x", reviewer="R", resolved_on=DAY, **of)
    _papers(made, of)
    _filed(made)
    return made


def _filed(made: SourcingProject) -> None:
    job = jobs.enqueue(
        kind=sourcing_file.KIND, dedupe_key=f"side:{made.pk}", party=made.owner, payload={}, at=THEN
    )
    file = EvidenceFile.objects.create(project=made, job=job, as_of=DAY, asked_at=THEN)
    EvidencePiece.objects.create(project=made, file=file, place=0, content=b"x")


def _papers(made: SourcingProject, of: dict[str, object]) -> None:
    paper, other = (
        SupplierCertificate.objects.create(
            project=made, supplier="s", body=body, sha256=hashlib.sha256(body).digest(),
            added_at=THEN,
        )
        for body in (b"one", b"two")
    )  # fmt: skip
    CertificateLine.objects.create(certificate=paper, line="L-1", **of)
    CertificateEnd.objects.create(
        certificate=paper, by=other, ended_on=DAY, because="corrected", **of
    )
    listed = SerialList.objects.create(
        line="L-1", stage="DELIVERED", number=1, count=1, sha256=bytes(32), **of
    )
    SerialBlock.objects.create(
        project=made, serial_list=listed, number=0, first="A", last="A", count=1, content=b"A"
    )
    SerialOrigin.objects.create(
        serial_list=listed, maker="M", found=1, attested=0, sample="A", **of
    )
    SerialChange.objects.create(
        line="L-1", old="A", new="B", changed_on=DAY, reason="broken", certificate=paper, **of
    )
