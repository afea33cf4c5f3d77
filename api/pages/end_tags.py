"""Words of the end of life as the pages write them: gates, tests, and how a battery travels."""

from __future__ import annotations

from typing import Any

from django.template import Library

from api.pages import gate_words
from passport.rules import identity as identities

register = Library()


@register.filter
def transport_case(value: Any) -> str:
    """Say in which case a battery travels."""
    return str(gate_words.CASES.get(str(value), value))


@register.filter
def gate(value: Any) -> str:
    """Name what a gate looks at."""
    return str(gate_words.GATES.get(str(value), value))


@register.filter
def gate_route(value: Any) -> str:
    """Say where a gate sends a battery."""
    return str(gate_words.ROUTES.get(str(value), ("", value))[1])


@register.filter
def gate_shape(value: Any) -> str:
    """The shape that stands for a route, which carries its meaning when colour is lost."""
    return gate_words.ROUTES.get(str(value), ("", ""))[0]


@register.filter
def gate_verdict(value: Any) -> str:
    """Say what a gate said."""
    return str(gate_words.VERDICTS.get(str(value), value))


@register.filter
def test_item(value: Any) -> str:
    """Name an item of a test campaign."""
    return str(gate_words.ITEMS.get(str(value), value))


@register.filter
def measure(value: Any) -> str:
    """Name what a test measures, with its unit."""
    return str(gate_words.MEASURES.get(str(value), value))


@register.filter
def check_reason(value: Any) -> str:
    """Say why the gates were asked."""
    return str(gate_words.REASONS.get(str(value), value))


@register.filter(name="hex")
def hexadecimal(value: Any) -> str:
    """Write a digest."""
    return bytes(value).hex()


@register.filter
def here(value: str) -> str:
    """The path at which this service answers for an identity."""
    return identities.path_here(identities.parse(value))
