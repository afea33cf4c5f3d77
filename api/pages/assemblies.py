"""Puts batteries into the one shown, takes others out, and swaps them, from its record."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from api.pages.answers import Wrong, identifiers, wrong_of
from api.pages.batteries import shown
from api.pages.signed_in import DeskRequest, answered, signed_in
from passport.actions import assembly
from passport.actions.assembly import Put
from passport.rules.errors import Refusal


@require_POST
@signed_in
def put_in(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Put one battery in, at a place."""
    chosen = identifiers(each for each in request.POST.getlist("child") if each)
    if not chosen:
        wrong = Wrong(_("Nothing is chosen to put in."), _("Choose a battery."), "child")
        return shown(request, battery_id, wrong, status=422)
    position = request.POST.get("position", "").strip()[:60]
    put = [Put(each, position) for each in chosen]
    return _done(request, battery_id, put=put, take=())


@require_POST
@signed_in
def take_out(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Take the ticked batteries out; with a replacement, put that in the place of one."""
    taken = identifiers(request.POST.getlist("take"))
    instead = identifiers(each for each in request.POST.getlist("instead") if each)
    if not taken:
        wrong = Wrong(_("Nothing is ticked to take out."), _("Tick at least one."), "contents")
        return shown(request, battery_id, wrong, status=422)
    if not instead:
        return _done(request, battery_id, put=(), take=taken)
    if len(taken) > 1:
        wrong = Wrong(_("One replacement goes into one place."), _("Tick one battery."), "instead")
        return shown(request, battery_id, wrong, status=422)
    return _swapped(request, battery_id, out_id=taken[0], in_id=instead[0])


def _done(
    request: DeskRequest, battery_id: uuid.UUID, *, put: object, take: object
) -> HttpResponseBase:
    try:
        assembly.change(
            parent_id=battery_id,
            put=put,  # type: ignore[arg-type]
            take=take,  # type: ignore[arg-type]
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except Refusal as refusal:
        return shown(request, battery_id, _wrong(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/batteries/{battery_id}/#assembly")


def _swapped(
    request: DeskRequest, battery_id: uuid.UUID, *, out_id: uuid.UUID, in_id: uuid.UUID
) -> HttpResponseBase:
    try:
        assembly.swap(
            parent_id=battery_id,
            out_id=out_id,
            in_id=in_id,
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except Refusal as refusal:
        return shown(request, battery_id, _wrong(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/batteries/{battery_id}/#assembly")


def _wrong(refusal: Refusal) -> Wrong:
    """The refusal leads to the panel: a form has no field /put/0/child."""
    found = wrong_of(refusal)
    return Wrong(found.detail, found.remedy, "assembly")
