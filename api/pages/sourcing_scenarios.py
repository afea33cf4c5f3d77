"""Scenarios: a form whose address is the scenario, its plots and table, the same as CSV, saved."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_http_methods, require_safe

from api.pages.answers import Wrong, wrong_of
from api.pages.signed_in import DeskRequest, answered, page, signed_in
from api.pages.sourcing_csv import as_csv
from api.pages.sourcing_desk_tags import written
from api.pages.sourcing_desk_words import METHODS
from api.pages.sourcing_plots import plots
from passport.actions import sourcing_pipeline
from passport.queries import (
    sourcing_desk,
    sourcing_rules,
    sourcing_scenario,
    sourcing_suggestion,
)
from passport.queries.sourcing_scenario import Reckoned, Supposed
from passport.rules.errors import Malformed, Refusal

HERE: Final = "/desk/sourcing/scenarios/"
RECIPES: Final = ("A", "B", "C")
MIXES: Final = range(3)
TERMS: Final = ("credit_percent", "adder_percent", "spread_percent", "tariff_points")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def scenarios(request: DeskRequest) -> HttpResponseBase:
    """Show the form and what it comes to, as a page or as CSV; a POST saves it under a name."""
    party, on = request.desk.acting(), request.desk.at.date()
    form = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and not any(key.startswith("recipes-") for key in form):
        first = sourcing_suggestion.suggested(owner=party, as_of=on)
        return _shown(request, first, form) if first else _empty(request)
    inputs = read_form(form)
    if request.method != "POST":
        return _shown(request, inputs, form)
    name = str(form.get("name", "")).strip()
    try:
        if not 0 < len(name) <= 120:
            raise Malformed("it has no name", pointer="/name", remedy="write one to save it under")
        saved = sourcing_pipeline.save_scenario(
            name=name, inputs=inputs, rule_set=sourcing_rules.newest().id, as_of=on, by=party,
            at=request.desk.at,
        )  # fmt: skip
    except Refusal as refusal:
        return _shown(request, inputs, form, wrong_of(refusal), status=answered(refusal))
    return HttpResponseRedirect(f"{HERE}{saved.pk}/")


@require_safe
@signed_in
def saved(request: DeskRequest, scenario_id: uuid.UUID) -> HttpResponseBase:
    """Show a saved scenario, reckoned anew by its rule set and day, and what would be if."""
    kept = sourcing_scenario.by_id(scenario_id=scenario_id, owner=request.desk.acting())
    reckoned = sourcing_scenario.of_saved(kept)
    if request.GET.get("as") == "csv":
        return as_csv(reckoned)
    wrong: tuple[Wrong, ...] = ()
    supposed: Supposed | None = None
    if request.GET.get("maker"):
        try:
            supposed = sourcing_scenario.suppose_saved(
                kept, maker=request.GET["maker"], list_id=request.GET.get("list", ""),
                on=_day(request.GET.get("on", "")),
            )  # fmt: skip
        except Refusal as refusal:
            wrong = (wrong_of(refusal),)
    context = {
        **_result(reckoned), "kept": kept, "supposed": supposed, "asked": request.GET,
        "companies": sourcing_desk.names(owner=kept.owner, as_of=kept.as_of),
        "lists": sourcing_rules.rules_of(kept.rule_set).lists, "refusals": wrong,
        "csv": "?as=csv",
    }  # fmt: skip
    return page(request, "desk/sourcing_scenario.html", context, status=422 if wrong else 200)


def read_form(form: QueryDict) -> dict[str, Any]:
    """The inputs that a form tells; what is left empty is not part of them."""
    recipes = [
        {"name": name, "goods": goods}
        for place, name in enumerate(RECIPES)
        if (goods := _filled(form, f"recipes-{place}-goods-"))
    ]
    mixes = [
        {"name": str(form.get(f"mixes-{place}-name", "")).strip(), "parts": parts}
        for place in MIXES
        if (parts := _filled(form, f"mixes-{place}-parts-"))
    ]
    told: dict[str, Any] = {
        name: text.replace(",", ".") for name in TERMS if (text := str(form.get(name, "")).strip())
    }
    return {
        "recipes": recipes, "mixes": mixes, "method": form.get("method", "DIRECT_COST"),
        "pro_rata": form.get("pro_rata") == "on", **told,
    }  # fmt: skip


def _filled(form: QueryDict, start: str) -> dict[str, str]:
    told = {key: str(form[key]).strip() for key in form if key.startswith(start)}
    return {
        key.removeprefix(start): text.replace(",", ".")
        for key, text in told.items()
        if text not in ("", "0")
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Malformed("that is no day", pointer="/on", remedy="write 2027-06-10") from None


def _result(reckoned: Reckoned) -> dict[str, Any]:
    clean = reckoned.inputs.clean.name
    now = next(total.net for total in reckoned.totals if total.mix == clean)
    return {
        "found": reckoned,
        "plots": plots(totals=reckoned.totals, curve=reckoned.curve, bars=reckoned.bars, now=now),
        "methods": METHODS,
        "spread": written(reckoned.inputs.spread * 100, 0),
        "points": written(reckoned.inputs.points, 0),
    }


def _empty(request: DeskRequest) -> HttpResponse:
    return page(request, "desk/sourcing_scenarios.html", {"empty": True})


def _shown(
    request: DeskRequest, inputs: dict[str, Any], form: QueryDict, *wrong: Wrong, status: int = 200
) -> HttpResponse:
    party, on = request.desk.acting(), request.desk.at.date()
    rules, result = sourcing_rules.newest(), {}
    try:
        reckoned = sourcing_scenario.reckoned(inputs=inputs, owner=party, as_of=on, rules=rules)
        if request.GET.get("as") == "csv":
            return as_csv(reckoned)
        result = _result(reckoned)
    except Refusal as refusal:
        if not wrong:
            wrong, status = (wrong_of(refusal),), answered(refusal)
    context = {
        **result, **sourcing_suggestion.choices(owner=party, as_of=on),
        "fields": _fields(inputs), "inputs": inputs, "recipes": RECIPES, "mixes": MIXES,
        "methods": METHODS, "asked": form, "refusals": wrong,
        "saved": sourcing_scenario.listing(owner=party),
        "csv": f"?{request.GET.urlencode()}&as=csv" if form else "?as=csv",
    }  # fmt: skip
    return page(request, "desk/sourcing_scenarios.html", context, status=status)


def _fields(inputs: dict[str, Any]) -> dict[str, str]:
    """What stands in each field of the form, by its id."""
    found: dict[str, str] = {name: inputs[name] for name in TERMS if name in inputs}
    for each in inputs["recipes"]:
        place = RECIPES.index(each["name"])
        for category, offer in each["goods"].items():
            found[f"recipes-{place}-goods-{category}"] = offer
    for place, each in enumerate(inputs["mixes"]):
        found[f"mixes-{place}-name"] = each["name"]
        for recipe, percent in each["parts"].items():
            found[f"mixes-{place}-parts-{recipe}"] = percent
    return found
