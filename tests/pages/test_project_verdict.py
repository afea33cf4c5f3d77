"""The first page of a project: the verdict in words, the bar, and what would change it."""

from __future__ import annotations

from typing import Any

import pytest

from api.pages.verdict_view import sheet_of, steps_of_lines
from passport.queries import sourcing_rules
from passport.rules.sourcing_case import Method
from passport.rules.sourcing_verdict import judge
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import fits, sit_down
from tests.passport.projecting import cost as price
from tests.passport.projecting import line as bought
from tests.passport.projecting import opened
from tests.rules.sourcing_cases import (
    HOUSING,
    INVERTER,
    PACK,
    RULES,
    case,
    cost,
    flag,
    line,
    property_of,
    whole,
)

RULE_SET = sourcing_rules.newest().id


def sheet(told: Any) -> Any:
    return sheet_of(judge(case=told, rules=RULES), RULES)


def test_the_verdict_is_said_of_the_file_and_the_bar_has_its_parts() -> None:
    found = sheet(case(*property_of({INVERTER: "unknown"}, {"bms": "listed"})))
    assert found.verdict == f"Supported by this file under rule set {RULE_SET}"
    assert (found.strict.supported, found.strict.potential) == ("88.00 %", "92.60 %")
    assert found.threshold == "55 %"
    bar = found.strict.bar
    assert (bar.clean, bar.open_from, bar.open_width) == ("880.0", "880.0", "46.0")
    assert (bar.bad_from, bar.bad_width, bar.mark) == ("926.0", "74.0", "550.0")


def test_findings_are_named_as_people_name_them() -> None:
    told = case(
        *property_of(parts={"cells": "unknown", "bms": "listed"}, products=(PACK, HOUSING)),
        line("inv", INVERTER), flags=[flag("enclosure")],
    )  # fmt: skip
    found = sheet(told)
    assert [(each.says, each.would_pass) for each in found.findings][:2] == [
        ("What unknown Inc. is has not been shown.", True),
        ("A reason to know is open: A register says otherwise.", False),
    ]
    assert "listed Inc. is a prohibited foreign entity." in [each.says for each in found.findings]
    row = "Printed circuit board assemblies (Inverter or converter)"
    assert f"No line says who made {row}." in [each.says for each in found.findings]
    assert found.way == ("What unknown Inc. is has not been shown.",)


def test_where_only_other_makers_help_it_says_so_and_nothing_counted_has_no_bar() -> None:
    found = sheet(case(*property_of({PACK: "listed"})))
    assert (found.way, found.other_way) == ((), ("listed Inc. is a prohibited foreign entity.",))
    assert sheet(case()).strict is None
    no_table = sheet(case(*property_of(), begins_on=None))
    assert (no_table.threshold, no_table.strict.bar.mark) == ("", "")


def test_a_great_many_findings_and_operands_are_cut_and_counted() -> None:
    lines = [line(f"L{n}", f"thing {n}", by=None, costs=(cost(1),)) for n in range(120)]
    found = judge(case=case(*lines, method=Method.DIRECT_COST, elections=()), rules=RULES)
    page = sheet_of(found, RULES)
    assert (len(page.findings), page.more_findings) == (100, 140)
    assert [each.operands for each in page.steps if each.id == "A"] == [
        "counted:L0, counted:L1, counted:L10 and 117 more"
    ]
    assert len(steps_of_lines(found)) == 240
    one = sheet(case(*whole(PACK, by="listed"), line("b", PACK, by="listed")))
    assert one.findings[0].lines.count(",") == 2


@pytest.fixture
def project_id(people: People) -> Any:
    """A project of the keeper's that is told of, and of whose makers nobody has told anything."""
    lines = [bought(f"L-{n}", costs=(price(1000),)) for n in range(60)]
    with people.as_system():
        return opened(people.stage.cast["keeper"], *lines, rule_set=RULE_SET, name="Juniper").pk


def test_the_owner_reads_the_verdict_and_every_figure(people: People, project_id: Any) -> None:
    desk = people.at_desk("keeper")
    page = desk.get(f"/desk/projects/{project_id}/verdict/").content.decode()
    first = desk.get(f"/desk/projects/{project_id}/").content.decode()
    assert page.count("verdict-bar") == first.count("verdict-bar") == 2
    assert f"Not supported by this file under rule set {RULE_SET}" in page
    assert "eligible" not in page
    assert 'class="verdict-bar"' in page
    first = desk.get(f"/desk/projects/{project_id}/verdict/steps/").content.decode()
    assert "1</span> to" in first
    assert "cost:L-0" in first
    last = desk.get(f"/desk/projects/{project_id}/verdict/steps/?from=100").content.decode()
    assert "counted:L-9" in last
    assert "cost:L-0<" not in last


def test_a_day_before_the_project_has_no_page_and_one_to_come_is_today(
    people: People, project_id: Any
) -> None:
    desk, address = people.at_desk("keeper"), f"/desk/projects/{project_id}/verdict/"
    assert desk.get(address + "?as_of=2020-01-01").status_code == 404
    today = desk.get(address + "?as_of=soon").content
    assert desk.get(address + "?as_of=2999-01-01").content.count(b'datetime="2999') == 0
    assert b"Not supported" in today


@pytest.mark.browser
@needs_chromium
def test_bar_findings_and_figures_fit_a_phone_and_a_desk(
    browser: Browser, live: str, people: People, project_id: Any
) -> None:
    sit_down(browser, live, people, "keeper")
    address = f"{live}/desk/projects/{project_id}/"
    fits(browser, address + "verdict/steps/")
    fits(browser, address + "verdict/")
    moved = "[...document.querySelectorAll('#findings ~ table tbody tr td:nth-child(4) .number')]"
    ratios = browser.ask(f"{moved}.map((each) => parseFloat(each.innerText))")
    assert ratios == sorted(ratios, reverse=True)
    assert browser.ask("document.querySelector('.verdict-bar .mark').getAttribute('x1')") == "550.0"
