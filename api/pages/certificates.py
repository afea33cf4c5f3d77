"""Certificates of recycling: read and printed by those concerned, filed by their recycler."""

from __future__ import annotations

import uuid
from typing import Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from api.pages.answers import Wrong, wrongs_of
from api.pages.batches import handed_out, signed_file, unsent
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.treatments import record_page
from passport.proof.errors import ProofError
from passport.queries.battery import unknown
from passport.rules.errors import Refusal
from recycling.actions import paper
from recycling.queries import certificate, papers
from recycling.queries.certificate import Certificate

TREATED: Final = "/desk/treatments/"


@require_safe
@signed_in
def of_battery(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Show the certificate that covers a battery, ready to be printed."""
    found = certificate.by_battery(battery_id=battery_id)
    return _page(request, found, f"/desk/batteries/{battery_id}/certificate.jsonld")


@require_safe
@signed_in
def of_batch(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponseBase:
    """Show the certificate of a batch, whole."""
    found = certificate.by_batch(batch_id=batch_id)
    return _page(request, found, f"/desk/batches/{batch_id}/certificate.jsonld")


@require_safe
@signed_in
def signed_of_battery(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Hand out the signed bytes of a battery's certificate, where nothing of others is in them."""
    return _signed(certificate.by_battery(battery_id=battery_id))


@require_safe
@signed_in
def signed_of_batch(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponseBase:
    """Hand out the signed bytes of a batch's certificate."""
    return _signed(certificate.by_batch(batch_id=batch_id))


@require_safe
@signed_in
def facts(request: DeskRequest, treatment_id: uuid.UUID) -> HttpResponseBase:
    """Hand out the facts of the certificate of a treatment in one act, as `sign` takes them."""
    found = papers.treatment_of(treatment_id=treatment_id, party=request.desk.acting())
    return handed_out(papers.treatment_facts(treatment=found), name="certificate.json")


@require_POST
@signed_in
def certify(request: DeskRequest, treatment_id: uuid.UUID) -> HttpResponseBase:
    """Take in the signed certificate of a treatment in one act."""
    papers.treatment_of(treatment_id=treatment_id, party=request.desk.acting())
    if "signed" not in request.FILES:
        return record_page(request, treatment_id, unsent(), status=422)
    try:
        paper.certify_treatment(
            treatment_id=treatment_id,
            credential_bytes=signed_file(request.FILES.get("signed")),
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except (Refusal, ProofError) as refusal:
        wrong = [Wrong(each.detail, each.remedy, "signed") for each in wrongs_of(refusal)]
        return record_page(request, treatment_id, *wrong, status=answered(refusal))
    return HttpResponseRedirect(f"{TREATED}{treatment_id}/#certificate")


def _page(request: DeskRequest, found: Certificate, signed_at: str) -> HttpResponse:
    context = {"certificate": found, "signed_at": signed_at if found.body else ""}
    return page(request, "desk/certificate.html", context)


def _signed(found: Certificate) -> HttpResponse:
    if found.body is None:
        raise unknown("signed certificate that is yours to read whole")
    response = HttpResponse(found.body, content_type="application/vc")
    response["Content-Disposition"] = 'attachment; filename="certificate-signed.json"'
    return response
