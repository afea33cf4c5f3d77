"""Asks axe-core what it finds wrong with the page at hand; the same for every test of a page."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.pages.browser import Browser

PROGRAM = Path(__file__).resolve().parents[1] / "oracles/node_modules/axe-core/axe.min.js"
# WCAG 2.2 up to AA, and what its makers count as good practice.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
GRAVE = ("serious", "critical")


@cache
def _program() -> str:
    if not PROGRAM.is_file():
        pytest.skip("axe-core absent: run `npm --prefix tests/oracles ci` with node 20")
    return PROGRAM.read_text("utf-8")


def faults(browser: Browser, *, within: str = "document") -> list[dict[str, Any]]:
    """What axe-core finds, each with its rule, its gravity and where; the policy stays as it is.

    The program comes in through the debugger, which a page's policy does not hold.
    """
    if not browser.ask("typeof axe === 'object'"):
        browser.ask(f"{_program()}; true")
    asked = json.dumps({"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    found = browser.ask(
        f"axe.run({within}, {asked}).then(({{violations}}) => JSON.stringify(violations.map("
        "({id, impact, help, nodes}) => ({id, impact, help, where: nodes.map((each) =>"
        " each.target.join(' ') + ': ' + each.html.slice(0, 120))}))))"
    )
    told: list[dict[str, Any]] = json.loads(found)
    return told


def serious(browser: Browser, *, within: str = "document") -> list[str]:
    """The faults that shut somebody out, in words; empty where there are none."""
    return [
        f"{each['impact']} {each['id']}: {each['help']}: {'; '.join(each['where'][:3])}"
        for each in faults(browser, within=within)
        if each["impact"] in GRAVE
    ]
