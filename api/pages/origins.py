"""Signing the origin of a file: the list to sign, the commands, and taking in what was signed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from api.http.streaming import acting_for
from api.http.weight import brings
from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import attestation as attestations
from passport.proof import canonical
from passport.proof.errors import ProofError
from passport.queries import desk_inbox, desk_keys, origin
from passport.rules.assembly import RANK
from passport.rules.errors import Refusal

# A batch comes with all its items; some 400 bytes each.
LARGEST: Final = 256 << 20
# A file of batteries is signed in a few parts: one a level.
MOST_FILES: Final = 4
LEVELS: Final = tuple(map(str, RANK))


@brings(lambda: LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sign(request: DeskRequest, intake_id: uuid.UUID) -> HttpResponseBase:
    """Show what waits for a signature and how to give it; a POST takes what was signed."""
    if request.method != "POST":
        return _page(request, intake_id)
    sent: list[UploadedFile] = request.FILES.getlist("signed")
    if not sent:
        return _page(request, intake_id, Wrong("No file is chosen.", field="files"))
    if len(sent) > MOST_FILES or sum(each.size or 0 for each in sent) > LARGEST:
        said = f"At most {MOST_FILES} files of {LARGEST >> 20} MiB in all are taken at once."
        return _page(request, intake_id, Wrong(said, "Send the rest behind them.", "files"))
    # Whose file it is, is asked before its content: it is not for others to learn of.
    _found(request, intake_id)
    for each in sent:
        try:
            # One that is refused leaves nothing of itself, and the page can still be drawn.
            with transaction.atomic():
                _take(request, each)
        except (Refusal, ProofError) as refusal:
            wrong = wrong_of(refusal)
            told = Wrong(f"{each.name}: {wrong.detail}", wrong.remedy, "files")
            return _page(request, intake_id, told, status=answered(refusal))
    return HttpResponseRedirect(f"/desk/intakes/{intake_id}/origin#signed")


@require_safe
@signed_in
def items(request: DeskRequest, intake_id: uuid.UUID, level: str) -> HttpResponseBase:
    """Hand out the batteries of one level, as `sign` takes them."""
    _found(request, intake_id)
    pieces = _items(request.desk.party.id, intake_id, level)
    response = StreamingHttpResponse(pieces, content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="{level.lower()}s.ndjson"'
    return response


def _items(party_id: uuid.UUID, intake_id: uuid.UUID, level: str) -> Iterator[bytes]:
    """Page by page, each in a transaction of its own."""
    after: uuid.UUID | None = None
    while True:
        with acting_for(party_id):
            found, after = origin.items(intake_id=intake_id, level=level, after=after)
        yield b"".join(each + b"\n" for each in found)
        if after is None:
            return


def _take(request: DeskRequest, sent: UploadedFile) -> None:
    """Take in one file as `sign` wrote it: a batch with its items, or a single claim."""
    told = canonical.loads(sent.read(), max_bytes=LARGEST)
    signed, listed = told, None
    if isinstance(told, dict) and set(told) <= {"credential", "items"}:
        signed, listed = told.get("credential"), told.get("items")
    attestations.take(
        credential_bytes=canonical.encode(signed),
        items=[canonical.encode(each) for each in listed] if isinstance(listed, list) else None,
        by=request.desk.acting(),
        at=request.desk.at,
    )


def _found(request: DeskRequest, intake_id: uuid.UUID) -> desk_inbox.IntakeRecord:
    return desk_inbox.intake(
        party_id=request.desk.party.id, intake_id=intake_id, at=request.desk.at
    )


def _page(
    request: DeskRequest, intake_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponseBase:
    found, party = _found(request, intake_id), request.desk.party
    keys = None
    if party.did is not None:
        keys = desk_keys.desk(party_id=party.id, did=party.did, at=request.desk.at)
    levels = origin.levels(intake_id=intake_id)
    context = {
        "intake": found,
        "levels": levels,
        "key": keys.own[0].standing.fragment if keys and keys.own else None,
        "signed": origin.signed(party_id=party.id, intake_id=intake_id),
        "whole": bool(levels) and all(each.whole for each in levels),
        "refusals": wrong,
    }
    status = status if status != 200 or not wrong else 422
    return page(request, "desk/origin.html", context, status=status)
