"""Opens projects that claim a credit, and keeps what was bought for them: version after version."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from passport.models import (
    LineCost,
    Party,
    ProjectLine,
    ProjectShare,
    ProjectTerms,
    Role,
    SourcingProject,
)
from passport.models.ids import new_id
from passport.postgres import bulk, locks
from passport.queries import sourcing_case, sourcing_project
from passport.queries.battery import unknown
from passport.queries.sourcing_rules import rules_of
from passport.rules.errors import Conflict, NotAllowed
from passport.rules.sourcing_case import Line, Project
from passport.rules.sourcing_entry import check_line, check_names_once, check_terms

LINE_COLUMNS = {
    "id": "uuid", "project_id": "uuid", "name": "text", "number": "integer", "removed": "boolean",
    "kind": "text", "product": "text", "row": "text", "description": "text", "model": "text",
    "quantity": "numeric", "nameplate": "numeric", "producer": "text", "product_producer": "text",
    "supplier": "text", "facility": "text", "made_in": "text", "excluded": "text",
    "contracted_on": "date", "assigned": "boolean",
    "costs_count": "smallint", "source": "text", "recorded_at": "timestamptz",
}  # fmt: skip
COST_COLUMNS = {
    "project_id": "uuid", "line_id": "uuid", "place": "smallint", "kind": "text",
    "amount": "numeric", "currency": "text", "incurred_on": "date", "rate": "numeric",
    "rate_on": "date", "invoice": "text", "document_sha256": "bytea",
}  # fmt: skip


class NotAKeeper(NotAllowed):
    """Projects belong to those who keep batteries."""

    code = "project-of-no-keeper"
    title = "Only a keeper opens a project"


class ProjectNameTaken(Conflict):
    """The party has another project of this name."""

    code = "project-name-taken"
    title = "The name is taken by another project of yours"


@dataclass(frozen=True)
class Put:
    """How many lines came in new, how many changed, and how many were as they are."""

    added: int = 0
    changed: int = 0
    same: int = 0


@transaction.atomic
def open_project(*, terms: Project, rule_set: str, by: Party, at: datetime) -> SourcingProject:
    """Open a project under its first terms. Refuses NotAKeeper, ProjectNameTaken, NoSuchRuleSet,
    and what check_terms() refuses.
    """
    if not by.acts_as(Role.KEEPER):
        raise NotAKeeper("your party has another role", remedy="let its keeper open it")
    rules_of(rule_set)
    check_terms(terms)
    try:
        with transaction.atomic():
            made = SourcingProject.objects.create(owner=by, name=terms.name, opened_at=at)
    except IntegrityError as clash:
        raise ProjectNameTaken(
            f"you have opened a project as {terms.name}",
            pointer="/name",
            remedy="choose another name, or change the terms of that one",
        ) from clash
    _terms(made, 1, terms, rule_set=rule_set, at=at)
    return made


@transaction.atomic
def change_terms(
    *, project_id: uuid.UUID, terms: Project, rule_set: str, by: Party, at: datetime
) -> ProjectTerms:
    """Give a project its next terms; the former ones stay. The same again changes nothing.

    Refuses NotFound, NoSuchRuleSet, and what check_terms() refuses.
    """
    project = own(project_id=project_id, by=by)
    rules_of(rule_set)
    check_terms(terms)
    latest = sourcing_project.latest_terms(project=project)
    if latest.rule_set == rule_set and sourcing_case.project_of(project, latest) == _of(
        project, terms
    ):
        return latest
    return _terms(project, latest.number + 1, terms, rule_set=rule_set, at=at)


@transaction.atomic
def put_lines(
    *, project_id: uuid.UUID, lines: Sequence[Line], by: Party, at: datetime, source: str = ""
) -> Put:
    """Add lines, or give those of a name their next version; a line that says the same stays.

    A line's certificates and serials are put in by their own actions, and not looked at here.
    Refuses NotFound, and what check_line() and check_names_once() refuse, for the first line.
    """
    project = own(project_id=project_id, by=by)
    check_names_once(lines)
    for line in lines:
        check_line(line)
    before = sourcing_case.versions(project=project, names=[each.id for each in lines])
    told = [(each, before.get(each.id)) for each in lines]
    fresh = [
        (each, old) for each, old in told if old is None or old.removed or not _alike(each, old)
    ]
    _write(project, [(line, 1 if old is None else old.number + 1) for line, old in fresh],
           source=source, at=at)  # fmt: skip
    added = sum(old is None or old.removed for _line, old in fresh)
    return Put(added=added, changed=len(fresh) - added, same=len(told) - len(fresh))


@transaction.atomic
def remove_lines(*, project_id: uuid.UUID, names: Iterable[str], by: Party, at: datetime) -> int:
    """Take lines out of the bill of materials; they stay in its history. How many there were.

    Refuses NotFound.
    """
    project = own(project_id=project_id, by=by)
    found = sourcing_case.versions(project=project, names=list(names))
    standing = [each for each in found.values() if not each.removed]
    rows = [
        _row(project, each.line, each.number + 1, source="", at=at, removed=True)
        for each in standing
    ]
    bulk.insert_in(table="passport_projectline", columns=LINE_COLUMNS, rows=rows)
    return len(rows)


@transaction.atomic
def share(*, project_id: uuid.UUID, reader: Party, by: Party, at: datetime) -> ProjectShare:
    """Let another party read a project; twice is once. Refuses NotFound, Conflict."""
    project = own(project_id=project_id, by=by)
    if reader.pk == by.pk:
        raise Conflict("the project is your own", pointer="/party", remedy="name another party")
    made, _ = ProjectShare.objects.get_or_create(
        project=project, party=reader, until=None, defaults={"since": at}
    )
    return made


@transaction.atomic
def end_share(*, project_id: uuid.UUID, share_id: uuid.UUID, by: Party, at: datetime) -> None:
    """Let a party read a project no longer. Refuses NotFound."""
    project = own(project_id=project_id, by=by)
    ended = ProjectShare.objects.filter(pk=share_id, project=project, until=None).update(until=at)
    if not ended:
        raise unknown("share of this project")


def own(*, project_id: uuid.UUID, by: Party) -> SourcingProject:
    """A project of the acting party's own, held for the transaction. Refuses NotFound."""
    project = SourcingProject.objects.filter(pk=project_id, owner=by).first()
    if project is None:
        raise unknown("project of yours")
    locks.lock_name(locks.PROJECT, str(project.pk))
    return project


