"""Serials of a project: as certified, delivered, installed, and what took the place of what."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from api.pages.answers import Wrong, wrong_of, wrongs_of
from api.pages.project_words import STAGES
from api.pages.signed_in import DeskRequest, answered, signed_in
from api.pages.sourcing_projects import HERE, project_page, sheet_of
from passport.actions import sourcing_serial
from passport.actions.sourcing_serial import ListRefused
from passport.queries.sourcing_sheet import Sheet, serials_sheet
from passport.rules.errors import NotFound, Refusal
from passport.rules.sourcing_serials import Stage

SHOWN: Final = 20


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def serials(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """Show how the lists of each line agree; a POST takes a list in, or records a replacement."""
    if request.method != "POST":
        return _shown(request, sheet_of(request, project_id))
    try:
        if "look" in request.POST:
            sourcing_serial.look_up(
                project_id=project_id, by=request.desk.acting(), at=request.desk.at
            )
        elif "old" in request.POST:
            _replace(request, project_id)
        else:
            _take(request, project_id)
    except NotFound as refusal:
        if not refusal.pointer:
            raise
        return _again(request, project_id, refusal)
    except Refusal as refusal:
        return _again(request, project_id, refusal)
    return HttpResponseRedirect(f"{HERE}{project_id}/serials")


def _again(request: DeskRequest, project_id: uuid.UUID, refusal: Refusal) -> HttpResponse:
    wrongs = wrongs_of(refusal)
    if isinstance(refusal, ListRefused):
        wrongs = tuple(_of_line(each) for each in refusal.each[:SHOWN])
    sheet = sheet_of(request, project_id)
    return _shown(request, sheet, *wrongs, status=answered(refusal))


def _of_line(fault: Refusal) -> Wrong:
    wrong, number = wrong_of(fault), fault.pointer.rpartition("/")[2]
    says = _("Line {number}: {says}").format(number=number, says=wrong.detail)
    return Wrong(says, wrong.remedy, "serials")


def _take(request: DeskRequest, project_id: uuid.UUID) -> None:
    file: Any = request.FILES.get("file")
    stage = request.POST.get("stage", "")
    sourcing_serial.bring(
        project_id=project_id,
        line=request.POST.get("line", "").strip(),
        stage=Stage(stage) if stage in STAGES else Stage.DELIVERED,
        serials=_texts(file) if file else request.POST.get("serials", "").splitlines(),
        certificate_id=_id(request.POST.get("certificate", "")),
        source=str(file.name) if file else "",
        by=request.desk.acting(),
        at=request.desk.at,
    )


def _texts(file: Any) -> Iterator[str]:
    """The lines of a file as they come: a million of them are never held."""
    for line in file:
        yield line.decode("utf-8", "replace")


def _replace(request: DeskRequest, project_id: uuid.UUID) -> None:
    said = request.POST
    try:
        day = date.fromisoformat(said.get("changed_on", ""))
    except ValueError:
        day = request.desk.at.date()
    sourcing_serial.change(
        project_id=project_id,
        line=said.get("line", "").strip(),
        old=said.get("old", ""),
        new=said.get("new", ""),
        changed_on=day,
        reason=said.get("reason", ""),
        certificate_id=_id(said.get("certificate", "")),
        by=request.desk.acting(),
        at=request.desk.at,
    )


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise NotFound("this form names nothing", remedy="load it again") from None


def _shown(request: DeskRequest, sheet: Sheet, *wrong: Wrong, status: int = 200) -> HttpResponse:
    found = serials_sheet(project=sheet.project, as_of=request.desk.at.date())
    context = {
        "found": found,
        "stages": STAGES.items(),
        "lines": [each.id for each in sheet.case.lines[:500]],
        "papers": list(sheet.case.certificates.values()),
        "said": request.POST,
        "today": request.desk.at.date(),
        "refusals": wrong,
    }
    return project_page(
        request, sheet, "desk/project_serials.html", "serials", context, status=status
    )
