"""Prints jobs: lays each kind of label out once, then draws label after label."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from api.labels import codes, lettering, pdf, png, svg, zpl
from api.labels.codes import Encoder
from api.labels.stock import Wish, others
from passport.queries.label import Item, Job, Kind
from passport.rules.identity import digital_link, display, parse
from passport.rules.label import Content, side_of
from passport.rules.label_layout import Layout, fit
from passport.rules.label_sheets import Sheet, places
from passport.rules.label_text import Words, code_lines, content_of, words_of

TITLE = "Labels"
# A lower margin that has room for a line to measure, and that printers reach.
_GAUGE_MM = 9.0
CSV_HEAD = ("link", "code", "serial", "gtin", "level", "model", "made")


@dataclass(frozen=True, slots=True)
class Label:
    """One label, ready to be drawn."""

    link: str
    content: Content
    layout: Layout


class Press:
    """A job and how it is printed. What does not fit is refused before the first label is drawn.

    Refuses DoesNotFit, LinkTooLong.
    """

    def __init__(self, *, job: Job, wish: Wish, host: str, dots: bool = False) -> None:
        self.job, self.wish, self.host = job, wish, host
        self.words = {key: words_of(make) for key, make in job.makes.items()}
        dot_mm = wish.dot_mm if dots else 0
        self.layouts = {kind: self._layout(kind, dot_mm) for kind in job.extents}

    @property
    def unknown(self) -> tuple[str, ...]:
        """Particulars that the registry does not know for some of these labels."""
        found = (name for words in self.words.values() for name in words.unknown)
        return tuple(dict.fromkeys(found))

    def label(self, item: Item) -> Label:
        """The label of a battery of the job."""
        identity = parse(item.identity)
        content = self._content(code_lines(identity), self.words[item.make])
        layout = self.layouts[item.make, len(content.code)]
        return Label(digital_link(identity, self.host), content, layout)

    def zpl(self, items: Iterable[Item]) -> bytes:
        """Some labels as the printer wants them."""
        correction, dpi = self.wish.correction, self.wish.dpi
        drawn = []
        for label in map(self.label, items):
            side = side_of(length=len(label.link), correction=correction)
            drawn.append(
                zpl.draw(
                    link=label.link, side=side, content=label.content, layout=label.layout,
                    correction=correction, dpi=dpi,
                )
            )  # fmt: skip
        return b"".join(drawn)

    def svg(self, item: Item, *, encoder: Encoder = codes.careful) -> bytes:
        """One label as a file."""
        label, rows = self._coded(item, encoder)
        return svg.draw(link=label.link, rows=rows, content=label.content, layout=label.layout)

    def preview(self, items: Iterable[Item]) -> bytes:
        """The first sheet as a drawing, or a label by itself."""
        sheet = self.wish.sheet
        if sheet is None:
            return b"".join(self.svg(item) for item in islice(items, 1))
        spots = places(self.wish.start, sheet=sheet)
        drawn = (
            (x, y, self._inner(item))
            for item, (page, x, y) in zip(items, spots, strict=False)
            if not page
        )
        frames = [sheet.corner(place) for place in range(sheet.places)]
        return svg.sheet(size=sheet.size_mm, stock=sheet.stock, frames=frames, labels=drawn)

    def png(self, item: Item) -> bytes:
        """One label as a file. Refuses NoSuchLetter."""
        label, rows = self._coded(item, codes.careful)
        return png.draw(rows=rows, content=label.content, layout=label.layout)

    def pdf(self, items: Iterable[Item], *, encoder: Encoder = codes.fast) -> Iterator[bytes]:
        """Labels as a file, page after page. Refuses NoSuchLetter."""
        sheet = self.wish.sheet
        pages = self._sheets(items, encoder, sheet) if sheet else self._single(items, encoder)
        return pdf.stream(pages, title=TITLE)

    def careful_pdf(self, item: Item) -> bytes:
        """One label as a file. Refuses NoSuchLetter."""
        return b"".join(self.pdf([item], encoder=codes.careful))

    def check_letters(self) -> None:
        """Refuse what a printed file has no letters for, before it begins. Refuses NoSuchLetter."""
        for layout in self.layouts.values():
            for piece in layout.pieces:
                lettering.printed(piece.text)

    def csv(self, items: Iterable[Item], *, head: bool) -> bytes:
        """What a laser marker engraves, a battery a row, every character as it is."""
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\r\n")
        if head:
            rows.writerow(CSV_HEAD)
        for item in items:
            rows.writerow(self._row(item))
        return out.getvalue().encode()

    def links(self, items: Iterable[Item]) -> bytes:
        """The content of each code, one a line."""
        found = (digital_link(parse(item.identity), self.host) for item in items)
        return "".join(f"{link}\n" for link in found).encode()

    def _layout(self, kind: Kind, dot_mm: float) -> Layout:
        make, _ = kind
        extent = self.job.extents[kind]
        return fit(
            content=self._content(extent.lines, self.words[make]),
            length=extent.length,
            correction=self.wish.correction,
            stock=self.wish.stock,
            others=others(),
            measure=lettering.width,
            dot_mm=dot_mm,
        )

    def _content(self, code: tuple[str, ...], words: Words) -> Content:
        return content_of(code=code, host=self.host, contents=self.wish.contents, words=words)

    def _row(self, item: Item) -> tuple[str, ...]:
        identity, make = parse(item.identity), self.job.makes[item.make]
        return (
            digital_link(identity, self.host), display(identity), identity.serial, identity.gtin,
            item.level, make.model_code, f"{make.made_on:%Y-%m}" if make.made_on else "",
        )  # fmt: skip

    def _sheets(
        self, items: Iterable[Item], encoder: Encoder, sheet: Sheet
    ) -> Iterator[tuple[tuple[float, float], bytes]]:
        here, drawn = 0, self._margin(sheet)
        for item, (page, x, y) in zip(items, places(self.wish.start, sheet=sheet), strict=False):
            if page != here:
                yield sheet.size_mm, drawn
                here, drawn = page, self._margin(sheet)
            drawn += pdf.at(x, y, self._drawn(item, encoder))
        yield sheet.size_mm, drawn

    def _margin(self, sheet: Sheet) -> bytes:
        """What stands between the labels: lines to cut along, and a line to measure."""
        width, height = sheet.size_mm
        _, y = sheet.corner(sheet.places - 1)
        drawn = b""
        if sheet.plain:
            for place in range(sheet.places):
                drawn += pdf.frame(
                    *sheet.corner(place), sheet.stock.width_mm, sheet.stock.height_mm
                )
        if height - y - sheet.stock.height_mm >= _GAUGE_MM:
            drawn += pdf.gauge(width / 2 - 50, height - 5)
        return drawn

    def _single(
        self, items: Iterable[Item], encoder: Encoder
    ) -> Iterator[tuple[tuple[float, float], bytes]]:
        size = self.wish.stock.width_mm, self.wish.stock.height_mm
        for item in items:
            yield size, self._drawn(item, encoder)

    def _coded(self, item: Item, encoder: Encoder) -> tuple[Label, codes.Rows]:
        label = self.label(item)
        return label, encoder(label.link, self.wish.correction)

    def _inner(self, item: Item) -> str:
        label, rows = self._coded(item, codes.fast)
        return svg.inner(rows=rows, content=label.content, layout=label.layout)

    def _drawn(self, item: Item, encoder: Encoder) -> bytes:
        label, rows = self._coded(item, encoder)
        return pdf.inner(rows=rows, content=label.content, layout=label.layout)
