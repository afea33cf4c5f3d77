"""The batteries of a party, and the record of one: its life, its health, what it is made of."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from api.pages import drawings, health_words
from api.pages.answers import Wrong, wrong_of
from api.pages.fleet import glance
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import bundle, correction, custody
from passport.queries import (
    desk,
    desk_maker,
    desk_recall,
    desk_record,
    party,
    recall,
    sourcing_standing,
    webhook,
)
from passport.queries.desk_record import ReadingLine
from passport.queries.fleet import overview
from passport.rules.correction import Reason
from passport.rules.errors import Refusal
from passport.rules.identity import CANONICAL_STEM
from recycling.queries import desk as end_of_life
from recycling.queries import outlook
from recycling.queries.outlook import Outlook

PAGE_SIZE = 50
# A maker knows of its recalls, and may hold millions.
HANDS = frozenset({"KEEPER", "WORKSHOP", "RECYCLER"})
# In the order of a life.
STATES = ("REGISTERED", "IN_SERVICE", "RETIRED", "RECYCLED")


@require_safe
@signed_in
def home(request: DeskRequest) -> HttpResponseBase:
    """Show what waits for a decision."""
    party_ = request.desk.party
    found = end_of_life.waiting(party_id=party_.id)
    makes = "MAKER" in party_.roles
    today = desk_maker.today(party_id=party_.id, at=request.desk.at) if makes else None
    keeps = "KEEPER" in party_.roles
    told = {
        "waiting": found,
        "home": found.home,
        "today": today,
        "webhooks_off": webhook.troubled(party_id=party_.id),
        "recalled": _recalled(party_.roles),
        "standings": sourcing_standing.count_waiting(party_id=party_.id) if keeps else 0,
        "fleet": glance(overview(party_id=party_.id, at=request.desk.at)) if keeps else None,
    }
    return page(request, "desk/home.html", told)


def _recalled(roles: Collection[str]) -> desk_recall.AllInHand | None:
    """What is in the hands of whoever uses, mends or takes apart, and is called back."""
    return desk_recall.in_hand() if HANDS.intersection(roles) and recall.any_open() else None


@require_safe
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the batteries that concern the party, by filter and page."""
    asked = {
        "text": request.GET.get("q", "").strip()[:255],
        "state": request.GET.get("state", "").upper(),
    }
    asked["state"] = asked["state"] if asked["state"] in STATES else ""
    found = desk.batteries(
        party_id=request.desk.party.id,
        after=request.GET.get("after", ""),
        limit=PAGE_SIZE,
        **asked,
    )
    kept = {"q": asked["text"], "state": asked["state"]}
    more = urlencode({key: value for key, value in {**kept, "after": found.next}.items() if value})
    context = {"found": found, "asked": asked, "states": STATES, "more": more}
    return page(request, "desk/batteries.html", context)


