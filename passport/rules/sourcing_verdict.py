"""The judgement of a case: who made what, the ratio, what it is held against, and what would help.

Numbered as an evidence file is checked: 1 who the taxpayer and the makers are, 2 which
certificates may be relied upon, 3 the ratio, 4 the threshold, 5 the verdict, 6 what would change
it. The words are "supported by this file under rule set X": whether there is a credit, a return
says, and an authority.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from passport.rules.errors import Conflict
from passport.rules.sourcing_case import Case, Election, Method
from passport.rules.sourcing_content import Content, domestic_content
from passport.rules.sourcing_effect import Finding, Way, fewest, findings_of
from passport.rules.sourcing_inquiry import Inquiry
from passport.rules.sourcing_party import Determination, Standing
from passport.rules.sourcing_piece import Step
from passport.rules.sourcing_ratio import Ratio, ratio_of
from passport.rules.sourcing_reliance import Reliance
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_threshold import Asked, Held, held_against
from passport.rules.sourcing_warning import NotRead, Warned, not_read, warnings_of


class Verdict(StrEnum):
    """What the file supports."""

    SUPPORTED = "SUPPORTED"
    NOT_SUPPORTED = "NOT_SUPPORTED"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NO_THRESHOLD = "NO_THRESHOLD"


class Reason(StrEnum):
    """Why a file does not support a credit."""

    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    TAXPAYER_PROHIBITED = "TAXPAYER_PROHIBITED"
    TAXPAYER_NOT_SHOWN = "TAXPAYER_NOT_SHOWN"
    NO_DAY = "NO_DAY"
    NO_TABLE = "NO_TABLE"
    NOTHING_COUNTED = "NOTHING_COUNTED"
    NOTHING_STORES = "NOTHING_STORES"
    IDENTIFICATION_NOT_ELECTED = "IDENTIFICATION_NOT_ELECTED"
    METHODS_MIXED = "METHODS_MIXED"


class OtherRuleSet(Conflict):
    """A project is judged by the rule set it names, and keeps it."""

    code = "other-rule-set"
    title = "The case names another rule set"


@dataclass(frozen=True)
class Result:
    """All that was found of a case under a rule set."""

    project: str
    case: Case
    rule_set: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    words: str
    taxpayer: Determination
    determinations: tuple[Determination, ...]
    reliances: tuple[Reliance, ...]
    ratio: Ratio | None
    held: Held
    content: Content | None
    findings: tuple[Finding, ...]
    way: Way | None  # the fewest open doubts that would do
    other_way: Way | None  # the same, other makers allowed
    warnings: tuple[Warned, ...]
    not_read: tuple[NotRead, ...]
    steps: tuple[Step, ...]


def judge(*, case: Case, rules: RuleSet) -> Result:
    """Judge a case by a rule set; no clock, nothing looked up. [sourcing-17]

    Refuses OtherRuleSet, and NoSuchYear for a taxable year that begins on no day.
    """
    if case.rule_set != rules.id:
        raise OtherRuleSet(
            f"the case is judged by {case.rule_set}, not by {rules.id}",
            pointer="/rule_set",
            remedy="judge it by its own, or make another version of the case",
        )
    inquiry = Inquiry(case=case, rules=rules)
    taxpayer = inquiry.standing(case.project.owner, _year_of(case))  # 1
    reliances = inquiry.all_reliances()  # 2
    ratio = ratio_of(inquiry=inquiry)  # 3
    held = held_against(project=case.project, rules=rules)  # 4
    reasons = tuple(_reasons(inquiry, taxpayer, ratio, held))  # 5
    return _result(inquiry, (taxpayer, reliances, reasons), ratio, held)


def _result(
    inquiry: Inquiry,
    found: tuple[Determination, tuple[Reliance, ...], tuple[Reason, ...]],
    ratio: Ratio | None,
    held: Held,
) -> Result:
    taxpayer, reliances, reasons = found
    verdict = _verdict(held, reasons)
    standings = tuple(inquiry.standings[key] for key in sorted(inquiry.standings))
    content = domestic_content(case=inquiry.case, rules=inquiry.rules)
    open_way, other_way = _ways(ratio, held)
    return Result(
        project=inquiry.case.project.id,
        case=inquiry.case,
        rule_set=inquiry.rules.id,
        verdict=verdict,
        reasons=reasons,
        words=words_of(verdict=verdict, rule_set=inquiry.rules.id),
        taxpayer=taxpayer,
        determinations=standings,
        reliances=reliances,
        ratio=ratio,
        held=held,
        content=content,
        findings=_findings(ratio, held),  # 6
        way=open_way,
        other_way=other_way,
        warnings=warnings_of(inquiry=inquiry, ratio=ratio),
        not_read=not_read(inquiry=inquiry, ratio=ratio, held=held, standings=standings),
        steps=tuple(_steps(ratio, held, content)),
    )


def words_of(*, verdict: Verdict, rule_set: str) -> str:
    """The verdict as it is said: of a file and a rule set, never of a credit. [sourcing-18]"""
    return {
        Verdict.SUPPORTED: f"supported by this file under rule set {rule_set}",
        Verdict.NOT_SUPPORTED: f"not supported by this file under rule set {rule_set}",
        Verdict.NOT_APPLICABLE: f"threshold not applicable under rule set {rule_set}",
        Verdict.NO_THRESHOLD: f"no threshold in rule set {rule_set}",
    }[verdict]


def _year_of(case: Case) -> date:
    """A day of the year for which the credit is claimed, as far as the file can know it."""
    day = case.project.sold_on or case.project.placed_on
    return case.as_of if day is None or day > case.as_of else day


def _verdict(held: Held, reasons: tuple[Reason, ...]) -> Verdict:
    if Reason.TAXPAYER_PROHIBITED in reasons:
        return Verdict.NOT_SUPPORTED  # whenever construction began, and whatever is asked of it
    if held.asked is Asked.NOT_APPLICABLE:
        return Verdict.NOT_APPLICABLE
    if held.asked is Asked.NO_THRESHOLD:
        return Verdict.NO_THRESHOLD
    return Verdict.NOT_SUPPORTED if reasons else Verdict.SUPPORTED


def _reasons(
    inquiry: Inquiry, taxpayer: Determination, ratio: Ratio | None, held: Held
) -> Iterator[Reason]:
    if taxpayer.standing in (Standing.SPECIFIED, Standing.INFLUENCED):
        yield Reason.TAXPAYER_PROHIBITED
    elif taxpayer.standing is not Standing.CLEAN:
        yield Reason.TAXPAYER_NOT_SHOWN
    if held.asked is Asked.NO_DAY:
        yield Reason.NO_DAY
    yield from _method(inquiry.case)
    if ratio is None:
        yield Reason.NO_TABLE
    elif ratio.strict is None:
        yield Reason.NOTHING_COUNTED
    elif _stores_nothing(inquiry, ratio):
        yield Reason.NOTHING_STORES
    elif held.percent is not None and ratio.strict.supported * 100 < Fraction(held.percent):
        yield Reason.BELOW_THRESHOLD


def _stores_nothing(inquiry: Inquiry, ratio: Ratio) -> bool:
    """Whether the product is missing without which there is no such property."""
    table = inquiry.rules.table(inquiry.case.project.credit)
    return table is not None and table.stores in ratio.base.absent


def _method(case: Case) -> Iterator[Reason]:
    """Assigned percentages go with Identification, and with no actual costs (R-12)."""
    elections = case.project.elections
    by_table = case.project.method is Method.COST_PERCENTAGE
    if by_table and Election.IDENTIFICATION not in elections:
        yield Reason.IDENTIFICATION_NOT_ELECTED
    if by_table is not (Election.COST_PERCENTAGE in elections):
        yield Reason.METHODS_MIXED


def _findings(ratio: Ratio | None, held: Held) -> tuple[Finding, ...]:
    if ratio is None or ratio.strict is None:
        return ()
    return findings_of(pieces=ratio.base.pieces, total=ratio.strict.total, percent=held.percent)


def _ways(ratio: Ratio | None, held: Held) -> tuple[Way | None, Way | None]:
    if ratio is None or ratio.strict is None:
        return None, None
    one, other = (
        fewest(
            pieces=ratio.base.pieces, total=ratio.strict.total, percent=held.percent, known=known
        )
        for known in (False, True)
    )
    return one, other


def _steps(ratio: Ratio | None, held: Held, content: Content | None) -> Iterator[Step]:
    if ratio is not None:
        yield from ratio.steps
    if held.percent is not None:
        value = Fraction(held.percent) / 100
        yield Step("threshold", "THRESHOLD", (held.place,), value, held.pin)
    if content is not None:
        yield from content.steps
