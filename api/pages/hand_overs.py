"""Hand-overs that wait for an answer, and the answer."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import custody
from passport.queries import desk_inbox
from passport.rules.errors import Refusal

_ANSWERS = {
    "accept": custody.accept,
    "refuse": custody.refuse,
    "withdraw": custody.withdraw,
}


@require_safe
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List what was offered to the party and what it offered."""
    return _listing(request)


@require_POST
@signed_in
def answer(request: DeskRequest, hand_over_id: uuid.UUID, said: str) -> HttpResponseBase:
    """Accept, refuse or withdraw one hand-over."""
    try:
        _ANSWERS[said](hand_over_id=hand_over_id, by=request.desk.acting(), at=request.desk.at)
    except Refusal as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect("/desk/hand-overs/")


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    found = desk_inbox.hand_overs(party_id=request.desk.party.id)
    return page(request, "desk/hand_overs.html", {"found": found, "refusals": wrong}, status=status)
