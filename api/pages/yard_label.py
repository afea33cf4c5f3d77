"""A new label for a battery whose own cannot be read: printed by its holder, and recorded."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from api.labels import forms
from api.labels.forms import Form
from api.labels.press import Press
from api.labels.stock import catalogue, wish
from api.pages.answers import Wrong, identifiers, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import yard
from passport.actions.yard import Noted
from passport.models.ids import new_id
from passport.queries import battery as batteries
from passport.queries import desk, label
from passport.queries import yard as queries
from passport.rules.errors import Refusal
from passport.rules.yard import RecordKind

REASONS: Final[dict[str, Any]] = {
    "DAMAGED": _("damaged"),
    "FADED": _("faded"),
    "LOST": _("gone"),
    "WRONG": _("of another battery"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Show the label and its sizes; a POST records that it was printed, and leads to the file."""
    if request.method != "POST":
        return _page(request, battery_id)
    try:
        _print(request, battery_id)
    except Refusal as refusal:
        return _page(request, battery_id, wrong_of(refusal), status=answered(refusal))
    asked = urlencode({"label": request.POST.get("label", ""), "printed": "1"})
    return HttpResponseRedirect(f"/desk/yard/labels/{battery_id}?{asked}")


@require_safe
@signed_in
def drawn(request: DeskRequest, battery_id: uuid.UUID, form: Form) -> HttpResponseBase:
    """The label as a file."""
    host = settings.PASSPORT_PUBLIC_URL
    item, job = label.of_battery(battery_id=battery_id, host=host)
    press = Press(job=job, wish=wish(request.GET), host=host, dots=form.dots)
    answer = HttpResponse(forms.single(press, form, item), content_type=form.media_type)
    answer["Content-Disposition"] = f'inline; filename="label-{battery_id}.{form.name}"'
    return answer


def _print(request: DeskRequest, battery_id: uuid.UUID) -> None:
    said, at, by = request.POST, request.desk.at, request.desk.acting()
    battery = batteries.by_id(battery_id=battery_id)
    reason = said.get("because", "")
    noted = Noted(
        id=identifiers([said.get("record", "")])[0],
        kind=RecordKind.RELABEL,
        happened_at=at,
        device="desk",
        text=battery.identity,
        because=reason.lower() if reason in REASONS else "",
    )
    # The form sent twice is one print: by then it is known under the id that the form carries.
    if queries.known(party_id=by.pk, record_ids=[noted.id]):
        return
    (kept,) = yard.keep(noted=[noted], sent_at=at, by=by, person_id=request.desk.person_id, at=at)
    if kept.refusal is not None:
        raise kept.refusal
    if kept.record is not None and kept.record.code:
        raise queries.in_other_hands(what=battery.serial)


def _page(
    request: DeskRequest, battery_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponseBase:
    battery = batteries.by_id(battery_id=battery_id)
    line = desk.lines([battery], party_id=request.desk.party.id)[0]
    asked = request.GET.get("label") or request.POST.get("label") or "L7163"
    context: dict[str, Any] = {
        "line": line, "catalogue": catalogue(), "asked": asked, "reasons": REASONS.items(),
        "record": new_id(), "query": urlencode({"label": asked}),
        "printed": request.GET.get("printed") == "1", "fits": True,
    }  # fmt: skip
    try:
        host = settings.PASSPORT_PUBLIC_URL
        _item, job = label.of_battery(battery_id=battery_id, host=host)
        asked_for = request.GET.copy()
        asked_for["label"] = asked
        Press(job=job, wish=wish(asked_for), host=host)
    except Refusal as refusal:
        told = wrong_of(refusal)
        wrong = (*wrong, replace(told, field="label"))
        context["fits"] = False
    context["refusals"] = wrong
    return page(request, "desk/yard_label.html", context, status=status)
