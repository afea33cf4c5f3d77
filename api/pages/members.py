"""Who acts for a party: its members, and the colleagues that they invite."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from api.pages.answers import Wrong, wrongs_of
from api.pages.handing import Handed, handed
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.tries import Tries, too_many
from passport.actions import account, link
from passport.queries import administration
from passport.queries.admission import UnusableLink
from passport.rules.errors import Refusal

HERE: Final = "/desk/members/"
_TRIES: Final = Tries(burst=20, every_s=60)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List members and invitations; a POST invites a colleague."""
    if request.method != "POST":
        return _listing(request)
    if wait := _TRIES.wait(request, str(request.desk.person_id)):
        return _listing(request, too_many(wait), status=429)
    email = request.POST.get("email", "")
    try:
        made = link.invite_colleague(
            email=email,
            party_id=request.desk.party.id,
            mailed=settings.PASSPORT_MAILS,
            by=request.desk.person_id,
        )
    except Refusal as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    # No redirect: the link stands on this page and nowhere else, not even in the session.
    return _listing(request, made=handed(made, to=email.strip()))


@require_POST
@signed_in
def revoke(request: DeskRequest, link_id: uuid.UUID) -> HttpResponseBase:
    """Take an invitation back."""
    desk = request.desk
    try:
        link.revoke(link_id=link_id, by=desk.person_id, party_id=desk.party.id)
    except UnusableLink as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(HERE)


@require_POST
@signed_in
def let_go(request: DeskRequest, membership_id: uuid.UUID) -> HttpResponseBase:
    """End a membership at once."""
    desk = request.desk
    try:
        account.let_go(membership_id=membership_id, by=desk.person_id, party_id=desk.party.id)
    except account.LastMember as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(HERE)


def _listing(
    request: DeskRequest, *wrong: Wrong, status: int = 200, made: Handed | None = None
) -> HttpResponseBase:
    own = request.desk.party.id
    context: dict[str, Any] = {
        "members": administration.members(party_id=own),
        "links": administration.links(at=request.desk.at, party_id=own),
        "email": request.POST.get("email", "") if wrong else "",
        "mails": settings.PASSPORT_MAILS,
        "base": HERE,
        "handed": made,
        "refusals": wrong,
    }
    return page(request, "desk/members.html", context, status=status)
