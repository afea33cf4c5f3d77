"""Words and quantities as the pages write them: with unit, time and method, never blank."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from api.pages import drawings

register = Library()

UNKNOWN = format_html('<span class="unknown">{}</span>', "not known")
# Shape, word, tone. The shape alone carries the meaning when colour is lost.
STATES = {
    "REGISTERED": ("○", "registered", "quietly"),
    "IN_SERVICE": ("●", "in service", ""),
    "RETIRED": ("▲", "retired", "attention"),
    "RECYCLED": ("■", "recycled", "quietly"),
    "OFFERED": ("○", "waiting for an answer", "attention"),
    "PROPOSED": ("○", "waiting for an answer", "attention"),
    "ACCEPTED": ("●", "accepted", "proven"),
    "REFUSED": ("■", "refused", "refused"),
    "DECLINED": ("■", "declined", "refused"),
    "WITHDRAWN": ("□", "withdrawn", "quietly"),
    "EXPIRED": ("□", "expired", "quietly"),
    "RECEIVED": ("○", "received", ""),
    "READY": ("○", "waiting for a worker", "quietly"),
    "REQUESTED": ("○", "waiting for a worker", "quietly"),
    "RUNNING": ("◐", "running", ""),
    "SOLVING": ("◐", "running", ""),
    "DONE": ("●", "done", "proven"),
    "FAILED": ("■", "failed", "refused"),
    "RESTING": ("■", "stopped after five failures", "refused"),
    "ORIGINAL": ("●", "original", ""),
    "REPURPOSED": ("●", "repurposed", ""),
    "REUSED": ("●", "re-used", ""),
    "REMANUFACTURED": ("●", "remanufactured", ""),
    "WASTE": ("▲", "waste", "attention"),
}
ROUTES = {
    "REUSE": "use again",
    "REPURPOSE": "second life",
    "REMANUFACTURE": "remanufacture",
    "RECYCLE": "recycle",
    "HOLD": "hold",
    "TEST": "test first",
    "QUARANTINE": "quarantine",
    "A": "fit to offer",
    "T": "test first",
    "R": "recycle only",
    "Q": "quarantine",
}
METHODS = {
    "TESTED": "tested",
    "CHARGE_BASED": "from charging",
    "BMS_REPORTED": "reported by the BMS",
    "DECLARED": "declared",
}
CATEGORIES = {
    "EV": "electric vehicle battery",
    "LMT": "light transport battery",
    "INDUSTRIAL": "industrial battery",
    "STATIONARY": "stationary storage battery",
}
CURRENCIES = {"EUR": "€", "USD": "$", "GBP": "£"}


@register.filter
def known(value: object) -> object:
    """Write "not known" where nothing is known; a zero stays a zero."""
    return UNKNOWN if value is None or value == "" else value


@register.filter
def number(value: Decimal | int | str | None, places: str = "") -> object:
    """Write a number with thousands apart, without idle zeros, in figures of one width."""
    if value is None or value == "":
        return UNKNOWN
    quantity = Decimal(value)
    text = f"{quantity:,.{int(places)}f}" if places else f"{quantity.normalize():,f}"
    return format_html('<span class="number">{}</span>', text.replace("-", "−"))


@register.filter
def unit(value: Decimal | int | None, name: str) -> object:
    """Write a quantity together with its unit."""
    if value is None or value == "":
        return UNKNOWN
    return format_html('{} <span class="unit">{}</span>', number(value), name)


@register.filter
def money(cents: int | None, currency: str = "EUR") -> object:
    """Write integer cents as money; a fee to be paid carries a minus sign."""
    if cents is None:
        return UNKNOWN
    sign = "−" if cents < 0 else ""
    text = f"{sign}{CURRENCIES.get(currency, currency + ' ')}{abs(cents) / Decimal(100):,.2f}"
    return format_html('<span class="number nowrap">{}</span>', text)


@register.filter
def percent(value: Decimal | None, places: int = 1) -> object:
    """Write a fraction as a percentage."""
    if value is None:
        return UNKNOWN
    return format_html('<span class="number">{} %</span>', f"{value * 100:.{places}f}")


@register.filter
def day(value: date | datetime | None) -> object:
    """Write a date; the exact value stays in the markup."""
    if value is None:
        return UNKNOWN
    return format_html(
        '<time datetime="{}" class="nowrap">{}</time>',
        value.isoformat(),
        f"{value.day} {value:%b %Y}",
    )


@register.filter
def moment(value: datetime | None) -> object:
    """Write a moment in UTC; passport.js turns it into the reader's zone."""
    if value is None:
        return UNKNOWN
    at = value.astimezone(UTC)
    return format_html(
        '<time datetime="{}" title="{}" data-moment class="nowrap">{}</time>',
        at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        at.isoformat().replace("+00:00", "Z"),
        f"{at.day} {at:%b %Y %H:%M} UTC",
    )


@register.filter
def state(value: Any) -> SafeString:
    """Write a state as a shape and a word."""
    name = _name(value)
    glyph, word, tone = STATES.get(name, ("○", name.replace("_", " ").lower(), ""))
    return format_html(
        '<span class="status {}"><span class="glyph" aria-hidden="true">{}</span>{}</span>',
        tone,
        glyph,
        word,
    )


@register.inclusion_tag("parts/soh.html")
def soh(reading: Any, drawn: bool = True) -> dict[str, Any]:
    """Write a state of health: value, interval, method, day; with its gauge unless told not to."""
    if reading is None:
        return {"reading": None}
    scale = drawings.gauge(low=reading.low, middle=reading.value, high=reading.high)
    return {"reading": reading, "gauge": scale if drawn else None}


@register.filter
def route(value: Any) -> str:
    """Say where a battery goes, in words."""
    return ROUTES.get(_name(value), _name(value).replace("_", " ").lower())


@register.filter
def method(value: Any) -> str:
    """Say how a reading was taken."""
    return METHODS.get(_name(value), _name(value).replace("_", " ").lower())


@register.filter
def category(value: Any) -> str:
    """Say which class of the Regulation a battery belongs to."""
    return CATEGORIES.get(_name(value), _name(value).replace("_", " ").lower())


@register.filter
def words(value: Any) -> str:
    """Turn a code such as HANDED_OVER into words."""
    return _name(value).replace("_", " ").replace("-", " ").lower()


@register.filter
def short(digest: str | None) -> SafeString:
    """Write the first characters of a digest; the whole stays within reach."""
    text = str(digest or "")
    return format_html('<code title="{}">{}…</code>', text, text[:12])


@register.filter
def of(part: Decimal | int, whole: Decimal | int) -> int:
    """Give a part in whole percent of something, for a drawing; never outside 0 to 100."""
    return max(0, min(100, round(100 * part / whole))) if part and whole and whole > 0 else 0


def _name(value: Any) -> str:
    return str(getattr(value, "value", value) or "").upper().replace("-", "_")
