"""A maker's models: which there are, the figures of one, and one more without a file."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from api.pages.answers import Wrong, parted, unclear, wrongs_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import model_entry
from passport.queries import made
from passport.rules.errors import Refusal
from passport.rules.intake import QUANTITIES

HERE: Final = "/desk/models/"
_MOST: Final = 200
# The name of a field, what it is called, its unit and an example.
WORDS: Final = (
    ("code", _("Code"), "", "LFP-280-A"),
    ("name", _("Name"), "", "LFP 280 Ah"),
    ("chemistry", _("Chemistry"), "", "LFP"),
    ("gtin", _("GTIN, if it has one"), "", "09521234000013"),
)
AMOUNTS: Final = (
    ("rated_capacity_ah", _("Rated capacity"), "Ah", "280"),
    ("rated_energy_kwh", _("Rated energy"), "kWh", "0.896"),
    ("nominal_voltage_v", _("Nominal voltage"), "V", "3.2"),
    ("minimum_voltage_v", _("Lowest voltage"), "V", "2.5"),
    ("maximum_voltage_v", _("Highest voltage"), "V", "3.65"),
    ("mass_kg", _("Mass"), "kg", "5.4"),
)
LEVELS: Final = ("CELL", "MODULE", "PACK", "SYSTEM")
CATEGORIES: Final = ("EV", "LMT", "INDUSTRIAL", "STATIONARY")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the models; a POST sends one more in."""
    if request.method != "POST":
        return _listing(request)
    if wrong := _unclear(request):
        return _listing(request, *wrong, status=422)
    try:
        sent = model_entry.send(said=_said(request), by=request.desk.acting(), at=request.desk.at)
    except Refusal as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/intakes/{sent.pk}/")


@require_safe
@signed_in
def record(request: DeskRequest, model_id: uuid.UUID) -> HttpResponseBase:
    """Show the figures of one model, and how many were made of it."""
    found = made.model(party_id=request.desk.party.id, model_id=model_id)
    amounts = [(name, unit, getattr(found.model, field)) for field, name, unit, _like in AMOUNTS]
    return page(request, "desk/model.html", {"line": found, "amounts": amounts})


@require_safe
@signed_in
def lots(request: DeskRequest) -> HttpResponseBase:
    """List the production lots, each with where it is now."""
    found = made.lots(before=request.GET.get("before", "")[:20])
    return page(request, "desk/lots.html", {"found": found})


def _unclear(request: DeskRequest) -> list[Wrong]:
    typed = [(field, name, request.POST.get(field, "")) for field, name, *_rest in AMOUNTS]
    return [
        unclear(text=text, field=field, name=str(name))
        for field, name, text in typed
        if parted(text)
    ]


def _said(request: DeskRequest) -> dict[str, object]:
    """The form as a model line: an amount may carry a comma, and what is empty is not said."""
    texts = {name: value.strip() for name, value in request.POST.items() if isinstance(value, str)}
    names = [name for name, *_rest in WORDS] + ["level", "category"]
    said: dict[str, object] = {name: texts[name] for name in names if texts.get(name)}
    amounts = {name: texts.get(name, "").replace(",", ".") for name in QUANTITIES}
    return said | {name: text for name, text in amounts.items() if text}


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    context: dict[str, Any] = {
        "found": made.models(party_id=request.desk.party.id, limit=_MOST),
        "most": _MOST,
        "words": WORDS,
        "amounts": AMOUNTS,
        "levels": LEVELS,
        "categories": CATEGORIES,
        "asked": request.POST if wrong else {},
        "refusals": wrong,
    }
    return page(request, "desk/models.html", context, status=status)
