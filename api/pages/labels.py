"""Printing the labels of a file: on what, a look at the first sheet, and what came out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import (
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from api.http.streaming import acting_for
from api.labels import forms
from api.labels.forms import Form
from api.labels.press import Press
from api.labels.stock import Wish, catalogue, choice, wish
from api.labels.zpl import DOTS_PER_MM
from api.pages.answers import Wrong, identifiers, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import label as labels
from passport.models.ids import new_id
from passport.queries import desk_inbox, label
from passport.queries.label import Item, Job
from passport.rules.errors import Refusal
from passport.rules.label import Contents

# What the form keeps from one look to the next, in the order in which it asks.
_KEPT = (
    "label", "contents", "level", "model", "lot", "sort", "ec", "dpi", "start", "right_mm",
    "down_mm",
)  # fmt: skip
_CONTENTS = (
    (Contents.FULL, _("Everything that the law asks for (Annex VI)")),
    (Contents.MARKS, _("Code, identity and the mark of separate collection")),
    (Contents.CODE, _("Code and identity alone")),
)


@require_safe
@signed_in
def choose(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Ask on what, and show the first sheet, or why it does not fit."""
    return _page(request, intake_id)


@require_safe
@signed_in
def first_sheet(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Draw the first sheet as it will come out, or the first label of a roll."""
    asked = wish(request.GET)
    most = asked.sheet.places if asked.sheet else 1
    job = _job(request, intake_id, most=most)
    drawn = _press(job, asked).preview(label.items(job.ids))
    return HttpResponse(drawn, content_type=forms.SVG.media_type)


@require_safe
@signed_in
def file(request: DeskRequest, intake_id: uuid.UUID, form: Form) -> HttpResponseBase:
    """Hand a part of the labels out, as they are drawn."""
    asked, party_id = wish(request.GET), request.desk.party.id
    job = _job(request, intake_id, most=form.most)
    press = _press(job, asked, dots=form.dots)

    def fetch(ids: Sequence[uuid.UUID]) -> list[Item]:
        with acting_for(party_id):
            return label.items(ids)

    drawn = forms.stream(press, form, fetch)
    response = StreamingHttpResponse(drawn if request.method == "GET" else ())
    response["Content-Type"] = form.media_type
    response["Content-Disposition"] = f'attachment; filename="labels-{intake_id}.{form.name}"'
    return response


@require_POST
@signed_in
def printed(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Remember what came out of the printer."""
    said = request.POST
    try:
        labels.printed(
            print_id=identifiers([said.get("print", "")])[0],
            intake_id=intake_id,
            level=said.get("level", ""),
            count=_count(said.get("count", "")),
            label=said.get("label", "")[:40],
            by=request.desk.acting(),
            person_id=request.desk.person_id,
            at=request.desk.at,
        )
    except Refusal as refusal:
        return _page(request, intake_id, _wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/intakes/{intake_id}/labels?{_query(said)}")


def _page(
    request: DeskRequest, intake_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponseBase:
    found = desk_inbox.intake(
        party_id=request.desk.party.id, intake_id=intake_id, at=request.desk.at
    )
    progress = label.progress(intake_id=intake_id)
    # The largest level is what one prints first.
    asked = QueryDict(mutable=True)
    asked.update({"level": progress[0].level if progress else ""})
    for name, said in (request.GET or request.POST).items():
        asked[name] = str(said)
    context: dict[str, Any] = {
        "intake": found, "progress": progress, "asked": asked, "query": _query(asked),
        "catalogue": catalogue(), "contents": _CONTENTS, "dots": tuple(map(str, DOTS_PER_MM)),
        "prints": label.prints(intake_id=intake_id), "print_id": new_id(),
    }  # fmt: skip
    try:
        context |= _outlook(intake_id, asked)
    except Refusal as refusal:
        wrong = (*wrong, _wrong_of(refusal))
    context["refusals"] = wrong
    return page(request, "desk/labels.html", context, status=status)


def _outlook(intake_id: uuid.UUID, asked: QueryDict) -> dict[str, Any]:
    """How many labels, on how many sheets, in which parts; what they leave out."""
    how = wish(asked)
    chosen = choice(asked, most=forms.ZPL.most)
    job = label.outlook(intake_id=intake_id, choice=chosen, host=settings.PASSPORT_PUBLIC_URL)
    press = _press(job, how)
    sheets = 0
    if how.sheet is not None:
        sheets = -(-(job.total + how.start.place - 1) // how.sheet.places)
    layout = next(iter(press.layouts.values()), None)
    height = layout.pieces[0].size_mm if layout else 0
    return {
        "job": job, "how": how, "sheets": sheets, "files": _files(job.total),
        "unknown": press.unknown,
        "module_mm": f"{layout.module_mm:.3g}" if layout else "",
        "text_pt": round(height * 72 / 25.4, 1),
    }  # fmt: skip


def _files(total: int) -> list[tuple[Form, list[tuple[int, int, int]]]]:
    """Each form in which the labels are handed out, part by part: its number, from, to."""
    return [
        (form, [
            (first // form.most + 1, first + 1, min(first + form.most, total))
            for first in range(0, total, form.most)
        ])
        for form in (forms.PDF, forms.ZPL, forms.CSV, forms.TXT)
    ]  # fmt: skip


def _job(request: DeskRequest, intake_id: uuid.UUID, *, most: int) -> Job:
    chosen = choice(request.GET, most=most)
    return label.of_intake(intake_id=intake_id, choice=chosen, host=settings.PASSPORT_PUBLIC_URL)


def _press(job: Job, asked: Wish, *, dots: bool = False) -> Press:
    return Press(job=job, wish=asked, host=settings.PASSPORT_PUBLIC_URL, dots=dots)


def _wrong_of(refusal: Refusal) -> Wrong:
    """What is wrong with a choice: the parameter is the field of the same name."""
    told = wrong_of(refusal)
    return replace(told, field=told.field.lstrip("?"))


def _count(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0


def _query(asked: QueryDict) -> str:
    return urlencode([(name, asked[name]) for name in _KEPT if asked.get(name)])
