"""A browser and Python say the same of a thousand spoilt bundles: verdict, step, words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from tests.pages import (
    agreement,
    asking,
    claiming,
    log_faults,
    maker_faults,
    mutants,
    recycled_faults,
    relogged,
    resealed,
    service_faults,
)  # fmt: skip
from tests.pages.browser import chromium, needs_chromium
from tests.pages.mutants import Case

pytestmark = [pytest.mark.browser, needs_chromium]
PATIENCE_S = 80.0
# How to spoil a bundle, and how many times.
WAYS: tuple[tuple[Callable[[Random], Case], int], ...] = (
    (mutants.flipped, 60), (mutants.cut, 30), (mutants.hostile, 70), (mutants.changed, 60),
    (mutants.mistrusted, 40), (resealed.changed, 80), (resealed.misrecorded, 50),
    (resealed.dropped, 90), (claiming.outside, 60), (relogged.relogged, 130),
    (relogged.renoted, 60), (asking.asked, 220),
)  # fmt: skip


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """The same thousand in every run."""
    chance = Random(mutants.SEED)
    spoilt = [spoil(chance) for spoil, count in WAYS for _ in range(count)]
    return [*spoilt, *log_faults.all_of_them(), *maker_faults.all_of_them(),
            *service_faults.all_of_them(), *recycled_faults.all_of_them()]  # fmt: skip


@pytest.fixture(scope="module")
def here(cases: list[Case]) -> list[agreement.Outcome]:
    """What Python says of each."""
    return [agreement.judged_here(case) for case in cases]


@pytest.fixture(scope="module")
def there(cases: list[Case]) -> list[agreement.Outcome]:
    """What the browser says of each."""
    with chromium() as browser:
        return agreement.judged_there(browser, cases, patience_s=PATIENCE_S)


def test_they_agree_on_each(
    cases: list[Case],
    here: list[agreement.Outcome],
    there: list[agreement.Outcome],
    record_property: Callable[[str, object], None],
) -> None:
    assert len(cases) >= 1000
    both = zip(cases, here, there, strict=True)
    told = [(case.kind, agreement.difference(ours, theirs)) for case, ours, theirs in both]
    agreed = Counter(kind for kind, difference in told if not difference)
    for kind, count in Counter(case.kind for case in cases).items():
        record_property(kind, f"{agreed[kind]} of {count} agree")
    assert [each for each in told if each[1]] == []


def test_the_cases_reach_every_step_and_every_verdict(here: list[agreement.Outcome]) -> None:
    steps = Counter(each["step"] for each in here if each["verdict"] == "REFUSED")
    assert set(steps) == {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12}
    verdicts = Counter(each["verdict"] for each in here)
    assert min(verdicts["ACCEPTED"], verdicts["DOUBTED"], verdicts["REFUSED"]) >= 40
    claims = [claim for each in here for claim in each.get("attestations", ())]
    assert {each["verdict"] for each in claims} == {"VALID", "SUSPECT", "INVALID", "WITHDRAWN"}
    assert len({each["voucher"] for each in claims}) == 5
    assert any(each.get("erased") for each in here)
    assert any(str(each.get("completeness")).startswith("proven") for each in here)


def test_a_word_that_differs_would_be_seen() -> None:
    refused = {"verdict": "REFUSED", "step": 3, "detail": "so", "remedy": "Did you mean 'id'?"}
    plain = refused | {"remedy": "Remove it before signing."}
    assert agreement.difference(refused, plain) == ""
    for other in ({"step": 4}, {"detail": "So"}, {"remedy": ""}, {"doubts": []}):
        assert agreement.difference(refused, plain | other) != ""
