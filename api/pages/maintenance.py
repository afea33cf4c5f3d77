"""What is due in a keeper's fleet: by site at a glance, then battery by battery, and as a file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from api.pages import strips
from api.pages.cells import safe
from api.pages.health_words import why
from api.pages.signed_in import DeskRequest, page, signed_in
from passport.queries import fleet
from passport.queries.fleet import Overview
from recycling.queries import maintenance
from recycling.queries.maintenance import Line, Upkeep

MOST_SHOWN = 300
# Days from today up to which a column of the portfolio counts.
TERMS = (0, 30, 90, 365)
_COLUMNS = (
    "due_on", "site", "unit", "battery", "level", "position", "model", "trigger", "value", "limit",
    "drifting", "id",
)  # fmt: skip


@dataclass(frozen=True)
class Due:
    """One line of the list in words; `now` says that its limit is passed."""

    line: Line
    why: str
    now: bool


@dataclass(frozen=True)
class Holding:
    """One site of the portfolio, with what is due there by each term."""

    site: fleet.Site
    due: tuple[int, ...]


@require_safe
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """Show what is due within a year, the soonest first, and how many of it at each site."""
    desk_, today = request.desk, request.desk.at.date()
    wanted = request.GET.get("site", "")[:36]
    found = maintenance.upkeep(by=desk_.acting(), on=today, site=wanted)
    seen = fleet.overview(party_id=desk_.party.id, at=desk_.at)
    context = {
        "found": found,
        "lines": [_due(each, today) for each in found.lines[:MOST_SHOWN]],
        "left_out": max(0, len(found.lines) - MOST_SHOWN),
        "asked": wanted,
        "overview": seen,
        "holdings": _holdings(seen, found, today),
        "terms": TERMS,
        "spread": _spread(seen),
    }
    return page(request, "desk/maintenance.html", context)


@require_safe
@signed_in
def table(request: DeskRequest) -> HttpResponseBase:
    """The whole list as a file."""
    desk_ = request.desk
    wanted = request.GET.get("site", "")[:36]
    found = maintenance.upkeep(by=desk_.acting(), on=desk_.at.date(), site=wanted)
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(_COLUMNS)
    for each in found.lines:
        task = each.task
        writer.writerow([
            task.due_on.isoformat(), safe(each.site.name), safe(each.unit_serial),
            safe(each.serial), each.level, safe(each.position), safe(each.model), task.trigger,
            "" if task.value is None else task.value, "" if task.limit is None else task.limit,
            "yes" if task.drifting else "no", each.battery_id,
        ])  # fmt: skip
    response = HttpResponse(kept.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="maintenance.csv"'
    return response


def _due(line: Line, today: date) -> Due:
    return Due(line=line, why=why(line.task), now=line.task.due_on <= today)


def _holdings(seen: Overview, found: Upkeep, today: date) -> list[Holding]:
    counts: Counter[tuple[Any, int]] = Counter()
    for each in found.lines:
        for term in TERMS:
            counts[each.site.id, term] += each.task.due_on <= today + timedelta(days=term)
    return [
        Holding(site=site, due=tuple(counts[site.id, term] for term in TERMS))
        for site in seen.sites
        if site.count
    ]


def _spread(seen: Overview) -> strips.Strip | None:
    """The whole fleet by five points of health; None where nothing was read."""
    bands = [
        (sum(each[0] for each in band), sum(each[1] for each in band))
        for band in zip(*(site.bands for site in seen.sites), strict=True)
    ]
    most = max((sum(band) for band in bands), default=0)
    return strips.strip(bands=bands, most=most, middle=None) if most else None
