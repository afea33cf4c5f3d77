"""Plans: asking for one, watching it being made, and the board that says where each pack goes."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from api.pages.answers import Wrong, wrong_of
from api.pages.lane_map import maps
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.rules.errors import Refusal
from recycling.actions import plan
from recycling.actions import what_if as supposing
from recycling.queries import desk_plan
from recycling.queries import plan as plans

_WHOLE = re.compile(r"-?[0-9]{1,4}")
ROUTES = ("REUSE", "REPURPOSE", "REMANUFACTURE", "RECYCLE", "HOLD")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List what waits and what was planned; a POST asks for a plan."""
    if request.method != "POST":
        return _listing(request)
    try:
        job = plan.request(by=request.desk.acting(), at=request.desk.at)
    except Refusal as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/plans/under-way/{job.pk}/")


@require_safe
@signed_in
def under_way(request: DeskRequest, job_id: uuid.UUID) -> HttpResponseBase:
    """Show how far a plan has come; leads to its board once it is made."""
    job = desk_plan.progress(party_id=request.desk.party.id, job_id=job_id)
    done = _where(job)
    if done:
        return HttpResponseRedirect(done)
    return page(request, "desk/plan_under_way.html", {"job": job})


@require_safe
@signed_in
def progress(request: DeskRequest, job_id: uuid.UUID) -> HttpResponseBase:
    """Give the part of the page that changes; once done, send the browser to the board."""
    job = desk_plan.progress(party_id=request.desk.party.id, job_id=job_id)
    done = _where(job)
    if done:
        return HttpResponse(headers={"HX-Redirect": done})
    return render(request, "parts/plan_progress.html", {"job": job})


@require_safe
@signed_in
def board(request: DeskRequest, plan_id: uuid.UUID) -> HttpResponseBase:
    """Show a plan: its worth beside the yardsticks, where packs go, and each one's why."""
    return _board(request, plan_id)


def _board(
    request: DeskRequest, plan_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponseBase:
    route = request.GET.get("route", "").upper()
    route = route if route in ROUTES else ""
    found = desk_plan.board(plan_id=plan_id, route=route, after=request.GET.get("after", ""))
    asked = {"route": route, "after": found.next}
    context: dict[str, Any] = {
        "maps": maps(desk_plan.lanes(plan_id=plan_id)),
        "difference": plans.difference_of(plan_id=plan_id) if found.base_id else None,
        "closed": _closed(found),
        "refusals": wrong,
        "plan": found,
        "same": "same" in request.GET,
        "route": route,
        "more": urlencode({name: value for name, value in asked.items() if value}),
        "gain_cents": found.value_cents - found.greedy_cents,
        "gap_cents": found.bound_cents - found.value_cents,
        "scale": _scale(found),
    }
    return page(request, "desk/plan.html", context, status=status)


@require_http_methods(["POST"])
@signed_in
def what_if(request: DeskRequest, plan_id: uuid.UUID) -> HttpResponseBase:
    """Ask what a plan would have been with other prices, or with a programme closed."""
    percent, closed = request.POST.get("percent", ""), request.POST.get("closed", "")
    try:
        job = supposing.request(
            plan_id=plan_id,
            price_percent=int(percent) if _WHOLE.fullmatch(percent) else 0,
            programme="",
            closed=[closed] if closed else [],
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except Refusal as refusal:
        return _board(request, plan_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/plans/under-way/{job.pk}/")


def _closed(found: desk_plan.PlanBoard) -> list[str]:
    """The names of what a plan that binds nobody supposes closed."""
    return [str(name) for name in found.change.get("closed_names", ())]


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    found = desk_plan.plans(party_id=request.desk.party.id)
    return page(request, "desk/plans.html", {"found": found, "refusals": wrong}, status=status)


def _where(job: desk_plan.JobLine) -> str:
    if job.state != "DONE":
        return ""
    if job.plan_id:
        return f"/desk/plans/{job.plan_id}/"
    return f"/desk/plans/{job.base_id}/?same#if" if job.base_id else "/desk/plans/"


def _scale(found: desk_plan.PlanBoard) -> dict[str, dict[str, float]]:
    """Plan, yardstick and bound as stretches of one bar of 100, each from zero to its worth."""
    sums = {"plan": found.value_cents, "greedy": found.greedy_cents, "bound": found.bound_cents}
    low, high = min(0, *sums.values()), max(0, *sums.values())
    reach = high - low or 1
    return {
        name: {
            "start": round(100 * (min(cents, 0) - low) / reach, 2),
            "width": round(100 * abs(cents) / reach, 2),
        }
        for name, cents in sums.items()
    }
