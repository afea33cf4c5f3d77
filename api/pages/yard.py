"""The yard: scan, know what it is and whether it is safe, take it or set it apart; also offline."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final
from urllib.parse import unquote, urlencode

from django.http import HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.http import yard_records
from api.http.parsers import read_json
from api.http.shapes import write_shape
from api.http.yard_records import YardAnswer
from api.pages import yard_seat, yard_shell
from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.yard_words import DANGERS, KINDS, said_of, said_of_shipment
from passport.actions import yard as actions
from passport.models import Shipment, YardRecord
from passport.models.ids import new_id
from passport.queries import shipment, yard
from passport.rules.errors import Refusal
from passport.rules.identity import NotOneBattery
from recycling.queries import yard_card
from recycling.queries.yard_card import YardCard

HERE: Final = "/desk/yard/"
# Whoever types into the form has no device of its own.
_DEVICE: Final = "form"
_TOUCH_LIMIT_V: Final = 60


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show(request: DeskRequest) -> HttpResponseBase:
    """The page, which also works without script: a POST notes one record and shows the answer."""
    if request.method == "POST":
        return _noted(request)
    return _page(request)


@require_safe
@signed_in
def state(request: DeskRequest) -> HttpResponseBase:
    """What a device keeps for the time without a network: whose it is, and what the party holds."""
    desk = request.desk
    ids = yard.carried(party_id=desk.party.id)
    cards = yard_card.cards(party_id=desk.party.id, battery_ids=ids, on=desk.at.date())
    age = request.session.get_expiry_age()
    response = JsonResponse(
        {
            "seat": _seat(request),
            "party": {"id": str(desk.party.id), "name": desk.party.name},
            "person": desk.person_name,
            "csrf": get_token(request),
            "now": desk.at.isoformat(),
            "until": (desk.at + timedelta(seconds=age)).isoformat(),
            "recent": [_line(row) for row in yard.recent(party_id=desk.party.id)],
            "attention": [_line(row) for row in yard.attention(party_id=desk.party.id)],
            "cards": [_card_of(each) for each in cards],
        }
    )
    yard_seat.sit_down(response, _seat(request))
    return response


@require_POST
@signed_in
def records(request: DeskRequest) -> HttpResponseBase:
    """Take records of a device, and answer for each; what is answered may leave its queue."""
    desk = request.desk
    yard_seat.check(told=request.headers.get(yard_seat.HEADER, ""), seat=_seat(request))
    told = yard_records.keep(
        read_json(request), by=desk.acting(), person_id=desk.person_id, at=desk.at
    )
    ids = [each.battery for each in told if each.battery is not None]
    cards = yard_card.cards(
        party_id=desk.party.id, battery_ids=list(dict.fromkeys(ids)), on=desk.at.date()
    )
    drawn = {each.line.id: each for each in cards}
    return JsonResponse(
        {
            "now": desk.at.isoformat(),
            "items": [
                {
                    **write_shape(YardAnswer, each),
                    **(_line(each.row) if each.row is not None else {}),
                    "card": _card_of(drawn.get(each.battery)) if each.battery else None,
                }
                for each in told
            ],
        }
    )


@require_POST
@signed_in
def settle(request: DeskRequest, record_id: uuid.UUID) -> HttpResponseBase:
    """Say that a record of which nothing came needs nobody's attention."""
    actions.settle(record_id=record_id, by=request.desk.acting(), at=request.desk.at)
    return HttpResponseRedirect(HERE)


def _noted(request: DeskRequest) -> HttpResponseBase:
    """One record of the form; the same form sent twice is one record."""
    desk, said = request.desk, request.POST
    document = {
        "sent_at": desk.at.isoformat(),
        "records": [
            {
                "id": said.get("record") or str(new_id()),
                "kind": said.get("kind", "SCAN"),
                "text": said.get("text", ""),
                "because": said.get("because", ""),
                "happened_at": desk.at.isoformat(),
                "device": _DEVICE,
                "of": said.get("of") or None,
            }
        ],
    }
    if not said.get("text", "").strip() and not said.get("of"):
        return HttpResponseRedirect(HERE)
    earlier = yard.known(party_id=desk.party.id, record_ids=_ids(said.get("record", "")))
    if not earlier:
        (told,) = yard_records.keep(
            document, by=desk.acting(), person_id=desk.person_id, at=desk.at
        )
        if not told.kept:
            return _page(request, Wrong(told.detail, told.remedy, "text"), status=422)
        return HttpResponseRedirect(f"{HERE}?{urlencode({'record': told.id or ''})}")
    return HttpResponseRedirect(f"{HERE}?{urlencode({'record': said['record']})}")


