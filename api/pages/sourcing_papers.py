"""Suppliers' certificates of a project: added, joined to lines, ended; the gate's outcome."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from api.pages.answers import Wrong, wrongs_of
from api.pages.signed_in import DeskRequest, answered, signed_in
from api.pages.sourcing_projects import HERE, companies, project_page, sheet_of
from passport.actions import sourcing_certificate
from passport.proof.errors import ProofError
from passport.queries.sourcing_sheet import Paper, Sheet, paper_of, papers_of
from passport.rules.errors import NotFound, Refusal

MOST_BYTES: Final = 300_000


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def certificates(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """List the certificates with the outcome of the gate; a POST adds one as it was signed."""
    if request.method != "POST":
        return _listed(request, sheet_of(request, project_id))
    file: Any = request.FILES.get("file")
    body = file.read(MOST_BYTES) if file else request.POST.get("credential", "").strip().encode()
    supplier = request.POST.get("supplier", "").strip()[:64]
    wrong = []
    if not body:
        wrong.append(Wrong(_("No file is chosen."), _("Choose the signed file."), "file"))
    if not supplier:
        wrong.append(
            Wrong(_("No supplier is named."), _("Choose from whom you bought."), "supplier")
        )
    if wrong:
        return _listed(request, sheet_of(request, project_id), *wrong, status=422)
    try:
        sourcing_certificate.add(
            project_id=project_id,
            supplier=supplier,
            body=body,
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except NotFound:
        raise
    except (Refusal, ProofError) as error:
        sheet = sheet_of(request, project_id)
        return _listed(request, sheet, *wrongs_of(error), status=answered(error))
    return HttpResponseRedirect(f"{HERE}{project_id}/certificates")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def certificate(request: DeskRequest, certificate_id: uuid.UUID) -> HttpResponseBase:
    """Show one certificate with each thing that does not hold; a POST joins it to lines, or ends
    it.
    """
    sheet, paper = paper_of(certificate_id=certificate_id, as_of=request.desk.at.date())
    if request.method != "POST":
        return _one(request, sheet, paper)
    try:
        _change(request, certificate_id)
    except NotFound as refusal:
        if not refusal.pointer:
            raise
        return _one(request, sheet, paper, *wrongs_of(refusal), status=404)
    except Refusal as refusal:
        return _one(request, sheet, paper, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(request.path)


def _change(request: DeskRequest, certificate_id: uuid.UUID) -> None:
    who: dict[str, Any] = {
        "certificate_id": certificate_id, "by": request.desk.acting(), "at": request.desk.at,
    }  # fmt: skip
    if "end" not in request.POST:
        lines = [each.strip() for each in request.POST.get("lines", "").splitlines()]
        sourcing_certificate.join(lines=[each for each in lines if each], **who)
        return
    other = request.POST.get("superseded_by", "")
    try:
        day = date.fromisoformat(request.POST.get("ended_on", ""))
        superseded_by = uuid.UUID(other) if other else None
    except ValueError:
        day, superseded_by = request.desk.at.date(), None
    sourcing_certificate.end(
        ended_on=day,
        because=request.POST.get("because", ""),
        superseded_by=superseded_by,
        **who,
    )


def _listed(request: DeskRequest, sheet: Sheet, *wrong: Wrong, status: int = 200) -> HttpResponse:
    context = {
        "papers": papers_of(case=sheet.case),
        "companies": companies(request),
        "supplier": request.POST.get("supplier", ""),
        "refusals": wrong,
    }
    return project_page(
        request, sheet, "desk/project_certificates.html", "certificates", context, status=status
    )


def _one(
    request: DeskRequest, sheet: Sheet, paper: Paper, *wrong: Wrong, status: int = 200
) -> HttpResponse:
    context = {
        "paper": paper,
        "others": [
            each for each in sheet.case.certificates.values() if each.id != paper.certificate.id
        ],
        "joined": "\n".join(each.line for each in paper.outcomes),
        "today": request.desk.at.date(),
        "refusals": wrong,
    }
    return project_page(
        request, sheet, "desk/project_certificate.html", "certificates", context, status=status
    )
