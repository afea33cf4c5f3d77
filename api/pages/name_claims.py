"""Claims to prefixes and domains on an administrator's table: accepted, refused, taken away."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from api.http.errors import status_of
from api.pages.answers import Wrong, wrongs_of
from api.pages.seats import HOME, OfficeRequest, administering, page
from passport.actions import naming_order
from passport.queries import names_table
from passport.rules.errors import Refusal

HERE: Final = HOME + "names/"


@require_safe
@administering
def listing(request: OfficeRequest) -> HttpResponseBase:
    """Show what waits, and what is proven."""
    return _listing(request)


@require_safe
@administering
def document(request: OfficeRequest, right_id: uuid.UUID) -> HttpResponseBase:
    """Give the document that came with a claim: to be kept, never to be run in this house."""
    media_type, digest, content = names_table.paper(right_id=right_id)
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = (
        f'attachment; filename="{digest[:16]}.{media_type.rpartition("/")[2]}"'
    )
    return response


@require_POST
@administering
def decide(request: OfficeRequest, right_id: uuid.UUID) -> HttpResponseBase:
    """Accept, refuse or take away, with a reason that the claimant reads."""
    names_table.find(right_id=right_id)
    try:
        naming_order.order(
            right_id=right_id,
            verdict=request.POST.get("verdict", ""),
            reason=request.POST.get("reason", "").strip(),
            seat=request.office.seat,
        )
    except Refusal as refusal:
        status = status_of(type(refusal))
        return _listing(
            request, *wrongs_of(refusal), about=right_id, status=422 if status == 400 else status
        )
    return HttpResponseRedirect(HERE)


def _listing(
    request: OfficeRequest,
    *wrong: Wrong,
    about: uuid.UUID | None = None,
    status: int = 200,
) -> HttpResponseBase:
    found = names_table.table(after=request.GET.get("after", ""))
    context: dict[str, Any] = {
        "found": found,
        "about": about,
        "reason": request.POST.get("reason", ""),
        "refusals": wrong,
    }
    return page(request, "administration/names.html", context, status=status)
