"""Who stands behind what is bought, at the keeper's desk: all companies, lists, and one company."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from api.pages import company_forms as forms
from api.pages.answers import Wrong, wrongs_of
from api.pages.holders import trees
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import sourcing_list, sourcing_register, sourcing_standing
from passport.queries import sourcing_list as lists
from passport.queries import sourcing_page as pages
from passport.rules.errors import Refusal
from passport.rules.sourcing_register import Decision

HERE: Final = "/desk/companies/"
MOST_LIST_BYTES: Final = 8_000_000


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the companies with what they are and why; a POST enters one."""
    if request.method != "POST":
        return _listing(request)
    desk = request.desk
    told = forms.entity(request.POST)
    if isinstance(told, Wrong):
        return _listing(request, told, status=422)
    try:
        made = sourcing_register.record_entity(
            entity=told,
            who=desk.person_name,
            by=desk.acting(),
            at=desk.at,
            source=request.POST.get("source", "").strip(),
        )
    except Refusal as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{made.key}/")


@require_POST
@signed_in
def take_list(request: DeskRequest) -> HttpResponseBase:
    """Take in a list as it was retrieved, and look for every company on it."""
    desk, sent = request.desk, request.FILES.get("file")
    day = forms.day(request.POST.get("retrieved_on", ""))
    if sent is None or day is None or (sent.size or 0) > MOST_LIST_BYTES:
        wrong = Wrong(
            _("A file of up to 8 MB, and the day on which it was retrieved, are due."),
            _("Choose the file, and write the day."),
            "file",
        )
        return _listing(request, wrong, status=422)
    try:
        sourcing_list.take_in(
            list_id=request.POST.get("list_id", ""),
            content=sent.read(),
            retrieved_on=day,
            source=request.POST.get("source", "").strip()[:300],
            who=desk.person_name,
            by=desk.acting(),
            at=desk.at,
        )
    except Refusal as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(HERE + "#lists")


@require_POST
@signed_in
def see(request: DeskRequest, found_id: uuid.UUID) -> HttpResponseBase:
    """Take note of a change of standing."""
    desk = request.desk
    try:
        sourcing_standing.see(found_id=found_id, who=desk.person_name, by=desk.acting(), at=desk.at)
    except Refusal as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(HERE)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def company(request: DeskRequest, entity_key: str) -> HttpResponseBase:
    """Show one company: what it is, by which clause, who stands behind it; a POST tells it anew."""
    if request.method != "POST":
        return record(request, entity_key)
    told = forms.entity({**request.POST.dict(), "key": entity_key})
    if isinstance(told, Wrong):
        return record(request, entity_key, told, status=422)
    return done(
        request,
        entity_key,
        lambda: sourcing_register.retell_entity(
            entity=told,
            source=request.POST.get("source", "").strip()[:300],
            who=request.desk.person_name,
            by=request.desk.acting(),
            at=request.desk.at,
        ),
    )


@require_POST
@signed_in
def decide(request: DeskRequest, match_id: uuid.UUID) -> HttpResponseBase:
    """Say whether a company is the one on a list, and why."""
    desk = request.desk
    said = request.POST.get("decision", "")
    acting = desk.acting()
    key = lists.by_id(owner=acting, match_id=match_id).entity
    return done(
        request,
        key,
        lambda: sourcing_list.decide(
            match_id=match_id,
            decision=Decision(said) if said in list(Decision) else Decision.OPEN,
            reason=request.POST.get("reason", ""),
            who=desk.person_name,
            by=acting,
            at=desk.at,
        ),
    )


def done(request: DeskRequest, key: str, act: Callable[[], Any]) -> HttpResponseBase:
    """Do it, and show the company; or show it with what is wrong."""
    try:
        act()
    except Refusal as refusal:
        return record(request, key, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{key}/")


def record(request: DeskRequest, key: str, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    """The page of one company. Refuses NotFound."""
    desk = request.desk
    day = forms.day(request.GET.get("cost_on", "")) or desk.at.date()
    shown = pages.company(owner=desk.acting(), key=key, as_of=desk.at.date(), incurred_on=day)
    context = {
        "shown": shown,
        "day": day,
        "trees": trees(
            register=shown.register, key=key, on=shown.tested_on, specified=shown.specified
        ),
        "said": request.POST,
        "form": forms.filled(shown.row),
        "refusals": wrong,
        **forms.choices(),
    }
    return page(request, "desk/company.html", context, status=status)


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    desk = request.desk
    today: date = desk.at.date()
    context = {
        "shown": pages.register(owner=desk.acting(), as_of=today),
        "today": today,
        "said": request.POST,
        "refusals": wrong,
        **forms.choices(),
    }
    return page(request, "desk/companies.html", context, status=status)
