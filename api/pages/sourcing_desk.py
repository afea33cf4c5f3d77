"""The sourcing desk: compliant sources by category and year, and the offers behind them."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.sourcing_desk_words import PROOFS, UNITS
from passport.actions import sourcing_supply
from passport.queries import sourcing_desk
from passport.queries import sourcing_supply as supply
from passport.rules.decimals import parse_decimal
from passport.rules.errors import Refusal
from passport.rules.sourcing_offering import read_ramp, read_volumes
from passport.rules.sourcing_supply import Offer, Phase, Proof, Unit

HERE: Final = "/desk/sourcing/"
ROWS: Final = 4  # years and phases that a form has room for


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sources(request: DeskRequest) -> HttpResponseBase:
    """Show how many compliant sources there are, and offers; a POST keeps another offer."""
    if request.method != "POST":
        return _sources(request)
    try:
        sourcing_supply.offer(told=_told(request), by=request.desk.acting(), at=request.desk.at)
    except Refusal as refusal:
        return _sources(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(HERE)


@require_http_methods(["POST"])
@signed_in
def end_offer(request: DeskRequest, supply_offer_id: uuid.UUID) -> HttpResponseBase:
    """End an offer; what was agreed under it goes on."""
    sourcing_supply.end_offer(
        offer_id=supply_offer_id, by=request.desk.acting(), at=request.desk.at
    )
    return HttpResponseRedirect(f"{HERE}#offers")


def typed(request: DeskRequest, name: str) -> str:
    """What was typed into a field."""
    return request.POST.get(name, "").strip()


def number(request: DeskRequest, name: str, usual: str = "") -> Decimal:
    """A number of a form, with a point or a comma. Refuses NotADecimal."""
    return parse_decimal((typed(request, name) or usual).replace(",", "."), f"/{name}")


def volumes(request: DeskRequest, name: str) -> dict[int, Decimal]:
    """The years of a form and their volumes. Refuses NoVolume, NotADecimal."""
    told = {
        typed(request, f"{name}-year-{row}"): typed(request, f"{name}-{row}").replace(",", ".")
        for row in range(ROWS)
        if typed(request, f"{name}-year-{row}")
    }
    return read_volumes(told, pointer=f"/{name}")


def ramp(request: DeskRequest) -> tuple[Phase, ...]:
    """The phases of a form. Refuses NoPhase, NotADecimal."""
    told = [
        {
            "starts_on": typed(request, f"ramp-{row}-starts_on"),
            "percent": typed(request, f"ramp-{row}-percent").replace(",", "."),
        }
        for row in range(ROWS)
        if typed(request, f"ramp-{row}-starts_on")
    ]
    return read_ramp(told, pointer="/ramp")


def first_years(at: date) -> list[int]:
    """The years that an empty form offers."""
    return [at.year + 1 + row for row in range(ROWS)]


def _told(request: DeskRequest) -> Offer:
    unit, proof = typed(request, "unit"), typed(request, "proof")
    own_duty = typed(request, "duty_percent")
    return Offer(
        id="", supplier=typed(request, "supplier") or typed(request, "maker"),
        maker=typed(request, "maker"), category=typed(request, "category"),
        unit=Unit(unit) if unit in UNITS else Unit.KWH, price=number(request, "price"),
        made_in=typed(request, "made_in").upper(), capacity=volumes(request, "capacity"),
        size_kwh=number(request, "size_kwh", "1"), ramp=ramp(request),
        proof=Proof(proof) if proof in PROOFS else Proof.OWN_WORD,
        duty_percent=number(request, "duty_percent") if own_duty else None,
    )  # fmt: skip


def _sources(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponse:
    party, on = request.desk.acting(), request.desk.at.date()
    table = sourcing_desk.sources(owner=party, as_of=on)
    context = {
        "table": table,
        "offers": supply.offers(owner=party),
        "labels": {row.category: row.label for row in table.rows},
        "units": UNITS,
        "proofs": PROOFS,
        "first_years": list(enumerate(first_years(on))),
        "asked": request.POST,
        "refusals": wrong,
    }
    return page(request, "desk/sourcing_sources.html", context, status=status)
