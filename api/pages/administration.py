"""The administrators' office: what waits, who is here, and what was done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.http.errors import status_of
from api.pages import seats
from api.pages.answers import Wrong, wrongs_of
from api.pages.handing import Handed, handed
from api.pages.seats import HOME, OfficeRequest, administering, page
from api.pages.tries import Tries, too_many
from passport.actions import account, link
from passport.actions import password as passwords
from passport.actions.password import WrongPassword
from passport.queries import administration
from passport.queries.admission import UnusableLink
from passport.rules.errors import Conflict, NotFound, Refusal

PEOPLE: Final = HOME + "people/"
INVITATIONS: Final = HOME + "invitations/"
KINDS: Final = ("MEMBER", "PERSON", "ADMINISTRATOR")
_TRIES: Final = Tries(burst=10, every_s=30)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask an administrator for the password once more; the database checks it itself."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect("/sign-in?" + urlencode({"next": request.get_full_path()}))
    person = cast(AbstractBaseUser, request.user)
    seats.only_administrators(person.pk)
    if request.method != "POST":
        return _door(request)
    if wait := _TRIES.wait(request, person.get_username()):
        return _door(request, too_many(wait), status=429)
    response = HttpResponseRedirect(_after(request))
    try:
        seats.sit_down(request, response, person.pk, request.POST.get("password", ""))
    except WrongPassword as refusal:
        return _door(request, *wrongs_of(refusal), status=422)
    return response


@require_safe
@administering
def home(request: OfficeRequest) -> HttpResponseBase:
    """Show what waits for an administrator."""
    context = {
        "found": administration.overview(at=request.office.at),
        "acts": administration.acts(limit=12),
    }
    return page(request, "administration/home.html", context)


@require_safe
@administering
def parties(request: OfficeRequest) -> HttpResponseBase:
    """List parties."""
    text = request.GET.get("q", "").strip()
    context = {"parties": administration.parties(text=text), "q": text}
    return page(request, "administration/parties.html", context)


@require_safe
@administering
def party(request: OfficeRequest, party_id: uuid.UUID) -> HttpResponseBase:
    """Show one party, its members and what was done about it."""
    context = {
        "party": administration.party(party_id=party_id),
        "members": administration.members(party_id=party_id),
        "links": administration.links(at=request.office.at, party_id=party_id),
        "acts": administration.acts(limit=30, party_id=party_id),
        "base": INVITATIONS,
    }
    return page(request, "administration/party.html", context)


@require_POST
@administering
def end_membership(
    request: OfficeRequest, party_id: uuid.UUID, membership_id: uuid.UUID
) -> HttpResponseBase:
    """Let somebody act for a party no longer."""
    account.end_membership(membership_id=membership_id, seat=request.office.seat)
    return HttpResponseRedirect(f"{HOME}parties/{party_id}/")


@require_safe
@administering
def people(request: OfficeRequest) -> HttpResponseBase:
    """List people."""
    text = request.GET.get("q", "").strip()
    context = {"people": administration.people(text=text), "q": text}
    return page(request, "administration/people.html", context)


@require_safe
@administering
def person(request: OfficeRequest, person_id: uuid.UUID) -> HttpResponseBase:
    """Show one person."""
    return _person(request, person_id)


@require_POST
@administering
def reset(request: OfficeRequest, person_id: uuid.UUID) -> HttpResponseBase:
    """Make a link to a new password, and show it this once."""
    whom = administration.person(person_id=person_id)
    try:
        made = passwords.issue_reset(person_id=person_id, seat=request.office.seat)
    except NotFound as refusal:
        return _person(request, person_id, *wrongs_of(refusal), status=409)
    return _person(request, person_id, made=handed(made, to=whom.name))


@require_POST
@administering
def close(request: OfficeRequest, person_id: uuid.UUID) -> HttpResponseBase:
    """Close an account, and end its sessions."""
    return _change(request, person_id, account.set_open, opened=False)


@require_POST
@administering
def reopen(request: OfficeRequest, person_id: uuid.UUID) -> HttpResponseBase:
    """Open an account again."""
    return _change(request, person_id, account.set_open, opened=True)


@require_POST
@administering
def end_administrator(request: OfficeRequest, person_id: uuid.UUID) -> HttpResponseBase:
    """Let somebody administer no longer."""
    return _change(request, person_id, account.end_administrator)


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def invitations(request: OfficeRequest) -> HttpResponseBase:
    """List invitations; a POST invites somebody."""
    if request.method != "POST":
        return _invitations(request)
    kind, email = request.POST.get("kind", ""), request.POST.get("email", "")
    try:
        made = link.invite(
            kind=kind,
            email=email,
            party_id=_chosen(request) if kind == "MEMBER" else None,
            mailed=settings.PASSPORT_MAILS,
            seat=request.office.seat,
        )
    except Refusal as refusal:
        status = max(409, status_of(type(refusal)))
        return _invitations(request, *wrongs_of(refusal), status=status)
    return _invitations(request, made=handed(made, to=email.strip()))


@require_POST
@administering
def revoke(request: OfficeRequest, link_id: uuid.UUID) -> HttpResponseBase:
    """Take an invitation back."""
    try:
        link.revoke_any(link_id=link_id, seat=request.office.seat)
    except UnusableLink as refusal:
        return _invitations(request, *wrongs_of(refusal), status=409)
    return HttpResponseRedirect(INVITATIONS)


@require_safe
@administering
def record(request: OfficeRequest) -> HttpResponseBase:
    """Show what was done, newest first."""
    return page(request, "administration/record.html", {"acts": administration.acts()})


def _change(
    request: OfficeRequest, person_id: uuid.UUID, act: Callable[..., None], **how: bool
) -> HttpResponseBase:
    try:
        act(person_id=person_id, seat=request.office.seat, **how)
    except Conflict as refusal:
        return _person(request, person_id, *wrongs_of(refusal), status=409)
    return HttpResponseRedirect(f"{PEOPLE}{person_id}/")


def _person(
    request: OfficeRequest,
    person_id: uuid.UUID,
    *wrong: Wrong,
    made: Handed | None = None,
    status: int = 200,
) -> HttpResponseBase:
    context: dict[str, Any] = {
        "person": administration.person(person_id=person_id),
        "acts": administration.acts(limit=30, person_id=person_id),
        "handed": made,
        "refusals": wrong,
    }
    return page(request, "administration/person.html", context, status=status)


def _invitations(
    request: OfficeRequest, *wrong: Wrong, made: Handed | None = None, status: int = 200
) -> HttpResponseBase:
    context: dict[str, Any] = {
        "links": administration.links(at=request.office.at),
        "parties": _eligible(request),
        "most": administration.MOST,
        "kinds": KINDS,
        "asked": request.POST if wrong else request.GET,
        "mails": settings.PASSPORT_MAILS,
        "base": INVITATIONS,
        "handed": made,
        "refusals": wrong,
    }
    return page(request, "administration/invitations.html", context, status=status)


def _eligible(request: OfficeRequest) -> tuple[administration.PartySeen, ...]:
    """The first parties by name, and the one that was asked for wherever it stands."""
    first = administration.parties()
    asked = (request.POST if request.method == "POST" else request.GET).get("party", "")
    if any(str(each.id) == asked for each in first):
        return first
    try:
        return (administration.party(party_id=uuid.UUID(asked)), *first)
    except (ValueError, NotFound):
        return first


def _chosen(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("party", ""))
    except ValueError:
        return None


def _door(request: HttpRequest, *wrong: Wrong, status: int = 200) -> HttpResponse:
    context = {"refusals": wrong, "next": _after(request), "own": request.user}
    return render(request, "administration/enter.html", context, status=status)


def _after(request: HttpRequest) -> str:
    asked = request.POST.get("next", request.GET.get("next", ""))
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe and asked.startswith(HOME) else HOME
