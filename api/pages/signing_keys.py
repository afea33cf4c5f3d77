"""The keys with which a party signs: how they stand, and how to add, replace and withdraw one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import did as domains
from passport.actions import hosted_key
from passport.actions import key as keys
from passport.proof import canonical, keyevent
from passport.proof.errors import ProofError
from passport.queries import desk_keys
from passport.rules.errors import Refusal

HERE = "/desk/signing-keys/"
MOST_BYTES = 65_536


@require_safe
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """Show the keys, and how to change them."""
    return _listing(request)


@require_POST
@signed_in
def challenge(request: DeskRequest) -> HttpResponseBase:
    """Give a fresh challenge, which the page then writes into its commands."""
    return _done(request, keys.issue_challenge, "#change")


@require_POST
@signed_in
def send(request: DeskRequest) -> HttpResponseBase:
    """Take the key event that `sign` wrote into a file."""
    sent = request.FILES.get("event")
    if not isinstance(sent, UploadedFile) or not sent.size:
        return _listing(request, Wrong(_("No file is chosen, or it is empty."), field="event"))
    if sent.size > MOST_BYTES:
        return _listing(
            request, Wrong(_("The file is no key event."), _("Choose event.json."), "event")
        )
    return _done(request, lambda by, at: _take(sent.read(), by=by, at=at))


def _take(data: bytes, **who: Any) -> None:
    # Blanks around and between are not signed; the API keeps the canonical bytes as well.
    keys.take(document=canonical.encode(canonical.loads(data, max_bytes=MOST_BYTES)), **who)


@require_POST
@signed_in
def ask_domain(request: DeskRequest) -> HttpResponseBase:
    """Ask the party's own domain again what it says of its keys."""
    return _done(request, domains.ask_soon, "#domain")


@require_POST
@signed_in
def host(request: DeskRequest) -> HttpResponseBase:
    """Make a key that this service holds."""
    return _done(request, hosted_key.create)


@require_POST
@signed_in
def end_hosted(request: DeskRequest) -> HttpResponseBase:
    """Withdraw a key that this service holds."""
    method, reason = request.POST.get("method", ""), request.POST.get("reason", "")
    return _done(
        request,
        lambda by, at: hosted_key.revoke(
            method=method, reason=reason, suspect_from=None, by=by, at=at
        ),
    )


def _done(request: DeskRequest, act: Callable[..., Any], part: str = "") -> HttpResponseBase:
    try:
        act(by=request.desk.acting(), at=request.desk.at)
    except (Refusal, ProofError) as refusal:
        wrong = replace(wrong_of(refusal), field="change")
        return _listing(request, wrong, status=answered(refusal))
    return HttpResponseRedirect(HERE + part)


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    party, found = request.desk.party, None
    if party.did is not None:
        found = desk_keys.desk(party_id=party.id, did=party.did, at=request.desk.at)
    context = {
        "found": found,
        "document": json.dumps(found.domain.document, indent=2) if found else "",
        "reasons": keyevent.REASONS,
        "refusals": wrong,
    }
    status = status if status != 200 or not wrong else 422
    return page(request, "desk/signing_keys.html", context, status=status)
