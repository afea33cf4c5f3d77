"""The evidence file of a project as a person reads it: sections of facts and tables, in words.

The page and the printed file show the same paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from api.papers.words import word
from passport.queries.sourcing_report import Report, cost_of
from passport.rules.sourcing_case import Line

MOST_ROWS = 500
Row = Sequence[str]


@dataclass(frozen=True)
class Section:
    """A heading with facts or a table below it; `note` says what is left out, or what to do."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    head: Row = ()
    rows: Sequence[Row] = ()
    note: str = ""


@dataclass(frozen=True)
class Paper:
    """All of it, and the one sentence that it comes to."""

    title: str
    verdict: str
    passes: bool
    sections: Sequence[Section]


def paper_of(report: Report) -> Paper:
    """The paper of a file."""
    parts: tuple[Callable[[Report], Section | None], ...] = (
        *(_ratio, _project, _findings, _not_read, _lines, _makers, _certificates, _serials),
        *(_flags, _steps, _file),
    )
    found = (each(report) for each in parts)
    return Paper(
        title=report.case.project.name,
        verdict=_verdict(report),
        passes=report.result["verdict"] == "SUPPORTED",
        sections=[each for each in found if each is not None],
    )


def _verdict(report: Report) -> str:
    rules = {"rules": report.manifest.rule_set}
    return {
        "SUPPORTED": _("Supported by this file under rule set %(rules)s.") % rules,
        "NOT_SUPPORTED": _("Not supported by this file under rule set %(rules)s.") % rules,
        "NOT_APPLICABLE": _("No threshold applies under rule set %(rules)s.") % rules,
        "NO_THRESHOLD": _("Rule set %(rules)s has no threshold for it.") % rules,
    }[report.result["verdict"]]


def _ratio(report: Report) -> Section:
    held = report.result["threshold"]
    facts = [(_("As of"), report.manifest.as_of)]
    if held["percent"] is not None:
        facts.append((_("Threshold"), f"{held['percent']} % ({held['pin']}, {held['year']})"))
    for reading, told in report.figures:
        name = word(reading)
        facts += [
            (_("Supported ratio, %(reading)s reading") % {"reading": name},
             f"{told['supported_shown']} % = {_exact(told['supported'])}"),
            (_("Potential ratio, %(reading)s reading") % {"reading": name},
             f"{told['potential_shown']} % = {_exact(told['potential'])}"),
            (_("Total and prohibited costs, %(reading)s reading") % {"reading": name},
             f"{_exact(told['total'])}; {_exact(told['prohibited'])}"),
        ]  # fmt: skip
    facts += [(_("Because"), word(each)) for each in report.result["reasons"]]
    facts += [(_("Notice"), each["says"]) for each in report.result["warnings"]]
    return Section(_("What comes of it"), facts=facts)


def _project(report: Report) -> Section:
    terms = report.case.project
    facts = [
        (_("Taxpayer"), report.named(terms.owner)),
        (_("Tax id"), terms.owner_tax_id),
        (_("Site"), terms.site),
        (_("Credit"), word(terms.credit)),
        (_("Method"), word(terms.method)),
        (_("Construction began"), f"{terms.begins_on or '–'} {word(terms.begins_by)}".strip()),
        (_("Placed in service"), str(terms.placed_on or "–")),
        (_("Nameplate"), f"{_number(terms.nameplate_kwh)} kWh, {_number(terms.nameplate_kw)} kW"),
        (_("Elections"), ", ".join(map(word, terms.elections)) or "–"),
    ]
    return Section(_("The project"), facts=facts)


def _findings(report: Report) -> Section | None:
    found = report.result["findings"]
    rows = [
        (word(each["kind"]), _about(report, each["about"]), each["moves"],
         _("yes") if each["would_pass"] else _("no"), str(each["lines_in_all"]))
        for each in found[:MOST_ROWS]
    ]  # fmt: skip
    if not rows:
        return None
    head = (_("What is open"), _("About"), _("Moves the ratio by"), _("Would decide"), _("Lines"))
    return Section(_("Open items, by their effect"), head=head, rows=rows, note=_rest(found))


def _not_read(report: Report) -> Section | None:
    rows = [(e["id"], e["pin"], e["says"]) for e in report.result["unverified_rules"]]
    if not rows:
        return None
    return Section(
        _("Rules that nobody has read in their primary text"),
        head=(_("Rule"), _("Pin"), _("It says")),
        rows=rows,
        note=_("Unverified rule: counsel reads it before anybody relies on this file."),
    )


def _lines(report: Report) -> Section:
    head = (
        *(_("Line"), _("What"), _("Maker"), _("Supplier"), _("Made in"), _("Quantity")),
        *(_("Cost in USD"), _("Serials"), _("Certificates")),
    )
    lines = report.case.lines
    rows = [_line(report, each) for each in lines[:MOST_ROWS]]
    return Section(_("Bill of materials"), head=head, rows=rows, note=_rest(lines))


