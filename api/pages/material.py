"""Lots of recovered material at the desk: filled, signed, passed on, and claimed by their maker."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.pages.answers import Wrong, identifiers, quantity, wrongs_of
from api.pages.batches import handed_out, signed_file, unsent
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.proof.errors import ProofError
from passport.queries import party as parties
from passport.rules.errors import Refusal
from recycling.actions import claim as claims
from recycling.actions import material, paper
from recycling.actions.material import Filling
from recycling.queries import desk_batch, lots, papers

HERE: Final = "/desk/material/"
_ANSWERS: Final[dict[str, Callable[..., Any]]] = {
    "accept": material.accept,
    "refuse": material.refuse,
    "withdraw": material.withdraw,
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the lots of the party and those offered to it; a POST fills one."""
    if request.method != "POST":
        return _listing(request)
    fillings = [_filling(request, each) for each in request.POST.getlist("part")]
    wrong = [each for each in fillings if isinstance(each, Wrong)]
    if not fillings:
        wrong.append(Wrong(_("Nothing fills the lot."), _("Choose fractions."), "parts"))
    if wrong:
        return _listing(request, *wrong, status=422)
    try:
        made = material.make(
            number=request.POST.get("number", "").strip(),
            material=request.POST.get("material", "").strip()[:40] or "material",
            fillings=[each for each in fillings if isinstance(each, Filling)],
            by=request.desk.acting(),
            at=request.desk.at,
            site=settings.PASSPORT_PUBLIC_URL,
        )
    except Refusal as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{made.pk}/")


@require_safe
@signed_in
def record(request: DeskRequest, lot_id: uuid.UUID) -> HttpResponseBase:
    """Show one lot: what is in it, who had it, what is claimed of it."""
    return _record(request, lot_id)


@require_safe
@signed_in
def facts(request: DeskRequest, lot_id: uuid.UUID) -> HttpResponseBase:
    """Hand out the facts of a lot's origin, as `sign` takes them."""
    return handed_out(papers.lot_facts(lot=papers.lot_by_id(lot_id=lot_id)), name="lot.json")


@require_POST
@signed_in
def attest(request: DeskRequest, lot_id: uuid.UUID) -> HttpResponseBase:
    """Take in the signed origin of a lot."""
    papers.lot_by_id(lot_id=lot_id)
    if "signed" not in request.FILES:
        return _record(request, lot_id, unsent(), status=422)
    return _done(
        request,
        lot_id,
        lambda: paper.attest(
            lot_id=lot_id,
            credential_bytes=signed_file(request.FILES.get("signed")),
            by=request.desk.acting(),
            at=request.desk.at,
        ),
    )


@require_POST
@signed_in
def offer(request: DeskRequest, lot_id: uuid.UUID) -> HttpResponseBase:
    """Offer a lot to another party."""
    papers.lot_by_id(lot_id=lot_id)
    return _done(
        request,
        lot_id,
        lambda: material.offer(
            lot_id=lot_id,
            to_id=identifiers([request.POST.get("to", "")])[0],
            by=request.desk.acting(),
            at=request.desk.at,
        ),
    )


@require_POST
@signed_in
def answer(request: DeskRequest, lot_hand_over_id: uuid.UUID, said: str) -> HttpResponseBase:
    """Accept, refuse or take back a lot."""
    try:
        given = _ANSWERS[said](
            hand_over_id=lot_hand_over_id, by=request.desk.acting(), at=request.desk.at
        )
    except Refusal as refusal:
        return _listing(request, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{given.lot_id}/" if said == "accept" else HERE)


@require_POST
@signed_in
def claim(request: DeskRequest, lot_id: uuid.UUID) -> HttpResponseBase:
    """Claim kilograms of a lot as the recycled content of an attestation."""
    papers.lot_by_id(lot_id=lot_id)
    mass = quantity(request.POST.get("mass_kg", ""), field="mass_kg", name=_("Mass"))
    if isinstance(mass, Wrong):
        return _record(request, lot_id, mass, status=422)
    digest = request.POST.get("attestation", "").strip().lower()
    return _done(
        request,
        lot_id,
        lambda: claims.claim(
            lot_id=lot_id,
            attestation=_bytes(digest),
            mass_kg=mass,
            claim_id=identifiers([request.POST.get("event", "")])[0],
            by=request.desk.acting(),
            at=request.desk.at,
        ),
    )


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _done(request: DeskRequest, lot_id: uuid.UUID, act: Callable[[], object]) -> HttpResponseBase:
    try:
        act()
    except (Refusal, ProofError) as refusal:
        return _record(request, lot_id, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{lot_id}/")


def _filling(request: DeskRequest, text: str) -> Filling | Wrong:
    (fraction,) = identifiers([text])
    typed = request.POST.get(f"part-{fraction}", "").strip()
    if not typed:
        return Filling(fraction_id=fraction)
    mass: Decimal | Wrong = quantity(typed, field=f"part-{fraction}", name=_("Mass"))
    return mass if isinstance(mass, Wrong) else Filling(fraction_id=fraction, mass_kg=mass)


def _listing(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponseBase:
    acting = request.desk.acting()
    recycles = "RECYCLER" in request.desk.party.roles
    context = {
        "offered": lots.offered(party=acting),
        "lots": lots.listing(party=acting),
        "recycles": recycles,
        "claimed": lots.claimed(),
        "sources": desk_batch.sources(party=acting).products if recycles else (),
        "said": request.POST,
        "chosen": frozenset(request.POST.getlist("part")),
        "refusals": wrong,
    }
    return page(request, "desk/material.html", context, status=status)


def _record(
    request: DeskRequest, lot_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponseBase:
    acting = request.desk.acting()
    found = lots.line(lot_id=lot_id, party=acting)
    context = {
        "line": found,
        "own": found.lot.recycler_id == request.desk.party.id,
        "hand_overs": lots.hand_overs(lot_id=lot_id),
        "attestations": lots.attestations_upon(line=found, party=acting),
        "others": parties.others(party_id=request.desk.party.id),
        "makes": "MAKER" in request.desk.party.roles,
        "said": request.POST,
        "event": request.POST.get("event") or uuid.uuid4(),
        "refusals": wrong,
    }
    return page(request, "desk/material_lot.html", context, status=status)
