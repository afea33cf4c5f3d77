"""The bill of materials of a project: by origin and by ownership, and out of a spreadsheet."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, signed_in
from api.pages.sourcing_projects import project_page, sheet_of
from passport.actions import sourcing_bill
from passport.queries.sourcing_sheet import Sheet, bill_of
from passport.rules.errors import NotFound, Refusal
from passport.rules.sourcing_bill import COLUMNS, Fault

MOST_BYTES: Final = 8_000_000
SHOWN: Final = 200


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bill(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """Show the lines with their makers; a POST takes a table in, or only says what would land."""
    if request.method != "POST":
        return _shown(request, sheet_of(request, project_id))
    text, name = _text(request)
    desk, checks = request.desk, bool(request.POST.get("check"))
    asked: dict[str, Any] = {
        "project_id": project_id, "text": text, "by": desk.acting(), "at": desk.at,
    }  # fmt: skip
    try:
        if checks:
            taken = sourcing_bill.rehearse(**asked)
        else:
            taken = sourcing_bill.take(**asked, source=name)
    except NotFound:
        raise
    except Refusal as refusal:
        sheet = sheet_of(request, project_id)
        wrong = wrong_of(refusal)
        return _shown(request, sheet, wrong, status=answered(refusal), table=text)
    return _shown(
        request,
        sheet_of(request, project_id),
        taken=taken,
        checked=checks,
        faults=taken.bill.faults[:SHOWN],
        table=text if checks else _to_mend(text, taken.bill.faults),
    )


def _shown(
    request: DeskRequest, sheet: Sheet, *wrong: Wrong, status: int = 200, **more: Any
) -> HttpResponse:
    find = request.GET.get("find", "").strip().casefold()
    lines = [
        line
        for line in sheet.case.lines
        if not find or find in f"{line.id} {line.model} {line.description}".casefold()
    ]
    context = {
        "bill": bill_of(case=sheet.case, lines=lines[:SHOWN]),
        "left_out": max(0, len(lines) - SHOWN),
        "find": request.GET.get("find", ""),
        "columns": ", ".join(COLUMNS),
        "refusals": wrong,
        **more,
    }
    return project_page(request, sheet, "desk/project_bill.html", "bill", context, status=status)


def _text(request: DeskRequest) -> tuple[str, str]:
    file: Any = request.FILES.get("file")
    if file is None:
        return request.POST.get("table", "")[:MOST_BYTES].replace("\x00", ""), ""
    raw: bytes = file.read(MOST_BYTES)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What a spreadsheet of a German Windows saves.
        text = raw.decode("cp1252", errors="replace")
    return text.replace("\x00", ""), str(file.name)[:120]


def _to_mend(text: str, faults: Any) -> str:
    """The heading and the rows in which a fault stands, to be sent again alone."""
    rows = {fault.row for fault in faults if isinstance(fault, Fault)}
    lines = text.splitlines()
    if not rows or len(rows) > SHOWN:
        return ""
    return "\n".join([lines[0], *(lines[row - 1] for row in sorted(rows) if row <= len(lines))])
