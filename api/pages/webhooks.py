"""The addresses that a party has called, what was sent there, and how it went."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import webhook as webhooks
from passport.proof.errors import ProofError
from passport.queries import webhook
from passport.rules.errors import Refusal
from passport.rules.webhook import KINDS

HERE: Final = "/desk/webhooks/"
# What a button on the page of an endpoint does.
ACTS: Final = ("test", "pause", "go-on", "end")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the endpoints; a POST makes one and shows its secret this once."""
    if request.method != "POST":
        return _listing(request)
    try:
        made, secret = webhooks.create(
            url=request.POST.get("url", "").strip(),
            kinds=request.POST.getlist("kind"),
            description=request.POST.get("description", "").strip(),
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except (Refusal, ProofError) as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    # No redirect: the secret stands on this page and nowhere else, not even in the session.
    return _record(request, made.pk, secret=secret)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def record(request: DeskRequest, endpoint_id: uuid.UUID) -> HttpResponseBase:
    """Show an endpoint with what was sent to it; a POST changes its address and its kinds."""
    if request.method != "POST":
        return _record(request, endpoint_id)
    try:
        webhooks.change(
            endpoint_id=endpoint_id,
            url=request.POST.get("url", "").strip(),
            kinds=request.POST.getlist("kind"),
            description=request.POST.get("description", "").strip(),
            by=request.desk.acting(),
        )
    except Refusal as refusal:
        return _refused(request, endpoint_id, refusal)
    return HttpResponseRedirect(f"{HERE}{endpoint_id}/")


@require_POST
@signed_in
def act(request: DeskRequest, endpoint_id: uuid.UUID, said: str) -> HttpResponseBase:
    """Send a test, stop an endpoint, let it go on, or end it."""
    by, at = request.desk.acting(), request.desk.at
    try:
        if said == "test":
            webhooks.test(endpoint_id=endpoint_id, by=by, at=at)
        elif said == "end":
            webhooks.end(endpoint_id=endpoint_id, by=by, at=at)
        else:
            state = "PAUSED" if said == "pause" else "ACTIVE"
            webhooks.change(endpoint_id=endpoint_id, state=state, by=by)
    except Refusal as refusal:
        return _refused(request, endpoint_id, refusal)
    return HttpResponseRedirect(HERE if said == "end" else f"{HERE}{endpoint_id}/")


@require_POST
@signed_in
def rotate(request: DeskRequest, endpoint_id: uuid.UUID) -> HttpResponseBase:
    """Make another secret, and show it this once."""
    try:
        _made, secret = webhooks.rotate(
            endpoint_id=endpoint_id, by=request.desk.acting(), at=request.desk.at
        )
    except (Refusal, ProofError) as refusal:
        return _refused(request, endpoint_id, refusal)
    return _record(request, endpoint_id, secret=secret)


@require_POST
@signed_in
def replay(request: DeskRequest, endpoint_id: uuid.UUID) -> HttpResponseBase:
    """Have everything told again from an entry of the log on."""
    text = request.POST.get("index", "").strip()
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        wrong = Wrong(_("This is no entry of the log."), _("Write its number, such as 0."), "index")
        return _record(request, endpoint_id, wrong, status=422)
    try:
        webhooks.replay(
            endpoint_id=endpoint_id,
            index=int(text),
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except Refusal as refusal:
        return _refused(request, endpoint_id, refusal)
    return HttpResponseRedirect(f"{HERE}{endpoint_id}/")


@require_POST
@signed_in
def resend(request: DeskRequest, delivery_id: uuid.UUID) -> HttpResponseBase:
    """Send one message again."""
    found = webhook.delivery(delivery_id=delivery_id)
    try:
        webhooks.resend(delivery_id=delivery_id, by=request.desk.acting(), at=request.desk.at)
    except Refusal as refusal:
        return _refused(request, found.endpoint_id, refusal)
    return HttpResponseRedirect(f"{HERE}{found.endpoint_id}/")


def _refused(
    request: DeskRequest, endpoint_id: uuid.UUID, refusal: Refusal | ProofError
) -> HttpResponseBase:
    return _record(request, endpoint_id, wrong_of(refusal), status=answered(refusal))


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    context: dict[str, Any] = {
        "found": webhook.standing(party_id=request.desk.party.id),
        "kinds": KINDS,
        "asked": request.POST if wrong else {},
        "chosen": request.POST.getlist("kind") if wrong else [],
        "refusals": wrong,
    }
    return page(request, "desk/webhooks.html", context, status=status)


def _record(
    request: DeskRequest, endpoint_id: uuid.UUID, *wrong: Wrong, secret: str = "", status: int = 200
) -> HttpResponseBase:
    found = webhook.by_id(endpoint_id=endpoint_id)
    sent = request.POST if wrong and "url" in request.POST else {}
    context: dict[str, Any] = {
        "webhook": found,
        "deliveries": webhook.newest(endpoint_id=endpoint_id),
        "kinds": KINDS,
        "asked": sent or {"url": found.url, "description": found.description},
        "chosen": request.POST.getlist("kind") if sent else found.kinds,
        "index": request.POST.get("index", "") if wrong else "",
        "refusals": wrong,
        "secret": secret,
    }
    return page(request, "desk/webhook.html", context, status=status)
