"""A case and a result stand in their folders, each part once, and come back whole."""

import pytest

from passport.rules.sourcing_folder import (
    INPUTS,
    RESULT,
    NotInFolder,
    case_files,
    case_of,
    result_files,
    result_of,
)

CASE = {"as_of": "2026-11-29", "rule_set": "x", "lines": [1], "register": {}, "project": {"id": 1}}


def test_a_case_is_taken_apart_and_put_together():
    files = case_files(CASE)

    assert sorted(files) == [
        "01_project/project.json",
        "04_bom/lines.json",
        "07_entities/register.json",
        INPUTS,
    ]
    assert case_of(files.__getitem__) == CASE


def test_a_result_is_taken_apart_and_put_together():
    result = {"verdict": "x", "steps": [1], "determinations": [2], "findings": []}
    files = result_files(result)

    assert result_of(files.__getitem__) == result
    assert files[RESULT]["verdict"] == "x"


BROKEN = {
    "a list": [],
    "no list of parts": {"as_of": "x"},
    "parts that are text": {"parts": "x"},
    "a part of no place": {"parts": ["13_opinions/x.json"]},
    "a part that is a number": {"parts": [7]},
    "a part twice": {"parts": ["04_bom/lines.json", "04_bom/lines.json"]},
    "a part that stands here too": {"lines": [], "parts": ["04_bom/lines.json"]},
}


@pytest.mark.parametrize("case", BROKEN)
def test_refuses(case):
    with pytest.raises(NotInFolder) as refused:
        case_of({INPUTS: BROKEN[case], "04_bom/lines.json": []}.__getitem__)

    assert refused.value.pointer == f"/{INPUTS}"
