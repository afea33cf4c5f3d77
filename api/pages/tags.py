"""Words and quantities as the pages write them: with unit, time and method, never blank."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.template import Library
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from api.pages import drawings
from api.pages import words as words_
from api.pages.figures import day_text, figures

register = Library()

UNKNOWN: Any = lazy(
    lambda: format_html('<span class="unknown">{}</span>', _("not known")), SafeString
)()


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
    return format_html('<span class="number">{}</span>', figures(text).replace("-", "−"))


@register.filter
def item(values: Any, name: str) -> object:
    """What a form carried under a name that the template does not know beforehand."""
    return values.get(name, "")


@register.filter
def bounded(count: Any) -> object:
    """Write a count that was ended at some number: so many, or more than so many."""
    written = number(count.n)
    return format_html(_("more than {}"), written) if count.more else written


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
    amount = figures(f"{abs(cents) / Decimal(100):,.2f}")
    text = f"{sign}{words_.CURRENCIES.get(currency, currency + ' ')}{amount}"
    return format_html('<span class="number nowrap">{}</span>', text)


@register.filter
def plain_money(cents: int) -> str:
    """Write cents as a form takes them."""
    return f"{Decimal(cents) / 100:.2f}"


@register.filter
def alarm(kind: str) -> str:
    """What looks wrong, in a few words."""
    return str(words_.ALARMS[kind])


@register.filter
def percent(value: Decimal | None, places: int = 1) -> object:
    """Write a fraction as a percentage."""
    if value is None:
        return UNKNOWN
    return format_html('<span class="number">{} %</span>', figures(f"{value * 100:.{places}f}"))


@register.filter
def day(value: date | datetime | None) -> object:
    """Write a date; the exact value stays in the markup."""
    if value is None:
        return UNKNOWN
    return format_html(
        '<time datetime="{}" class="nowrap">{}</time>',
        value.isoformat(),
        day_text(value),
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
        f"{day_text(at)} {at:%H:%M} UTC",
    )


@register.filter
def moment_text(value: str) -> object:
    """A moment that is kept as text, as moment() writes it."""
    return moment(datetime.fromisoformat(value))


@register.filter
def state(value: Any) -> SafeString:
    """Write a state as a shape and a word."""
    name = _name(value)
    glyph, word, tone = words_.STATES.get(name, ("○", name.replace("_", " ").lower(), ""))
    return format_html(
        '<span class="status {}"><span class="glyph" aria-hidden="true">{}</span>{}</span>',
        tone,
        glyph,
        word,
    )


@register.filter
def sentence(text: str) -> str:
    """Write what a rule says as a sentence: with a capital and a full stop."""
    text = text.strip()
    return text and text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


@register.filter
def duration(seconds: int | None) -> str:
    """Write how long something takes, in the two largest units."""
    if seconds is None:
        return _("not known")
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@register.filter
def key_reason(value: str) -> str:
    """Say why a key was withdrawn."""
    return str(words_.KEY_REASONS.get(value, value))


@register.filter
def fragment(method: str) -> str:
    """Write the short name of a key: what stands behind the # of its method."""
    return method.partition("#")[2]


@register.filter
def digest(value: bytes) -> str:
    """Write a digest as /log/proof takes it."""
    return value.hex()


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
    return str(words_.ROUTES.get(_name(value), _name(value).replace("_", " ").lower()))


@register.filter
def condition(value: Any) -> str:
    """Say in which condition batteries travel."""
    return str(words_.CONDITIONS.get(_name(value), (_name(value).lower(),))[0])


@register.filter
def method(value: Any) -> str:
    """Say how a reading was taken."""
    return str(words_.METHODS.get(_name(value), _name(value).replace("_", " ").lower()))


@register.filter
def category(value: Any) -> str:
    """Say which class of the Regulation a battery belongs to."""
    return str(words_.CATEGORIES.get(_name(value), _name(value).replace("_", " ").lower()))


@register.filter
def words(value: Any) -> str:
    """Turn a code such as HANDED_OVER into words."""
    name = _name(value)
    return str(words_.CODES.get(name, name.replace("_", " ").lower()))


@register.filter
def fleet_need(value: str) -> str:
    """Say what batteries need, as a line of what waits."""
    return str(words_.FLEET_NEEDS[value])


@register.filter
def fleet_short(value: str) -> str:
    """Say what a battery needs, in two words."""
    return str(words_.FLEET_SHORT[value])


@register.filter
def fleet_order(value: str) -> str:
    """Say in which order batteries stand."""
    return str(words_.FLEET_ORDERS[value])


@register.filter
def soh_text(value: Decimal) -> str:
    """Write a state of health in whole hundredths."""
    return f"{value:.2f}"


@register.filter
def happened(value: Any) -> str:
    """Say what happened, as the heading of a line."""
    return str(words_.EVENTS.get(_name(value), _name(value).replace("_", " ").capitalize()))


@register.filter
def why_wrong(value: Any) -> str:
    """Say why an entry no longer counts."""
    return str(words_.WRONG.get(_name(value), ""))


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


@register.filter
def kind(value: Any) -> str:
    """Say what was signed."""
    return str(words_.KINDS.get(str(value), str(value)))


@register.filter
def readers(value: Any) -> str:
    """Say for whom a claim is."""
    return str(words_.READERS.get(str(value), str(value)))


@register.filter
def verdict(value: Any) -> SafeString:
    """Write the verdict on a signature as a shape and words."""
    glyph, said, tone = words_.VERDICTS.get(str(value), words_.VERDICTS[""])
    return format_html(
        '<span class="status {}"><span class="glyph" aria-hidden="true">{}</span>{}</span>',
        tone,
        glyph,
        said,
    )


@register.filter
def vouched(value: Any) -> str:
    """Say who vouches for a key."""
    return str(words_.VOUCHED.get(_name(value), ""))


@register.filter
def why_retired(value: Any) -> str:
    """Say why a battery was retired."""
    return str(words_.REASONS.get(_name(value), _name(value).replace("_", " ").lower()))


@register.filter
def quantity_named(value: Any) -> str:
    """Say what a gate or an inspection reads, with its unit."""
    return str(words_.READINGS.get(str(value), str(value).replace("_", " ")))


@register.filter
def material(value: Any) -> str:
    """Write a material; the symbols of elements keep their capitals."""
    return str(words_.MATERIALS.get(str(value), str(value).replace("_", " ")))


@register.filter
def answer(value: Any) -> object:
    """Write a reading or a limit of a gate: yes and no, numbers without idle zeros, words."""
    text = str(value)
    if value is None or not text:
        return UNKNOWN
    if text in words_.ANSWERS:
        return str(words_.ANSWERS[text])
    try:
        return number(Decimal(text))
    except InvalidOperation:
        return text.replace("_", " ").lower() if text.isupper() and len(text) > 4 else text
