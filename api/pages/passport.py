"""The page behind the QR code, its label, and what is left of it after recycling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from api.http import scanning
from api.http.onwards import onwards
from api.pages import label
from api.pages.signed_in import seat_of
from passport.queries import alias, passport
from passport.queries.passport import PublicRecord
from passport.queries.public_points import Point
from passport.rules.errors import NotFound
from passport.rules.identity import CANONICAL_STEM, Identity, of_serial
from recycling.queries import certificate

# Direct voltage above this is dangerous to touch. [UN R100: 60 V]
_TOUCH_LIMIT_V = Decimal(60)
# Data point 43: waste prevention and management, Art. 74(1) of Regulation (EU) 2023/1542.
_RETURN = 43
_STANDINGS = ("known", "missing", "not_yet", "not_applicable")


@dataclass(frozen=True)
class Group:
    """Data points that belong together, and how many of them are known."""

    name: str
    points: tuple[Point, ...]
    known: int


@require_safe
def show(request: HttpRequest, gtin: str, serial: str) -> HttpResponse:
    """Show the public passport of a battery; 410 and a tombstone once it has been recycled."""
    name = of_serial(gtin=gtin, serial=serial)
    path = name.canonical.removeprefix(CANONICAL_STEM)
    scanning.read(request, identity=name.canonical, kind=scanning.PAGE)
    try:
        record = _record(request, name)
    except NotFound:
        return onwards(request, alias.public_identity(text=name.canonical))
    if record.answers_as != name.canonical:
        return onwards(request, record.answers_as)
    if record.state == "RECYCLED":
        return _asked_again(request, _tombstone(request, record))
    if request.user.is_authenticated:
        # It names its reader and holds its token: no tag, so that nobody is ever told "unchanged".
        return _asked_again(request, render(request, "passport.html", _context(record, path)))
    tag = f'"{record.etag.strip(chr(34))}-{settings.PASSPORT_REVISION}-{get_language()}"'
    if request.headers.get("If-None-Match") == tag:
        return _tagged(request, HttpResponseNotModified(), tag)
    return _tagged(request, render(request, "passport.html", _context(record, path)), tag)


@require_safe
def label_svg(request: HttpRequest, gtin: str, serial: str) -> HttpResponse:
    """Draw the label in vectors; `?module_mm=` sets the size of a module."""
    drawn = label.svg(_label(request, gtin, serial))
    return _file(drawn, "image/svg+xml", f"{gtin}-{serial}.svg")


@require_safe
def label_png(request: HttpRequest, gtin: str, serial: str) -> HttpResponse:
    """Draw the label in dots; `?module_mm=` sets the size of a module."""
    drawn = label.png(_label(request, gtin, serial))
    return _file(drawn, "image/png", f"{gtin}-{serial}.png")


def _tombstone(request: HttpRequest, record: PublicRecord) -> HttpResponse:
    """What is left, and for whom it concerned, where its certificate of recycling is read."""
    found = None
    if seat_of(request) is not None:
        found = certificate.of_battery(battery_id=record.battery_id)
    return render(request, "gone.html", {"record": record, "certificate": found}, status=410)


def _record(request: HttpRequest, name: Identity) -> PublicRecord:
    at: datetime = request.at  # type: ignore[attr-defined]
    return passport.public_record(identity=name.canonical, on=at.date())


def _label(request: HttpRequest, gtin: str, serial: str) -> label.Label:
    name = of_serial(gtin=gtin, serial=serial)
    _record(request, name)
    asked = request.GET.get("module_mm", str(label.USUAL_MM))
    try:
        module_mm = Decimal(asked)
    except InvalidOperation:
        raise label.WrongModule(
            f'"{asked[:20]}" is no number', pointer="/module_mm", remedy="write it like 0.5"
        ) from None
    return label.make(identity=name, host=settings.PASSPORT_PUBLIC_URL, module_mm=module_mm)


def _context(record: PublicRecord, path: str) -> dict[str, Any]:
    standings = [point.standing for point in record.points]
    values = {point.number: point.value for point in record.points}
    return {
        "record": record,
        "path": path,
        "groups": groups_of(record.points),
        "counts": {each: standings.count(each) for each in _STANDINGS},
        "high_voltage": record.maximum_voltage_v > _TOUCH_LIMIT_V,
        "return_information": values.get(_RETURN),
    }


def groups_of(points: Iterable[Point]) -> tuple[Group, ...]:
    """Points under their headings, in order."""
    by_name: dict[str, list[Point]] = {}
    for point in points:
        by_name.setdefault(point.group, []).append(point)
    return tuple(
        Group(name, tuple(found), sum(point.standing == "known" for point in found))
        for name, found in by_name.items()
    )


def _tagged(request: HttpRequest, response: HttpResponse, tag: str) -> HttpResponse:
    response["ETag"] = tag
    return _asked_again(request, response)


def _asked_again(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Have a cache ask before it shows the page again; that of a person, kept by its own alone."""
    own = {"private": True} if request.user.is_authenticated else {}
    patch_cache_control(response, no_cache=True, **own)
    return response


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    safe = "".join(each if each.isalnum() or each in "-." else "_" for each in name)
    response["Content-Disposition"] = f'inline; filename="{safe}"'
    patch_cache_control(response, public=True, max_age=3600)
    return response
