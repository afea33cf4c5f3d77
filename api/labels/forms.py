"""The forms in which labels are handed out, and how a whole job of one is streamed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from api.labels.press import Press
from passport.queries.label import Item

# Reads some batteries of a job, in their order; each call is a transaction of its own.
Fetch: TypeAlias = Callable[[Sequence[uuid.UUID]], list[Item]]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file; `most` labels are in one of them, `dots` says whether a printer draws it."""

    name: str
    media_type: str
    most: int = 1
    dots: bool = False


SVG: Final = Form("svg", "image/svg+xml")
PNG: Final = Form("png", "image/png")
# A sheet is drawn here, a code at a time; the others only say what is to be drawn.
PDF: Final = Form("pdf", "application/pdf", most=2_000)
ZPL: Final = Form("zpl", "application/zpl", most=50_000, dots=True)
CSV: Final = Form("csv", "text/csv; charset=utf-8", most=50_000)
TXT: Final = Form("txt", "text/plain; charset=utf-8", most=50_000)


def single(press: Press, form: Form, item: Item) -> bytes:
    """One label as a file. Refuses NoSuchLetter."""
    drawn: dict[str, Callable[[Item], bytes]] = {
        SVG.name: press.svg,
        PNG.name: press.png,
        ZPL.name: lambda each: press.zpl([each]),
        PDF.name: press.careful_pdf,
    }
    return drawn[form.name](item)


def stream(press: Press, form: Form, fetch: Fetch) -> Iterator[bytes]:
    """A whole job, some labels at a time. Refuses NoSuchLetter before the first of them."""
    if form is PDF:
        press.check_letters()
        return press.pdf(_one_by_one(press, fetch))
    return _in_parts(press, form, fetch)


def _in_parts(press: Press, form: Form, fetch: Fetch) -> Iterator[bytes]:
    for number, items in enumerate(_some(press, fetch)):
        if form is ZPL:
            yield press.zpl(items)
        elif form is CSV:
            yield press.csv(items, head=not number)
        else:
            yield press.links(items)


def _one_by_one(press: Press, fetch: Fetch) -> Iterator[Item]:
    for items in _some(press, fetch):
        yield from items


def _some(press: Press, fetch: Fetch) -> Iterator[list[Item]]:
    ids = press.job.ids
    for start in range(0, len(ids), _AT_ONCE):
        yield fetch(ids[start : start + _AT_ONCE])
