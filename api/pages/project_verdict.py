"""The verdict of a project: its ratio against its threshold, what would change it, every figure."""

from __future__ import annotations

import uuid
from datetime import date

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from api.pages.signed_in import DeskRequest, signed_in
from api.pages.sourcing_projects import project_page
from api.pages.verdict_view import STEPS_A_PAGE, steps_of_lines, verdict_of
from passport.queries import sourcing_result, sourcing_sheet
from passport.queries.sourcing_sheet import Sheet

_HERE = "verdict/"


@require_safe
@signed_in
def whole(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """Show what the file of a project comes to today, or as of another day."""
    sheet = _sheet(request, project_id)
    context = {"verdict": verdict_of(sheet.case)}
    return project_page(request, sheet, "desk/project_verdict.html", _HERE, context)


@require_safe
@signed_in
def steps(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """Show the figures of single lines and rows, a hundred at a time."""
    sheet = _sheet(request, project_id)
    result, _rules = sourcing_result.judged(sheet.case)
    kept = steps_of_lines(result)
    asked = request.GET.get("from", "0")
    begin = min(int(asked), len(kept)) if asked.isascii() and asked.isdigit() else 0
    context = {
        "figures": kept[begin : begin + STEPS_A_PAGE],
        "first": begin + 1,
        "last": min(begin + STEPS_A_PAGE, len(kept)),
        "total": len(kept),
        "before": max(0, begin - STEPS_A_PAGE) if begin else None,
        "more": begin + STEPS_A_PAGE if begin + STEPS_A_PAGE < len(kept) else None,
        "as_of": result.case.as_of,
    }
    return project_page(request, sheet, "desk/project_figures.html", _HERE, context)


def _sheet(request: DeskRequest, project_id: uuid.UUID) -> Sheet:
    """The project as of the day that the address asks for; today where it names none that was."""
    today = request.desk.at.date()
    try:
        asked = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        asked = today
    return sourcing_sheet.sheet_of(project_id=project_id, as_of=min(asked, today))
