"""Registers a battery born before passports: its plate, a picture, and its label if any."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from api.http.weight import brings
from api.pages.answers import Wrong, quantity, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.words import CATEGORIES
from passport.actions import document, legacy
from passport.models.battery import Level
from passport.proof.errors import ProofError
from passport.queries import legacy as queries
from passport.rules.document import MOST_BYTES
from passport.rules.errors import Refusal
from passport.rules.legacy import FAMILIES, Plate

HERE = "/desk/found/"
_QUANTITIES = {
    "nominal_voltage_v": "Nominal voltage",
    "capacity_ah": "Capacity",
    "mass_kg": "Mass",
    "energy_kwh": "Energy",
}
_OPTIONAL = {"energy_kwh"}
_TEXTS = ("identity", "maker_name", "model_name", "serial", "chemistry", "manufactured_on")


@brings(lambda: MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def found(request: DeskRequest) -> HttpResponseBase:
    """Show what was found and the form; a POST leaves a battery to be registered."""
    if request.method != "POST":
        return _page(request)
    told, wrong = _read(request)
    if wrong:
        return _page(request, *wrong, status=422)
    try:
        _find(request, told)
    except (Refusal, ProofError) as refusal:
        return _page(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(HERE)


def _find(request: DeskRequest, told: dict[str, Any]) -> None:
    desk = request.desk
    by, photo = desk.acting(), request.FILES.get("photo")
    digest = None
    if isinstance(photo, UploadedFile) and photo.size:
        kept = document.store(
            content=photo.read(MOST_BYTES + 1),
            media_type=photo.content_type or "",
            by=by,
            at=desk.at,
        )
        digest = bytes(kept.sha256)
    identity = told.pop("identity")
    legacy.find(identity=identity, photo_sha256=digest, plate=Plate(**told), by=by, at=desk.at)


def _read(request: DeskRequest) -> tuple[dict[str, Any], list[Wrong]]:
    told: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in _TEXTS}
    wrong: list[Wrong] = []
    for name, word in _QUANTITIES.items():
        text = request.POST.get(name, "").strip()
        if not text:
            told[name] = None
            if name not in _OPTIONAL:
                wrong.append(
                    Wrong(
                        _("{word} is missing.").format(word=word), _("Read it off the plate."), name
                    )
                )
            continue
        value = quantity(text, field=name, name=word)
        if isinstance(value, Wrong):
            wrong.append(value)
        told[name] = value
    told["level"] = _word(request, "level", Level.values, _("What is it?"), wrong)
    told["category"] = _word(request, "category", CATEGORIES, _("What was it for?"), wrong)
    told["manufactured_on"] = _day(told["manufactured_on"], wrong)
    return told, wrong


def _word(request: DeskRequest, name: str, among: Any, asked: str, wrong: list[Wrong]) -> str:
    said = request.POST.get(name, "")
    if said not in among:
        wrong.append(
            Wrong(_("“{asked}” has no answer.").format(asked=asked), _("Choose one."), name)
        )
    return said


def _day(text: str, wrong: list[Wrong]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wrong.append(
            Wrong(
                _("“{text}” is no day.").format(text=text[:20]),
                _("Leave it out."),
                "manufactured_on",
            )
        )
        return None


def _page(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    context = {
        "found": queries.newest(party_id=request.desk.party.id),
        "may_find": {"KEEPER", "WORKSHOP", "RECYCLER"} & set(request.desk.party.roles),
        "levels": Level.choices,
        "categories": CATEGORIES.items(),
        "families": FAMILIES,
        # A scan in the yard of what nobody has registered leads here with its name.
        "said": request.POST or request.GET,
        "refusals": wrong,
    }
    return page(request, "desk/found.html", context, status=status)
