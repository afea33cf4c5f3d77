"""A result as its page shows it: the bar, the verdict, what would change it, and the steps."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from api.pages import verdict_words as words
from api.pages.figures import figures
from api.pages.project_words import METHODS
from passport.queries import sourcing_result
from passport.rules.sourcing_case import Case
from passport.rules.sourcing_effect import Finding, Way
from passport.rules.sourcing_piece import Doubt, DoubtKind, Step
from passport.rules.sourcing_ratio import Figures
from passport.rules.sourcing_result import shown
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_verdict import Result

WIDTH: Final = 1000
STEPS_A_PAGE: Final = 100
_NAMED, _SHOWN = 3, 100
_OF_LINES = ("cost:", "counted:", "weight:", "row:")
_LABELLED = (DoubtKind.NOT_STATED, DoubtKind.UNCOVERED)


@dataclass(frozen=True)
class Bar:
    """One bar of the whole: clean, not shown, prohibited; and where the threshold lies."""

    clean: str
    open_from: str
    open_width: str
    bad_from: str
    bad_width: str
    mark: str


@dataclass(frozen=True)
class Reading:
    """The two ratios of a reading."""

    supported: str
    potential: str
    exact: str
    bar: Bar


@dataclass(frozen=True)
class Line:
    """One finding: what is the matter, what to do, and where the ratio would be."""

    says: str
    do: str
    ratio: str
    moves: str
    would_pass: bool
    known: bool
    lines: str


@dataclass(frozen=True)
class StepLine:
    """One figure with its formula, operands, citation and papers."""

    id: str
    formula: str
    exact: str
    operands: str
    citation: str
    papers: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """All that the page says of a result."""

    result: Result
    glyph: str
    tone: str
    verdict: str
    reasons: tuple[str, ...]
    threshold: str
    strict: Reading | None
    lenient: Reading | None
    findings: tuple[Line, ...]
    more_findings: int
    way: tuple[str, ...]
    other_way: tuple[str, ...]
    way_ratio: str
    other_ratio: str
    notices: tuple[str, ...]
    steps: tuple[StepLine, ...]
    content: str
    method: str


def verdict_of(case: Case) -> Sheet | None:
    """What the page of a project says of its case; None before anything was bought."""
    return sheet_of(*sourcing_result.judged(case)) if case.lines else None


def sheet_of(result: Result, rules: RuleSet) -> Sheet:
    """The page of a result; the rule set for the labels of its tables."""
    glyph, tone, said = words.VERDICTS[result.verdict.value]
    percent = result.held.percent
    strict = None if result.ratio is None else result.ratio.strict
    lenient = None if result.ratio is None else result.ratio.lenient
    names = _Names(result, rules)
    return Sheet(
        result=result,
        glyph=glyph,
        tone=tone,
        verdict=str(said).format(rules=result.rule_set),
        reasons=tuple(str(words.REASONS[each.value]) for each in result.reasons),
        threshold="" if percent is None else _percent_text(percent),
        strict=_reading(strict, percent),
        lenient=_reading(lenient, percent),
        findings=tuple(_line(each, result, names) for each in result.findings[:_SHOWN]),
        more_findings=max(0, len(result.findings) - _SHOWN),
        way=_way(result.way, names),
        other_way=_way(result.other_way, names),
        way_ratio=_ratio(result.way, percent),
        other_ratio=_ratio(result.other_way, percent),
        notices=_notices(result, names),
        steps=tuple(_step(each) for each in result.steps if not each.id.startswith(_OF_LINES)),
        content="" if result.content is None else _percent_text(shown(result.content.share, None)),
        method=str(METHODS[result.case.project.method.value]),
    )


def _notices(result: Result, names: _Names) -> tuple[str, ...]:
    return tuple(
        str(words.NOTICES[each.notice.value]).format(about=names.product(each.about))
        for each in result.warnings
    )


def steps_of_lines(result: Result) -> list[StepLine]:
    """The figures of single lines and rows, as many as the bill of materials has."""
    return [_step(each) for each in result.steps if each.id.startswith(_OF_LINES)]


def _reading(found: Figures | None, percent: Decimal | None) -> Reading | None:
    if found is None:
        return None
    exact = f"{found.supported.numerator} / {found.supported.denominator}"
    return Reading(
        supported=_percent_text(shown(found.supported, percent)),
        potential=_percent_text(shown(found.potential, percent)),
        exact=exact,
        bar=_bar(found, percent),
    )


def _bar(found: Figures, percent: Decimal | None) -> Bar:
    clean, potential = float(found.supported) * WIDTH, float(found.potential) * WIDTH
    return Bar(
        clean=f"{clean:.1f}",
        open_from=f"{clean:.1f}",
        open_width=f"{potential - clean:.1f}",
        bad_from=f"{potential:.1f}",
        bad_width=f"{WIDTH - potential:.1f}",
        mark="" if percent is None else f"{float(percent) / 100 * WIDTH:.1f}",
    )


def _line(found: Finding, result: Result, names: _Names) -> Line:
    _says, do = words.DOUBTS[found.doubt.kind.value]
    percent = result.held.percent
    named = [names.lines[each] for each in found.lines[:_NAMED]]
    more = len(found.lines) - _NAMED
    return Line(
        says=_said(found.doubt, names),
        do=str(do),
        ratio=_percent_text(shown(found.ratio, percent)),
        moves=_points(found.moves),
        would_pass=found.would_pass and bool(result.reasons),
        known=found.known,
        lines=", ".join(named) + (_(" and {n} more").format(n=more) if more > 0 else ""),
    )


def _points(moves: Fraction) -> str:
    return figures(f"+{shown(moves, None):f}") if moves else "–"


class _Names:
    """What entities, lines, flags and rows are called."""

    def __init__(self, result: Result, rules: RuleSet) -> None:
        case = result.case
        self.lines = {each.id: each.description or each.id for each in case.lines}
        self.entities = {id: each.name for id, each in case.register.entities.items()}
        self.flags = {each.id: each.says for each in case.flags}
        self.rows: dict[str, str] = {}
        for table in rules.tables:
            self.rows |= {**table.products, **{row.key: row.label for row in table.rows}}

    def product(self, key: str) -> str:
        """The label of a product of a table."""
        return self.rows.get(key, key)

    def of(self, doubt: Doubt) -> str:
        """What a doubt is about."""
        if doubt.kind in _LABELLED:
            product, _slash, row = doubt.about.partition("/")
            return f"{self.rows.get(row, row)} ({self.rows.get(product, product)})"
        if doubt.kind is DoubtKind.FLAGGED:
            return self.flags.get(doubt.about, doubt.about)
        return self.entities.get(doubt.about) or self.lines.get(doubt.about, doubt.about)


def _way(way: Way | None, names: _Names) -> tuple[str, ...]:
    return () if way is None else tuple(_said(each, names) for each in way.doubts)


def _said(doubt: Doubt, names: _Names) -> str:
    says, _do = words.DOUBTS[doubt.kind.value]
    return str(says).format(about=names.of(doubt))


def _ratio(way: Way | None, percent: Decimal | None) -> str:
    return "" if way is None else _percent_text(shown(way.ratio, percent))


def _step(step: Step) -> StepLine:
    named = ", ".join(step.operands[:_NAMED])
    more = len(step.operands) - _NAMED
    return StepLine(
        id=step.id,
        formula=str(words.FORMULAS[step.formula]),
        exact=f"{step.value.numerator}/{step.value.denominator}",
        operands=named + (_(" and {n} more").format(n=more) if more > 0 else ""),
        citation=step.citation,
        papers=step.sources[:_NAMED],
    )


def _percent_text(value: Decimal) -> str:
    return figures(f"{value:f}") + " %"
