"""What the file of a project states as of a day: the input of its ratio, out of its records."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from passport.models import (
    LineCost,
    ProjectLine,
    ProjectTerms,
    SourcingFlag,
    SourcingProject,
)
from passport.queries import sourcing_certificate, sourcing_serial
from passport.queries.sourcing_project import end_of, terms_at
from passport.queries.sourcing_register import register_of
from passport.queries.sourcing_rules import rules_of
from passport.rules.sourcing_case import (
    Case,
    Cost,
    CostKind,
    Credit,
    Flag,
    Line,
    LineKind,
    Method,
    Project,
)
from passport.rules.sourcing_inquiry import worst_standings
from passport.rules.sourcing_knowing import contradictions, with_known
from passport.rules.sourcing_party import Determination


@dataclass(frozen=True)
class Version:
    """A version of a line; its certificates and serials have versions of their own."""

    line: Line
    number: int
    removed: bool
    source: str


@dataclass(frozen=True)
class CurrentLine:
    """A line under its latest version, whose id pages of a list go on by."""

    id: uuid.UUID
    line: Line


def case_of(*, project: SourcingProject, as_of: date) -> Case:
    """All of it as it was recorded by the end of a day (UTC), with what contradicts it.

    The same day gives the same case, however often it is asked for. Refuses NotFound before the
    project was opened.
    """
    terms = terms_at(project=project, as_of=as_of)
    papers = sourcing_certificate.at(project=project, as_of=as_of)
    serials = sourcing_serial.bought(project=project, as_of=as_of)
    links = sourcing_certificate.by_line(project=project, as_of=as_of)
    lines = tuple(
        _joined(each.line, links.get(each.line.id, ()), serials.get(each.line.id))
        for each in _versions(project, as_of=as_of)
        if not each.removed
    )
    bare = Case(
        project=project_of(project, terms),
        as_of=as_of,
        rule_set=terms.rule_set,
        lines=lines,
        register=register_of(owner=project.owner, as_of=as_of),
        certificates={each.id: each for each in papers},
    )
    seen, prefixes = sourcing_serial.seen(project=project, as_of=as_of)
    apart = sourcing_serial.apart(project=project, placed_on=terms.placed_on, as_of=as_of)
    found = contradictions(
        case=bare,
        seen=seen,
        prefixes=prefixes,
        apart=apart,
        standings=standings(case=bare),
    )
    known = flags_at(project=project, as_of=as_of)
    return Case(**{**vars(bare), "flags": with_known(found=found, known=known)})


def standings(*, case: Case) -> Mapping[str, Determination]:
    """What each producer of a line is found to be for the years of its costs: the worst."""
    return worst_standings(case=case, rules=rules_of(case.rule_set))


def lines(
    *, project: SourcingProject, after: uuid.UUID | None, limit: int
) -> Sequence[CurrentLine]:
    """A page of the lines that stand in the bill now, by the id of their version."""
    rows = ProjectLine.objects.filter(project=project)
    latest = rows.order_by("name", "-number").distinct("name").values("pk")
    found = rows.filter(pk__in=latest, removed=False).order_by("id")
    page = list(found.filter(id__gt=after)[:limit] if after else found[:limit])
    costs = _costs(project, [row.pk for row in page])
    return [CurrentLine(row.pk, _line(row, costs.get(row.pk, ()))) for row in page]


def versions(*, project: SourcingProject, names: Sequence[str]) -> Mapping[str, Version]:
    """The latest version of each of these lines, by name; removed ones too."""
    return {each.line.id: each for each in _versions(project, names=names)}


def project_of(project: SourcingProject, terms: ProjectTerms) -> Project:
    """The terms of a project as a rule reads them."""
    return Project(
        id=str(project.pk),
        name=project.name,
        owner=terms.taxpayer,
        owner_tax_id=terms.taxpayer_tax_id,
        site=terms.site,
        credit=Credit(terms.credit),
        method=Method(terms.method),
        begins_on=terms.begins_on,
        begins_by=terms.begins_by,
        placed_on=terms.placed_on,
        nameplate_kwh=terms.nameplate_kwh,
        nameplate_kw=terms.nameplate_kw,
        tax_year_starts=terms.tax_year_starts,
        sold_on=terms.sold_on,
        component=terms.component,
        elections=tuple(terms.elections),
    )


def flags_at(*, project: SourcingProject, as_of: date) -> list[Flag]:
    """The flags that are kept of a project, with how each ended by the end of a day."""
    rows = SourcingFlag.objects.filter(project=project, recorded_at__lt=end_of(as_of))
    return [_flag(row, as_of) for row in rows.select_related("resolution").order_by("key")]


def _flag(row: SourcingFlag, as_of: date) -> Flag:
    ended = getattr(row, "resolution", None)
    if ended is not None and ended.recorded_at >= end_of(as_of):
        ended = None
    return Flag(
        id=row.key,
        kind=row.kind,
        about=row.about,
        says=row.says,
        raised_on=row.raised_on,
        resolved_on=ended.resolved_on if ended else None,
        resolution=ended.says if ended else "",
        reviewer=ended.reviewer if ended else "",
    )


def _joined(
    line: Line, certificates: Sequence[str], listed: "sourcing_serial.Bought | None"
) -> Line:
    told = {**vars(line), "certificates": tuple(certificates)}
    if listed is not None:
        told |= {"serials": listed.count, "serials_sha256": listed.sha256}
    return Line(**told)


def _versions(
    project: SourcingProject, *, as_of: date | None = None, names: Sequence[str] | None = None
) -> list[Version]:
    rows = ProjectLine.objects.filter(project=project)
    if as_of is not None:
        rows = rows.filter(recorded_at__lt=end_of(as_of))
    if names is not None:
        rows = rows.filter(name__in=names)
    found = list(rows.order_by("name", "-number").distinct("name"))
    costs = _costs(project, [row.pk for row in found])
    return [
        Version(_line(row, costs.get(row.pk, ())), row.number, row.removed, row.source)
        for row in found
    ]


def _costs(project: SourcingProject, ids: Iterable[Any]) -> Mapping[Any, Sequence[Cost]]:
    wanted = set(ids)
    # Of all versions: to name thousands of lines costs more than to leave some costs out here.
    rows = LineCost.objects.filter(project=project)
    costs: dict[Any, list[Cost]] = defaultdict(list)
    fields = ("line_id", "kind", "amount", "currency", "incurred_on", "rate", "rate_on", "invoice",
              "document_sha256")  # fmt: skip
    for line, kind, amount, currency, day, rate, rate_on, invoice, digest in rows.order_by(
        "line_id", "place"
    ).values_list(*fields):
        if line in wanted:
            costs[line].append(
                Cost(
                    kind=CostKind(kind),
                    amount=amount,
                    currency=currency,
                    incurred_on=day,
                    rate=rate,
                    rate_on=rate_on,
                    invoice=invoice,
                    document_sha256=bytes(digest).hex() if digest else "",
                )
            )
    return costs


def _line(row: ProjectLine, costs: Sequence[Cost]) -> Line:
    return Line(
        id=row.name,
        kind=LineKind(row.kind),
        product=row.product,
        row=row.row,
        description=row.description,
        model=row.model,
        quantity=row.quantity,
        costs=tuple(costs),
        producer=row.producer or None,
        product_producer=row.product_producer or None,
        supplier=row.supplier or None,
        facility=row.facility,
        made_in=row.made_in,
        nameplate=row.nameplate,
        excluded=row.excluded,
        contracted_on=row.contracted_on,
        assigned=row.assigned,
    )
