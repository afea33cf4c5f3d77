"""Projects that claim a credit, at the desk: opened, their terms, what is entered so far."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from api.pages.answers import Wrong, quantity, wrongs_of
from api.pages.project_words import BEGUN, CREDITS, ELECTIONS, METHODS
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.verdict_view import verdict_of
from passport.actions import sourcing_project
from passport.queries import party as parties
from passport.queries import sourcing_project as projects
from passport.queries import sourcing_rules, sourcing_sheet
from passport.queries.sourcing_register import register_of
from passport.queries.sourcing_sheet import Sheet
from passport.rules.errors import NotFound, Refusal
from passport.rules.sourcing_case import Credit, Method, Project

HERE: Final = "/desk/projects/"
MOST: Final = 200
# The steps of a project, in their order: what is entered there, and why.
STEPS: Final = (
    ("terms", gettext_lazy("The claim")),
    ("bill", gettext_lazy("Bill of materials")),
    ("certificates", gettext_lazy("Certificates")),
    ("serials", gettext_lazy("Serials")),
    ("flags", gettext_lazy("Reasons to know")),
    ("payments", gettext_lazy("Payments")),
    ("verdict/", gettext_lazy("Verdict")),
    ("files/", gettext_lazy("Evidence files")),
)


@dataclass(frozen=True)
class Step:
    """A step of a project as its pages list them."""

    path: str
    name: str
    here: bool


@require_safe
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List the projects that the party owns or is shown."""
    context = {
        "found": projects.listing(after=None, limit=MOST),
        "mine": request.desk.party.id,
        "keeper": "KEEPER" in request.desk.party.roles,
    }
    return page(request, "desk/projects.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: DeskRequest) -> HttpResponseBase:
    """Ask what is claimed; a POST opens the project."""
    if request.method != "POST":
        return _form(request, _begun())
    said = _said(request)
    terms, wrong = _terms(said)
    if wrong:
        return _form(request, said, *wrong, status=422)
    try:
        made = sourcing_project.open_project(
            terms=terms, rule_set=said["rule_set"], by=request.desk.acting(), at=request.desk.at
        )
    except Refusal as refusal:
        return _form(request, said, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{made.pk}/")


@require_safe
@signed_in
def record(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """Show what the file of a project comes to so far, what is entered, and what comes next."""
    sheet = sheet_of(request, project_id)
    return project_page(
        request, sheet, "desk/project.html", "", {"verdict": verdict_of(sheet.case)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def terms(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """Show the claim as it stands; a POST gives it its next version."""
    sheet = sheet_of(request, project_id)
    if request.method != "POST":
        return _form(request, _told(sheet), sheet=sheet)
    said = _said(request) | {"name": sheet.project.name}
    read, wrong = _terms(said)
    if wrong:
        return _form(request, said, *wrong, sheet=sheet, status=422)
    try:
        sourcing_project.change_terms(
            project_id=project_id,
            terms=read,
            rule_set=said["rule_set"],
            by=request.desk.acting(),
            at=request.desk.at,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        wrongs = wrongs_of(refusal)
        return _form(request, said, *wrongs, sheet=sheet, status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{project_id}/")


@require_http_methods(["POST"])
@signed_in
def share(request: DeskRequest, project_id: uuid.UUID) -> HttpResponseBase:
    """Show the project to another party, or to it no longer."""
    desk = request.desk
    ended = request.POST.get("end", "")
    if ended:
        try:
            share_id = uuid.UUID(ended)
        except ValueError:
            raise NotFound("this form names nothing", remedy="load it again") from None
        sourcing_project.end_share(
            project_id=project_id, share_id=share_id, by=desk.acting(), at=desk.at
        )
        return HttpResponseRedirect(f"{HERE}{project_id}/#sharing")
    try:
        reader = parties.find(slug=request.POST.get("party", "").strip())
        sourcing_project.share(project_id=project_id, reader=reader, by=desk.acting(), at=desk.at)
    except Refusal as refusal:
        sheet = sheet_of(request, project_id)
        return project_page(
            request, sheet, "desk/project.html", "",
            {"refusals": wrongs_of(refusal), "typed": request.POST.get("party", "")},
            status=answered(refusal),
        )  # fmt: skip
    return HttpResponseRedirect(f"{HERE}{project_id}/#sharing")


def sheet_of(request: DeskRequest, project_id: uuid.UUID) -> Sheet:
    """The project as it stands today. Refuses NotFound."""
    return sourcing_sheet.sheet_of(project_id=project_id, as_of=request.desk.at.date())


def project_page(
    request: DeskRequest,
    sheet: Sheet,
    template: str,
    here: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page of a project, with its steps beside it."""
    told = {
        "sheet": sheet,
        "project": sheet.project,
        "own": sheet.project.owner_id == request.desk.party.id,
        "steps": [
            Step(f"{HERE}{sheet.project.pk}/{path}", str(name), path == here)
            for path, name in STEPS
        ],
        **context,
    }
    return page(request, template, told, status=status)


def companies(request: DeskRequest) -> list[tuple[str, str]]:
    """The companies of the party's register, by name."""
    register = register_of(owner=request.desk.acting(), as_of=request.desk.at.date())
    return sorted(((each.id, each.name) for each in register.entities.values()), key=_by_name)


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


def _begun() -> dict[str, Any]:
    return {
        "credit": Credit.STORAGE_48E,
        "method": Method.DIRECT_COST,
        "tax_year_starts": "01-01",
        "elections": ["IDENTIFICATION", "CERTIFICATION"],
        "rule_set": sourcing_rules.newest().id,
    }


def _told(sheet: Sheet) -> dict[str, Any]:
    """The terms as a form shows them."""
    found = sheet.terms
    plain = ("site", "credit", "method", "begins_by", "tax_year_starts", "component", "rule_set")
    days = ("begins_on", "placed_on", "sold_on")
    return {
        **{name: getattr(found, name) for name in plain},
        **{name: _written(getattr(found, name)) for name in days},
        "name": sheet.project.name,
        "taxpayer": found.taxpayer,
        "owner_tax_id": found.taxpayer_tax_id,
        "nameplate_kwh": format(found.nameplate_kwh.normalize(), "f"),
        "nameplate_kw": format(found.nameplate_kw.normalize(), "f"),
        "elections": list(found.elections),
    }


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""


def _said(request: DeskRequest) -> dict[str, Any]:
    said: dict[str, Any] = {
        name: text.strip() for name, text in request.POST.items() if isinstance(text, str)
    }
    return said | {"elections": request.POST.getlist("elections")}


def _terms(said: Mapping[str, Any]) -> tuple[Project, list[Wrong]]:
    wrong: list[Wrong] = []
    kwh = _amount(said, "nameplate_kwh", _("Energy"), wrong)
    kw = _amount(said, "nameplate_kw", _("Power"), wrong)
    days = {name: _day(said, name, wrong) for name in ("begins_on", "placed_on", "sold_on")}
    credit, method = said.get("credit", ""), said.get("method", "")
    if credit not in CREDITS or method not in METHODS:
        wrong.append(Wrong(_("Nothing is chosen."), _("Choose one."), "credit"))
        credit, method = Credit.STORAGE_48E, Method.DIRECT_COST
    return Project(
        id="",
        name=said.get("name", "")[:120],
        owner=said.get("taxpayer", "")[:64],
        owner_tax_id=said.get("owner_tax_id", "")[:40],
        site=said.get("site", "")[:255],
        credit=Credit(credit),
        method=Method(method),
        begins_by=said.get("begins_by", "")[:13],
        nameplate_kwh=kwh,
        nameplate_kw=kw,
        tax_year_starts=said.get("tax_year_starts", "")[:5],
        component=said.get("component", "")[:60],
        elections=tuple(said.get("elections", ())),
        **days,
    ), wrong


def _amount(said: Mapping[str, Any], field: str, name: str, wrong: list[Wrong]) -> Decimal:
    read = quantity(said.get(field, "") or "0", field=field, name=name)
    if isinstance(read, Wrong):
        wrong.append(read)
        return Decimal(0)
    return read


def _day(said: Mapping[str, Any], field: str, wrong: list[Wrong]) -> date | None:
    text = said.get(field, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wrong.append(
            Wrong(
                _("“{text}” is no day.").format(text=text[:20]),
                _("Write it as in 2026-03-02."),
                field,
            )
        )
        return None


def _form(
    request: DeskRequest,
    said: Mapping[str, Any],
    *wrong: Wrong,
    sheet: Sheet | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "said": said,
        "companies": companies(request),
        "credits": CREDITS.items(),
        "methods": METHODS.items(),
        "begun": BEGUN.items(),
        "elections": ELECTIONS.items(),
        "rule_sets": sourcing_rules.all_sets(),
        "refusals": wrong,
    }
    if sheet is None:
        return page(request, "desk/project_new.html", context, status=status)
    return project_page(request, sheet, "desk/project_terms.html", "terms", context, status=status)
