"""One event is taken or refused by the standard's rules, and a refusal names the place."""

from __future__ import annotations

import pytest

from passport.rules.epcis import check_event, check_readable
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


SHAPELESS = [
    ("quantityList", [{}]), ("ilmd", 3), ("bizTransactionList", "x"), ("sensorElementList", 3),
    ("persistentDisposition", 3), ("readPoint", "x"), ("errorDeclaration", {}), ("sourceList", [3]),
    ("sensorElementList", [{"sensorReport": 3}]),
]  # fmt: skip
FIRE = {
    "type": "bat:Fire", "eventTime": "2026-01-05T10:00:00Z", "eventTimeZoneOffset": "+00:00",
    "bat:cause": "unknown", "bizStep": "inspecting",
}  # fmt: skip


@pytest.mark.parametrize(("field", "value"), SHAPELESS)
def test_an_own_kind_is_readable_where_fields_of_the_standard_have_their_shape(field, value):
    check_readable(FIRE)
    with pytest.raises(Refusal) as refused:
        check_readable({**FIRE, field: value})
    assert refused.value.pointer.startswith(f"/{field}")


def test_of_kinds_of_the_standard_nothing_more_is_asked():
    check_readable({"type": "ObjectEvent", "readPoint": "x"})