@require_safe
@signed_in
def record(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Show the record of one battery."""
    return shown(request, battery_id)


@require_POST
@signed_in
def hand_over(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Offer the battery to another party."""
    desk_ = request.desk
    try:
        to = uuid.UUID(request.POST.get("to", ""))
        custody.hand_over(battery_id=battery_id, to_id=to, by=desk_.acting(), at=desk_.at)
    except ValueError:
        wrong = Wrong(_("Nobody is chosen to hand this battery to."), _("Choose a party."), "to")
        return shown(request, battery_id, wrong, status=422)
    except Refusal as refusal:
        return shown(request, battery_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/batteries/{battery_id}/#custody")


@require_POST
@signed_in
def let_in(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Let another party see the battery, without giving it away."""
    desk_ = request.desk
    try:
        to = uuid.UUID(request.POST.get("guest", ""))
        custody.grant(battery_id=battery_id, to_id=to, by=desk_.acting(), at=desk_.at)
    except ValueError:
        wrong = Wrong(_("Nobody is chosen to be let in."), _("Choose a party."), "guest")
        return shown(request, battery_id, wrong, status=422)
    except Refusal as refusal:
        return shown(request, battery_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/batteries/{battery_id}/?let-in={to}#custody")


@require_POST
@signed_in
def declare_wrong(
    request: DeskRequest, battery_id: uuid.UUID, event_id: uuid.UUID
) -> HttpResponseBase:
    """Declare an event wrong that the party recorded."""
    desk_ = request.desk
    try:
        reason = Reason(request.POST.get("reason", ""))
        correction.declare(
            event_id=event_id,
            battery_id=battery_id,
            reason=reason,
            correctives=(),
            # The same form sent twice is one declaration.
            declaration_id=uuid.uuid5(event_id, f"declared at the desk: {reason}"),
            by=desk_.acting(),
            at=desk_.at,
        )
    except ValueError:
        wrong = Wrong(_("It is not said what is wrong with the entry."), _("Choose a reason."))
        return shown(request, battery_id, wrong, status=422, asked_wrong=str(event_id))
    except Refusal as refusal:
        return shown(request, battery_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/batteries/{battery_id}/#event-{event_id}")


@require_safe
@signed_in
def provenance(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Hand out the provenance bundle as a file."""
    content = bundle.assemble(
        battery_ids=[battery_id], by=request.desk.acting(), at=request.desk.at
    )
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="bundle-{battery_id}.json"'
    return response


def public_path(identity: str) -> str:
    """Where the public page of a battery stands; empty for a link on its maker's own domain."""
    path = identity.removeprefix(CANONICAL_STEM)
    return path if path.startswith("/01/") else ""


def _drawn(readings: Sequence[ReadingLine], ahead: Outlook | None) -> drawings.Ahead | None:
    """What is foretold from the last reading on, as days; None where it is nothing."""
    if ahead is None or ahead.threshold is None:
        return None
    found = ahead.forecast
    ends = (found.years_low, found.years_middle, found.years_high)
    last = max(readings, key=lambda each: each.measured_at)
    first, middle, latest = (
        None if years is None else last.measured_at + timedelta(days=float(years) * 365.25)
        for years in ends
    )
    if first is None or middle is None or latest is None or last.soh <= ahead.threshold:
        return None
    return drawings.Ahead(last, ahead.threshold, first, middle, latest)


def _told(ahead: Outlook | None) -> dict[str, Any] | None:
    """The forecast in words: what is left, on what it stands, or why nothing is said."""
    if ahead is None:
        return None
    found = ahead.forecast
    return {
        "found": found,
        "threshold": ahead.threshold,
        "left": health_words.left(found) if found.level else "",
        "stands_on": health_words.stands_on(found) if found.level else "",
        "knee": ahead.knee,
        "why": health_words.why_not(found),
    }


def shown(
    request: DeskRequest,
    battery_id: uuid.UUID,
    *wrong: Wrong,
    status: int = 200,
    asked_wrong: str = "",
) -> HttpResponse:
    """The record of one battery, with what was wrong with a form on it."""
    before = request.GET.get("before", "")
    found = desk_record.record(party_id=request.desk.party.id, battery_id=battery_id, before=before)
    others = party.others(party_id=request.desk.party.id) if found.line.held else ()
    guest = request.GET.get("let-in", "")
    ahead = None
    if found.readings:
        ahead = outlook.of_id(battery_id=battery_id, by=request.desk.acting())
    series = [each for each in found.readings if ahead is None or each.kind == ahead.kind]
    context: dict[str, Any] = {
        "record": found,
        "refusals": wrong,
        "plots": drawings.plots(series, _drawn(series, ahead)),
        "ahead": _told(ahead),
        "others": others,
        "asked_to": request.POST.get("to", ""),
        "asked_guest": request.POST.get("guest", ""),
        "let_in": next((each.name for each in others if str(each.id) == guest), ""),
        "asked_wrong": asked_wrong,
        "paged": bool(before),
        "public_path": public_path(found.line.identity),
    }
    return page(request, "desk/battery.html", context, status=status)