def _of(project: SourcingProject, terms: Project) -> Project:
    return Project(**{**vars(terms), "id": str(project.pk), "name": project.name})


def _terms(
    project: SourcingProject, number: int, terms: Project, *, rule_set: str, at: datetime
) -> ProjectTerms:
    return ProjectTerms.objects.create(
        project=project,
        number=number,
        taxpayer=terms.owner,
        taxpayer_tax_id=terms.owner_tax_id,
        site=terms.site,
        credit=terms.credit,
        method=terms.method,
        begins_on=terms.begins_on,
        begins_by=terms.begins_by,
        placed_on=terms.placed_on,
        nameplate_kwh=terms.nameplate_kwh,
        nameplate_kw=terms.nameplate_kw,
        tax_year_starts=terms.tax_year_starts,
        sold_on=terms.sold_on,
        component=terms.component,
        elections=sorted(set(terms.elections)),
        rule_set=rule_set,
        recorded_at=at,
    )


def _alike(line: Line, old: sourcing_case.Version) -> bool:
    return _bare(line) == _bare(old.line)


def _bare(line: Line) -> dict[str, object]:
    """What a line itself says; certificates and serials are said elsewhere."""
    apart = {"certificates", "serials", "serials_sha256"}
    told = {name: value for name, value in vars(line).items() if name not in apart}
    return told | {
        name: told[name] or None for name in ("producer", "product_producer", "supplier")
    }


def _write(
    project: SourcingProject, lines: Sequence[tuple[Line, int]], *, source: str, at: datetime
) -> None:
    rows: list[tuple[object, ...]] = []
    costs: list[tuple[object, ...]] = []
    for line, number in lines:
        row = _row(project, line, number, source=source, at=at)
        rows.append(row)
        costs.extend(_costs(project, row[0], line))
    bulk.insert_in(table=ProjectLine._meta.db_table, columns=LINE_COLUMNS, rows=rows)
    bulk.insert_in(table=LineCost._meta.db_table, columns=COST_COLUMNS, rows=costs)


def _row(
    project: SourcingProject,
    line: Line,
    number: int,
    *,
    source: str,
    at: datetime,
    removed: bool = False,
) -> tuple[object, ...]:
    return (
        new_id(), project.pk, line.id, number, removed, str(line.kind), line.product, line.row,
        line.description, line.model, line.quantity, line.nameplate, line.producer or "",
        line.product_producer or "", line.supplier or "", line.facility, line.made_in,
        line.excluded, line.contracted_on, line.assigned, 0 if removed else len(line.costs),
        source, at,
    )  # fmt: skip


def _costs(project: SourcingProject, row_id: object, line: Line) -> Iterable[tuple[object, ...]]:
    for place, cost in enumerate(line.costs):
        yield (
            project.pk, row_id, place, str(cost.kind), cost.amount, cost.currency,
            cost.incurred_on, cost.rate or Decimal(1), cost.rate_on, cost.invoice,
            bytes.fromhex(cost.document_sha256) if cost.document_sha256 else None,
        )  # fmt: skip
