"""Applications on an administrator's table: what was said, the evidence, and the decision."""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from api.http.errors import status_of
from api.pages.answers import Wrong, wrongs_of
from api.pages.handing import Handed, handed
from api.pages.seats import HOME, OfficeRequest, administering, page
from passport.actions import application
from passport.queries import administration, applicant
from passport.rules.errors import Refusal

HERE: Final = HOME + "applications/"
STATES: Final = ("RECEIVED", "APPROVED", "REFUSED")


@require_safe
@administering
def listing(request: OfficeRequest) -> HttpResponseBase:
    """List applications of one state."""
    state = request.GET.get("state", "")
    state = state if state in STATES else STATES[0]
    context = {
        "applications": administration.applications(state=state),
        "state": state,
        "states": STATES,
    }
    return page(request, "administration/applications.html", context)


@require_safe
@administering
def record(request: OfficeRequest, application_id: uuid.UUID) -> HttpResponseBase:
    """Show one application with its evidence."""
    return _record(request, application_id)


@require_safe
@administering
def evidence(
    request: OfficeRequest, application_id: uuid.UUID, evidence_id: uuid.UUID
) -> HttpResponseBase:
    """Give a document as it came: to be kept, never to be run in this house."""
    paper, content = administration.paper(application_id=application_id, evidence_id=evidence_id)
    name = f"{paper.sha256[:16]}.{application.EXTENSIONS[paper.media_type]}"
    response = HttpResponse(content, content_type=paper.media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@administering
def approve(request: OfficeRequest, application_id: uuid.UUID) -> HttpResponseBase:
    """Make the party; the link for its first member is shown this once."""
    found = administration.application(application_id=application_id)
    slug = request.POST.get("slug", "").strip()
    try:
        done = application.approve(
            application_id=application_id,
            slug=slug,
            names=_names(request),
            mailed=settings.PASSPORT_MAILS,
            seat=request.office.seat,
        )
    except Refusal as refusal:
        return _refused(request, application_id, refusal)
    made = handed(done.link, to=found.contact_email) if done.link else None
    return _record(request, application_id, made=made)


@require_POST
@administering
def refuse(request: OfficeRequest, application_id: uuid.UUID) -> HttpResponseBase:
    """Refuse with a reason."""
    administration.application(application_id=application_id)
    reason = request.POST.get("reason", "").strip()
    try:
        application.refuse(application_id=application_id, reason=reason, seat=request.office.seat)
    except Refusal as refusal:
        return _refused(request, application_id, refusal)
    return HttpResponseRedirect(f"{HERE}{application_id}/")


def _names(request: OfficeRequest) -> dict[str, bytes]:
    """Which names are taken for proven, each by the digest of a paper."""
    said = {"GS1_PREFIX": "prefix_paper", "DOMAIN": "domain_paper"}
    digests = {kind: request.POST.get(field, "") for kind, field in said.items()}
    return {
        kind: bytes.fromhex(each)
        for kind, each in digests.items()
        if re.fullmatch(r"[0-9a-f]{64}", each)
    }


def _refused(
    request: OfficeRequest, application_id: uuid.UUID, refusal: Refusal
) -> HttpResponseBase:
    status = status_of(type(refusal))
    return _record(
        request, application_id, *wrongs_of(refusal), status=422 if status == 400 else status
    )


def _record(
    request: OfficeRequest,
    application_id: uuid.UUID,
    *wrong: Wrong,
    made: Handed | None = None,
    status: int = 200,
) -> HttpResponseBase:
    found = administration.application(application_id=application_id)
    context: dict[str, Any] = {
        "found": found,
        "account": applicant.account(application_id=application_id),
        "slug": request.POST.get("slug", application.slug_of(found.name)),
        "reason": request.POST.get("reason", ""),
        "asked": request.POST,
        "handed": made,
        "refusals": wrong,
    }
    return page(request, "administration/application.html", context, status=status)
