"""What looks wrong about a party's batteries and names, and its answer."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import alarm as alarms
from passport.queries import alarm
from passport.rules.errors import Refusal

HERE = "/desk/alarms/"


@require_safe
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the alarms, those that are open first."""
    return _listing(request)


@require_POST
@signed_in
def dismiss(request: DeskRequest, alarm_id: uuid.UUID) -> HttpResponseBase:
    """Note what the party found when it looked."""
    desk = request.desk
    try:
        alarms.dismiss(
            alarm_id=alarm_id,
            reason=request.POST.get("reason", "").strip(),
            who=desk.person_name,
            by=desk.acting(),
            at=desk.at,
        )
    except Refusal as refusal:
        return _listing(request, wrong_of(refusal), about=alarm_id, status=answered(refusal))
    return HttpResponseRedirect(HERE)


def _listing(
    request: DeskRequest,
    *wrong: Wrong,
    about: uuid.UUID | None = None,
    status: int = 200,
) -> HttpResponseBase:
    context = {
        "found": alarm.newest(party_id=request.desk.party.id),
        "about": about,
        "reason": request.POST.get("reason", ""),
        "refusals": wrong,
    }
    return page(request, "desk/alarms.html", context, status=status)
