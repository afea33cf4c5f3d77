"""The answers of whoever looked at a pack when it retired: which questions, which answers."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from passport.rules.errors import Malformed
from passport.rules.yard import Danger
from recycling.rules.gates import CRASH_SEVERITIES

YES_OR_NO = (
    "recall_open",
    "thermal_event",
    "case_damage",
    "water_ingress",
    "knee",
    "traceability",
)


_SEEN_AS = {
    Danger.THERMAL_EVENT: "thermal_event",
    Danger.CASE_DAMAGE: "case_damage",
    Danger.WATER_INGRESS: "water_ingress",
}
_LIGHT, _INSPECTED = ("NONE", "LIGHT"), "AIRBAG"


class AnswerNotKnown(Malformed):
    """The inspection has no such question, or no such answer."""

    code = "answer-not-known"
    title = "The inspection cannot be read"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One answer a question; None where nobody looked, which is not the same as no."""

    recall_open: bool | None = None
    thermal_event: bool | None = None
    case_damage: bool | None = None
    water_ingress: bool | None = None
    knee: bool | None = None
    traceability: bool | None = None
    crash_severity: str | None = None


def parse_condition(answers: Mapping[str, Any], *, pointer: str = "/condition") -> Condition:
    """The answers of an inspection; questions left out stay open. Refuses AnswerNotKnown."""
    known: dict[str, Any] = {}
    for question, answer in answers.items():
        at = f"{pointer}/{question}"
        if question == "crash_severity":
            known[question] = _one_of(answer, words=CRASH_SEVERITIES, pointer=at)
        elif question in YES_OR_NO:
            known[question] = _yes_or_no(answer, pointer=at)
        else:
            raise AnswerNotKnown(
                f"the inspection does not ask {question}",
                pointer=at,
                remedy="ask one of: " + ", ".join((*YES_OR_NO, "crash_severity")),
            )
    return Condition(**known)


def aged(condition: Condition, *, knee: bool | None) -> Condition:
    """The answers with what the readings say of a knee: a yes outweighs a no, from either side."""
    if knee is None or condition.knee is True:
        return condition
    return replace(condition, knee=knee if condition.knee is None else knee or condition.knee)


def outweighed(condition: Condition, *, dangers: Collection[Danger]) -> Condition:
    """The answers with what set the pack apart in a yard, which outweighs a no of who looked.

    A crash of no said severity is taken for the least that asks for an inspection. For any other
    reason what was answered with no is open again: somebody has seen what nobody has named.
    """
    known: dict[str, Any] = {field: True for danger, field in _SEEN_AS.items() if danger in dangers}
    if Danger.CRASH in dangers and condition.crash_severity in (None, *_LIGHT):
        known["crash_severity"] = _INSPECTED
    if Danger.OTHER in dangers:
        open_again = {name: None for name in _SEEN_AS.values() if getattr(condition, name) is False}
        known = open_again | known
    return replace(condition, **known)


def reopened(condition: Condition) -> Condition:
    """The answers after something happened that nobody has looked at since: a no is open again."""
    known: dict[str, Any] = {
        name: None for name in _SEEN_AS.values() if getattr(condition, name) is False
    }
    if condition.crash_severity in _LIGHT:
        known["crash_severity"] = None
    return replace(condition, **known)


def laid_over(first: Condition, later: Condition) -> Condition:
    """What a later look answered, over what the first one did; a question left out stays."""
    said = {name: value for name, value in asdict(later).items() if value is not None}
    return replace(first, **said)


def _yes_or_no(answer: object, *, pointer: str) -> bool | None:
    if answer is None or isinstance(answer, bool):
        return answer
    raise AnswerNotKnown(
        f"{answer!r} is neither true nor false",
        pointer=pointer,
        remedy="answer true or false, or leave the question out if nobody looked",
    )


def _one_of(answer: object, *, words: tuple[str, ...], pointer: str) -> str | None:
    if answer is None or (isinstance(answer, str) and answer in words):
        return answer
    raise AnswerNotKnown(
        f"{answer!r} is not a severity",
        pointer=pointer,
        remedy="answer one of: " + ", ".join(words),
    )
