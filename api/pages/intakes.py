"""A maker's files of serials: sending one in, how far each has come, mending what was rejected."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import (
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.http.weight import brings
from api.pages import examples
from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import intake, intake_mending, job
from passport.actions.intake_reading import HEAD_BYTES, NDJSON, form_of
from passport.proof import canonical
from passport.proof.errors import ProofError
from passport.queries import desk_inbox, tenancy
from passport.queries import intake as told
from passport.rules.errors import Refusal


@brings(lambda: settings.PASSPORT_INTAKE_MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the files; a POST takes a new one in."""
    if request.method != "POST":
        return _listing(request)
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile) or not sent.size:
        return _listing(request, Wrong(_("No file is chosen, or it is empty."), field="file"))
    if sent.size > settings.PASSPORT_INTAKE_MAX_BYTES:
        return _listing(request, _too_large(sent.size), status=413)
    try:
        taken = _take(request, sent)
    except (Refusal, ProofError) as refusal:
        return _listing(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/intakes/{taken.pk}/")


@require_safe
@signed_in
def example(request: DeskRequest, form: str) -> HttpResponseBase:
    """Hand out a small file to begin with."""
    found = examples.lines(slug=request.desk.party.slug, at=request.desk.at)
    data = examples.as_csv(found) if form == "csv" else examples.as_ndjson(found)
    kind = "text/csv; charset=utf-8" if form == "csv" else NDJSON
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="example.{form}"'
    return response


@require_safe
@signed_in
def record(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Show one file: how far it has come, and what was wrong with which line."""
    return page(request, "desk/intake.html", {"intake": _found(request, intake_id)})


@require_safe
@signed_in
def progress(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Give the part of the page that changes while a file is read."""
    found = _found(request, intake_id)
    if found.line.finished_at:
        return HttpResponse(headers={"HX-Redirect": f"/desk/intakes/{intake_id}/"})
    return render(request, "parts/intake_progress.html", {"intake": found})


@require_POST
@signed_in
def cancel(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Ask that no more of a file be registered."""
    intake.cancel(intake_id=intake_id, by=request.desk.acting(), at=request.desk.at)
    return HttpResponseRedirect(f"/desk/intakes/{intake_id}/")


@require_POST
@signed_in
def again(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Set a file going again that has stopped."""
    found = _found(request, intake_id)
    job.retry(job_id=found.line.job_id or intake_id, at=request.desk.at)
    return HttpResponseRedirect(f"/desk/intakes/{intake_id}/")


@require_safe
@signed_in
def errors(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Hand out all rejected lines as a file, each with what was wrong."""
    row = told.state(intake_id=intake_id)
    pieces = _errors(request.desk.party.id, row)
    response = StreamingHttpResponse(pieces, content_type=NDJSON)
    response["Content-Disposition"] = f'attachment; filename="errors-{intake_id}.ndjson"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def line(request: DeskRequest, intake_id: uuid.UUID, number: int) -> HttpResponseBase:
    """Show one rejected line; a POST sends it again as it was mended."""
    if request.method != "POST":
        return _line(request, intake_id, number)
    text = request.POST.get("line", "")
    try:
        intake_mending.mend(
            intake_id=intake_id,
            number=number,
            text=text,
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except (Refusal, ProofError) as refusal:
        status = answered(refusal)
        if status in (403, 404):
            raise
        return _line(request, intake_id, number, typed=text, wrong=wrong_of(refusal))
    if request.headers.get("HX-Request"):
        return _line(request, intake_id, number)
    return HttpResponseRedirect(f"/desk/intakes/{intake_id}/#line-{number}")


def _too_large(size: int) -> Wrong:
    most = settings.PASSPORT_INTAKE_MAX_BYTES
    said = _("The file has %(size)s bytes; %(most)s are taken.")
    told = {"size": f"{size:,}", "most": f"{most:,}"}
    return Wrong(said % told, _("Send it compressed with gzip or zstd, or in parts."), "file")


def _take(request: DeskRequest, sent: UploadedFile) -> Any:
    form = form_of(sent.read(HEAD_BYTES))
    sent.seek(0)
    return intake.take_file(
        pieces=sent.chunks(intake.BLOCK_BYTES),
        media_type=form.media_type,
        encoding=form.encoding,
        by=request.desk.acting(),
        at=request.desk.at,
        label=intake.Label(name=sent.name or ""),
    )


def _found(request: DeskRequest, intake_id: uuid.UUID) -> desk_inbox.IntakeRecord:
    return desk_inbox.intake(
        party_id=request.desk.party.id, intake_id=intake_id, at=request.desk.at
    )


def _line(
    request: DeskRequest,
    intake_id: uuid.UUID,
    number: int,
    *,
    typed: str | None = None,
    wrong: Wrong | None = None,
) -> HttpResponseBase:
    of, found = desk_inbox.rejected_line(
        party_id=request.desk.party.id, intake_id=intake_id, number=number, at=request.desk.at
    )
    context = {
        "line": of,
        "each": found,
        "typed": found.now if typed is None else typed,
        "wrong": wrong,
        "refusals": [wrong] if wrong else [],
    }
    if request.headers.get("HX-Request"):
        # htmx swaps successes only.
        return render(request, "parts/intake_line.html", context)
    return page(request, "desk/intake_line.html", context, status=422 if wrong else 200)


def _errors(party_id: uuid.UUID, row: Any) -> Iterator[bytes]:
    """One short transaction a page: a slow reader holds none open."""
    after = 0
    while True:
        with transaction.atomic():
            tenancy.act_as(party_id)
            rows = told.errors(intake=row, after=after)
        if not rows:
            return
        yield b"".join(canonical.encode(told.error_document(each)) + b"\n" for each in rows)
        after = rows[-1].number


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 0) -> HttpResponseBase:
    found = desk_inbox.intakes(party_id=request.desk.party.id, at=request.desk.at)
    return page(
        request,
        "desk/intakes.html",
        {"intakes": found, "refusals": wrong},
        status=status or (422 if wrong else 200),
    )
