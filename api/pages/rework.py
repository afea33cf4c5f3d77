"""Out of waste and into another use: the file of Article 73, and passports that follow."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.pages.answers import Wrong, identifiers, wrong_of
from api.pages.end import at, done, shown
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import document
from passport.rules.errors import Refusal
from recycling.actions import second_life, waste
from recycling.queries import desk_end
from recycling.queries import second_life as second_lives
from recycling.rules.second_life import CATEGORIES, LEVELS, MOST, QUANTITIES, Ways

LARGEST: Final = 2_000_000
WAYS: Final = {
    "re-used": gettext_lazy("re-used for what it was made for"),
    "repurposed": gettext_lazy("repurposed for another use"),
    "remanufactured": gettext_lazy("remanufactured"),
}
UNITS: Final = {
    "rated_capacity_ah": (gettext_lazy("Rated capacity"), "Ah"),
    "rated_energy_kwh": (gettext_lazy("Rated energy"), "kWh"),
    "nominal_voltage_v": (gettext_lazy("Nominal voltage"), "V"),
    "minimum_voltage_v": (gettext_lazy("Lowest voltage"), "V"),
    "maximum_voltage_v": (gettext_lazy("Highest voltage"), "V"),
    "mass_kg": (gettext_lazy("Mass"), "kg"),
}


@require_POST
@signed_in
def declare(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Say that the battery is discarded."""
    by, now = request.desk.acting(), request.desk.at
    event_id = identifiers([request.POST.get("event") or str(uuid.uuid4())])[0]
    return done(
        request,
        battery_id,
        lambda: waste.declare(battery_id=battery_id, by=by, at=now, event_id=event_id),
    )


@require_POST
@signed_in
def assemble(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Store the two papers, and put the file together."""
    by, now = request.desk.acting(), request.desk.at
    papers: dict[str, bytes] = {}
    for name in ("contract", "transport"):
        sent: Any = request.FILES.get(name)
        if sent is None or sent.size > LARGEST:
            wrong = Wrong(
                _("A paper is missing, or too large."),
                _("Send a PDF or a picture of at most 2 MB."),
                name,
            )
            return shown(request, battery_id, wrong, status=422)
        try:
            kept = document.store(
                content=sent.read(), media_type=sent.content_type or "", by=by, at=now
            )
        except Refusal as refusal:
            wrong = wrong_of(refusal.pointing(f"/{name}"))
            return shown(request, battery_id, wrong, status=answered(refusal))
        papers[name] = bytes(kept.sha256)
    try:
        made = waste.assemble(
            battery_id=battery_id,
            test_id=identifiers([request.POST.get("test", "")])[0],
            by=by,
            at=now,
            **papers,
        )
    except Refusal as refusal:
        return shown(request, battery_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/evidence/{made.pk}/")


@require_safe
@signed_in
def file(request: DeskRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """Show the file of Article 73 on one page, to be printed."""
    found = second_lives.file_by_id(file_id=file_id)
    context = {"file": found, "line": desk_end.tested_line(test=found.test)}
    return page(request, "desk/evidence.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def begin(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Ask what it shall be, alone or together with others; a POST asks for the new passports."""
    if request.method != "POST":
        return _form(request, battery_id)
    said = request.POST
    count = said.get("count", "").strip()
    lines = min(int(count), MOST) if count.isdecimal() and int(count) else 1
    try:
        more = desk_end.named(texts=said.get("others", "").split())
        made = second_life.ask(
            status=said["status"] if said.get("status") in WAYS else Ways.REPURPOSED.value,
            originals=[battery_id, *more],
            lines=[_line(request, alone=lines == 1)] * lines,
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except Refusal as refusal:
        return _form(request, battery_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/second-lives/{made.pk}/")


def _line(request: DeskRequest, *, alone: bool) -> dict[str, str]:
    """What the form says of a new battery; a name of its own only where one comes of it."""
    texts = ["name", "level", "category", *(["identity"] if alone else [])]
    line = {name: text for name in texts if (text := request.POST.get(name, "").strip())}
    for name in QUANTITIES:
        if text := request.POST.get(name, "").strip():
            line[name] = text.replace(",", ".")
    return line


@require_safe
@signed_in
def record(request: DeskRequest, second_life_id: uuid.UUID) -> HttpResponseBase:
    """Show what became of a second life that was asked for."""
    found = second_lives.by_id(second_life_id=second_life_id)
    party_id = request.desk.party.id
    context = {
        "found": found,
        "way": WAYS.get(found.status, found.status),
        "before": desk_end.shown(ids=found.originals, party_id=party_id),
        "after": desk_end.shown(ids=found.made, party_id=party_id),
    }
    return page(request, "desk/second_life.html", context)


def _form(
    request: DeskRequest, battery_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponse:
    found = desk_end.end(
        party=request.desk.acting(), battery_id=battery_id, on=request.desk.at.date()
    )
    context: dict[str, Any] = {
        "end": found,
        "line": found.line,
        "ways": WAYS.items(),
        "levels": LEVELS,
        "categories": CATEGORIES,
        "amounts": [(name, *UNITS[name]) for name in QUANTITIES],
        "back": at(battery_id),
        "asked": request.POST,
        "refusals": wrong,
    }
    return page(request, "desk/second_life_new.html", context, status=status)
