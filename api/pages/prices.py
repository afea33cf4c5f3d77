"""A keeper's own figures: what it plans with instead of the released price set."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from api.pages.answers import Wrong, wrong_of
from api.pages.gate_words import CASES
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.rules.errors import Refusal
from recycling.actions import price_set
from recycling.queries import price_set as price_sets
from recycling.queries import tables
from recycling.rules.prices import figures_of

HERE: Final = "/desk/prices/"
# What a figure is called; the part behind it is a chemistry or how a pack travels.
NAMES: Final = {
    "second_life_cents_per_usable_kwh": gettext_lazy("A second life pays, cents per usable kWh"),
    "recycler_fee_cents_per_kg": gettext_lazy(
        "A recycler pays, cents per kg (below zero: it charges)"
    ),
    "damaged_surcharge_cents_per_kg": gettext_lazy("A damaged pack costs besides, cents per kg"),
    "discount_per_year": gettext_lazy("Later money is worth less, share a year"),
    "test_cents_per_pack": gettext_lazy("A test, cents per pack"),
    "refurbishment_cents_per_kwh": gettext_lazy("Making it ready for another use, cents per kWh"),
    "reuse_bonus_cents_per_kwh": gettext_lazy("What another use is worth besides, cents per kWh"),
    "pickup_cents_per_pack": gettext_lazy("Fetching it, cents per pack"),
    "haul_cents_per_tonne_km": gettext_lazy("Haul, cents per tonne and kilometre"),
    "road_factor": gettext_lazy("Road, times the straight line"),
    "assumed_distance_km": gettext_lazy("Distance where a place is not known, km"),
    "packaging_cents_per_kg": gettext_lazy("Packaging, cents per kg"),
    "storage_cents_per_kwh_month": gettext_lazy("Storing it, cents per kWh and month"),
    "hold_months": gettext_lazy("A pack that goes nowhere waits, months"),
    "hold_risk_cents_per_kwh": gettext_lazy("The risk of keeping it, cents per kWh"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """Show the figures in force, the released ones beside them; a POST publishes a version."""
    if request.method != "POST":
        return _listing(request)
    try:
        in_force_on = date.fromisoformat(request.POST.get("in_force_on", "").strip())
    except ValueError:
        wrong = Wrong(_("That is no day."), _("Write it as in 2026-12-01."), "in_force_on")
        return _listing(request, wrong, status=422)
    try:
        price_set.publish(
            version=request.POST.get("version", "").strip(),
            figures=_said(request),
            in_force_on=in_force_on,
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except Refusal as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(HERE)


def _said(request: DeskRequest) -> dict[str, Any]:
    """The figures that differ from the released ones, named as name or name-key in the form."""
    said: dict[str, Any] = {}
    for name, released in figures_of(tables.price_document()).items():
        if not isinstance(released, dict):
            text = _typed(request, name)
            if text not in ("", released):
                said[name] = text
            continue
        own = {key: text for key in released if (text := _typed(request, f"{name}-{key}"))}
        changed = {key: text for key, text in own.items() if text != released[key]}
        if changed:
            said[name] = changed
    return said


def _typed(request: DeskRequest, name: str) -> str:
    return request.POST.get(name, "").strip().replace(",", ".")


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponse:
    party, on = request.desk.acting(), request.desk.at.date()
    released, own = tables.price_document(), price_sets.in_force(party=party, on=on)
    context = {
        "own": own,
        "base": released["price_set"],
        "versions": price_sets.listing(party=party),
        "lines": _lines(request, own.figures if own else {}),
        "today": on.isoformat(),
        "asked": request.POST,
        "refusals": wrong,
    }
    return page(request, "desk/prices.html", context, status=status)


def _lines(request: DeskRequest, own: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Field, name, key, released figure, and what stands in the form: typed, own or released."""
    found = []
    for name, released in figures_of(tables.price_document()).items():
        keyed = released.items() if isinstance(released, dict) else [("", released)]
        for key, figure in keyed:
            mine = own.get(name, {}).get(key) if key else own.get(name)
            field = f"{name}-{key}" if key else name
            stands = request.POST.get(field, mine or figure)
            found.append((field, str(NAMES[name]), str(CASES.get(key, key)), figure, stands))
    return found
