"""Programmes at the desk of whoever runs them: published one by one or out of a table."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from api.pages.answers import Wrong, wrong_of
from api.pages.programme_words import CHOICES, GROUPS, USES
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.rules.errors import NotFound, Refusal
from recycling.actions import programme
from recycling.actions.programme import Fate
from recycling.queries import programme as programmes
from recycling.queries import tables
from recycling.rules.programme_table import Table, ask, read_table

HERE: Final = "/desk/programmes/"
MOST_LINES: Final = 500
MOST_BYTES: Final = 500_000


@dataclass(frozen=True)
class Bad:
    """A line that did not land: where it stood, what it says, what is wrong with it."""

    number: int
    text: str
    wrong: Wrong


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List what the party takes; a POST takes a table in, or only says what would become of it."""
    if request.method != "POST":
        return _listing(request)
    text = _text(request).replace("\x00", "")
    try:
        table = read_table(text)
    except Refusal as refusal:
        wrong = wrong_of(refusal)
        return _listing(request, wrong, status=answered(refusal), table=text)
    if not 1 <= len(table.lines) <= MOST_LINES:
        wrong = Wrong(_("The table has no line, or too many."), _("Send 1 to 500."), "table")
        return _listing(request, wrong, status=422, table=text)
    return _taken(request, table)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: DeskRequest) -> HttpResponseBase:
    """Ask for the terms of one programme, begun with those of its use; a POST publishes it."""
    if request.method != "POST":
        return _form(request, _begun(request))
    said = {name: text for name, text in request.POST.items() if isinstance(text, str)}
    known = {name for _title, fields in GROUPS for name, *_rest in fields}
    told = {name: text for name, text in said.items() if name in known}
    try:
        asked = ask(told, on=request.desk.at.date())
        made = programme.publish(asked=asked, by=request.desk.acting(), at=request.desk.at)
    except Refusal as refusal:
        return _form(request, said, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{made.pk}/")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def record(request: DeskRequest, programme_id: uuid.UUID) -> HttpResponseBase:
    """Show the terms of one programme; a POST changes its places, or ends it today."""
    if request.method != "POST":
        return _record(request, programme_id)
    try:
        places = request.POST.get("capacity_packs", "").strip()
        programme.change(
            programme_id=programme_id,
            by=request.desk.acting(),
            capacity_packs=int(places) if places.isdecimal() else None,
            closes_on=request.desk.at.date() if "close" in request.POST else None,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _record(request, programme_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{programme_id}/")


def _record(
    request: DeskRequest, programme_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponse:
    found = programmes.one(programme_id=programme_id)
    context = {
        "found": found,
        "row": found.row,
        "use": USES.get(found.row.use, found.row.use),
        "own": found.row.party_id == request.desk.party.id,
        "today": request.desk.at.date(),
        "currency": tables.planning().prices.currency,
        "refusals": wrong,
    }
    return page(request, "desk/programme.html", context, status=status)


def _begun(request: DeskRequest) -> Mapping[str, str]:
    """The usual terms of a use that was chosen."""
    chosen = next((each for each in tables.uses() if each.use == request.GET.get("use")), None)
    return {"use": chosen.use, **chosen.terms} if chosen else {}


def _form(
    request: DeskRequest, said: Mapping[str, Any], *wrong: Wrong, status: int = 200
) -> HttpResponse:
    context = {
        "said": said,
        "groups": GROUPS,
        "choices": CHOICES,
        "uses": [(each.use, USES[each.use]) for each in tables.uses()],
        "refusals": wrong,
    }
    return page(request, "desk/programme_new.html", context, status=status)


def _listing(
    request: DeskRequest, *wrong: Wrong, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "found": programmes.own(party_id=request.desk.party.id),
        "uses": USES,
        "currency": tables.planning().prices.currency,
        "refusals": wrong,
        **more,
    }
    return page(request, "desk/programmes.html", context, status=status)


def _text(request: DeskRequest) -> str:
    file: Any = request.FILES.get("file")
    if file is None:
        return request.POST.get("table", "")[:MOST_BYTES]
    raw: bytes = file.read(MOST_BYTES)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What a spreadsheet of a German Windows saves.
        return raw.decode("cp1252", errors="replace")


def _taken(request: DeskRequest, table: Table) -> HttpResponse:
    checks = bool(request.POST.get("check"))
    act = programme.rehearse_table if checks else programme.publish_table
    made = act(table=table, by=request.desk.acting(), at=request.desk.at)
    texts = dict(table.lines)
    bad = [
        Bad(each.line, texts[each.line], wrong_of(each.refusal)) for each in made if each.refusal
    ]
    return _listing(
        request,
        checked=checks,
        done=not checks,
        good=sum(each.fate is Fate.PUBLISHED for each in made),
        known=sum(each.fate is Fate.KNOWN for each in made),
        bad=bad,
        table=_again(table, bad, whole=checks),
    )


def _again(table: Table, bad: Sequence[Bad], *, whole: bool) -> str:
    """What stays in the field: all of it after a check, else what is to be mended."""
    lines = [text for _number, text in table.lines] if whole else [each.text for each in bad]
    return "\n".join([table.heading, *lines]) if lines else ""
