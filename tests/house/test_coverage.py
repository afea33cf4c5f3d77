"""No branch of proof and rules is left without a test, and nothing is left out of the count."""

from __future__ import annotations

import re

from tests.house.source import ROOT, ours, place

# Written in halves, so that this file does not hold what it looks for.
LEFT_OUT = re.compile(r"#\s*pragma:\s*no" + r"\s*(cover|branch)(?!\s*[-:(]\s*\w)")


def test_nothing_is_left_out_of_the_count_without_a_reason() -> None:
    silent = [
        f"{place(path)}:{number}"
        for path in ours()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if LEFT_OUT.search(line)
    ]
    assert silent == []


def test_the_gate_asks_for_every_branch_of_proof_and_rules() -> None:
    gate = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "python3 manage.py test -p tests.branches || failed=$?\n" in gate
    assert 'step "branches of proof and rules" covered\n' in gate
    assert "--include='passport/proof/*,passport/rules/*'" in gate
    assert "--fail-under=100" in gate
    counted = (ROOT / "tests" / "branches.py").read_text("utf-8")
    assert 'branch=True,\n    source=["passport.proof", "passport.rules"],\n' in counted
    assert "[tool.coverage.report]" not in (ROOT / "pyproject.toml").read_text("utf-8")
