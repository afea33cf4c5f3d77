"""One event is taken or refused by the standard's rules, and a refusal names the place."""

from __future__ import annotations

import pytest

from passport.rules.epcis import check_event
from passport.rules.epcis_fields import KINDS
from passport.rules.epcis_refusals import WrongKind
from passport.rules.errors import Refusal
from tests.rules.epcis_cases import REFUSED, TAKEN
from tests.rules.epcis_samples import OWN, event, said


@pytest.mark.parametrize("case", TAKEN)
def test_takes_what_the_standard_allows(case: str) -> None:
    sample, changes = TAKEN[case]
    given = event(sample, **changes)

    assert check_event(given) is given


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_what_the_standard_does_not_allow(case: str) -> None:
    sample, changes, kind, pointer = REFUSED[case]

    with pytest.raises(Refusal) as caught:
        check_event(event(sample, **changes))

    assert type(caught.value) is kind
    assert caught.value.pointer == pointer
    assert caught.value.detail
    assert caught.value.remedy


@pytest.mark.parametrize("value", [None, 1, "x", [], True, False])
def test_an_event_is_an_object(value: object) -> None:
    with pytest.raises(WrongKind, match="is no object"):
        check_event(said(value))


def test_every_kind_is_among_the_cases() -> None:
    assert {sample["type"] for sample, _ in TAKEN.values()} == {*KINDS, OWN["type"]}
