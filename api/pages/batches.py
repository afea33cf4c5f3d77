"""Treatment in steps at the desk: batches, the mass-balance sheet, a step, the certificate."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.pages.answers import Wrong, identifiers, moment, wrongs_of
from api.pages.programme_words import PROCESSES
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.step_form import FATES, STEPS, read_step, rows_of
from passport.proof import canonical
from passport.proof.errors import ProofError
from passport.rules.errors import Refusal
from recycling.actions import batch as batches
from recycling.actions import paper, step
from recycling.queries import batch, desk_batch, papers, rollup

HERE: Final = "/desk/batches/"
_MOST: Final = 256 << 10


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the batches of the party; a POST opens one."""
    if request.method != "POST":
        return _listing(request)
    try:
        made = batches.open_batch(
            number=request.POST.get("number", "").strip(),
            by=request.desk.acting(),
            at=request.desk.at,
            site=settings.PASSPORT_PUBLIC_URL,
        )
    except Refusal as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{made.pk}/")


@require_safe
@signed_in
def sheet(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponseBase:
    """Show the mass-balance sheet of a batch, and what may be done next."""
    return _sheet(request, batch_id)


@require_POST
@signed_in
def book(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponseBase:
    """Book a step; what is wrong comes back with all that was typed."""
    acting = request.desk.acting()
    papers.batch_by_id(batch_id=batch_id)
    try:
        typed = read_step(request.POST, request.FILES.get("paper"), by=acting, at=request.desk.at)
        if typed.wrong:
            return _sheet(request, batch_id, *typed.wrong, status=422)
        step.book(
            batch_id=batch_id,
            step=typed.step,
            draws=typed.draws,
            fractions=typed.outputs,
            process=typed.process,
            booking_id=identifiers([request.POST.get("event", "")])[0],
            happened_at=moment(request.POST.get("moment", ""), at=request.desk.at),
            by=acting,
            at=request.desk.at,
        )
    except Refusal as refusal:
        return _sheet(request, batch_id, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{batch_id}/#steps")


@require_safe
@signed_in
def facts(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponseBase:
    """Hand out the facts of the certificate, as `sign` takes them."""
    found = papers.batch_by_id(batch_id=batch_id)
    return handed_out(papers.certificate_facts(batch=found), name="certificate.json")


@require_POST
@signed_in
def certify(request: DeskRequest, batch_id: uuid.UUID) -> HttpResponseBase:
    """Take in the signed certificate of recycling."""
    papers.batch_by_id(batch_id=batch_id)
    if "signed" not in request.FILES:
        return _sheet(request, batch_id, unsent(), status=422)
    try:
        paper.certify(
            batch_id=batch_id,
            credential_bytes=signed_file(request.FILES.get("signed")),
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except (Refusal, ProofError) as refusal:
        wrong = _told(refusal)
        return _sheet(request, batch_id, *wrong, status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{batch_id}/#certificate")


@require_safe
@signed_in
def intake(request: DeskRequest) -> HttpResponseBase:
    """List what waits in the yard, with how to open it and what is dangerous."""
    found = desk_batch.intake(party=request.desk.acting(), on=request.desk.at.date())
    return page(request, "desk/treatment_intake.html", {"cards": found})


@require_safe
@signed_in
def year(request: DeskRequest) -> HttpResponseBase:
    """Hold a calendar year against Annex XII."""
    asked = request.GET.get("year", "")
    chosen = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else 0
    chosen = chosen or request.desk.at.year
    accounts = rollup.of_year(party=request.desk.acting(), year=chosen)
    context = {"accounts": accounts, "year": chosen, "before": chosen - 1, "after": chosen + 1}
    return page(request, "desk/annex_xii.html", context)


def unsent() -> Wrong:
    """What a form without its file is told."""
    return Wrong(_("No file is chosen, or it is empty."), field="signed")


def handed_out(told: dict[str, object], *, name: str) -> HttpResponse:
    """A JSON file for `sign`."""
    response = HttpResponse(canonical.encode(told), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def signed_file(sent: UploadedFile | None) -> bytes:
    """What `sign` wrote, as it was signed. Refuses ProofError."""
    data = sent.read(_MOST + 1) if sent is not None else b""
    return canonical.encode(canonical.loads(data, max_bytes=_MOST))


def _told(refusal: Refusal | ProofError) -> tuple[Wrong, ...]:
    return tuple(Wrong(each.detail, each.remedy, "signed") for each in wrongs_of(refusal))


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    context = {
        "batches": desk_batch.batches(party=request.desk.acting()),
        "number": request.POST.get("number", ""),
        "refusals": wrong,
    }
    return page(request, "desk/treatment_batches.html", context, status=status)


def _sheet(
    request: DeskRequest, batch_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponseBase:
    acting = request.desk.acting()
    found = batch.balance(batch_id=batch_id, party=acting)
    own = found.batch.recycler_id == request.desk.party.id
    context: dict[str, Any] = {
        "sheet": found,
        "own": own,
        "sources": desk_batch.sources(party=acting) if own else None,
        "said": request.POST,
        "chosen": frozenset(request.POST.getlist("draw")),
        "rows": rows_of(request.POST),
        "steps": STEPS.items(),
        "fates": FATES.items(),
        "processes": PROCESSES.items(),
        "event": request.POST.get("event") or uuid.uuid4(),
        "moment": request.POST.get("moment") or request.desk.at.isoformat(),
        "refusals": wrong,
    }
    return page(request, "desk/mass_balance.html", context, status=status)
