"""Sign-in and sign-out of people, held to a rate, and the choice of the party to act for."""

from __future__ import annotations

import logging
from typing import Final, cast

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from api.pages import seats, yard_seat
from api.pages.answers import Wrong
from api.pages.signed_in import CHOSEN, DeskRequest, page, signed_in
from api.pages.tries import Tries, too_many
from passport.queries import administration

log = logging.getLogger(__name__)

_TRIES: Final = Tries(burst=10, every_s=30)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and password; a refusal never says which of the two was wrong."""
    after = _after(request)
    if request.method != "POST":
        return HttpResponseRedirect(after) if request.user.is_authenticated else _form(request)
    wait = _TRIES.wait(request, request.POST.get("email", ""))
    if wait:
        log.warning("sign-in throttled")
        return _form(request, too_many(wait), status=429, wait=wait)
    person = authenticate(
        request,
        username=request.POST.get("email", "").strip(),
        password=request.POST.get("password", ""),
    )
    if person is None:
        log.info("sign-in refused")
        wrong = Wrong(
            _("This e-mail address and password do not belong together."),
            _("Check both; the password tells capitals from small letters."),
            "email",
        )
        return _form(request, wrong, status=422)
    login(request, person)
    log.info("signed in", extra={"person": str(person.pk)})
    return _on(request, cast(AbstractBaseUser, person), after)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and the sitting of an administrator."""
    seats.leave(request)
    logout(request)
    response = HttpResponseRedirect("/")
    seats.forget(response)
    yard_seat.leave(response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choose_party(request: DeskRequest) -> HttpResponseBase:
    """Let a person who belongs to several parties say for which one it acts."""
    if request.method != "POST":
        return page(request, "desk/party.html", {})
    asked = request.POST.get("party", "")
    if asked in {str(each.id) for each in request.desk.parties}:
        request.session[CHOSEN] = asked
    response = HttpResponseRedirect("/desk/")
    yard_seat.leave(response)
    return response


def _on(request: HttpRequest, person: AbstractBaseUser, after: str) -> HttpResponse:
    """To where it was going; an administrator sits down with the same password."""
    is_one = administration.is_administrator(person_id=person.pk)
    response = HttpResponseRedirect(seats.HOME if is_one and after == "/desk/" else after)
    yard_seat.leave(response)
    if not is_one:
        return response
    seats.sit_down(request, response, person.pk, request.POST.get("password", ""))
    return response


def _form(request: HttpRequest, *wrong: Wrong, status: int = 200, wait: int = 0) -> HttpResponse:
    context = {
        "refusals": wrong,
        "email": request.POST.get("email", ""),
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    response = render(request, "sign_in.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _after(request: HttpRequest) -> str:
    asked = request.POST.get("next", request.GET.get("next", ""))
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else "/desk/"
