"""The fleet of a keeper: by site and health at a glance, then battery by battery."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from api.pages import strips
from api.pages.answers import Wrong, identifiers, wrong_of
from api.pages.cells import safe
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.actions import party, siting
from passport.queries import fleet
from passport.queries.fleet import NEEDS, PAGE_SIZE, SORTS, STATES, Filter, Overview
from passport.rules.errors import Refusal

_MOST_IN_A_FILE = 100_000
_COLUMNS = (
    "serial", "model", "state", "site", "soh", "soh_low", "soh_high", "method", "source",
    "measured_at", "needs", "id",
)  # fmt: skip


class TooManyAtOnce(Refusal):
    """A filter has more batteries than are moved at once; none was."""

    code = "too-many-at-once"
    title = "Too many batteries at once"


@require_safe
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """Show the batteries in the party's hands, by filter, order and page."""
    return shown(request)


@require_safe
@signed_in
def table(request: DeskRequest) -> HttpResponseBase:
    """The same batteries as a file, all pages of them."""
    found = fleet.page(wanted=_wanted(request), at=request.desk.at, most=_MOST_IN_A_FILE)
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(_COLUMNS)
    for each in found.lines:
        at = each.measured_at.isoformat() if each.measured_at else ""
        read = (each.soh, each.soh_low, each.soh_high, each.method, each.source)
        writer.writerow([
            safe(each.serial), safe(each.model), each.state, safe(each.site_name or ""),
            *("" if value is None else safe(str(value)) for value in read), at,
            " ".join(each.needs), each.battery_id,
        ])  # fmt: skip
    response = HttpResponse(kept.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="batteries.csv"'
    return response


@require_POST
@signed_in
def place(request: DeskRequest) -> HttpResponseBase:
    """Put the chosen batteries, or all of the filter, to a site."""
    desk_, said = request.desk, request.POST
    try:
        chosen = _chosen(request)
        if not chosen:
            wrong = Wrong(_("No battery is chosen."), _("Tick the batteries to put there."))
            return shown(request, wrong, status=422)
        to = said.get("to", "")
        placed = siting.place(
            battery_ids=chosen,
            facility_id=identifiers([to])[0] if to else None,
            by=desk_.acting(),
            person_id=desk_.person_id,
            at=desk_.at,
        )
    except Refusal as refusal:
        return shown(request, wrong_of(refusal), status=answered(refusal))
    kept = _kept(_wanted(request)) | {"placed": str(placed)}
    return HttpResponseRedirect("/desk/fleet/?" + urlencode(kept))


def _chosen(request: DeskRequest) -> list[uuid.UUID]:
    """The batteries of a form, or all of its filter. Refuses TooManyAtOnce, and no part of them."""
    said = request.POST
    if not said.get("all"):
        return list(identifiers(said.getlist("battery")))
    whole = fleet.page(wanted=_wanted(request), at=request.desk.at, most=fleet.MOST_AT_ONCE)
    if whole.total > len(whole.lines):
        raise TooManyAtOnce(
            _("The filter has {total} batteries; at most {most} are put to a site at once.").format(
                total=whole.total, most=fleet.MOST_AT_ONCE
            ),
            remedy=_(
                "Narrow the filter, by state or the beginning of a serial, and do it in parts."
            ),
        )
    return [each.battery_id for each in whole.lines]


@require_POST
@signed_in
def add_site(request: DeskRequest) -> HttpResponseBase:
    """Add a place where the party keeps batteries."""
    said = request.POST
    country = said.get("country", "").strip().upper()
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        wrong = Wrong(_("The country is not two letters."), _("Write DE for Germany."), "country")
        return shown(request, wrong, status=422)
    try:
        made = party.add_facility(
            party=request.desk.acting(), name=said.get("name", "").strip(), country=country
        )
    except Refusal as refusal:
        return shown(request, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/fleet/?site={made.pk}#sites")


def shown(request: DeskRequest, *wrong: Wrong, status: int = 200) -> HttpResponse:
    """The page of a filter, with what was wrong with a form on it."""
    wanted, number = _wanted(request), _number(request.GET.get("page", ""))
    at = request.desk.at
    found = fleet.page(wanted=wanted, at=at, skip=(number - 1) * PAGE_SIZE)
    kept = _kept(wanted)
    return page(
        request,
        "desk/fleet.html",
        {
            "found": found,
            "asked": wanted,
            "needs": NEEDS,
            "states": STATES,
            "sorts": SORTS,
            "kept": urlencode(kept),
            "overview": glance(fleet.overview(party_id=request.desk.party.id, at=at)),
            "first": (number - 1) * PAGE_SIZE + 1,
            "last": (number - 1) * PAGE_SIZE + len(found.lines),
            "before": urlencode(kept | {"page": str(number - 1)}) if number > 1 else "",
            "more": urlencode(kept | {"page": str(number + 1)})
            if number * PAGE_SIZE < found.total
            else "",
            "placed": _number(request.GET.get("placed", "0"), least=0),
            "refusals": wrong,
        },
        status=status,
    )


def glance(found: Overview) -> dict[str, Any]:
    """The overview with the strips of its sites, all on one scale."""
    most = max((sum(band) for site in found.sites for band in site.bands), default=0)
    drawn = [
        (site, strips.strip(bands=site.bands, most=most, middle=site.middle))
        for site in found.sites
    ]
    return {
        "found": found,
        "sites": drawn,
        "needing": [(n, c) for n, c in found.needs.items() if c],
    }


def _wanted(request: HttpRequest) -> Filter:
    asked = request.GET
    state, need, sort = asked.get("state", ""), asked.get("need", ""), asked.get("sort", "")
    return Filter(
        site=asked.get("site", "")[:36],
        state=state if state in STATES else "",
        need=need if need in (*NEEDS, "ANY") else "",
        text=asked.get("q", "").strip()[:120].replace("\x00", ""),
        sort=sort if sort in SORTS else "serial",
    )


def _kept(wanted: Filter) -> dict[str, str]:
    said = {
        "site": wanted.site, "state": wanted.state, "need": wanted.need, "q": wanted.text,
        "sort": "" if wanted.sort == "serial" else wanted.sort,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _number(text: str, *, least: int = 1) -> int:
    return max(least, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else least
