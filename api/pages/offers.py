"""Offers: packs that a plan put to a party, and the party's answer."""

from __future__ import annotations

import re
import uuid
from datetime import date
from decimal import Decimal

from django.http import HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.rules.errors import Malformed, Refusal
from recycling.actions import counter_offer, offer
from recycling.queries import desk

_AMOUNT = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,2})?")


class AmountUnread(Malformed):
    """What was typed is no amount, or no day."""

    code = "amount-unread"
    title = "The terms cannot be read"


_ANSWERS = {
    "accept": offer.accept,
    "decline": offer.decline,
    "take": counter_offer.take,
    "leave": counter_offer.leave,
}
_NEXT = {"accept": "/desk/hand-overs/"}
_LONGEST_NOTE = 300


@require_safe
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the offers put to the party, and those made for its own packs."""
    return _listing(request)


@require_POST
@signed_in
def answer(request: DeskRequest, offer_id: uuid.UUID, said: str) -> HttpResponseBase:
    """Answer one offer, or other terms for it; what was accepted waits as a hand-over."""
    try:
        _ANSWERS[said](offer_id=offer_id, by=request.desk.acting(), at=request.desk.at)
    except Refusal as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(_NEXT.get(said, "/desk/offers/"))


@require_POST
@signed_in
def counter(request: DeskRequest, offer_id: uuid.UUID) -> HttpResponseBase:
    """Ask for another price for a pack, or a day on which it is fetched."""
    form = request.POST
    try:
        counter_offer.ask(
            offer_id=offer_id,
            price_cents=_cents(form.get("price", "")),
            pick_up_on=_day(form.get("pick_up_on", "")),
            note=form.get("note", "").strip()[:_LONGEST_NOTE],
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except Refusal as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect("/desk/offers/")


def _cents(text: str) -> int | None:
    """An amount as people write it; None where nothing is written. Refuses AmountUnread."""
    written = text.strip().replace(" ", "").replace(",", ".")
    if not written:
        return None
    if not _AMOUNT.fullmatch(written):
        raise AmountUnread(
            f"{text[:40]} is no amount", pointer="/price", remedy="write it as 120.50 or -35"
        )
    return int(Decimal(written) * 100)


def _day(text: str) -> date | None:
    """A day as a browser sends it; None where none is chosen. Refuses AmountUnread."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise AmountUnread(
            f"{text[:40]} is no day", pointer="/pick_up_on", remedy="write it as 2026-07-31"
        ) from error


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    found = desk.offers(party_id=request.desk.party.id)
    return page(request, "desk/offers.html", {"found": found, "refusals": wrong}, status=status)
