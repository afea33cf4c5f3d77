"""Suppliers' certificates of a project: what they say, how they are signed, of which lines."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from passport.models import (
    CertificateEnd,
    CertificateLine,
    Party,
    SourcingProject,
    SupplierCertificate,
)
from passport.proof import credential
from passport.proof.credential import Credential
from passport.proof.errors import ProofError
from passport.queries import key
from passport.queries.battery import unknown
from passport.queries.key import Standing, State
from passport.queries.sourcing_project import end_of
from passport.queries.withdrawal import withdrawals
from passport.rules.sourcing_case import Certificate
from passport.rules.sourcing_certificate import certificate_of

VALID, SUSPECT, INVALID, NOT_CHECKED = "VALID", "SUSPECT", "INVALID", "NOT_CHECKED"


def at(*, project: SourcingProject, as_of: date) -> list[Certificate]:
    """The certificates of a project as of a day, by id; ended ones too, with their end."""
    rows = SupplierCertificate.objects.filter(project=project, added_at__lt=end_of(as_of))
    found = list(rows.select_related("project").order_by("id"))
    ends = {
        each.certificate_id: each
        for each in CertificateEnd.objects.filter(project=project, recorded_at__lt=end_of(as_of))
    }
    back = _taken_back(found, as_of)
    return [told(row=row, end=ends.get(row.pk), taken_back=back.get(row.pk)) for row in found]


def by_line(*, project: SourcingProject, as_of: date) -> Mapping[str, Sequence[str]]:
    """Line → the certificates that are held to speak of it, by id."""
    rows = CertificateLine.objects.filter(project=project, recorded_at__lt=end_of(as_of))
    latest: dict[tuple[str, str], bool] = {}
    for line, certificate, linked in rows.order_by("id").values_list(
        "line", "certificate_id", "linked"
    ):
        latest[line, str(certificate)] = linked
    found: dict[str, list[str]] = defaultdict(list)
    for (line, paper), linked in sorted(latest.items()):
        if linked:
            found[line].append(paper)
    return found


def one(*, certificate_id: uuid.UUID) -> SupplierCertificate:
    """A certificate of a project that the acting party reads. Refuses NotFound."""
    row = SupplierCertificate.objects.filter(pk=certificate_id).select_related("project").first()
    if row is None:
        raise unknown("certificate")
    return row


def verdict_of(signed: Credential) -> str:
    """What the signature of a certificate comes to: by the signer's key as it is enrolled here."""
    found = key.standing(method=signed.method)
    if found is None:
        return NOT_CHECKED
    try:
        credential.check(signed, public_key=found.public_key)
    except ProofError:
        return INVALID
    return _by_key(found)


def _by_key(found: Standing) -> str:
    return SUSPECT if found.state is State.REVOKED else VALID


def told(
    *,
    row: SupplierCertificate,
    end: CertificateEnd | None = None,
    taken_back: date | None = None,
) -> Certificate:
    """What a certificate says, and how it stands. Refuses ProofError, NotACertificate."""
    signed = credential.read(bytes(row.body))
    signer = key.standing(method=signed.method)
    paper = certificate_of(
        signed.subject,
        kind=signed.kind,
        id=str(row.pk),
        sha256=bytes(row.sha256).hex(),
        supplier=row.supplier,
    )
    by_owner = end.ended_on if end is not None and end.by_id is None else None
    days = [each for each in (by_owner, taken_back) if each is not None]
    return replace(
        paper,
        signature_verdict=verdict_of(signed),
        signed_by=Party.objects.get(pk=signer.party_id).name if signer else "",
        signed_by_owner=signer is not None and signer.party_id == row.project.owner_id,
        revoked_on=min(days) if days else None,
        superseded_by=str(end.by_id) if end is not None and end.by_id else "",
    )


def _taken_back(rows: Sequence[SupplierCertificate], as_of: date) -> Mapping[uuid.UUID, date]:
    """The day on which its signer took an attested certificate back, by certificate."""
    known = {row.attestation_id: row.pk for row in rows if row.attestation_id}
    found = withdrawals(of=list(known))
    return {
        known[attestation]: each.recorded_at.date()
        for attestation, several in found.items()
        for each in reversed(several)
        if each.items is None and each.recorded_at < end_of(as_of)
    }
