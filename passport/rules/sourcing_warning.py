"""What a reader of a result has to be told beside it: elections that do nothing, rules not read."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from passport.rules.sourcing_case import Case, CostKind, Credit, Election, Method
from passport.rules.sourcing_inquiry import Inquiry
from passport.rules.sourcing_party import Determination
from passport.rules.sourcing_piece import DoubtKind
from passport.rules.sourcing_ratio import Ratio
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_threshold import Asked, Held


class Notice(StrEnum):
    """What is told."""

    CONTRACT_ELECTION = "CONTRACT_ELECTION"  # it bites on nothing for 48E and 45Y
    CERTIFICATES_UNUSED = "CERTIFICATES_UNUSED"  # Certification is not elected
    PRODUCT_ABSENT = "PRODUCT_ABSENT"  # a listed product left both sums
    ASSIGNED_TOO_MUCH = "ASSIGNED_TOO_MUCH"
    FREIGHT_APART = "FREIGHT_APART"
    DUTY_COUNTED = "DUTY_COUNTED"
    LENIENT_DIFFERS = "LENIENT_DIFFERS"  # OI-1
    INTERIM_ENDED = "INTERIM_ENDED"
    REPLACEMENTS = "REPLACEMENTS"  # OI-2
    RESOLVED = "RESOLVED"


_SAYS = {
    Notice.CONTRACT_ELECTION: "The election for existing contracts changes nothing here: it is for"
    " what was bought under a contract of before 16 June 2025 for a construction begun before 1"
    " August 2025, and no ratio is asked of that.",
    Notice.CERTIFICATES_UNUSED: "Certificates are in the file, and the Certification safe harbor is"
    " not elected: none was relied upon.",
    Notice.PRODUCT_ABSENT: "No line is of this listed product, so its rows are in neither sum.",
    Notice.ASSIGNED_TOO_MUCH: "What was assigned without tracking is a tenth of the direct costs or"
    " more: it counts as prohibited.",
    Notice.FREIGHT_APART: "Freight is told apart, and is not in the ratio of a property.",
    Notice.DUTY_COUNTED: "Duty is counted as part of the cost.",
    Notice.LENIENT_DIFFERS: "Open question: whether a product of a prohibited maker taints what"
    " others made inside it. The verdict follows the strict reading.",
    Notice.INTERIM_ENDED: "Construction begins after the interim rules end.",
    Notice.RESOLVED: "A reason to know was raised and resolved: read in the file by whom, and why.",
    Notice.REPLACEMENTS: "Batteries added or replaced later: no ruling was found; they are likely"
    " tested by themselves.",
}


@dataclass(frozen=True)
class Warned:
    """A notice, what it is about, and its sentence."""

    notice: Notice
    about: str
    says: str


@dataclass(frozen=True)
class NotRead:
    """A rule that bore on the result and that nobody has read in its primary text."""

    id: str
    pin: str
    says: str


def warnings_of(*, inquiry: Inquiry, ratio: Ratio | None) -> tuple[Warned, ...]:
    """All that has to be told beside a result. [sourcing-15]"""
    found = [*_elections(inquiry.case, inquiry.rules)]
    for flag in inquiry.case.flags:
        if flag.resolved_on is not None and flag.resolved_on <= inquiry.case.as_of:
            found.append((Notice.RESOLVED, flag.id))
    if ratio is not None:
        found += [(Notice.PRODUCT_ABSENT, each) for each in ratio.base.absent]
        if ratio.assigned_too_much:
            found.append((Notice.ASSIGNED_TOO_MUCH, inquiry.case.project.id))
        if ratio.strict != ratio.lenient:
            found.append((Notice.LENIENT_DIFFERS, "OI-1"))
        if "R-1-DUTY" in ratio.base.clauses:
            found.append((Notice.DUTY_COUNTED, "R-1-DUTY"))
    return tuple(Warned(notice, about, _SAYS[notice]) for notice, about in found)


def _elections(case: Case, rules: RuleSet) -> Iterator[tuple[Notice, str]]:
    project = case.project
    component = project.credit is Credit.COMPONENT_45X
    if Election.EXISTING_CONTRACT in project.elections and not component:
        yield Notice.CONTRACT_ELECTION, "EXISTING_CONTRACT"
    if case.certificates and Election.CERTIFICATION not in project.elections:
        yield Notice.CERTIFICATES_UNUSED, "CERTIFICATION"
    ends = rules.dates.interim_until
    if ends is not None and project.begins_on is not None and project.begins_on > ends:
        yield Notice.INTERIM_ENDED, rules.id
    if project.method is Method.DIRECT_COST and not component:
        kinds = {cost.kind for line in case.lines for cost in line.costs}
        if CostKind.FREIGHT in kinds:
            yield Notice.FREIGHT_APART, "R-1"


def not_read(
    *, inquiry: Inquiry, ratio: Ratio | None, held: Held, standings: tuple[Determination, ...]
) -> tuple[NotRead, ...]:
    """The rules from memory that bore on a result, by their names. [sourcing-16]"""
    rules = inquiry.rules
    bore = set() if ratio is None else set(ratio.base.clauses)
    if ratio is not None and ratio.strict != ratio.lenient:
        bore |= {"R-4", "OI-1"}
    if ratio is not None and _flagged(ratio):
        bore.add("REASON_TO_KNOW")
    if held.asked is Asked.NO_THRESHOLD and inquiry.case.project.credit is Credit.COMPONENT_45X:
        bore.add("NO_THRESHOLD_45X")
    clauses = (rules.clauses[each] for each in bore)
    found = [NotRead(each.id, each.pin, each.says) for each in clauses if not each.verified]
    if not held.verified:
        found.append(NotRead(held.row, held.pin, "The threshold is from memory."))
    for table in rules.tables:
        if ratio is not None and table.id == ratio.base.table and not table.verified:
            found.append(NotRead(table.id, table.pin, "The table is from memory."))
    for id, standing in {(id, each) for each in standings for id in each.unverified}:
        found.append(NotRead(id, standing.clause, f"It bore on what {standing.entity} is."))
    return tuple(sorted(set(found), key=lambda each: (each.id, each.says)))


def _flagged(ratio: Ratio) -> bool:
    return any(
        doubt.kind is DoubtKind.FLAGGED for piece in ratio.base.pieces for doubt in piece.strict
    )
