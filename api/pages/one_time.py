"""The page of a one-time link: opens an account, joins with one, or sets a new password."""

from __future__ import annotations

import logging
import uuid
from typing import Any, Final, cast

from django.contrib.auth import login, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from api.http.errors import status_of
from api.pages import seats
from api.pages.answers import Wrong, wrongs_of
from api.pages.tries import Tries, too_many
from passport.actions import link
from passport.actions import password as passwords
from passport.queries import admission, people
from passport.queries.admission import LinkSeen
from passport.rules.errors import Refusal

log = logging.getLogger(__name__)

HERE: Final = "/link"
_COOKIE: Final = "link"
_TRIES: Final = Tries(burst=20, every_s=10)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Show what the link opens; a POST uses it.

    The token leaves the address at once, for a cookie of this page alone: no history, no referrer
    and no line of a log keeps it.
    """
    if "token" in request.GET:
        return _keep(request)
    token = request.COOKIES.get(_COOKIE, "")
    seen = admission.link_seen(token=token)
    if not seen.usable:
        return _page(request, seen, *wrongs_of(admission.trouble_of(seen.standing)), status=410)
    if request.method != "POST":
        return _page(request, seen)
    if wait := _TRIES.wait(request):
        return _page(request, seen, too_many(wait), status=429)
    try:
        return _use(request, token, seen)
    except Refusal as refusal:
        status = status_of(type(refusal))
        return _page(request, seen, *wrongs_of(refusal), status=422 if status == 400 else status)


@require_POST
def use_another(request: HttpRequest) -> HttpResponse:
    """Sign out, and come back to the link."""
    seats.leave(request)
    logout(request)
    response = HttpResponseRedirect(HERE)
    seats.forget(response)
    return response


def _keep(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(HERE)
    response.set_cookie(
        _COOKIE, request.GET["token"][:100], max_age=3600, path=HERE,
        secure=request.is_secure(), httponly=True, samesite="Lax",
    )  # fmt: skip
    response["Referrer-Policy"] = "no-referrer"
    return response


def _use(request: HttpRequest, token: str, seen: LinkSeen) -> HttpResponse:
    password = request.POST.get("password", "")
    if seen.kind == "RESET":
        person_id = passwords.reset(token=token, email=seen.email, name="", password=password)
    elif request.user.is_authenticated:
        own = cast(AbstractBaseUser, request.user).pk
        person_id = link.join(token=token, person_id=own, password=password)
    else:
        person_id = link.redeem(
            token=token,
            seen=seen,
            email=request.POST.get("email", ""),
            name=request.POST.get("name", "").strip(),
            password=password,
        )
    log.info("link used", extra={"kind": seen.kind, "person": str(person_id)})
    return _enter(request, person_id, password, seen)


def _enter(
    request: HttpRequest, person_id: uuid.UUID, password: str, seen: LinkSeen
) -> HttpResponse:
    """Sign in whoever has just proven to hold the link; an administrator sits down as well."""
    # An older session of this browser ends: its key is known to whoever saw it before.
    if not request.user.is_authenticated or seen.kind == "RESET":
        logout(request)
        login(request, people.by_id(person_id=person_id))
    rules = seen.kind in ("FIRST", "ADMINISTRATOR")
    response = HttpResponseRedirect(seats.HOME if rules else "/desk/")
    if rules:
        seats.sit_down(request, response, person_id, password)
    response.delete_cookie(_COOKIE, path=HERE, samesite="Lax")
    return response


def _page(request: HttpRequest, seen: LinkSeen, *wrong: Wrong, status: int = 200) -> HttpResponse:
    own = cast(AbstractBaseUser, request.user) if request.user.is_authenticated else None
    context: dict[str, Any] = {
        "seen": seen,
        "refusals": wrong,
        "asked": request.POST,
        "own": own,
        # An account that was invited signs in first, and comes back to this page.
        "sign_in": own is None and seen.has_account and seen.kind != "RESET",
        "stranger": own is not None and own.get_username().lower() != seen.email,
    }
    response = render(request, "link.html", context, status=status)
    response["Referrer-Policy"] = "same-origin"
    return response
