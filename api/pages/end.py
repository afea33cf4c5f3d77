"""The end of one battery at a desk: its gates, the test that may clear them, and quarantine."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from api.pages.answers import Wrong, identifiers, wrong_of
from api.pages.gate_words import ITEMS
from api.pages.retire import ANSWERS, CRASHES, QUESTIONS
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from passport.queries import dangerous_goods
from passport.rules.dangerous_goods_table import Condition
from passport.rules.errors import Refusal
from recycling.actions import gate_check, quarantine, testing
from recycling.queries import desk_end
from recycling.queries import testing as tests
from recycling.rules.testing import MEASURES

CONDITIONS: Final = (Condition.DAMAGED, Condition.DAMAGED_CRITICAL, Condition.NOT_KNOWN)
_Act = Callable[[], object]


def at(battery_id: uuid.UUID) -> str:
    """Where the end of a battery stands."""
    return f"/desk/batteries/{battery_id}/end/"


@require_safe
@signed_in
def show(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Show what the gates say now, what they said, its tests, and what can be done."""
    return shown(request, battery_id)


@require_POST
@signed_in
def check(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Ask the gates now, and keep what they say."""
    by, now = request.desk.acting(), request.desk.at
    return done(
        request,
        battery_id,
        lambda: gate_check.check(battery_id=battery_id, by=by, at=now),
    )


@require_POST
@signed_in
def order(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Order a test from a workshop, or from oneself."""
    tester = identifiers([request.POST.get("tester", "")])[0]
    by, now = request.desk.acting(), request.desk.at
    return done(
        request,
        battery_id,
        lambda: testing.order(battery_id=battery_id, tester_id=tester, by=by, at=now),
    )


@require_POST
@signed_in
def judge(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """Keep in which condition it is, as somebody judged it; leads to its papers."""
    said = request.POST.get("condition", "")
    if said not in CONDITIONS:
        wrong = Wrong(_("No condition is chosen."), _("Choose one of the three."), "condition")
        return shown(request, battery_id, wrong, status=422)
    try:
        quarantine.judge(
            battery_id=battery_id,
            condition=Condition(said),
            assessed_by=request.POST.get("assessed_by", ""),
            un_number=request.POST.get("un_number", "").strip(),
            packing_instruction=request.POST.get("packing_instruction", "").strip(),
            by=request.desk.acting(),
            at=request.desk.at,
            event_id=identifiers([request.POST.get("event") or str(uuid.uuid4())])[0],
        )
    except Refusal as refusal:
        return shown(request, battery_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(at(battery_id) + "#quarantine")


@require_safe
@signed_in
def papers(request: DeskRequest, battery_id: uuid.UUID) -> HttpResponseBase:
    """The data of the dangerous-goods papers on one sheet, to be printed."""
    found = _end(request, battery_id)
    return page(request, "desk/quarantine_papers.html", {"end": found, "line": found.line})


@require_safe
@signed_in
def test(request: DeskRequest, order_id: uuid.UUID) -> HttpResponseBase:
    """Show one test: what was ordered, booked and found; its tester fills in the seven items."""
    return _test(request, order_id)


@require_POST
@signed_in
def book(request: DeskRequest, order_id: uuid.UUID) -> HttpResponseBase:
    """The tester names the day."""
    try:
        day = date.fromisoformat(request.POST.get("booked_on", "").strip())
    except ValueError:
        wrong = Wrong(_("That is no day."), _("Write it as in 2026-12-01."), "booked_on")
        return _test(request, order_id, wrong, status=422)
    by, now = request.desk.acting(), request.desk.at
    return _step(
        request,
        order_id,
        lambda: testing.book(order_id=order_id, booked_on=day, by=by, at=now),
    )


@require_POST
@signed_in
def result(request: DeskRequest, order_id: uuid.UUID) -> HttpResponseBase:
    """The tester records the seven items."""
    said, by, now = request.POST, request.desk.acting(), request.desk.at
    event_id = identifiers([said.get("event") or str(uuid.uuid4())])[0]
    return _step(
        request,
        order_id,
        lambda: testing.record(
            order_id=order_id,
            result=testing.Result(
                items=_items(request),
                answers=_answers(request),
                facility=said.get("facility", ""),
                country=said.get("country", "").strip().upper(),
                certificate=said.get("certificate", ""),
            ),
            event_id=event_id,
            by=by,
            at=now,
        ),
    )


@require_POST
@signed_in
def cancel(request: DeskRequest, order_id: uuid.UUID) -> HttpResponseBase:
    """Either side calls the test off."""
    by, now = request.desk.acting(), request.desk.at
    return _step(request, order_id, lambda: testing.cancel(order_id=order_id, by=by, at=now))


def done(request: DeskRequest, battery_id: uuid.UUID, act: _Act) -> HttpResponseBase:
    """Do it, and come back to the page; a refusal stands on it."""
    _end(request, battery_id)
    try:
        act()
    except Refusal as refusal:
        return shown(request, battery_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(at(battery_id))


def shown(
    request: DeskRequest, battery_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponse:
    """The page of a battery's end."""
    found = _end(request, battery_id)
    instructions = dangerous_goods.instructions(on=request.desk.at.date())
    context: dict[str, Any] = {
        "end": found,
        "line": found.line,
        "conditions": [(each.value, " ".join(instructions[each])) for each in CONDITIONS],
        "event": uuid.uuid4(),
        "asked": request.POST,
        "refusals": wrong,
    }
    return page(request, "desk/end.html", context, status=status)


def _end(request: DeskRequest, battery_id: uuid.UUID) -> desk_end.End:
    return desk_end.end(
        party=request.desk.acting(), battery_id=battery_id, on=request.desk.at.date()
    )


def _step(request: DeskRequest, order_id: uuid.UUID, act: _Act) -> HttpResponseBase:
    try:
        act()
    except Refusal as refusal:
        return _test(request, order_id, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/tests/{order_id}/")


def _test(
    request: DeskRequest, order_id: uuid.UUID, *wrong: Wrong, status: int = 200
) -> HttpResponse:
    found = tests.by_id(order_id=order_id)
    asked = request.POST
    context: dict[str, Any] = {
        "test": found,
        "mine": found.tester_id == request.desk.party.id,
        "open": found.state in ("ORDERED", "BOOKED"),
        "line": desk_end.tested_line(test=found),
        "items": [_Item.of(name, asked) for name in ITEMS],
        "questions": [
            (name, text, asked.get(name, "")) for name, (text, _hint) in QUESTIONS.items()
        ],
        "crashes": CRASHES.items(),
        "event": asked.get("event") or uuid.uuid4(),
        "asked": asked,
        "refusals": wrong,
    }
    return page(request, "desk/test.html", context, status=status)


class _Item:
    """One of the seven as the form shows it, with what was typed."""

    def __init__(self, name: str, said: str, note: str, measures: list[tuple[str, str]]) -> None:
        self.name, self.said, self.note, self.measures = name, said, note, measures

    @classmethod
    def of(cls, name: str, asked: Any) -> _Item:
        """What was typed of this item."""
        measures = [(key, asked.get(f"{name}-{key}", "")) for key in MEASURES.get(name, {})]
        return cls(name, asked.get(f"{name}-passed", ""), asked.get(f"{name}-note", ""), measures)


def _items(request: DeskRequest) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ITEMS:
        item = _Item.of(name, request.POST)
        if item.said not in ANSWERS:
            continue
        said: dict[str, Any] = {"passed": ANSWERS[item.said]}
        if item.note.strip():
            said["note"] = item.note.strip()
        said |= {key: text.strip().replace(",", ".") for key, text in item.measures if text.strip()}
        found[name] = said
    return found


def _answers(request: DeskRequest) -> dict[str, bool | str]:
    said = request.POST
    found: dict[str, bool | str] = {
        name: ANSWERS[said[name]] for name in QUESTIONS if said.get(name) in ANSWERS
    }
    if said.get("crash_severity") in CRASHES:
        found["crash_severity"] = said["crash_severity"]
    return found
