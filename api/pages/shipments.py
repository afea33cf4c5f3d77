"""Shipments at the desk: what waits, and making one in two steps, of which the second is a look."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.pages.answers import Wrong, identifiers, wrong_of, wrongs_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.words import CONDITIONS
from passport.actions import shipment
from passport.actions.shipment import Terms
from passport.queries import dangerous_goods, party
from passport.queries import shipment as shipments
from passport.queries.scanned import NamedTwice
from passport.queries.shipment import Draft
from passport.rules.dangerous_goods import Statement
from passport.rules.dangerous_goods_table import Condition
from passport.rules.errors import Refusal
from passport.rules.shipment import MOST, lines_of

_HOLDERS = {"MAKER", "KEEPER", "WORKSHOP", "RECYCLER"}
_TERMS = {"sscc": 200, "reference": 60, "carrier": 120, "vehicle": 60}
_STATED = {"un_number": 10, "condition": 20, "packing_instruction": 10, "assessed_by": 120}
# A line that came from a check box and not from the field.
_TICKED = 0
_SHOWN = 500


@dataclass(frozen=True)
class Asked:
    """What stands in the form."""

    said: Mapping[str, str]
    codes: str
    ticked: tuple[str, ...]

    @property
    def lines(self) -> list[tuple[int, str]]:
        """Codes with their lines; what is ticked besides comes behind them."""
        typed = lines_of(self.codes)
        return typed + [(-number, each) for number, each in enumerate(self.ticked, 1)]

    @property
    def statement(self) -> Statement | None:
        """The statement; None while there is no condition, or no number."""
        if not self.said["un_number"] or self.said["condition"] not in Condition.__members__:
            return None
        return Statement(
            un_number=self.said["un_number"],
            condition=Condition(self.said["condition"]),
            packing_instruction=self.said["packing_instruction"],
            special_provisions=tuple(self.said["special_provisions"].replace(",", " ").split()),
            assessed_by=self.said["assessed_by"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listing(request: DeskRequest) -> HttpResponseBase:
    """List what comes and what was sent; a POST offers what was looked at."""
    if request.method == "POST":
        return _offer(request)
    incoming, outgoing = shipments.newest(party=request.desk.acting())
    context = {"incoming": incoming, "outgoing": outgoing}
    return page(request, "desk/shipments.html", context)


@require_safe
@signed_in
def new(request: DeskRequest) -> HttpResponseBase:
    """Ask what travels, to whom, and which dangerous goods it is."""
    return _form(request, _asked(request))


@require_POST
@signed_in
def check(request: DeskRequest) -> HttpResponseBase:
    """Show the shipment once more before it is offered; or the form again, with what is wrong."""
    asked = _asked(request)
    if request.POST.get("change"):
        return _form(request, asked)
    draft = shipments.draft(
        codes=asked.lines, statement=asked.statement, by=request.desk.acting(),
        on=request.desk.at.date(),
    )  # fmt: skip
    wrong = _wrong(asked, draft)
    if wrong:
        return _form(request, asked, *wrong, draft=draft, status=422)
    return _check(request, asked, draft)


def _offer(request: DeskRequest) -> HttpResponseBase:
    asked = _asked(request)
    try:
        made = shipment.offer(
            batteries=[text for _, text in asked.lines],
            to_id=identifiers([asked.said["to"]])[0],
            terms=Terms(**{name: asked.said[name] for name in _TERMS}),
            statement=asked.statement,
            by=request.desk.acting(),
            at=request.desk.at,
            shipment_id=identifiers([request.POST.get("shipment", "")])[0],
        )
    except Refusal as refusal:
        return _form(request, asked, *wrongs_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"/desk/shipments/{made.pk}/")


def _asked(request: DeskRequest) -> Asked:
    said = request.POST
    named = {**_TERMS, **_STATED, "special_provisions": 60, "to": 40}
    return Asked(
        said={name: said.get(name, "").strip()[:most] for name, most in named.items()},
        codes=said.get("codes", ""),
        ticked=tuple(said.getlist("battery") or request.GET.getlist("battery"))[:MOST],
    )


def _wrong(asked: Asked, draft: Draft) -> list[Wrong]:
    """What keeps the shipment from being looked at: lines that are wrong are not among it."""
    found = []
    if not draft.batteries:
        found.append(
            Wrong(_("No battery is chosen."), _("Tick some, or scan their codes."), "codes")
        )
    if not asked.said["to"]:
        found.append(Wrong(_("Nobody is chosen to ship to."), _("Choose a party."), "to"))
    if draft.refusal is not None and draft.batteries:
        told = wrong_of(draft.refusal)
        field = told.field.removeprefix("dangerous_goods-").replace("dangerous_goods", "condition")
        found.append(Wrong(told.detail, told.remedy, field))
    return found


def _left_out(draft: Draft | None) -> list[dict[str, Any]]:
    """Lines that name nothing that can travel; what was ticked and scanned too counts once."""
    return [
        {"line": max(each.place, _TICKED), "code": each.code[:80], "wrong": wrong_of(each.refusal)}
        for each in (draft.wrong if draft else ())
        if each.place > _TICKED or not isinstance(each.refusal, NamedTwice)
    ]


def _form(
    request: DeskRequest, asked: Asked, *wrong: Wrong, draft: Draft | None = None, status: int = 200
) -> HttpResponseBase:
    on = request.desk.at.date()
    said = dict(asked.said)
    if draft and draft.suggestion and not said["un_number"]:
        said["un_number"] = draft.suggestion.un_number
        if draft.suggestion.condition is Condition.WASTE and not said["condition"]:
            said["condition"] = Condition.WASTE.value
    others = party.others(party_id=request.desk.party.id)
    context = {
        "said": said,
        "codes": asked.codes,
        "ticked": asked.ticked,
        "batteries": shipments.offerable(party=request.desk.acting()),
        "others": [each for each in others if _HOLDERS & set(each.roles)],
        "numbers": dangerous_goods.numbers(on=on),
        "conditions": [(name, word, hint) for name, (word, hint) in CONDITIONS.items()],
        "instructions": dangerous_goods.instructions(on=on).items(),
        "left_out": _left_out(draft),
        "refusals": wrong,
    }
    return page(request, "desk/shipment_new.html", context, status=status)


def _check(request: DeskRequest, asked: Asked, draft: Draft) -> HttpResponseBase:
    to = party.by_id(party_id=identifiers([asked.said["to"]])[0])
    context = {
        "said": asked.said,
        "to_name": to.name,
        "draft": draft,
        "shown": draft.batteries[:_SHOWN],
        "left_out": _left_out(draft),
        "ids": "\n".join(str(each.pk) for each in draft.batteries),
        "codes": asked.codes,
        "ticked": asked.ticked,
        "shipment": uuid.uuid4(),
    }
    return page(request, "desk/shipment_check.html", context)
