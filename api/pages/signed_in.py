"""Lets a signed-in person act for one of its parties: who, for whom, and what is on the desk."""

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
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from api.http.errors import problem_of
from passport.proof.errors import ProofError
from passport.queries import administration, tenancy
from passport.queries import party as parties
from passport.queries.party import PartyLine
from passport.rules.errors import Refusal

CHOSEN = "party"
_SIGNERS: Final = frozenset({"MAKER", "KEEPER", "RECYCLER", "WORKSHOP"})
# What stands on whose desk; the domain decides what may be done, these only keep desks tidy.
TABS: Final[tuple[tuple[Any, str, frozenset[str]], ...]] = (
    (_("Batteries"), "/desk/batteries/", frozenset()),
    (_("Fleet"), "/desk/fleet/", frozenset({"KEEPER"})),
    (_("Readings"), "/desk/readings/", frozenset({"KEEPER"})),
    (_("Intakes"), "/desk/intakes/", frozenset({"MAKER"})),
    (_("Models"), "/desk/models/", frozenset({"MAKER"})),
    (_("Yard"), "/desk/yard/", frozenset({"KEEPER", "WORKSHOP", "RECYCLER"})),
    (_("Hand-overs"), "/desk/hand-overs/", frozenset()),
    (_("Recalls"), "/desk/recalls/", frozenset()),
    (_("Retire"), "/desk/retire/", frozenset({"KEEPER"})),
    (_("Plans"), "/desk/plans/", frozenset({"KEEPER"})),
    (_("Sourcing"), "/desk/sourcing/", frozenset({"KEEPER"})),
    (_("Companies"), "/desk/companies/", frozenset({"KEEPER"})),
    (_("Programmes"), "/desk/programmes/", frozenset({"KEEPER", "RECYCLER", "WORKSHOP"})),
    (_("Offers"), "/desk/offers/", frozenset({"KEEPER", "RECYCLER", "WORKSHOP"})),
    (_("Treatment"), "/desk/treatments/", frozenset({"RECYCLER"})),
    (_("Material"), "/desk/material/", frozenset({"MAKER", "RECYCLER"})),
    (_("Projects"), "/desk/projects/", frozenset({"KEEPER", "AUDITOR"})),
    (_("Proof"), "/desk/bundles/", frozenset()),
    (_("Found"), "/desk/found/", frozenset({"KEEPER", "WORKSHOP", "RECYCLER"})),
    (_("Alarms"), "/desk/alarms/", frozenset()),
    (_("Signing keys"), "/desk/signing-keys/", _SIGNERS),
    (_("Names"), "/desk/names/", frozenset({"MAKER", "WORKSHOP"})),
    (_("API keys"), "/desk/keys/", _SIGNERS),
    (_("Webhooks"), "/desk/webhooks/", frozenset()),
    (_("Members"), "/desk/members/", frozenset()),
)
# Pages that stand under the tab of others.
_BELOW: Final = {
    "/desk/batteries/": ("/desk/tests/", "/desk/second-lives/", "/desk/evidence/"),
    "/desk/fleet/": ("/desk/maintenance/",),
    "/desk/plans/": ("/desk/prices/",),
    "/desk/treatments/": ("/desk/batches/", "/desk/annex-xii/"),
}


@dataclass(frozen=True)
class Tab:
    name: str
    path: str
    here: bool


@dataclass(frozen=True)
class Desk:
    """Who sits at this desk, for whom, and what stands on it."""

    person_id: uuid.UUID
    person_name: str
    party: PartyLine
    parties: tuple[PartyLine, ...]
    tabs: tuple[Tab, ...]
    at: datetime

    def acting(self) -> Any:
        """The party as the actions want it; what it is made of is not the pages' business."""
        return parties.acting(person_id=self.person_id, party_id=self.party.id)


class DeskRequest(HttpRequest):
    """A request whose person and party are known."""

    desk: Desk


DeskView = Callable[..., HttpResponseBase]


def signed_in(view: DeskView) -> DeskView:
    """Set person, party and tenancy for a desk view, inside the request's transaction."""

    @never_cache
    @wraps(view)
    def seated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return HttpResponseRedirect("/sign-in?" + urlencode({"next": request.get_full_path()}))
        seat = seat_of(request)
        if seat is None:
            return _of_no_party(request, cast(AbstractBaseUser, request.user))
        at_desk = cast(DeskRequest, request)
        at_desk.desk = seat
        return view(at_desk, *args, **kwargs)

    return seated


def seat_of(request: HttpRequest) -> Desk | None:
    """The desk of who is signed in, with whose sight the request goes on; None without a party."""
    if not request.user.is_authenticated:
        return None
    person = cast(AbstractBaseUser, request.user)
    belongs = parties.parties_of(person_id=person.pk)
    if not belongs:
        return None
    desk = _desk(request, person, belongs)
    tenancy.act_as(desk.party.id)
    return desk


def page(
    request: DeskRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page of the desk."""
    return render(request, template, {"desk": request.desk, **context}, status=status)


def answered(error: Refusal | ProofError) -> int:
    """The status of a form that comes back with its refusal."""
    problem = problem_of(error)
    return problem.status if problem else 422


def _of_no_party(request: HttpRequest, person: AbstractBaseUser) -> HttpResponseBase:
    """A desk belongs to a party; whoever has none learns how to come to one."""
    if administration.is_administrator(person_id=person.pk):
        return HttpResponseRedirect("/administration/")
    return render(request, "no_party.html", {"own": person}, status=403)


def _desk(request: HttpRequest, person: AbstractBaseUser, belongs: tuple[PartyLine, ...]) -> Desk:
    chosen = request.session.get(CHOSEN)
    party = next((each for each in belongs if str(each.id) == chosen), belongs[0])
    return Desk(
        person_id=person.pk,
        person_name=str(person),
        party=party,
        parties=belongs,
        tabs=tuple(
            Tab(name, path, request.path.startswith((path, *_BELOW.get(path, ()))))
            for name, path, roles in TABS
            if not roles or roles & set(party.roles)
        ),
        at=request.at,  # type: ignore[attr-defined]
    )
