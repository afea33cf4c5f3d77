"""Framework agreements and the pipeline: what was agreed, what is planned, who gets what."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from api.pages.answers import Wrong, identifiers, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.sourcing_desk import first_years, number, ramp, typed, volumes
from passport.actions import sourcing_pipeline, sourcing_supply
from passport.queries import sourcing_desk
from passport.queries import sourcing_supply as supply
from passport.rules.errors import Malformed, Refusal
from passport.rules.sourcing_mix import Planned

AGREED: Final = "/desk/sourcing/agreements/"
PLANNED: Final = "/desk/sourcing/pipeline/"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def agreements(request: DeskRequest) -> HttpResponseBase:
    """Show agreements, what is left of them and what may go wrong; a POST keeps another one."""
    if request.method != "POST":
        return _agreements(request)
    try:
        (offer,) = identifiers([typed(request, "offer")])
        sourcing_supply.agree(
            offer_id=offer, name=_name(request), signed_on=_day(request, "signed_on"),
            volumes=volumes(request, "volumes"), ramp=ramp(request), by=request.desk.acting(),
            at=request.desk.at,
        )  # fmt: skip
    except Refusal as refusal:
        return _agreements(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(AGREED)


@require_http_methods(["POST"])
@signed_in
def allocate(request: DeskRequest, agreement_id: uuid.UUID) -> HttpResponseBase:
    """Give a planned project so much of a year."""
    try:
        (planned,) = identifiers([typed(request, "planned")])
        sourcing_supply.allocate(
            agreement_id=agreement_id, planned_id=planned, year=_year(request),
            quantity=number(request, "quantity"), by=request.desk.acting(), at=request.desk.at,
        )  # fmt: skip
    except Refusal as refusal:
        status = answered(refusal)
        if status == 404:
            raise
        return _agreements(request, wrong_of(refusal), status=status)
    return HttpResponseRedirect(AGREED)


@require_http_methods(["POST"])
@signed_in
def release(request: DeskRequest, allocation_id: uuid.UUID) -> HttpResponseBase:
    """Take an allocation back."""
    sourcing_supply.release(
        allocation_id=allocation_id, by=request.desk.acting(), at=request.desk.at
    )
    return HttpResponseRedirect(AGREED)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def pipeline(request: DeskRequest) -> HttpResponseBase:
    """Show what is planned; a POST plans another project."""
    if request.method != "POST":
        return _pipeline(request)
    try:
        sourcing_pipeline.plan(
            told=_planned(request), project_id=_project(request), by=request.desk.acting(),
            at=request.desk.at,
        )  # fmt: skip
    except Refusal as refusal:
        return _pipeline(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(PLANNED)


@require_http_methods(["POST"])
@signed_in
def end_plan(request: DeskRequest, planned_id: uuid.UUID) -> HttpResponseBase:
    """Take a project out of the pipeline."""
    try:
        sourcing_pipeline.end_plan(
            planned_id=planned_id, by=request.desk.acting(), at=request.desk.at
        )
    except sourcing_supply.StillAllocated as refusal:
        return _pipeline(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(PLANNED)


def _planned(request: DeskRequest) -> Planned:
    return Planned(
        id="", name=_name(request), begins_on=_day(request, "begins_on"),
        incurred_on=_day(request, "incurred_on"), kwh=number(request, "nameplate_kwh"),
        kw=number(request, "nameplate_kw"), other_cost=number(request, "other_cost", "0"),
    )  # fmt: skip


def _project(request: DeskRequest) -> uuid.UUID | None:
    chosen = typed(request, "project")
    return identifiers([chosen])[0] if chosen else None


def _name(request: DeskRequest) -> str:
    name = typed(request, "name")
    if not 0 < len(name) <= 120:
        raise Malformed("it has no name", pointer="/name", remedy="write one of 1 to 120 letters")
    return name


def _year(request: DeskRequest) -> int:
    text = typed(request, "year")
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Malformed("that is no year", pointer="/year", remedy="write it as in 2027")
    return int(text)


def _day(request: DeskRequest, name: str) -> date:
    try:
        return date.fromisoformat(typed(request, name))
    except ValueError:
        raise Malformed(
            "that is no day", pointer=f"/{name}", remedy="write it as in 2027-03-01"
        ) from None


def _agreements(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponse:
    party, on = request.desk.acting(), request.desk.at.date()
    context = {
        "found": sourcing_desk.agreements(owner=party, as_of=on),
        "offers": supply.offers(owner=party),
        "planned": supply.pipeline(owner=party),
        "first_years": list(enumerate(first_years(on))),
        "asked": request.POST,
        "refusals": wrong,
    }
    return page(request, "desk/sourcing_agreements.html", context, status=status)


def _pipeline(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponse:
    party = request.desk.acting()
    planned = supply.pipeline(owner=party)
    context = {
        "projects": supply.projects(owner=party),
        "planned": sorted(planned, key=lambda each: (each.begins_on, each.name)),
        "energy": sum((each.nameplate_kwh for each in planned), Decimal(0)),
        "asked": request.POST,
        "refusals": wrong,
    }
    return page(request, "desk/sourcing_pipeline.html", context, status=status)
