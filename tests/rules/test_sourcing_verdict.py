"""What a file supports, why it does not, and what is told beside it."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from passport.proof import canonical
from passport.rules.sourcing_case import CostKind, Credit, Method
from passport.rules.sourcing_result import percent, result_document, shown
from passport.rules.sourcing_rules import rule_set
from passport.rules.sourcing_threshold import Asked, held_against
from passport.rules.sourcing_verdict import OtherRuleSet, Reason, Verdict, judge
from passport.rules.sourcing_warning import Notice
from tests.rules.sourcing_cases import (
    DOCUMENT,
    HOUSING,
    INVERTER,
    PACK,
    RULES,
    case,
    certificate,
    company,
    cost,
    flag,
    line,
    project,
    property_of,
    whole,
)

TABLE = ("IDENTIFICATION", "COST_PERCENTAGE")
BY_COST = {"method": Method.DIRECT_COST, "elections": ()}


def judged(told, rules=RULES):
    return judge(case=told, rules=rules)


def changed(**members):
    return rule_set({**DOCUMENT, **members})


VERDICTS = {
    "all is clean": (case(*property_of()), Verdict.SUPPORTED, ()),
    "too much is prohibited": (
        case(*property_of({PACK: "listed"})), Verdict.NOT_SUPPORTED, (Reason.BELOW_THRESHOLD,),
    ),
    "the taxpayer is prohibited": (
        case(*property_of(), owner="listed"), Verdict.NOT_SUPPORTED, (Reason.TAXPAYER_PROHIBITED,),
    ),
    "of the taxpayer nothing is shown": (
        case(*property_of(), owner="unknown"), Verdict.NOT_SUPPORTED, (Reason.TAXPAYER_NOT_SHOWN,),
    ),
    "nobody says when it begins": (
        case(*property_of(), begins_on=None), Verdict.NOT_SUPPORTED, (Reason.NO_DAY,),
    ),
    "there is no table": (
        case(*property_of(), credit=Credit.FACILITY_48E), Verdict.NOT_SUPPORTED, (Reason.NO_TABLE,),
    ),
    "nothing is counted": (case(), Verdict.NOT_SUPPORTED, (Reason.NOTHING_COUNTED,)),
    "percentages without identification": (
        case(*property_of(), elections=("COST_PERCENTAGE",)), Verdict.NOT_SUPPORTED,
        (Reason.IDENTIFICATION_NOT_ELECTED,),
    ),
    "percentages beside costs": (
        case(*whole(PACK, costs=(cost(1),)), method=Method.DIRECT_COST, elections=TABLE),
        Verdict.NOT_SUPPORTED, (Reason.METHODS_MIXED,),
    ),
    "begun before the law asks": (
        case(*property_of({PACK: "listed"}), begins_on=date(2025, 12, 31)), Verdict.NOT_APPLICABLE,
        (),
    ),
    "begun before the law asks, by who has no credit at all": (
        case(*property_of(), owner="listed", begins_on=date(2025, 12, 31)),
        Verdict.NOT_SUPPORTED, (Reason.TAXPAYER_PROHIBITED,),
    ),
    "a storage property without what stores": (
        case(*property_of(products=(HOUSING, INVERTER))), Verdict.NOT_SUPPORTED,
        (Reason.NOTHING_STORES,),
    ),
    "a component of no row": (
        case(credit=Credit.COMPONENT_45X, component="rotor", **BY_COST), Verdict.NO_THRESHOLD,
        (Reason.NOTHING_COUNTED,),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", VERDICTS)
def test_a_file_supports_a_credit_or_says_why_not(what):
    told, verdict, reasons = VERDICTS[what]
    result = judged(told)
    assert (result.verdict, result.reasons) == (verdict, reasons)
    assert canonical.encode(result_document(result))


def test_the_words_are_of_a_file_and_a_rule_set_and_never_of_a_credit():
    said = {judged(told).words for told, _, _ in VERDICTS.values()}
    assert said == {
        "supported by this file under rule set US-FEOC-2026-10",
        "not supported by this file under rule set US-FEOC-2026-10",
        "threshold not applicable under rule set US-FEOC-2026-10",
        "no threshold in rule set US-FEOC-2026-10",
    }
    assert not any("eligible" in words for words in said)


def test_a_case_keeps_its_rule_set():
    with pytest.raises(OtherRuleSet):
        judged(case(), changed(id="US-FEOC-2027-01"))


SALES = {
    "of a calendar year of 2025": ("01-01", date(2025, 9, 1), Asked.NOT_APPLICABLE, None),
    "of a year begun after the law, in 2025": ("08-01", date(2025, 9, 1), Asked.NO_THRESHOLD, None),
    "of 2026": ("08-01", date(2026, 3, 1), Asked.YES, 60),
    "of no day": ("01-01", None, Asked.NO_DAY, None),
}


@pytest.mark.parametrize("what", SALES)
def test_a_component_goes_by_its_sale(what):
    starts, day, asked, wanted = SALES[what]
    told = project(
        credit=Credit.COMPONENT_45X, component="battery_module", tax_year_starts=starts, sold_on=day
    )
    held = held_against(project=told, rules=RULES)
    assert (held.asked, held.percent) == (asked, wanted)


def test_a_row_and_a_table_from_memory_are_told():
    sold = case(
        credit=Credit.COMPONENT_45X, component="inverter", sold_on=date(2026, 3, 1), **BY_COST
    )
    assert "C45X_INVERTER" in {each.id for each in judged(sold).not_read}
    early = replace(sold, project=replace(sold.project, tax_year_starts="08-01",
                                          sold_on=date(2025, 9, 1)))  # fmt: skip
    assert "NO_THRESHOLD_45X" in {each.id for each in judged(early).not_read}
    table = {**DOCUMENT["tables"][0], "verified": False}
    unread = judged(case(*property_of()), changed(tables=[table]))
    assert [each.id for each in unread.not_read] == [table["id"]]
    known = judged(case(*property_of(), flags=[flag(PACK)]))
    assert "REASON_TO_KNOW" in {each.id for each in known.not_read}


def test_a_standing_that_rests_on_memory_is_told():
    told = case(*property_of({PACK: "maker"}), entities=[company("maker", principal_place="CN")])
    result = judged(told)
    determined = next(each for each in result.determinations if each.entity == "maker")
    assert set(determined.unverified) <= {each.id for each in result.not_read}


WARNED = {
    "certificates that are not elected": (
        case(*property_of(), certificates=[certificate()]), {Notice.CERTIFICATES_UNUSED},
    ),
    "freight and duty": (
        case(
            *whole(HOUSING, costs=(cost(9), cost(1, CostKind.FREIGHT), cost(1, CostKind.DUTY))),
            **BY_COST,
        ),
        {Notice.FREIGHT_APART, Notice.DUTY_COUNTED},
    ),
    "too much assigned": (
        case(*whole(HOUSING, costs=(cost(9),), assigned=True), **BY_COST),
        {Notice.ASSIGNED_TOO_MUCH},
    ),
    "a reason to know that was resolved": (
        case(*property_of(), flags=[
            flag(PACK, "F2", resolved_on=date(2026, 6, 1)),
            flag("other", "F3", resolved_on=date(2027, 1, 1)),
        ]),
        {Notice.RESOLVED},
    ),
    "another reading": (case(*property_of({INVERTER: "listed"})), {Notice.LENIENT_DIFFERS}),
}  # fmt: skip


@pytest.mark.parametrize("what", WARNED)
def test_what_has_to_be_told_beside_a_result_is_told(what):
    told, notices = WARNED[what]
    assert {each.notice for each in judged(told).warnings} == notices


def test_the_interim_rules_end():
    ending = changed(dates={**DOCUMENT["dates"], "interim_until": "2026-03-01"})
    late = judged(case(*property_of()), ending)
    assert [each.notice for each in late.warnings] == [Notice.INTERIM_ENDED]
    early = judged(case(*property_of(), begins_on=date(2026, 3, 1)), ending)
    assert early.warnings == ()


def test_the_taxpayer_is_looked_at_in_the_year_of_the_claim_as_far_as_the_file_knows_it():
    def tested(day):
        return str(judged(case(*property_of(), placed_on=day)).taxpayer.tested_on)

    assert tested(date(2026, 6, 1)) == tested(date(2029, 6, 1)) == tested(None) == "2026-01-01"


def test_every_figure_names_its_formula_operands_citation_and_papers():
    costs = (cost(100, document_sha256="cd" * 32),)
    document = result_document(judged(case(*whole(HOUSING, costs=costs), **BY_COST)))
    steps = {each["id"]: each for each in document["steps"]}
    for step in steps.values():
        assert step["citation"]
        assert step["formula"] in document["formulas"]
        inner = [each for each in step["operands"] if not each.startswith(("case:", "rules:"))]
        assert all(each in steps for each in inner)
    assert steps[f"cost:{HOUSING}"]["sources"] == ["cd" * 32]
    assert steps["ratio:strict:supported"]["value"] == document["strict"]["supported"] == "1/1"


def test_the_same_case_gives_the_same_bytes():
    told = case(*property_of({PACK: "unknown"}, {"cells": "listed"}))
    first, second = (canonical.encode(result_document(judged(told))) for _ in range(2))
    assert first == second
    document = json.loads(first)
    assert document["fewest"] is None
    assert document["fewest_with_other_makers"]["settle"] == [
        "PROHIBITED:listed",
        "UNKNOWN:unknown",
    ]


def test_findings_say_where_the_ratio_would_be():
    told = case(*property_of(parts={"cells": "unknown", "bms": "listed"}))
    document = result_document(judged(told))
    first = document["findings"][0]
    assert (first["kind"], first["about"], first["would_pass"]) == ("UNKNOWN", "unknown", True)
    assert (first["ratio"], first["lines"]) == ("463/500", ["cells"])
    assert document["fewest"] == {"settle": ["UNKNOWN:unknown"], "ratio": "463/500", "fewest": True}


def test_a_figure_is_shown_with_as_many_places_as_tell_it_from_the_threshold():
    just_below = Fraction(54_999_999, 100_000_000)
    assert str(percent(just_below)) == "55.00"
    assert str(shown(just_below, Decimal(55))) == "54.999999"
    assert str(shown(Fraction(55, 100), Decimal(55))) == "55.00"
    assert str(shown(Fraction(1, 3), None)) == "33.33"


HOME = {
    "all of it": (lambda each: True, Fraction(1)),
    "all but the cells": (lambda each: each.row != "cells", Fraction(40, 100)),
    "all but the pack's assembly": (lambda each: each.id != PACK, Fraction(92, 100)),
}


@pytest.mark.parametrize("what", HOME)
def test_domestic_content_goes_by_where_it_was_made(what):
    at_home, share = HOME[what]
    lines = property_of({PACK: "listed"})
    told = [replace(each, made_in="US" if at_home(each) else "CN") for each in lines]
    content = judged(case(*told)).content
    assert (content.share, content.percent, content.reached) == (share, 50, share >= Fraction(1, 2))


def test_what_is_absent_or_excluded_counts_nothing_in_domestic_content():
    told = [replace(each, made_in="US") for each in property_of(products=(PACK, HOUSING))]
    spare = [
        line("spare", PACK, made_in="CN", excluded="a spare"),
        line("part", PACK, "cells", made_in="CN", excluded="a spare"),
    ]
    assert judged(case(*told, *spare)).content.share == Fraction("95.4") / 100
    early = judged(case(*told, begins_on=date(2025, 6, 1))).content
    assert (early.percent, early.reached) == (None, False)
    assert judged(case(*told, begins_on=None)).content.percent is None
    assert judged(case(credit=Credit.COMPONENT_45X, **BY_COST)).content is None
