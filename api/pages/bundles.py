"""Bundles of many batteries: looking a list up, asking for the file, watching it being made."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.http.weight import brings
from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import bundle_order
from passport.queries import bundle_order as orders
from passport.queries import desk_bundle, verifier
from passport.rules.bundle import (
    MOST_BATTERIES,
    ListTooLong,
    check_list,
    names_in_file,
    names_typed,
)
from passport.rules.errors import Refusal

LARGEST_FILE = 4 << 20
_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """Show what was asked for; a POST asks for the bundle of a list that was looked up."""
    if request.method != "POST":
        return _listing(request)
    try:
        made = bundle_order.order(
            names=names_typed(request.POST.get("batteries", "")),
            title=request.POST.get("title", "").strip(),
            by=request.desk.acting(),
            at=request.desk.at,
            token=request.POST.get("moment", ""),
        )
    except Refusal as refusal:
        return _listing(request, *_wrongs(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/bundles/{made.pk}/")


@brings(lambda: LARGEST_FILE)
@require_POST
@signed_in
def check(request: DeskRequest) -> HttpResponseBase:
    """Show which names of a list are known to the party, before anything is asked for."""
    title = request.POST.get("title", "").strip()
    try:
        names = _names(request)
        check_list(count=len(names), title=title)
    except Refusal as refusal:
        return _listing(request, *_wrongs(refusal), status=answered(refusal))
    found = desk_bundle.look_up(names=names)
    known = {each.battery_id: each for each in found if each.battery_id}
    unknown = [each for each in found if not each.battery_id]
    context = {
        "title": title,
        "known": list(known.values())[:_SHOWN],
        "known_count": len(known),
        "unknown": unknown[:_SHOWN],
        "unknown_count": len(unknown),
        "asked": len(names),
        "batteries": "\n".join(str(each) for each in known),
        "typed": "\n".join(names),
        "moment": request.desk.at.isoformat(),
    }
    return page(request, "desk/bundle_check.html", context)


@require_safe
@signed_in
def record(request: DeskRequest, bundle_id: uuid.UUID) -> HttpResponseBase:
    """Show one bundle: how far it is, the file, and how to check it."""
    found = desk_bundle.order(order_id=bundle_id, at=request.desk.at)
    context = {"order": found, "file": f"bundle-{bundle_id}.json", "program": _program()}
    return page(request, "desk/bundle.html", context)


@require_safe
@signed_in
def progress(request: DeskRequest, bundle_id: uuid.UUID) -> HttpResponseBase:
    """Give the part of the page that changes while a bundle is made."""
    found = desk_bundle.order(order_id=bundle_id, at=request.desk.at)
    if found.state == "DONE":
        return HttpResponse(headers={"HX-Redirect": f"/desk/bundles/{bundle_id}/"})
    return render(request, "parts/bundle_progress.html", {"order": found})


@require_safe
@signed_in
def file(request: DeskRequest, bundle_id: uuid.UUID) -> HttpResponseBase:
    """Hand the file out."""
    response = HttpResponse(orders.file(order_id=bundle_id), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="bundle-{bundle_id}.json"'
    return response


@require_safe
@signed_in
def trust(request: DeskRequest, bundle_id: uuid.UUID) -> HttpResponseBase:
    """Hand out a trust file to begin with, for the makers in a bundle."""
    return _trust_file(desk_bundle.trust_of_order(order_id=bundle_id))


@require_safe
@signed_in
def trust_of_battery(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Hand out a trust file to begin with, for the makers of a battery."""
    text = desk_bundle.trust_of_battery(battery_id=battery_id, by=request.desk.acting())
    return _trust_file(text)


@require_POST
@signed_in
def again(request: DeskRequest, bundle_id: uuid.UUID) -> HttpResponseBase:
    """Set a bundle going again that has stopped."""
    bundle_order.again(order_id=bundle_id, at=request.desk.at)
    return HttpResponseRedirect(f"/desk/bundles/{bundle_id}/")


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    context: dict[str, Any] = {
        "orders": desk_bundle.orders(party=request.desk.acting(), at=request.desk.at),
        "refusals": wrong,
        "typed": request.POST.get("batteries", "") or request.GET.get("battery", ""),
        "title": request.POST.get("title", ""),
        "most": MOST_BATTERIES,
        "program": _program(),
    }
    return page(request, "desk/bundles.html", context, status=status)


def _names(request: DeskRequest) -> list[str]:
    """What was typed and what the file lists, each once. Refuses NotAList, ListTooLong."""
    names = names_typed(request.POST.get("batteries", ""))
    sent = request.FILES.get("file")
    if isinstance(sent, UploadedFile) and sent.size:
        if sent.size > LARGEST_FILE:
            raise ListTooLong(
                f"the file has {sent.size:,} bytes; {LARGEST_FILE:,} are read",
                pointer="/file",
                remedy="leave its other columns out, or ask for several bundles",
            )
        names += names_in_file(sent.read())
    return list(dict.fromkeys(names))


def _wrongs(refusal: Refusal) -> list[Wrong]:
    return [wrong_of(each) for each in getattr(refusal, "each", (refusal,))]


def _program() -> dict[str, Any]:
    """The verifier that is given away here, and where its digest is logged."""
    packed = verifier.packed()
    logged = verifier.logged(sha256=packed.sha256)
    return {"sha256": packed.sha256.hex(), "index": logged.index if logged else None}


def _trust_file(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trust-template.policy"'
    return response
