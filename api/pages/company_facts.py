"""What is told of one company at the desk: holdings, debts, offices, contracts, reviews."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from api.pages import company_forms as forms
from api.pages.answers import Wrong
from api.pages.companies import done, record
from api.pages.signed_in import DeskRequest, signed_in
from passport.actions import sourcing_register, sourcing_standing
from passport.queries import people
from passport.rules.sourcing_party import Standing

MOST_PAPER_BYTES = 8_000_000


@require_POST
@signed_in
def add(request: DeskRequest, entity_key: str) -> HttpResponseBase:
    """Enter who holds a part, lends, or may appoint."""
    told = forms.fact(request.POST, of=entity_key)
    if isinstance(told, Wrong):
        return record(request, entity_key, told, status=422)
    desk = request.desk
    return done(
        request,
        entity_key,
        lambda: sourcing_register.record_fact(
            told=told, who=desk.person_name, by=desk.acting(), at=desk.at
        ),
    )


@require_POST
@signed_in
def end(request: DeskRequest, entity_key: str, fact_id: uuid.UUID) -> HttpResponseBase:
    """End a fact on a day, or say that it was never so."""
    desk = request.desk
    source = request.POST.get("source", "").strip()[:300]
    if request.POST.get("act") == "withdraw":
        return done(
            request,
            entity_key,
            lambda: sourcing_register.withdraw_fact(
                fact=fact_id, source=source, who=desk.person_name, by=desk.acting(), at=desk.at
            ),
        )
    until = forms.day(request.POST.get("until", ""))
    if until is None:
        wrong = Wrong(_("The day on which it ended is due."), _("Write it as 2026-01-31."))
        return record(request, entity_key, wrong, status=422)
    return done(
        request,
        entity_key,
        lambda: sourcing_register.change_fact(
            fact=fact_id,
            until=until,
            source=source,
            who=desk.person_name,
            by=desk.acting(),
            at=desk.at,
        ),
    )


@require_POST
@signed_in
def agree(request: DeskRequest, entity_key: str) -> HttpResponseBase:
    """Enter a contract of the company, or its next version."""
    told = forms.contract(request.POST, payer=entity_key)
    if isinstance(told, Wrong):
        return record(request, entity_key, told, status=422)
    desk = request.desk
    return done(
        request,
        entity_key,
        lambda: sourcing_register.record_contract(
            contract=told, who=desk.person_name, by=desk.acting(), at=desk.at
        ),
    )


@require_POST
@signed_in
def review(request: DeskRequest, entity_key: str) -> HttpResponseBase:
    """Conclude as a person what the facts leave open, on a paper."""
    desk, paper = request.desk, request.FILES.get("paper")
    said = request.POST.get("conclusion", "")
    tested_on = forms.day(request.POST.get("tested_on", ""))
    if paper is None or (paper.size or 0) > MOST_PAPER_BYTES or tested_on is None:
        wrong = Wrong(
            _("A paper of up to 8 MB is due."), _("Choose the opinion as a PDF."), "paper"
        )
        return record(request, entity_key, wrong, status=422)
    return done(
        request,
        entity_key,
        lambda: sourcing_standing.conclude_on(
            key=entity_key,
            tested_on=tested_on,
            conclusion=Standing(said) if said in list(Standing) else Standing.REVIEW,
            reason=request.POST.get("reason", ""),
            paper=paper.read(),
            media_type=paper.content_type or "application/pdf",
            reviewer=people.by_id(person_id=desk.person_id),
            by=desk.acting(),
            at=desk.at,
        ),
    )
