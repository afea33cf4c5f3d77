"""Files what a recycler signed: certificates of recycling, and the origin of lots."""

import uuid
from datetime import datetime

from django.db import transaction

from passport.actions import attestation
from passport.models import Party
from passport.proof import credential, kinds
from passport.queries.battery import unknown
from recycling.actions.batch import check_recycler
from recycling.models import MaterialLot, Treatment, TreatmentBatch, TreatmentPaper
from recycling.queries import papers
from recycling.rules.material import SaysSomethingElse, compare


@transaction.atomic
def certify(
    *, batch_id: uuid.UUID, credential_bytes: bytes, by: Party, at: datetime
) -> TreatmentPaper:
    """File the certificate of recycling of a batch; nothing more is booked in it afterwards.

    The same bytes again change nothing. Refuses RoleMissing, NotFound, SaysSomethingElse,
    NothingWentIn, LotNotAttested, ProofError, and what attestation.record refuses.
    """
    check_recycler(by=by)
    batch = TreatmentBatch.objects.filter(pk=batch_id, recycler=by).first()
    if batch is None:
        raise unknown("batch of yours")
    known = TreatmentPaper.objects.filter(batch=batch).first()
    if known is not None:
        return _again(known, credential_bytes)
    facts = papers.certificate_facts(batch=batch)
    signed = _signed(credential_bytes, kind=kinds.RECYCLING, facts=facts)
    filed = _file(signed, by=by, at=at, batch=batch)
    # From here the batch is closed; a step that was booked meanwhile stands in no certificate.
    _signed(credential_bytes, kind=kinds.RECYCLING, facts=papers.certificate_facts(batch=batch))
    return filed


@transaction.atomic
def certify_treatment(
    *, treatment_id: uuid.UUID, credential_bytes: bytes, by: Party, at: datetime
) -> TreatmentPaper:
    """File the certificate of recycling of a battery treated in one act; it is about the battery.

    The same bytes again change nothing. Refuses RoleMissing, NotFound, SaysSomethingElse,
    ProofError, and what attestation.record refuses.
    """
    check_recycler(by=by)
    treatment = papers.treatment_of(treatment_id=treatment_id, party=by)
    known = TreatmentPaper.objects.filter(treatment=treatment).first()
    if known is not None:
        return _again(known, credential_bytes)
    facts = papers.treatment_facts(treatment=treatment)
    signed = _signed(credential_bytes, kind=kinds.RECYCLING, facts=facts)
    return _file(signed, by=by, at=at, treatment=treatment)


@transaction.atomic
def attest(
    *, lot_id: uuid.UUID, credential_bytes: bytes, by: Party, at: datetime
) -> TreatmentPaper:
    """File the signed origin of a lot; the same bytes again change nothing.

    Refuses RoleMissing, NotFound, SaysSomethingElse, LotNotAttested, ProofError, and what
    attestation.record refuses.
    """
    check_recycler(by=by)
    lot = MaterialLot.objects.filter(pk=lot_id, recycler=by).select_related("recycler").first()
    if lot is None:
        raise unknown("lot of yours")
    known = TreatmentPaper.objects.filter(lot=lot).first()
    if known is not None:
        return _again(known, credential_bytes)
    facts = papers.lot_facts(lot=lot)
    signed = _signed(credential_bytes, kind=kinds.MATERIAL, facts=facts)
    return _file(signed, by=by, at=at, lot=lot)


def _file(
    signed: bytes, *, by: Party, at: datetime, **about: TreatmentBatch | Treatment | MaterialLot
) -> TreatmentPaper:
    row = attestation.record(credential_bytes=signed, items=None, by=by, at=at)
    return TreatmentPaper.objects.create(
        attestation=row, sha256=bytes(row.sha256), filed_at=at, **about
    )


def _signed(data: bytes, *, kind: str, facts: dict[str, object]) -> bytes:
    read = credential.read(data)
    if read.kind != kind:
        raise SaysSomethingElse(
            f"this is a {read.kind}, not a {kind}",
            pointer="/type",
            remedy=f"sign the facts with --kind {kind}",
        )
    compare(signed=read.subject, booked=facts)
    return data


def _again(known: TreatmentPaper, data: bytes) -> TreatmentPaper:
    if credential.read(data).sha256 != bytes(known.sha256):
        raise SaysSomethingElse(
            "another paper was filed of this before",
            remedy="withdraw that one in the open, and treat what follows in a new batch",
        )
    return known
