"""Where a company asks to be a party, and follows what became of it."""

from __future__ import annotations

import logging
from typing import Any, Final, cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from api.http.errors import status_of
from api.http.weight import brings
from api.pages import people_words
from api.pages.answers import Wrong, wrongs_of
from api.pages.tries import Tries, too_many
from passport.actions import application
from passport.actions.application import MOST_BYTES, MOST_FILES, Asked, Paper
from passport.queries import admission, countries
from passport.rules.errors import Refusal

log = logging.getLogger(__name__)

_TRIES: Final = Tries(burst=5, every_s=120)


@brings(lambda: MOST_FILES * MOST_BYTES, anybody=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """Ask what the company is; a POST hands the application in and shows its receipt once."""
    if request.method != "POST":
        return _form(request)
    if wait := _TRIES.wait(request):
        return _form(request, too_many(wait), status=429)
    signed_in = cast(AbstractBaseUser, request.user) if request.user.is_authenticated else None
    try:
        receipt = application.apply(
            asked=_asked(request), papers=_papers(request), by=signed_in.pk if signed_in else None
        )
    except Refusal as refusal:
        return _form(request, *wrongs_of(refusal), status=max(422, status_of(type(refusal))))
    log.info("application received")
    # No redirect: the receipt stands on this page and nowhere else.
    path = f"/application?token={receipt}"
    context = {"path": path, "address": settings.PASSPORT_PUBLIC_URL + path}
    response = render(request, "applied.html", context | {"asked": _asked(request)})
    response["Referrer-Policy"] = "strict-origin"
    return response


@never_cache
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """Show whoever keeps the receipt how the application stands."""
    seen = admission.application_seen(token=request.GET.get("token", "")[:100])
    response = render(request, "application.html", {"seen": seen})
    response["Referrer-Policy"] = "strict-origin"
    return response


def _asked(request: HttpRequest) -> Asked:
    said = {name: value.strip() for name, value in request.POST.items()}  # type: ignore[union-attr]
    return Asked(
        name=said.get("name", ""),
        country=said.get("country", ""),
        roles=tuple(role for role in people_words.ROLES if role in request.POST.getlist("role")),
        did=said.get("did", ""),
        gs1_prefix=said.get("gs1_prefix", "").replace(" ", ""),
        domain=said.get("domain", "").lower(),
        contact_name=said.get("contact_name", ""),
        contact_email=said.get("contact_email", ""),
    )


def _papers(request: HttpRequest) -> list[Paper]:
    """What was chosen, each read no further than one byte beyond what is taken."""
    chosen = request.FILES.getlist("evidence")
    return [
        Paper(name=str(each.name or "document"), content=each.read(MOST_BYTES + 1))
        for each in chosen[: MOST_FILES + 1]
    ]


def _form(request: HttpRequest, *wrong: Wrong, status: int = 200) -> HttpResponse:
    own = cast(Any, request.user) if request.user.is_authenticated else None
    context: dict[str, Any] = {
        "refusals": wrong,
        "asked": request.POST,
        "asked_roles": request.POST.getlist("role"),
        "files_again": bool(wrong) and bool(request.FILES),
        "roles": people_words.ROLES,
        "countries": countries.by_name(),
        "most_files": MOST_FILES,
        "most_mib": MOST_BYTES // 2**20,
        "own": own,
    }
    return render(request, "apply.html", context, status=status)
