"""A result as a JSON document: fractions as "43/125", days and decimals as strings.

Two computations of the same case give the same document; that is how a file is checked again.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from passport.rules.sourcing_content import Content
from passport.rules.sourcing_effect import Finding, Way
from passport.rules.sourcing_piece import Base, Step
from passport.rules.sourcing_ratio import FORMULAS, Figures
from passport.rules.sourcing_reliance import Reliance
from passport.rules.sourcing_shape import written
from passport.rules.sourcing_threshold import Held
from passport.rules.sourcing_verdict import Result

_SHOWN_LINES = 100


def result_document(result: Result) -> dict[str, Any]:
    """The document of a result; `formulas` spells out the formulas of the steps. [sourcing-19]"""
    ratio = result.ratio
    return {
        "project": result.project,
        "as_of": result.case.as_of.isoformat(),
        "rule_set": result.rule_set,
        "verdict": result.verdict.value,
        "words": result.words,
        "reasons": [each.value for each in result.reasons],
        "credit": result.case.project.credit.value,
        "method": result.case.project.method.value,
        "threshold": _held(result.held),
        "strict": _figures(None if ratio is None else ratio.strict, result.held),
        "lenient": _figures(None if ratio is None else ratio.lenient, result.held),
        "counted": None if ratio is None else _base(ratio.base),
        "content": _content(result.content),
        "taxpayer": written(result.taxpayer),
        "determinations": [written(each) for each in result.determinations],
        "reliances": [_reliance(each) for each in result.reliances],
        "findings": [_finding(each) for each in result.findings],
        "fewest": _way(result.way),
        "fewest_with_other_makers": _way(result.other_way),
        "warnings": [written(each) for each in result.warnings],
        "unverified_rules": [written(each) for each in result.not_read],
        "formulas": dict(FORMULAS),
        "steps": [_step(each) for each in result.steps],
    }


def exact(value: Fraction) -> str:
    """A fraction as two whole numbers."""
    return f"{value.numerator}/{value.denominator}"


def percent(value: Fraction, *, places: int = 2) -> Decimal:
    """A ratio in percent, rounded for showing, half up; never to compare."""
    scaled = value * 100 * 10**places + Fraction(1, 2)
    return Decimal(scaled.numerator // scaled.denominator).scaleb(-places)


def shown(value: Fraction, against: Decimal | None) -> Decimal:
    """A ratio in percent with as many places as tell it from the threshold that it is not."""
    places = 2
    while against is not None and percent(value, places=places) == against != value * 100:
        places += 1
    return percent(value, places=places)


def _held(held: Held) -> dict[str, object]:
    return {
        "asked": held.asked.value,
        "percent": None if held.percent is None else format(held.percent, "f"),
        "year": held.year,
        "row": held.row,
        "pin": held.pin,
        "verified": held.verified,
    }


def _figures(figures: Figures | None, held: Held) -> dict[str, object] | None:
    if figures is None:
        return None
    return {
        "total": exact(figures.total),
        "prohibited": exact(figures.prohibited),
        "known": exact(figures.known),
        "supported": exact(figures.supported),
        "potential": exact(figures.potential),
        "supported_shown": format(shown(figures.supported, held.percent), "f"),
        "potential_shown": format(shown(figures.potential, held.percent), "f"),
    }


def _base(base: Base) -> dict[str, object]:
    return {
        "table": base.table,
        "variant": base.variant,
        "absent": list(base.absent),
        "left_out": [written(each) for each in base.left_out],
    }


def _content(content: Content | None) -> dict[str, object] | None:
    if content is None:
        return None
    return {
        "share": exact(content.share),
        "percent": None if content.percent is None else format(content.percent, "f"),
        "reached": content.reached,
    }


def _reliance(reliance: Reliance) -> dict[str, object]:
    return {
        "certificate": reliance.certificate,
        "line": reliance.line,
        "holds": reliance.holds,
        "hindrances": [written(each) for each in reliance.hindrances],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.doubt.kind.value,
        "about": finding.doubt.about,
        "ratio": exact(finding.ratio),
        "moves": exact(finding.moves),
        "touches": exact(finding.touches),
        "known": finding.known,
        "would_pass": finding.would_pass,
        "lines": list(finding.lines[:_SHOWN_LINES]),
        "lines_in_all": len(finding.lines),
    }


def _way(way: Way | None) -> dict[str, object] | None:
    if way is None:
        return None
    return {
        "settle": [str(each) for each in way.doubts],
        "ratio": exact(way.ratio),
        "fewest": way.fewest,
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "id": step.id,
        "formula": step.formula,
        "operands": list(step.operands),
        "value": exact(step.value),
        "citation": step.citation,
        "sources": list(step.sources),
        "notes": list(step.notes),
    }
