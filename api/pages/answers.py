"""Reads what a person typed into a form: a value, or what is wrong with it and what to do."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from passport.proof.errors import ProofError
from passport.rules.decimals import NotADecimal, parse_decimal
from passport.rules.errors import NotFound, Refusal, Several

_POINTS: Final = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+")
_COMMAS: Final = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+")


@dataclass(frozen=True)
class Wrong:
    """One line of the error summary; `field` is the id of the input it leads to."""

    detail: str
    remedy: str = ""
    field: str = ""


def wrong_of(error: Refusal | ProofError) -> Wrong:
    """A refusal of the domain as a line of the error summary."""
    return Wrong(
        detail=_sentence(error.detail),
        remedy=_sentence(error.remedy),
        field=error.pointer.strip("/").replace("/", "-"),
    )


def wrongs_of(error: Refusal | ProofError) -> tuple[Wrong, ...]:
    """A refusal as lines of the error summary: one for each thing that is wrong."""
    each = error.each if isinstance(error, Several) else (error,)
    return tuple(wrong_of(one) for one in each)


def identifiers(texts: Iterable[str]) -> tuple[uuid.UUID, ...]:
    """Ids out of a form or an address, each once, in their order. Refuses NotFound."""
    try:
        return tuple(dict.fromkeys(uuid.UUID(text) for text in texts))
    except ValueError:
        raise NotFound("this address names nothing", remedy="go back and choose again") from None


def moment(text: str, *, at: datetime) -> datetime:
    """The moment a form was made, as it carries it; now when it cannot be read.

    A form that is sent twice says the same moment twice, so that it records one event.
    """
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return at
    return at if said.tzinfo is None else min(said, at)


def parted(text: str) -> bool:
    """Whether the mark in a number is the one that parts thousands where its reader comes from.

    1.200 is twelve hundred to whoever reads German, and 1,200 to whoever reads English: neither is
    guessed at.
    """
    german = (get_language() or "").startswith("de")
    return (_POINTS if german else _COMMAS).fullmatch(text.strip()) is not None


def unclear(*, text: str, field: str, name: str) -> Wrong:
    """A number that could be a thousand times another."""
    return Wrong(
        _("{name}: “{text}” can be read in two ways.").format(name=name, text=text[:40]),
        _("Write 1200 for twelve hundred, and 1.2 for a little more than one."),
        field,
    )


def quantity(text: str, *, field: str, name: str) -> Decimal | Wrong:
    """A positive number with a point or a comma; anything else says how to write it."""
    if parted(text):
        return unclear(text=text, field=field, name=name)
    try:
        value = parse_decimal(text.strip().replace(",", "."))
    except NotADecimal:
        return Wrong(
            _("{name}: “{text}” is no number.").format(name=name, text=text[:40]),
            _("Write it like 12.5."),
            field,
        )
    if value < 0:
        return Wrong(
            _("{name} cannot be {text}.").format(name=name, text=text[:40]),
            _("Write a number from 0 upwards."),
            field,
        )
    return value


def _sentence(text: str) -> str:
    text = text.strip()
    return text and text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
