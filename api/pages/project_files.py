"""Evidence files on the desk: asking for one, watching it, reading it, taking it away."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.pages.answers import wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.papers.handing import archive_of, paper_file
from api.papers.project import paper_of
from passport.actions import sourcing_file
from passport.queries import desk_project_file, sourcing_seal, trust
from passport.queries import sourcing_file as files
from passport.queries.sourcing_report import report_of
from passport.rules.errors import Malformed, Refusal


class NotADay(Malformed):
    """A file is of a day of the calendar."""

    code = "not-a-day"
    title = "This is no day"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """Show the files of a project; a POST asks for one more."""
    if request.method != "POST":
        return _listing(request, project_id)
    try:
        made = sourcing_file.order(
            project_id=project_id,
            as_of=_day(request.POST.get("as_of", ""), request.desk.at.date()),
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except Refusal as refusal:
        return _listing(request, project_id, refusal)
    return HttpResponseRedirect(f"/desk/project-files/{made.pk}/")


@require_safe
@signed_in
def record(request: DeskRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """Show one file: how far it is, or all that counsel reads of it."""
    found = files.state(file_id=file_id)
    context: dict[str, Any] = {"line": found, "paper": None}
    if found.filed_at is not None:
        context["paper"] = paper_of(report_of(file=files.filed(file_id=file_id)))
    return page(request, "desk/project_file.html", context)


@require_safe
@signed_in
def progress(request: DeskRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """Give the part of the page that changes while a file is made."""
    found = files.state(file_id=file_id)
    if found.sealed_at is not None:
        return HttpResponse(headers={"HX-Redirect": f"/desk/project-files/{file_id}/"})
    return render(request, "parts/project_file_progress.html", {"line": found})


@require_safe
@signed_in
def archived(request: DeskRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """Hand the archive out."""
    return archive_of(files.archived(file_id=file_id))


@require_safe
@signed_in
def paper(request: DeskRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """Hand the paper out."""
    return paper_file(report_of(file=files.filed(file_id=file_id)))


@require_safe
@signed_in
def trust_file(request: DeskRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """Hand out a trust file to begin with, for who signed what is in a file."""
    text = trust.template(dids=sourcing_seal.issuers_of(file=files.filed(file_id=file_id)))
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trust-template.policy"'
    return response


@require_POST
@signed_in
def again(request: DeskRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """Set a file going again that has stopped."""
    sourcing_file.again(file_id=file_id, at=request.desk.at)
    return HttpResponseRedirect(f"/desk/project-files/{file_id}/")


def _listing(
    request: DeskRequest, project_id: uuid.UUID, refusal: Refusal | None = None
) -> HttpResponseBase:
    each = getattr(refusal, "each", (refusal,)) if refusal else ()
    context = {
        "project": desk_project_file.files_of(
            project_id=project_id, party_id=request.desk.party.id
        ),
        "typed": request.POST.get("as_of", "") or request.desk.at.date().isoformat(),
        "refusals": [wrong_of(one) for one in each],
    }
    status = answered(refusal) if refusal else 200
    return page(request, "desk/project_files.html", context, status=status)


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else today
    except ValueError as error:
        raise NotADay(
            f"“{text[:20]}” is no day", pointer="/as_of", remedy="write 2026-03-01"
        ) from error
