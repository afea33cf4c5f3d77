"""Who recorded an event declares it wrong, once, and names nothing but what can stand for it."""

from dataclasses import replace
from uuid import UUID

import pytest

from passport.rules.correction import (
    AlreadyCorrected,
    BuiltUpon,
    NoCorrective,
    NotCorrectable,
    NotTheRecorder,
    Told,
    check_declaration,
    state_without,
)
from passport.rules.errors import Refusal
from passport.rules.lifecycle import EventKind, State

A, B, C = (UUID(int=each) for each in (1, 2, 3))
WRONG = Told(id=A, kind=EventKind.HEALTH_READ, recorder=B, about=(C,), wrong=False)
RIGHT = replace(WRONG, id=B)
COUNTER = {
    "REGISTERED", "ASSEMBLED", "DISASSEMBLED", "REPLACED", "HANDED_OVER", "RETIRED", "ROUTED",
    "RECEIVED", "REGRADED", "TREATED", "MERGED", "CORRECTED",
}  # fmt: skip
CASES: dict[str, tuple[dict[str, object], type[Refusal] | None, str]] = {
    "with what is right": ({}, None, ""),
    "with nothing": ({"correctives": ()}, None, ""),
    "as what never was": ({"reason": "DID_NOT_OCCUR", "correctives": ()}, None, ""),
    "by another": ({"by": C}, NotTheRecorder, ""),
    "a second time": ({"wrong": replace(WRONG, wrong=True)}, AlreadyCorrected, ""),
    "as what never was, with one": ({"reason": "DID_NOT_OCCUR"}, NoCorrective, "/correctives"),
}  # fmt: skip
STRANGE: dict[str, dict[str, object]] = {
    "itself": {"id": A},
    "another's": {"recorder": C},
    "of another battery": {"about": (A,)},
    "wrong too": {"wrong": True},
    "a declaration": {"kind": "CORRECTED"},
}


@pytest.mark.parametrize(("told", "refused", "pointer"), CASES.values(), ids=CASES)
def test_a_declaration_is_of_ones_own_event(told, refused, pointer):
    asked = {"wrong": WRONG, "by": B, "reason": "INCORRECT_DATA", "correctives": [RIGHT]} | told
    if refused is None:
        check_declaration(**asked)
        return
    with pytest.raises(refused) as caught:
        check_declaration(**asked)
    assert caught.value.remedy
    assert caught.value.pointer == pointer


@pytest.mark.parametrize("told", STRANGE.values(), ids=STRANGE)
def test_what_cannot_stand_in_its_place_is_named(told):
    correctives = [RIGHT, replace(RIGHT, **told)]
    with pytest.raises(NoCorrective) as caught:
        check_declaration(wrong=WRONG, by=B, reason="INCORRECT_DATA", correctives=correctives)
    assert caught.value.remedy
    assert caught.value.pointer == "/correctives/1"


@pytest.mark.parametrize("kind", EventKind)
def test_what_another_act_undoes_is_not_declared_wrong(kind):
    asked = {"wrong": replace(WRONG, kind=kind), "by": B, "reason": "INCORRECT_DATA"}
    if kind not in COUNTER:
        check_declaration(**asked, correctives=())
        return
    with pytest.raises(NotCorrectable) as caught:
        check_declaration(**asked, correctives=())
    assert caught.value.remedy


STATES = {
    "a reading": ("HEALTH_READ", "IN_SERVICE", True, State.IN_SERVICE),
    "one of two": ("COMMISSIONED", "IN_SERVICE", False, State.IN_SERVICE),
    "the only one": ("COMMISSIONED", "IN_SERVICE", True, State.REGISTERED),
    "one of two of the past": ("COMMISSIONED", "RETIRED", False, State.RETIRED),
}


@pytest.mark.parametrize(("kind", "state", "carries", "after"), STATES.values(), ids=STATES)
def test_a_state_goes_with_the_event_it_rests_on(kind, state, carries, after):
    assert state_without(kind=kind, state=state, carries=carries) is after


def test_a_commissioning_that_a_retirement_rests_on_stays():
    with pytest.raises(BuiltUpon) as caught:
        state_without(kind="COMMISSIONED", state="RETIRED", carries=True)
    assert caught.value.remedy
