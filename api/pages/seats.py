"""Where an administrator sits: the cookie that proves a sitting, and pages that ask for it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from passport.actions import sitting
from passport.queries import administration
from passport.queries.tenancy import Seat
from passport.rules.errors import NotFound

HOME: Final = "/administration/"
ENTER: Final = HOME + "enter"
COOKIE: Final = "sitting"
TABS: Final = (
    ("Overview", HOME),
    ("Applications", HOME + "applications/"),
    ("Parties", HOME + "parties/"),
    ("Names", HOME + "names/"),
    ("People", HOME + "people/"),
    ("Invitations", HOME + "invitations/"),
    ("Record", HOME + "record/"),
)


@dataclass(frozen=True)
class Tab:
    name: str
    path: str
    here: bool


@dataclass(frozen=True)
class Office:
    """Who administers, and what stands in the office."""

    person_id: uuid.UUID
    person_name: str
    seat: Seat
    tabs: tuple[Tab, ...]
    at: datetime


class OfficeRequest(HttpRequest):
    """A request of an administrator whose sitting the database has confirmed."""

    office: Office


OfficeView = Callable[..., HttpResponseBase]


def administering(view: OfficeView) -> OfficeView:
    """Ask for an administrator who has sat down; to everybody else there is nothing here."""

    @never_cache
    @wraps(view)
    def seated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = urlencode({"next": request.get_full_path()})
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"/sign-in?{asked}")
        person = cast(AbstractBaseUser, request.user)
        only_administrators(person.pk)
        seat = Seat(person.pk, request.COOKIES.get(COOKIE, ""))
        if not administration.seated(seat=seat):
            return HttpResponseRedirect(f"{ENTER}?{asked}")
        at_work = cast(OfficeRequest, request)
        at_work.office = _office(request, person, seat)
        return view(at_work, *args, **kwargs)

    return seated


def page(
    request: OfficeRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page of the office."""
    return render(request, template, {"office": request.office, **context}, status=status)


def only_administrators(person_id: uuid.UUID) -> None:
    """Refuses NotFound: the office is nobody else's business."""
    if not administration.is_administrator(person_id=person_id):
        raise NotFound("there is nothing here that you may see", remedy="go back to your desk")


def sit_down(
    request: HttpRequest, response: HttpResponse, person_id: uuid.UUID, password: str
) -> None:
    """Begin a sitting and let the browser keep its token. Refuses WrongPassword."""
    opened = sitting.open_by_password(person_id=person_id, password=password)
    response.set_cookie(
        COOKIE,
        opened.token,
        expires=opened.until,
        path="/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def leave(request: HttpRequest) -> None:
    """End the sitting of this browser, if it has one."""
    token = request.COOKIES.get(COOKIE, "")
    if token and request.user.is_authenticated:
        sitting.end(seat=Seat(cast(AbstractBaseUser, request.user).pk, token))


def forget(response: HttpResponse) -> None:
    """Let the browser drop the token."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _office(request: HttpRequest, person: AbstractBaseUser, seat: Seat) -> Office:
    path = request.path
    return Office(
        person_id=person.pk,
        person_name=str(person),
        seat=seat,
        tabs=tuple(
            Tab(name, to, path == to if to == HOME else path.startswith(to)) for name, to in TABS
        ),
        at=request.at,  # type: ignore[attr-defined]
    )