def _line(report: Report, line: Line) -> Row:
    named = (line.description, line.row or line.product, line.model)
    what = " / ".join(dict.fromkeys(filter(None, named)))
    return (
        line.id,
        what if not line.excluded else f"{what} ({_('left out')}: {line.excluded})",
        report.named(line.producer) or _("not known"),
        report.named(line.supplier) or _("not known"),
        line.made_in,
        _number(line.quantity),
        f"{cost_of(line):,f}" if line.costs else "",
        str(line.serials or ""),
        str(len(line.certificates) or ""),
    )


def _makers(report: Report) -> Section:
    head = (_("Company"), _("It is"), _("Tested on"), _("Clause"), _("Because"), _("Reviewer"))
    rows = [
        (name, word(each["standing"]), each["tested_on"], each["clause"],
         " ".join((*each["because"], *each.get("review", ()))), each.get("reviewer", ""))
        for name, each in report.determinations
    ]  # fmt: skip
    return Section(_("Who is a prohibited foreign entity"), head=head, rows=rows[:MOST_ROWS])


def _certificates(report: Report) -> Section | None:
    head = (
        *(_("Supplier"), _("Tax id"), _("It states"), _("Signed by"), _("On"), _("Signature")),
        *(_("Lines"), _("What speaks against it")),
    )
    rows = [
        (each.paper.supplier_name, each.paper.tax_id, word(each.paper.statement),
         f"{each.paper.signatory}, {each.paper.signatory_title}", str(each.paper.signed_on),
         word(each.paper.signature_verdict), str(each.lines),
         " ".join(f"{line}: {says}." for line, says in each.hindrances[:20]))
        for each in report.certificates[:MOST_ROWS]
    ]  # fmt: skip
    return Section(_("Suppliers' certificates"), head=head, rows=rows) if rows else None


def _serials(report: Report) -> Section | None:
    head = (_("Line"), _("Certified"), _("Delivered"), _("Installed"), _("Agree"),
            _("What does not"), _("Origin attested by"))  # fmt: skip
    rows = []
    for agreed, origin in report.agreements[:MOST_ROWS]:
        apart = [f"{word(name)}: {count}" for name, count in agreed.mismatches.items()]
        by = [] if origin is None else [f"{who}: {n}" for who, n in origin.by_issuer.items()]
        of = [] if origin is None else [f"{who}: {n}" for who, n in origin.upstream.items()]
        counts = [str(agreed.counts[name]) for name in ("CERTIFIED", "DELIVERED", "INSTALLED")]
        cells = [_("cells %(of)s") % {"of": ", ".join(of)}] if of else []
        rows.append(
            (agreed.line, *counts, str(agreed.agreed), ", ".join(apart), "; ".join((*by, *cells)))
        )
    return Section(_("Serials"), head=head, rows=rows) if rows else None


def _flags(report: Report) -> Section | None:
    head = (_("About"), _("It says"), _("Raised on"), _("How it ended"))
    rows = [
        (_about(report, each.about), each.says, str(each.raised_on),
         each.resolution and f"{each.resolution} ({each.reviewer}, {each.resolved_on})")
        for each in report.case.flags[:MOST_ROWS]
    ]  # fmt: skip
    return Section(_("Reasons to know"), head=head, rows=rows) if rows else None


def _steps(report: Report) -> Section:
    steps = report.result["steps"]
    head = (_("Step"), _("Formula"), _("Of"), _("Value"), _("Citation"))
    rows = [
        (each["id"], each["formula"], ", ".join(each["operands"][:6]), _exact(each["value"]),
         each["citation"])
        for each in steps[:MOST_ROWS]
    ]  # fmt: skip
    return Section(_("Steps of the calculation"), head=head, rows=rows, note=_rest(steps))


def _file(report: Report) -> Section:
    manifest, file = report.manifest, report.file
    facts: list[tuple[str, str]] = [
        (_("File"), str(manifest.number)),
        (_("Made"), manifest.created_at),
        (_("SHA-256 of the manifest"), bytes(file.manifest_sha256 or b"").hex()),
        (_("Entry in the log"), "–" if file.log_index is None else str(file.log_index)),
        (_("SHA-256 of the archive"), "–" if file.sha256 is None else bytes(file.sha256).hex()),
    ]
    return Section(
        _("The file"),
        facts=facts,
        note=_("This paper is drawn from the archive, which alone is evidence. Anybody checks it,"
               " and computes the ratio again, with python3 audit.pyz verify."),
    )  # fmt: skip


def _exact(fraction: str) -> str:
    """A fraction as it is told; a whole number without its one below."""
    return fraction.removesuffix("/1")


def _number(value: Decimal) -> str:
    """A quantity with thousands apart, and without idle zeros."""
    return f"{value.normalize():,f}"


def _about(report: Report, about: str) -> str:
    named = report.named(about)
    return named if named == about else f"{named} ({about})"


def _rest(found: Sequence[Any] | Iterable[Any]) -> str:
    left = len(list(found)) - MOST_ROWS
    if left <= 0:
        return ""
    return ngettext(
        "%(count)s more is in the archive.", "%(count)s more are in the archive.", left
    ) % {"count": left}
