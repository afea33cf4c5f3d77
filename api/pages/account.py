"""One's own account: password, sessions, and what the person belongs to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.http.errors import status_of
from api.pages import seats
from api.pages.answers import Wrong, wrongs_of
from api.pages.tries import Tries, too_many
from passport.actions import password as passwords
from passport.queries import administration, people
from passport.queries import party as parties
from passport.rules.errors import Refusal

log = logging.getLogger(__name__)

HERE: Final = "/account"
_TRIES: Final = Tries(burst=10, every_s=30)


def _own(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Ask for somebody who has signed in, of a party or of none."""

    @never_cache
    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return HttpResponseRedirect("/sign-in?" + urlencode({"next": HERE}))
        return view(request)

    return asked


@require_safe
@_own
def show(request: HttpRequest) -> HttpResponseBase:
    """Show the account."""
    return _page(request)


@sensitive_post_parameters("old", "password")
@require_POST
@_own
def change_password(request: HttpRequest) -> HttpResponseBase:
    """Change the password: every other session ends, this one stays."""
    if wait := _TRIES.wait(request, _person(request).get_username()):
        return _page(request, too_many(wait), status=429)
    person_id, new = _person(request).pk, request.POST.get("password", "")
    try:
        passwords.change(person_id=person_id, old=request.POST.get("old", ""), new=new)
    except Refusal as refusal:
        return _page(request, *wrongs_of(refusal), status=max(422, status_of(type(refusal))))
    log.info("password changed", extra={"person": str(person_id)})
    update_session_auth_hash(request, people.by_id(person_id=person_id))
    response = HttpResponseRedirect(HERE + "?changed")
    if administration.is_administrator(person_id=person_id):
        seats.sit_down(request, response, person_id, new)
    return response


@require_POST
@_own
def sign_out_everywhere(request: HttpRequest) -> HttpResponseBase:
    """End every session of the person, on every device."""
    passwords.sign_out_everywhere(person_id=_person(request).pk)
    logout(request)
    response = HttpResponseRedirect("/sign-in")
    seats.forget(response)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to a new password; the answer is the same whoever asks."""
    context: dict[str, Any] = {"mails": settings.PASSPORT_MAILS}
    if request.method != "POST":
        return render(request, "forgotten.html", context)
    email = request.POST.get("email", "")
    if wait := _TRIES.wait(request, email):
        context |= {"refusals": [too_many(wait)], "email": email}
        return render(request, "forgotten.html", context, status=429)
    try:
        passwords.check_email(email=email)
    except Refusal as refusal:
        context |= {"refusals": wrongs_of(refusal), "email": email}
        return render(request, "forgotten.html", context, status=422)
    passwords.ask_reset(email=email, mailed=settings.PASSPORT_MAILS)
    log.info("new password asked for")
    return render(request, "forgotten.html", context | {"asked": email.strip()})


def _person(request: HttpRequest) -> AbstractBaseUser:
    return cast(AbstractBaseUser, request.user)


def _page(request: HttpRequest, *wrong: Wrong, status: int = 200) -> HttpResponse:
    person = _person(request)
    context = {
        "person": person,
        "parties": parties.parties_of(person_id=person.pk),
        "rules": administration.is_administrator(person_id=person.pk),
        "refusals": wrong,
        "changed": "changed" in request.GET,
    }
    return render(request, "account.html", context, status=status)
