"""Really used cells and packs go where published practice sends them, each with its reason."""

from __future__ import annotations

from collections import Counter

import pytest

from api.management.bench import cells, policy
from recycling.rules.planning import Line, Reason
from tests.oracle_data import oracle


@pytest.fixture(scope="module")
def plans() -> dict[str, tuple[Line, ...]]:
    """The plan of each group of packs, by its key."""
    found = policy.groups(where=oracle(cells.FOLDER))
    return {group.key: policy.planned(group.packs) for group in found}


def share(lines: tuple[Line, ...], *names: str | None) -> float:
    return sum(line.programme in names for line in lines) / len(lines)


def test_lmo_is_split_by_health(plans: dict[str, tuple[Line, ...]]) -> None:
    assert share(plans["lmo_low"], policy.RECYCLING) > 0.5
    assert share(plans["lmo_high"], policy.RECYCLING, None) == 0


def test_iron_phosphate_gets_a_second_life(plans: dict[str, tuple[Line, ...]]) -> None:
    near = [line for line in plans["lfp_high"] if line.docket.pack.soh]
    assert len(near) > 50
    assert share(plans["lfp_high"], policy.RECYCLING, None) == 0


def test_nca_of_low_health_is_recycled_once_a_test_confirms_it(
    plans: dict[str, tuple[Line, ...]],
) -> None:
    assert {line.reason for line in plans["nca_bms"]} == {Reason.HELD_FOR_TEST}, "only reported"
    assert share(plans["nca_low"], policy.RECYCLING) > 0.5
    assert share(plans["nca_high"], policy.RECYCLING) == 0


def test_nmc_of_a_fleet_is_split_by_use(plans: dict[str, tuple[Line, ...]]) -> None:
    uses = Counter(line.programme for line in plans["fleet_low"] + plans["fleet_high"])
    assert len(uses) >= 3
    assert all(count >= 20 for count in uses.values()), uses
    assert policy.RECYCLING not in uses


def test_each_pack_is_explained(plans: dict[str, tuple[Line, ...]]) -> None:
    for lines in plans.values():
        for line in lines:
            assert line.sentence.endswith(".")
            assert line.docket.outcome.results
            assert line.programme is None or line.docket.edges[0].value.items
