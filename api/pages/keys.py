"""The API keys of a party, with which its machines sign in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from api.pages import people_words
from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import party as actions
from passport.queries import party
from passport.rules.errors import Refusal

SCOPES = tuple(people_words.SCOPES)
# How long a key may live, in days, as the page offers it; 0 is for as long as nobody revokes it.
TERMS = (90, 365, 730, 0)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the keys; a POST issues an API key and shows its secret this once."""
    if request.method != "POST":
        return _listing(request)
    name = request.POST.get("name", "").strip()[:80]
    scopes = [scope for scope in SCOPES if scope in request.POST.getlist("scope")]
    days = _days(request.POST.get("days", "365"))
    wrong = _wrong(name, scopes, days)
    if wrong:
        return _listing(request, *wrong, status=422)
    try:
        _, secret = actions.issue_api_key(
            party=request.desk.acting(),
            name=name,
            scopes=scopes,
            at=request.desk.at,
            expires_at=request.desk.at + timedelta(days=days) if days else None,
        )
    except Refusal as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    # No redirect: the secret stands on this page and nowhere else, not even in the session.
    return _listing(request, secret=secret)


@require_POST
@signed_in
def revoke(request: DeskRequest, key_id: str) -> HttpResponseBase:
    """End an API key at once."""
    try:
        actions.revoke_api_key(key_id=key_id, by=request.desk.acting(), at=request.desk.at)
    except Refusal as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect("/desk/keys/")


def _days(text: str) -> int:
    return next((days for days in TERMS if text == str(days)), -1)


def _wrong(name: str, scopes: list[str], days: int) -> list[Wrong]:
    wrong = []
    if not name:
        wrong.append(
            Wrong(_("The key has no name."), _("Name the machine that will use it."), "name")
        )
    if not scopes:
        wrong.append(
            Wrong(_("The key may do nothing."), _("Choose at least one right."), "scope-read")
        )
    if days < 0:
        wrong.append(
            Wrong(_("It is not said how long the key lives."), _("Choose a term."), "days")
        )
    return wrong


def _listing(
    request: DeskRequest, *wrong: Wrong, secret: str = "", status: int = 200
) -> HttpResponseBase:
    own = request.desk.party.id
    context: dict[str, Any] = {
        "api_keys": party.api_keys_of(party_id=own),
        "scopes": SCOPES,
        "asked": request.POST if wrong else {},
        "terms": TERMS,
        "days": request.POST.get("days", "365") if wrong else "365",
        "at": request.desk.at,
        "asked_scopes": request.POST.getlist("scope") if wrong else [],
        "refusals": wrong,
        "secret": secret,
    }
    return page(request, "desk/keys.html", context, status=status)
