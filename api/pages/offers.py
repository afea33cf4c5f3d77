"""Offers: packs that a plan put to a party, and the party's answer."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.rules.errors import Refusal
from recycling.actions import offer
from recycling.queries import desk

_ANSWERS = {"accept": offer.accept, "decline": offer.decline}
_NEXT = {"accept": "/desk/hand-overs/", "decline": "/desk/offers/"}


@require_safe
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the offers put to the party, and those made for its own packs."""
    return _listing(request)


@require_POST
@signed_in
def answer(request: DeskRequest, offer_id: uuid.UUID, said: str) -> HttpResponseBase:
    """Accept or decline one offer; what was accepted waits as a hand-over until it arrives."""
    try:
        _ANSWERS[said](offer_id=offer_id, by=request.desk.acting(), at=request.desk.at)
    except Refusal as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(_NEXT[said])


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    found = desk.offers(party_id=request.desk.party.id)
    return page(request, "desk/offers.html", {"found": found, "refusals": wrong}, status=status)
