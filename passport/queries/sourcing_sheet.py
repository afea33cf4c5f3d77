"""What the pages of a project show: its steps, its bill, its papers, its serials, its payments."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from passport.models import ProjectShare, ProjectTerms, SerialChange, SerialList, SourcingProject
from passport.queries import sourcing_certificate, sourcing_project, sourcing_serial
from passport.queries.battery import unknown
from passport.queries.sourcing_case import case_of, standings
from passport.queries.sourcing_project import by_id, terms_at
from passport.queries.sourcing_register import register_of
from passport.queries.sourcing_rules import rules_of
from passport.rules.sourcing_case import Case, Certificate, Flag, Line
from passport.rules.sourcing_party import Determination, Entity, Standing
from passport.rules.sourcing_recapture import Alert, RecaptureRule, Window, alerts, window
from passport.rules.sourcing_reliance import (
    Reliance,
    kept_until,
    open_flags,
    relies,
    spoken_for,
)
from passport.rules.sourcing_serials import Reconciliation
from passport.rules.sourcing_standing import determine


@dataclass(frozen=True)
class Sheet:
    """A project as of a day: its terms, what was entered, and what is open."""

    project: SourcingProject
    terms: ProjectTerms
    case: Case
    open_flags: int
    lists: int
    shares: Sequence[ProjectShare]


@dataclass(frozen=True)
class BillLine:
    """A line with who made it and what that one is found to be; None where nobody is named."""

    line: Line
    producer: str
    standing: Standing
    supplier: str
    cost: Mapping[str, object]


@dataclass(frozen=True)
class Paper:
    """A certificate, the gate's outcome for each of its lines, and how long it is kept."""

    certificate: Certificate
    supplier: str
    outcomes: Sequence[Reliance]
    kept_until: date

    @property
    def holds(self) -> bool:
        """Whether it may be relied upon for each of its lines, and there is one."""
        return bool(self.outcomes) and all(each.holds for each in self.outcomes)


@dataclass(frozen=True)
class SerialSheet:
    """The lists of a line, how they agree, and what replaced what."""

    line: str
    lists: Sequence[SerialList]
    changes: Sequence[SerialChange]
    found: Reconciliation


@dataclass(frozen=True)
class Ledger:
    """The years in which payments count, what was paid or is to be, and to whom."""

    years: Window | None
    alerts: Sequence[Alert]
    names: Mapping[str, str]
    placed_on: date | None


def sheet_of(*, project_id: uuid.UUID, as_of: date) -> Sheet:
    """A project that the acting party reads. Refuses NotFound."""
    project = by_id(project_id=project_id)
    case = case_of(project=project, as_of=as_of)
    return Sheet(
        project=project,
        terms=terms_at(project=project, as_of=as_of),
        case=case,
        open_flags=sum(1 for _ in open_flags(case.flags, as_of=as_of)),
        lists=len(sourcing_serial.lists(project=project, as_of=as_of)),
        shares=sourcing_project.shares(project=project),
    )


def bill_of(*, case: Case, lines: Sequence[Line]) -> list[BillLine]:
    """These lines of a case with their makers, for the years of their costs."""
    found = standings(case=case)
    return [
        BillLine(
            line=line,
            producer=_name(case, line.producer),
            standing=_standing(found, line.producer),
            supplier=_name(case, line.supplier),
            cost=_sums(line),
        )
        for line in lines
    ]


def papers_of(*, case: Case) -> list[Paper]:
    """The certificates of a case, newest first, each held against the lines that it speaks of."""
    lines: dict[str, list[Line]] = {}
    spoken = spoken_for(case=case)
    for line in case.lines:
        for name in line.certificates:
            lines.setdefault(name, []).append(line)
    return [
        Paper(
            certificate=each,
            supplier=_name(case, each.supplier),
            outcomes=[
                relies(certificate=each, line=line, case=case, spoken=spoken)
                for line in lines.get(each.id, ())
            ],
            kept_until=kept_until(certificate=each),
        )
        for each in sorted(case.certificates.values(), key=lambda each: each.id, reverse=True)
    ]


def paper_of(*, certificate_id: uuid.UUID, as_of: date) -> tuple[Sheet, Paper]:
    """One certificate of a project, and the project's sheet. Refuses NotFound."""
    row = sourcing_certificate.one(certificate_id=certificate_id)
    sheet = sheet_of(project_id=row.project_id, as_of=as_of)
    return sheet, next(
        each for each in papers_of(case=sheet.case) if each.certificate.id == str(row.pk)
    )


def flag_of(*, project: SourcingProject, key: str, as_of: date) -> Flag:
    """A flag of a project by its id, found or kept. Refuses NotFound."""
    case = case_of(project=project, as_of=as_of)
    found = next((each for each in case.flags if each.id == key), None)
    if found is None:
        raise unknown("flag of this project")
    return found


def serials_sheet(*, project: SourcingProject, as_of: date) -> list[SerialSheet]:
    """Each line that has serials, and how its lists agree. Refuses ListDamaged."""
    kept = sourcing_serial.lists(project=project, as_of=as_of)
    placed_on = terms_at(project=project, as_of=as_of).placed_on
    return [
        SerialSheet(
            line=line,
            lists=[each for each in kept if each.line == line],
            changes=sourcing_serial.changes(project=project, as_of=as_of, line=line),
            found=sourcing_serial.reconciled(
                project=project, line=line, placed_on=placed_on, as_of=as_of
            ),
        )
        for line in sorted({each.line for each in kept})
    ]


def ledger_of(*, project_id: uuid.UUID, as_of: date) -> Ledger:
    """What was paid since the property was placed in service that costs the credit, or may.

    Refuses NotFound.
    """
    project = by_id(project_id=project_id)
    case = case_of(project=project, as_of=as_of)
    rules = rules_of(case.rule_set)
    rule = RecaptureRule(
        tax_years_after=rules.dates.recapture_years_beginning_after,
        years=rules.dates.recapture_years,
    )
    register = register_of(owner=project.owner, as_of=as_of)
    parties = {each.counterparty for each in register.contracts}
    found = {
        each: determine(register=register, entity=each, incurred_on=as_of, rules=rules).standing
        for each in sorted(parties)
    }
    told = alerts(project=case.project, register=register, standings=found, rule=rule, as_of=as_of)
    return Ledger(
        years=window(project=case.project, rule=rule),
        alerts=told,
        names={each: _entity_name(register.entities.get(each), each) for each in parties},
        placed_on=case.project.placed_on,
    )


def _standing(found: Mapping[str, Determination], producer: str | None) -> Standing:
    judged = found.get(producer or "")
    return judged.standing if judged else Standing.UNKNOWN


def _name(case: Case, entity: str | None) -> str:
    return _entity_name(case.register.entities.get(entity or ""), entity or "")


def _entity_name(entity: Entity | None, otherwise: str) -> str:
    return entity.name if entity else otherwise


def _sums(line: Line) -> Mapping[str, object]:
    sums: dict[str, object] = {}
    for cost in line.costs:
        sums[cost.currency] = sums.get(cost.currency, 0) + cost.amount  # type: ignore[operator]
    return sums
