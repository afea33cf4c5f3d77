"""The first hour of a factory: five steps, each ticked off once it is done."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from api.pages.signed_in import DeskRequest, page, signed_in
from passport.queries import desk_maker


@require_safe
@signed_in
def show(request: DeskRequest) -> HttpResponseBase:
    """Show the steps as they stand."""
    found = desk_maker.first_hour(party_id=request.desk.party.id)
    context = {
        "found": found,
        "service": settings.PASSPORT_PUBLIC_URL,
        "did": request.desk.party.did,
    }
    return page(request, "desk/first_hour.html", context)
