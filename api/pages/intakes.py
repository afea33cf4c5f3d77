"""A maker's files of serials: sending one in, and how far each has come."""

from __future__ import annotations

import uuid

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import intake
from passport.actions.intake_reading import HEAD_BYTES, form_of
from passport.proof.errors import ProofError
from passport.queries import desk_inbox
from passport.rules.errors import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the files; a POST takes a new one in."""
    if request.method != "POST":
        return _listing(request)
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile) or not sent.size:
        return _listing(request, Wrong("No file is chosen, or it is empty.", field="file"))
    try:
        head = sent.read(HEAD_BYTES)
        sent.seek(0)
        form = form_of(head)
        taken = intake.take_file(
            pieces=sent.chunks(intake.BLOCK_BYTES),
            media_type=form.media_type,
            encoding=form.encoding,
            by=request.desk.acting(),
            at=request.desk.at,
            label=intake.Label(name=sent.name or ""),
        )
    except (Refusal, ProofError) as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/intakes/{taken.pk}/")


@require_safe
@signed_in
def record(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Show one file: how far it has come, and what was wrong with which line."""
    found = desk_inbox.intake(
        party_id=request.desk.party.id, intake_id=intake_id, at=request.desk.at
    )
    return page(request, "desk/intake.html", {"intake": found})


@require_safe
@signed_in
def progress(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Give the part of the page that changes while a file is read."""
    found = desk_inbox.intake(
        party_id=request.desk.party.id, intake_id=intake_id, at=request.desk.at
    )
    return render(request, "parts/intake_progress.html", {"intake": found})


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 0) -> HttpResponseBase:
    found = desk_inbox.intakes(party_id=request.desk.party.id, at=request.desk.at)
    return page(
        request,
        "desk/intakes.html",
        {"intakes": found, "refusals": wrong},
        status=status or (422 if wrong else 200),
    )
