"""Retiring batteries in three steps: which ones, in what condition, and a last look."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponseBase, HttpResponseRedirect
from django.http.request import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from api.pages.answers import Wrong, identifiers, moment, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.words import REASONS
from passport.rules.errors import Refusal
from recycling.actions import retirement
from recycling.queries import desk
from recycling.rules.keeping import check_days

# What an inspection asks; each answer opens or shuts a gate, so none is guessed.
QUESTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "case_damage": (
        _("Is a case swollen, leaking, venting or broken?"),
        _("Look at every side. Yes sends them to quarantine."),
    ),
    "thermal_event": (
        _("Has any of them seen heat, smoke or fire?"),
        _("Yes sends them to quarantine."),
    ),
    "water_ingress": (
        _("Has water been inside?"),
        _("Flood, fire hose, high-pressure cleaner. Yes sends them to be recycled."),
    ),
    "recall_open": (
        _("Is a safety recall open?"),
        _("Ask the maker if you are not sure; a recall known to this service counts anyway."),
    ),
    "knee": (
        _("Have they aged faster of late than before?"),
        _("A bend in the curve of health. Yes sends them to be tested."),
    ),
    "traceability": (
        _("Can their first life be traced?"),
        _("Since they were made, without gaps: so it is where they are followed here."),
    ),
}
CRASHES: Final[dict[str, Any]] = {
    "NONE": _("no crash"),
    "LIGHT": _("light, no airbag"),
    "AIRBAG": _("airbag released"),
    "STRUCTURAL": _("body or frame bent"),
}
# What a form begins with. Where a no would be a guess nothing is chosen.
BEGUN: Final = {"knee": "unknown", "traceability": "yes"}
ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True)
class Question:
    """A question as the form shows it, with the answer given so far."""

    name: str
    text: Any
    hint: Any
    said: str


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choose(request: DeskRequest) -> HttpResponseBase:
    """Show what can be retired and what has been; a POST retires what was checked."""
    if request.method == "POST":
        return _retire(request)
    party_id = request.desk.party.id
    context = {
        "batteries": desk.retirable(party_id=party_id),
        "retired": desk.retired(party_id=party_id),
        "picked": request.GET.getlist("battery"),
        "refusals": _none_picked(request),
    }
    return page(request, "desk/retire.html", context)


@require_safe
@signed_in
def condition(request: DeskRequest) -> HttpResponseBase:
    """Ask why they retire and what an inspection found."""
    picked = identifiers(request.GET.getlist("battery"))
    if not picked:
        return HttpResponseRedirect("/desk/retire/?none=1")
    return page(request, "desk/retire_condition.html", _context(request, request.GET, picked))


@require_safe
@signed_in
def check(request: DeskRequest) -> HttpResponseBase:
    """Show all answers once more before anything is recorded."""
    picked = identifiers(request.GET.getlist("battery"))
    wrong = _unanswered(request.GET, on=request.desk.at.date())
    context = _context(request, request.GET, picked)
    if wrong:
        context["refusals"] = wrong
        return page(request, "desk/retire_condition.html", context, status=422)
    context["events"] = [(line, uuid.uuid4()) for line in context["batteries"]]
    return page(request, "desk/retire_check.html", context)


def _retire(request: DeskRequest) -> HttpResponseBase:
    picked = identifiers(request.POST.getlist("battery"))
    events = identifiers(request.POST.getlist("event"))
    if (
        _unanswered(request.POST, on=request.desk.at.date())
        or not picked
        or len(picked) != len(events)
    ):
        return HttpResponseRedirect("/desk/retire/check?" + _answers(request.POST))
    try:
        retirement.retire_all(
            events=dict(zip(picked, events, strict=True)),
            by=request.desk.acting(),
            reason=request.POST["reason"],
            condition=_condition(request.POST),
            at=request.desk.at,
            happened_at=moment(request.POST.get("moment", ""), at=request.desk.at),
            facility_id=_facility(request.POST),
            ready_on=_day(request.POST, "ready_on"),
            due_on=_day(request.POST, "due_on"),
        )
    except Refusal as refusal:
        context = _context(request, request.POST, picked)
        context["refusals"] = (wrong_of(refusal),)
        context["events"] = list(zip(context["batteries"], events, strict=True))
        return page(request, "desk/retire_check.html", context, status=answered(refusal))
    return HttpResponseRedirect("/desk/plans/")


def _context(
    request: DeskRequest, said: QueryDict, picked: tuple[uuid.UUID, ...]
) -> dict[str, Any]:
    return {
        "batteries": desk.chosen(party_id=request.desk.party.id, battery_ids=picked),
        "reasons": REASONS.items(),
        "reason": said.get("reason", ""),
        "reason_words": REASONS.get(said.get("reason", ""), ""),
        "questions": [
            Question(name, text, hint, said.get(name, BEGUN.get(name, "")))
            for name, (text, hint) in QUESTIONS.items()
        ],
        "crashes": CRASHES.items(),
        "crash": said.get("crash_severity", ""),
        "crash_words": CRASHES.get(said.get("crash_severity", ""), ""),
        "facilities": (places := desk.places(party_id=request.desk.party.id)),
        "facility": str(_facility(said) or (places[0].id if places else "")),
        "facility_said": str(_facility(said) or ""),
        "facility_words": next((each.name for each in places if each.id == _facility(said)), ""),
        "ready_on": _day(said, "ready_on"),
        "due_on": _day(said, "due_on"),
        "asked": _answers(said),
        "moment": said.get("moment") or request.desk.at.isoformat(),
    }


def _facility(said: QueryDict) -> uuid.UUID | None:
    """Where they stand, if that is said."""
    told = said.get("facility", "")
    return identifiers([told])[0] if told else None


def _day(said: QueryDict, name: str) -> date | None:
    """A day that was given; what is none is told by _unanswered()."""
    try:
        return date.fromisoformat(said.get(name, ""))
    except ValueError:
        return None


def _answers(said: QueryDict) -> str:
    """What was answered, for an address: without the token, which belongs in no address."""
    kept = said.copy()
    kept.pop("csrfmiddlewaretoken", None)
    return kept.urlencode()


def _condition(said: Mapping[str, Any]) -> dict[str, bool | str]:
    """The answers as the rules read them; "nobody looked" is left out, which is not a no."""
    found: dict[str, bool | str] = {
        name: ANSWERS[said[name]] for name in QUESTIONS if said.get(name) in ANSWERS
    }
    if said.get("crash_severity") in CRASHES:
        found["crash_severity"] = said["crash_severity"]
    return found


def _unanswered(said: QueryDict, *, on: date) -> tuple[Wrong, ...]:
    wrong = []
    if said.get("reason") not in REASONS:
        wrong.append(
            Wrong(gettext("No reason is given."), gettext("Choose why they retire."), "reason")
        )
    remedy = gettext("“Nobody looked” is an answer.")
    for name, (text, _hint) in QUESTIONS.items():
        if said.get(name) not in ("yes", "no", "unknown"):
            detail = gettext("Not answered: {question}").format(question=text)
            wrong.append(Wrong(detail, remedy, name))
    for name in ("ready_on", "due_on"):
        if (text := said.get(name, "")) and _day(said, name) is None:
            detail = gettext("“{text}” is no day.").format(text=text[:20])
            wrong.append(Wrong(detail, gettext("Leave it out."), name))
    try:
        check_days(ready_on=_day(said, "ready_on"), due_on=_day(said, "due_on"), on=on)
    except Refusal as refusal:
        wrong.append(wrong_of(refusal))
    return tuple(wrong)


def _none_picked(request: DeskRequest) -> tuple[Wrong, ...]:
    if "none" not in request.GET:
        return ()
    return (Wrong(gettext("No battery is selected."), gettext("Tick at least one."), "batteries"),)
