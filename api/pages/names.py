"""The prefixes and domains under which a party names batteries: claimed, proven, and how."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from api.http.weight import brings
from api.pages.answers import Wrong, wrongs_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import document
from passport.actions import naming_right as actions
from passport.queries import naming_right
from passport.rules.document import MEDIA_TYPES, MOST_BYTES
from passport.rules.errors import NotFound, Refusal
from passport.rules.naming_right import Kind

HERE: Final = "/desk/names/"
_MOST: Final = 200


@brings(lambda: MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List what is claimed; a POST claims a prefix or a domain."""
    if request.method != "POST":
        return _listing(request)
    kind = request.POST.get("kind", "")
    if kind not in tuple(Kind):
        return _listing(request, Wrong(_("It is not said what is claimed."), _("Choose."), "kind"))
    by, at = request.desk.acting(), request.desk.at
    try:
        paper = _paper(request)
        stored = document.store(**paper, by=by, at=at) if paper else None
        actions.claim(
            kind=kind,
            value=request.POST.get("value", ""),
            document_sha256=bytes(stored.sha256) if stored else None,
            by=by,
            at=at,
        )
    except Refusal as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(HERE)


@require_POST
@signed_in
def prove(request: DeskRequest, right_id: uuid.UUID) -> HttpResponseBase:
    """Have the claimed domain asked for its signed challenge."""
    try:
        actions.ask_soon(right_id=right_id, by=request.desk.acting(), at=request.desk.at)
    except NotFound:
        raise
    except Refusal as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(HERE + "?asked")


def _paper(request: DeskRequest) -> dict[str, Any] | None:
    """The document that was chosen, by what its bytes say it is."""
    sent = request.FILES.get("document")
    if not isinstance(sent, UploadedFile):
        return None
    return {"content": sent.read(MOST_BYTES + 1), "media_type": str(sent.content_type or "")}


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    rights = naming_right.listing(party=request.desk.acting(), after=None, limit=_MOST)
    context: dict[str, Any] = {
        "rights": rights,
        "did": request.desk.party.did,
        "asked": request.POST if wrong else {},
        "asking": "asked" in request.GET,
        "media": ",".join(MEDIA_TYPES),
        "most_mib": MOST_BYTES >> 20,
        "refusals": wrong,
    }
    status = 422 if wrong and status == 200 else status
    return page(request, "desk/names.html", context, status=status)
