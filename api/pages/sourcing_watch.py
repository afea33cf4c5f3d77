"""What contradicts a project's file, and what is paid for ten years after it is in service."""

from __future__ import annotations

import uuid

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from api.pages.answers import Wrong, wrongs_of
from api.pages.signed_in import DeskRequest, answered, signed_in
from api.pages.sourcing_projects import HERE, project_page, sheet_of
from passport.actions import sourcing_flag
from passport.queries.sourcing_sheet import Sheet, ledger_of
from passport.rules.errors import NotFound, Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def flags(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """List the reasons to know, open ones first; a POST resolves one, or raises another."""
    if request.method != "POST":
        return _flags(request, sheet_of(request, project_id))
    said, desk = request.POST, request.desk
    try:
        if said.get("flag"):
            sourcing_flag.resolve(
                project_id=project_id, flag=said["flag"], says=said.get("says", ""),
                reviewer=said.get("reviewer", ""), by=desk.acting(), at=desk.at,
            )  # fmt: skip
        else:
            sourcing_flag.raise_flag(
                project_id=project_id, about=said.get("about", "").strip(),
                says=said.get("says", ""), by=desk.acting(), at=desk.at,
            )  # fmt: skip
    except NotFound as refusal:
        if not refusal.pointer:
            raise
        return _flags(request, sheet_of(request, project_id), *wrongs_of(refusal), status=404)
    except Refusal as refusal:
        sheet = sheet_of(request, project_id)
        return _flags(request, sheet, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{project_id}/flags")


@require_safe
@signed_in
def payments(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """Show the window of recapture, and each payment in it that costs the credit or may."""
    sheet = sheet_of(request, project_id)
    ledger = ledger_of(project_id=project_id, as_of=request.desk.at.date())
    return project_page(
        request, sheet, "desk/project_payments.html", "payments", {"ledger": ledger}
    )


def _flags(request: DeskRequest, sheet: Sheet, *wrong: Wrong, status: int = 200) -> HttpResponse:
    names = {each: entity.name for each, entity in sheet.case.register.entities.items()}
    context = {
        "open": [each for each in sheet.case.flags if each.resolved_on is None],
        "ended": [each for each in sheet.case.flags if each.resolved_on is not None],
        "names": names,
        "said": request.POST,
        "person": request.desk.person_name,
        "refusals": wrong,
    }
    return project_page(request, sheet, "desk/project_flags.html", "flags", context, status=status)
