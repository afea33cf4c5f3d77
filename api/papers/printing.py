"""The paper of an evidence file as PDF: the same sections, on pages that are numbered."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from api.papers.project import Paper, Section

# The fonts that every reader of PDF has know these letters; others are written by their codes.
_PRINTED: Final = "cp1252"
_INK: Final = colors.HexColor("#1b2a2f")
_QUIET: Final = colors.HexColor("#5b6b70")
_LINE: Final = colors.HexColor("#c9d2d4")
_MARGIN: Final = 16 * mm
# What a frame of a page keeps free inside itself, in points.
_PADDING: Final = 6
_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=8, leading=10, textColor=_INK)
_HEAD = ParagraphStyle("head", parent=_BODY, fontName="Helvetica-Bold", textColor=_QUIET)
_NOTE = ParagraphStyle("note", parent=_BODY, textColor=_QUIET, spaceBefore=4)
_TITLE = ParagraphStyle("title", parent=_BODY, fontName="Helvetica-Bold", fontSize=18, leading=22)
_SECTION = ParagraphStyle(
    "section", parent=_BODY, fontName="Helvetica-Bold", fontSize=11, leading=14, spaceBefore=12,
    spaceAfter=4, keepWithNext=1,
)  # fmt: skip
_LEAD = ParagraphStyle("lead", parent=_BODY, fontSize=12, leading=16, spaceAfter=4)
_GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
)


def printed(paper: Paper, *, digest: str) -> bytes:
    """The PDF of a paper; each page names the manifest that it is drawn from."""
    made = BytesIO()
    page = landscape(A4)
    document = SimpleDocTemplate(
        made, pagesize=page, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, title=paper.title, lang="en", invariant=1,
    )  # fmt: skip
    width = page[0] - 2 * _MARGIN - 2 * _PADDING
    story: list[Any] = [
        Paragraph(_safe(paper.title), _TITLE),
        Paragraph(_safe(paper.verdict), _LEAD),
    ]
    for section in paper.sections:
        story += _section(section, width)

    def foot(canvas: Any, _document: Any) -> None:
        canvas.setFont("Helvetica", 7)
        canvas.setFillColor(_QUIET)
        told = {"digest": digest, "page": canvas.getPageNumber()}
        words = _("Drawn from the archive with manifest %(digest)s, page %(page)s") % told
        canvas.drawString(_MARGIN + _PADDING, 8 * mm, words)

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return made.getvalue()


def _section(section: Section, width: float) -> list[Any]:
    story: list[Any] = [Paragraph(_safe(section.title), _SECTION)]
    if section.facts:
        rows = [[_cell(name, _HEAD), _cell(said, _BODY)] for name, said in section.facts]
        story.append(Table(rows, colWidths=[width * 0.28, width * 0.72], style=_GRID))
    if section.rows:
        head = [_cell(each, _HEAD) for each in section.head]
        rows = [head, *([_cell(each, _BODY) for each in row] for row in section.rows)]
        story.append(Table(rows, colWidths=_widths(section, width), style=_GRID, repeatRows=1))
    if section.note:
        story.append(Paragraph(_safe(section.note), _NOTE))
    story.append(Spacer(1, 2))
    return story


def _widths(section: Section, width: float) -> list[float]:
    """Columns by how much they hold, none so narrow that a word would not fit."""
    some = [section.head, *section.rows[:50]]
    wants = [max(8, min(60, max(len(row[at]) for row in some))) for at in range(len(section.head))]
    return [width * each / sum(wants) for each in wants]


def _cell(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(_safe(text), style)


def _safe(text: str) -> str:
    known = text.encode(_PRINTED, "backslashreplace").decode(_PRINTED)
    return escape(known)