def _ids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []


def with_texts(
    request: DeskRequest, texts: list[str] | None, *wrong: Wrong | Refusal, status: int = 200
) -> HttpResponseBase:
    """The page with what was read from a photo, each text to be scanned with one tap."""
    told = [wrong_of(each) if isinstance(each, Refusal) else each for each in wrong]
    return _page(request, *told, texts=texts, status=status)


def _page(
    request: DeskRequest, *wrong: Wrong, texts: list[str] | None = None, status: int = 200
) -> HttpResponseBase:
    desk = request.desk
    asked = _ids(request.GET.get("record", ""))
    row = yard.known(party_id=desk.party.id, record_ids=asked).get(asked[0]) if asked else None
    part = request.GET.get("part", "").strip()
    found: Any = None
    try:
        found = yard.partial(part=part, party_id=desk.party.id) if part else None
    except Refusal as refusal:
        wrong, status = (*wrong, wrong_of(refusal)), answered(refusal)
    context = {
        "answer": None if row is None else _line(row),
        "card": _card(request, row),
        "recent": [_line(each) for each in yard.recent(party_id=desk.party.id)],
        "attention": [_line(each) for each in yard.attention(party_id=desk.party.id)],
        "dangers": DANGERS.items(),
        "record": new_id(),
        "part": part,
        "found": found,
        "refusals": wrong,
        "others": yard_shell.others(get_language()),
        "texts": texts,
    }
    response = page(request, "desk/yard.html", context, status=status)
    yard_seat.sit_down(response, _seat(request))
    return response


def _card(request: DeskRequest, row: YardRecord | None) -> dict[str, Any] | None:
    if row is None or row.battery_id is None:
        return None
    desk = request.desk
    found = yard_card.cards(party_id=desk.party.id, battery_ids=[row.battery_id], on=desk.at.date())
    return _context(found[0]) if found else None


def _context(card: YardCard) -> dict[str, Any]:
    return {
        "card": card,
        "high_voltage": card.maximum_voltage_v > _TOUCH_LIMIT_V,
        "dangers": DANGERS.items(),
        "record": new_id(),
        "refuse_record": new_id(),
        "apart_record": new_id(),
    }


def _drawn(card: YardCard) -> str:
    """A card as a device keeps it: without the token of anybody."""
    return render_to_string("parts/yard_card.html", _context(card))


def _card_of(card: YardCard | None) -> dict[str, Any] | None:
    if card is None:
        return None
    return {"names": card.names, "name": card.line.serial, "html": _drawn(card)}


def _line(row: YardRecord) -> dict[str, Any]:
    """One record as a line of a list."""
    what, remedy = said_of(row)
    seen, sent = row.battery, _shipment(row)
    if sent is not None:
        what, remedy = said_of_shipment(sent)
    return {
        "id": str(row.record_id),
        "kind": row.kind,
        "word": str(KINDS[row.kind]),
        "text": row.text,
        "name": _name(row),
        "model": seen.model.name if seen is not None else "",
        "battery": str(row.battery_id or ""),
        "identity": row.identity,
        "shipment": "" if sent is None else f"/desk/shipments/{sent.pk}/",
        "of": str(row.of or ""),
        "happened_at": row.happened_at.isoformat(),
        "code": row.code,
        "said": what,
        "todo": remedy,
        "clock_off": row.off,
        "skew_minutes": round(row.skew_s / 60),
        "settled": row.settled_at is not None,
    }


def _shipment(row: YardRecord) -> Shipment | None:
    """The shipment whose code was scanned, as far as the party is a side of it."""
    return shipment.scanned_as(text=row.text) if row.code == NotOneBattery.code else None


def _name(row: YardRecord) -> str:
    """What people call it: its serial, that of the code, or what was read."""
    if row.battery is not None:
        return row.battery.serial
    return unquote(row.identity.rpartition("/21/")[2]) or row.text


def _seat(request: DeskRequest) -> str:
    desk = request.desk
    return yard_seat.seat_of(person_id=desk.person_id, party_id=desk.party.id)
