"""Takes in suppliers' certificates: read, verified, kept as they were signed, joined to lines."""

import hashlib
import uuid
from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction

from passport.actions.sourcing_project import own
from passport.models import (
    Attestation,
    CertificateEnd,
    CertificateLine,
    Party,
    SourcingProject,
    SupplierCertificate,
)
from passport.proof import credential
from passport.queries import sourcing_case
from passport.queries.battery import unknown
from passport.queries.sourcing_certificate import INVALID, told, verdict_of
from passport.rules.errors import Conflict, Malformed
from passport.rules.sourcing_case import Case, Certificate
from passport.rules.sourcing_reliance import check_statement, item_for


class SignatureBroken(Malformed):
    """The signature of a certificate is not by the key that it names."""

    code = "certificate-signature"
    title = "The certificate's signature does not hold"


class EndedBefore(Conflict):
    """The certificate was taken back or superseded before, in other words."""

    code = "certificate-ended-before"
    title = "The certificate has ended before"


@transaction.atomic
def add(
    *,
    project_id: uuid.UUID,
    supplier: str,
    by: Party,
    at: datetime,
    body: bytes = b"",
    attestation_id: uuid.UUID | None = None,
    lines: Collection[str] | None = None,
) -> SupplierCertificate:
    """Keep a certificate as the bytes that the supplier signed, and join it to lines.

    The bytes come themselves, or by the id of an attestation that the party reads. Without `lines`
    it is joined to those that were bought of this supplier and of which an item of it speaks. The
    same bytes again change nothing. A certificate of a key that is not enrolled is kept, and may
    not be relied upon. Refuses NotFound, ProofError, NotACertificate, SignatureBroken, ListedMaker.
    """
    project = own(project_id=project_id, by=by)
    known, data = _bytes(body, attestation_id)
    signed = credential.read(data)
    row = SupplierCertificate(
        project=project,
        attestation=known,
        supplier=supplier,
        body=data,
        sha256=hashlib.sha256(data).digest(),
        added_at=at,
    )
    paper = told(row=row)
    if verdict_of(signed) == INVALID:
        raise SignatureBroken(
            f"{signed.method} has not signed these bytes",
            pointer="/proof",
            remedy="ask the supplier for the file as it was signed, unchanged",
        )
    case = sourcing_case.case_of(project=project, as_of=at.date())
    check_statement(certificate=paper, register=case.register, as_of=at.date())
    before = SupplierCertificate.objects.filter(project=project, sha256=row.sha256).first()
    if before is not None:
        return before
    row.save(force_insert=True)
    wanted = _matching(paper, case) if lines is None else _named(lines, case)
    _join(row, wanted, linked=True, at=at)
    return row


@transaction.atomic
def join(
    *, certificate_id: uuid.UUID, lines: Collection[str], by: Party, at: datetime
) -> SupplierCertificate:
    """Let a certificate speak of exactly these lines from now on. Refuses NotFound."""
    row = _own(certificate_id, by=by)
    case = sourcing_case.case_of(project=row.project, as_of=at.date())
    now = {each.id for each in case.lines if str(row.pk) in each.certificates}
    wanted = set(_named(lines, case))
    _join(row, sorted(wanted - now), linked=True, at=at)
    _join(row, sorted(now - wanted), linked=False, at=at)
    return row


@transaction.atomic
def end(
    *,
    certificate_id: uuid.UUID,
    ended_on: date,
    because: str,
    by: Party,
    at: datetime,
    superseded_by: uuid.UUID | None = None,
) -> CertificateEnd:
    """Record that a supplier took a certificate back, or gave another in its place; it stays kept.

    The same again changes nothing. Refuses NotFound, EndedBefore, Malformed.
    """
    row = _own(certificate_id, by=by)
    other = None
    if superseded_by is not None:
        other = SupplierCertificate.objects.filter(pk=superseded_by, project=row.project).first()
        if other is None or other.pk == row.pk:
            raise unknown("other certificate of this project").pointing("/superseded_by")
    if not because.strip():
        raise Malformed("no reason is told", pointer="/because", remedy="say why")
    said = {"by": other, "ended_on": ended_on, "because": because.strip()[:300]}
    try:
        with transaction.atomic():
            return CertificateEnd.objects.create(
                project=row.project, certificate=row, recorded_at=at, **said
            )
    except IntegrityError as clash:
        before = CertificateEnd.objects.get(certificate=row)
        if all(getattr(before, name) == value for name, value in said.items()):
            return before
        raise EndedBefore(
            f"it ended on {before.ended_on}: {before.because}",
            remedy="an end is final; add the certificate that holds now",
        ) from clash


def _bytes(body: bytes, attestation_id: uuid.UUID | None) -> tuple[Attestation | None, bytes]:
    if attestation_id is not None:
        found = Attestation.objects.filter(pk=attestation_id).first()
        if found is None:
            raise unknown("attestation").pointing("/attestation")
        return found, bytes(found.body)
    digest = hashlib.sha256(body).digest()
    return Attestation.objects.filter(sha256=digest).first(), body


def _own(certificate_id: uuid.UUID, *, by: Party) -> SupplierCertificate:
    row = (
        SupplierCertificate.objects.filter(pk=certificate_id, project__owner=by)
        .select_related("project__owner")
        .first()
    )
    if row is None:
        raise unknown("certificate of a project of yours")
    own(project_id=row.project_id, by=by)
    return row


def _matching(paper: Certificate, case: Case) -> list[str]:
    return [
        line.id
        for line in case.lines
        if line.supplier == paper.supplier and item_for(certificate=paper, line=line)
    ]


def _named(lines: Collection[str], case: Case) -> list[str]:
    known = {each.id for each in case.lines}
    for name in lines:
        if name not in known:
            raise unknown("line of this project").pointing("/lines")
    return sorted(set(lines))


def _join(row: SupplierCertificate, lines: Collection[str], *, linked: bool, at: datetime) -> None:
    project: SourcingProject = row.project
    CertificateLine.objects.bulk_create(
        CertificateLine(project=project, certificate=row, line=line, linked=linked, recorded_at=at)
        for line in lines
    )
