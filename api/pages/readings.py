"""A table of readings, sent in by a person: checked, recorded line by line, mended, sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import readings
from passport.actions.readings import Fate, Sent
from passport.rules.errors import Refusal
from passport.rules.reading_table import Table, read_line, read_table

MOST_LINES = 5000
MOST_BYTES = 900_000


@dataclass(frozen=True)
class Bad:
    """A line that did not land: where it stood, what it says, what is wrong with it."""

    number: int
    text: str
    wrong: Wrong


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """Take a table of readings; `check` only says what would become of it."""
    if request.method != "POST":
        return page(request, "desk/readings.html", {})
    raw = _raw(request)
    if len(raw) > MOST_BYTES:
        # Cut off, its last line would be another one, and those behind it lost without a word.
        return _too_large(request, _("The table has too many bytes."))
    text = _text(raw).replace("\x00", "")
    if request.POST.get("download"):
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="readings-to-mend.csv"'
        return response
    try:
        return _taken(request, read_table(text))
    except Refusal as refusal:
        context = {"table": text, "refusals": [wrong_of(refusal)]}
        return page(request, "desk/readings.html", context, status=answered(refusal))


def _raw(request: DeskRequest) -> bytes:
    """What was sent, or one byte more than is read."""
    file: Any = request.FILES.get("file")
    if file is None:
        return request.POST.get("table", "").encode()
    raw: bytes = file.read(MOST_BYTES + 1)
    return raw


def _too_large(request: DeskRequest, detail: str) -> HttpResponse:
    remedy = _(
        "Send at most {lines} lines and {bytes} bytes at a time: cut the file, and begin each part "
        "with the heading. A program sends them to /api/v1/readings."
    ).format(lines=MOST_LINES, bytes=MOST_BYTES)
    wrong = Wrong(detail, remedy, "table")
    return page(request, "desk/readings.html", {"refusals": [wrong]}, status=422)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What a spreadsheet of a German Windows saves.
        return raw.decode("cp1252", errors="replace")


def _taken(request: DeskRequest, table: Table) -> HttpResponse:
    if len(table.lines) > MOST_LINES:
        told = _("The table has {n} lines.").format(n=len(table.lines))
        return _too_large(request, told)
    desk_, source = request.desk, request.POST.get("source", "").strip()[:200]
    sent, bad = _read(table, source)
    checks = bool(request.POST.get("check"))
    act = readings.rehearse_all if checks else readings.record_all
    made = act(sent=sent, by=desk_.acting(), at=desk_.at)
    texts = dict(table.lines)
    bad += [
        Bad(each.place, texts[each.place], wrong_of(each.refusal)) for each in made if each.refusal
    ]
    bad.sort(key=lambda each: each.number)
    mend = [table.heading, *(each.text for each in bad)]
    return page(
        request,
        "desk/readings.html",
        {
            "checked": checks,
            "done": not checks,
            "good": sum(each.fate == Fate.RECORDED for each in made),
            "known": sum(each.fate == Fate.KNOWN for each in made),
            "bad": bad,
            "source": source,
            "columns": _columns(table),
            "table": _whole(table) if checks else "\n".join(mend) if bad else "",
        },
    )


def _read(table: Table, source: str) -> tuple[list[Sent], list[Bad]]:
    sent, bad = [], []
    for number, line in table.lines:
        try:
            battery, reading = read_line(line, table=table, source=source)
            sent.append(Sent(place=number, battery=battery, reading=reading))
        except Refusal as refusal:
            bad.append(Bad(number, line, wrong_of(refusal)))
    return sent, bad


def _columns(table: Table) -> Sequence[tuple[str, int]]:
    return [(field, place + 1) for field, place in table.columns.items()]


def _whole(table: Table) -> str:
    return "\n".join([table.heading, *(line for _number, line in table.lines)])
