"""One shipment at the desk: its papers, what has arrived of it, and the answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.pages import label
from api.pages.answers import Wrong, identifiers, wrong_of, wrongs_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import shipment
from passport.queries import party
from passport.queries import shipment as shipments
from passport.queries.battery import unknown
from passport.rules.errors import Refusal
from passport.rules.identity import parse_any
from passport.rules.shipment import LONGEST_REASON, Act, check_side, lines_of, link_of, next_state

# More are answered by scanning: nobody ticks them.
_SHOWN = 400


@require_safe
@signed_in
def record(request: DeskRequest, shipment_id: uuid.UUID) -> HttpResponseBase:
    """Show a shipment as its papers say, with what became of each battery."""
    return _record(request, shipment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def arrival(request: DeskRequest, shipment_id: uuid.UUID) -> HttpResponseBase:
    """Ask what has arrived, by scan or tick; a POST shows what would be accepted and what not."""
    found = shipments.by_id(shipment_id=shipment_id)
    me = request.desk.party.id
    check_side(act=Act.ACCEPT, by=me, giver=found.from_party_id, taker=found.to_party_id)
    next_state(state=found.state, act=Act.ACCEPT)
    if request.method != "POST" or request.POST.get("change"):
        return _arrival(request, found)
    codes = request.POST.get("codes", "")
    told = shipments.arrival(shipment=found, codes=lines_of(codes))
    ticked = identifiers(request.POST.getlist("battery"))
    arrived = tuple(dict.fromkeys((*told.arrived, *ticked)))
    strange = [
        {"line": each.place, "code": each.code[:80], "wrong": wrong_of(each.refusal)}
        for each in told.wrong
    ]
    if not arrived:
        wrong = Wrong(
            _("Nothing was scanned or ticked."),
            _("Scan what has arrived; if nothing did, refuse the shipment."),
            "codes",
        )
        return _arrival(request, found, wrong, strange=strange, status=422)
    missing = shipments.missing(shipment=found, arrived=arrived)
    context = {
        "shipment": found,
        "arrived": "\n".join(map(str, arrived)),
        "count": found.pieces - len(missing),
        "missing": missing,
        "strange": strange,
        "codes": codes,
        "ticked": ticked,
    }
    return page(request, "desk/shipment_arrived.html", context)


@require_POST
@signed_in
def accept(request: DeskRequest, shipment_id: uuid.UUID) -> HttpResponseBase:
    """Take all of it, or what has arrived; the rest goes back, each with its reason."""
    found = shipments.by_id(shipment_id=shipment_id)
    exceptions: list[tuple[uuid.UUID, str]] = []
    if not request.POST.get("whole"):
        arrived = identifiers(request.POST.get("arrived", "").split())
        exceptions = [
            (each.battery_id, _reason(request, each.battery_id))
            for each in shipments.missing(shipment=found, arrived=arrived)
        ]
    return _answered(request, shipment_id, shipment.accept, exceptions=exceptions)


@require_POST
@signed_in
def refuse(request: DeskRequest, shipment_id: uuid.UUID) -> HttpResponseBase:
    """Leave all of it with the giver."""
    reason = request.POST.get("reason", "")[: LONGEST_REASON + 1]
    return _answered(request, shipment_id, shipment.refuse, reason=reason)


@require_POST
@signed_in
def withdraw(request: DeskRequest, shipment_id: uuid.UUID) -> HttpResponseBase:
    """Take the shipment back."""
    return _answered(request, shipment_id, shipment.withdraw)


@require_safe
@signed_in
def label_svg(request: DeskRequest, shipment_id: uuid.UUID) -> HttpResponseBase:
    """Draw the label of the pallet: its SSCC as a code, and in digits."""
    found = shipments.by_id(shipment_id=shipment_id)
    if not found.sscc:
        raise unknown("label")
    identity = parse_any(link_of(sscc=found.sscc))
    drawn = label.svg(label.make(identity=identity, host=settings.PASSPORT_PUBLIC_URL))
    response = HttpResponse(drawn, content_type="image/svg+xml")
    response["Content-Disposition"] = f'inline; filename="sscc-{found.sscc}.svg"'
    return response


def scanned(*, otherwise: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """The code of a pallet leads its two sides to the shipment, and all others nowhere.

    They hear the same, whether there is such a shipment or not: `otherwise` answers them.
    """

    @signed_in
    def of_a_side(request: DeskRequest, sscc: str) -> HttpResponseBase:
        found = shipments.by_sscc(sscc=sscc)
        if found is not None:
            return HttpResponseRedirect(f"/desk/shipments/{found.pk}/")
        return otherwise(request, path=f"00/{sscc}")

    @never_cache
    def view(request: HttpRequest, sscc: str) -> HttpResponseBase:
        person = request.user.pk if request.method in ("GET", "HEAD") else None
        if person is not None and party.parties_of(person_id=person):
            return of_a_side(request, sscc=sscc)
        return otherwise(request, path=f"00/{sscc}")

    return view


def _reason(request: DeskRequest, battery_id: uuid.UUID) -> str:
    own = request.POST.get(f"why-{battery_id}", "")
    return (own or request.POST.get("why", "") or _("did not arrive"))[:LONGEST_REASON]


def _answered(
    request: DeskRequest, shipment_id: uuid.UUID, act: Callable[..., object], **said: Any
) -> HttpResponseBase:
    try:
        act(shipment_id=shipment_id, by=request.desk.acting(), at=request.desk.at, **said)
    except Refusal as refusal:
        wrong = wrongs_of(refusal)
        return _record(request, shipment_id, *wrong, status=answered(refusal))
    return HttpResponseRedirect(f"/desk/shipments/{shipment_id}/")


def _record(
    request: DeskRequest, shipment_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponseBase:
    found = shipments.by_id(shipment_id=shipment_id)
    me = request.desk.party.id
    context = {
        "shipment": found,
        "lines": shipments.contents(shipment=found, after=None, limit=_SHOWN),
        "shown": _SHOWN,
        "tally": shipments.tally(shipment=found).items(),
        "mine": found.to_party_id == me and found.state == "OFFERED",
        "given": found.from_party_id == me and found.state == "OFFERED",
        "refusals": wrong,
    }
    return page(request, "desk/shipment.html", context, status=status)


def _arrival(
    request: DeskRequest,
    found: Any,
    *wrong: Wrong,
    strange: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponseBase:
    context = {
        "shipment": found,
        "lines": shipments.contents(shipment=found, after=None, limit=_SHOWN)
        if found.pieces <= _SHOWN
        else (),
        "codes": request.POST.get("codes", ""),
        "ticked": request.POST.getlist("battery"),
        "strange": strange or (),
        "refusals": wrong,
    }
    return page(request, "desk/shipment_arrival.html", context, status=status)
