"""What may follow on what in the life of a battery, and when it may have happened."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as some

from passport.rules import lifecycle
from passport.rules.errors import Refusal
from passport.rules.lifecycle import (
    AlreadyRecycled,
    AlreadyRegistered,
    BeforeManufacture,
    EventKind,
    InTheFuture,
    NoTimeZone,
    NotPossibleNow,
    State,
    Status,
    StatusNotPossible,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Case(NamedTuple):
    state: State | None
    kind: EventKind
    after: State | None = None
    refused: type[Refusal] | None = None


CASES = {
    "an unknown battery is registered": Case(None, EventKind.REGISTERED, State.REGISTERED),
    "an unknown battery is read": Case(None, EventKind.HEALTH_READ, None, NotPossibleNow),
    "a registered battery is registered again": Case(
        State.REGISTERED, EventKind.REGISTERED, None, AlreadyRegistered
    ),
    "a registered battery is put into service": Case(
        State.REGISTERED, EventKind.COMMISSIONED, State.IN_SERVICE
    ),
    "a battery in service is read": Case(State.IN_SERVICE, EventKind.HEALTH_READ, State.IN_SERVICE),
    "a battery in service is taken apart": Case(
        State.IN_SERVICE, EventKind.TREATED, None, NotPossibleNow
    ),
    "a battery in service is retired": Case(State.IN_SERVICE, EventKind.RETIRED, State.RETIRED),
    "a retired battery is retired again": Case(
        State.RETIRED, EventKind.RETIRED, None, NotPossibleNow
    ),
    "a retired battery goes into service as it is": Case(
        State.RETIRED, EventKind.COMMISSIONED, None, NotPossibleNow
    ),
    "a retired battery is graded for a second life": Case(
        State.RETIRED, EventKind.REGRADED, State.REGISTERED
    ),
    "a retired battery is recycled": Case(State.RETIRED, EventKind.TREATED, State.RECYCLED),
    "a recycled battery is read": Case(
        State.RECYCLED, EventKind.HEALTH_READ, None, AlreadyRecycled
    ),
    "a record of a recycled battery is corrected": Case(
        State.RECYCLED, EventKind.CORRECTED, State.RECYCLED
    ),
    "a recycled battery is seen somewhere": Case(
        State.RECYCLED, EventKind.OBSERVED, State.RECYCLED
    ),
    "an unknown battery is seen somewhere": Case(None, EventKind.OBSERVED, None, NotPossibleNow),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_follows(case: Case) -> None:
    if case.refused is None:
        assert lifecycle.next_state(kind=case.kind, state=case.state) is case.after
        return
    with pytest.raises(case.refused) as caught:
        lifecycle.next_state(kind=case.kind, state=case.state)
    assert caught.value.remedy


@given(some.lists(some.sampled_from(EventKind), max_size=40))
def test_no_sequence_reaches_an_illegal_state(kinds: list[EventKind]) -> None:
    state: State | None = None
    told: list[EventKind] = []
    for kind in kinds:
        try:
            state = lifecycle.next_state(kind=kind, state=state)
        except Refusal:
            continue
        told.append(kind)
    assert told.count(EventKind.REGISTERED) == min(1, len(told))
    assert told.count(EventKind.TREATED) <= 1
    if EventKind.TREATED in told:
        at = told.index(EventKind.TREATED)
        assert EventKind.RETIRED in told[:at]
        assert set(told[at + 1 :]) <= {EventKind.CORRECTED, EventKind.OBSERVED}
        assert state is State.RECYCLED
    assert told.count(EventKind.RETIRED) - told.count(EventKind.REGRADED) in (0, 1)


def test_a_word_from_the_database_is_as_good_as_one_of_ours() -> None:
    assert lifecycle.next_state(kind="RETIRED", state="IN_SERVICE") is State.RETIRED


MADE = date(2025, 3, 2)
MOMENTS: dict[str, tuple[datetime, type[Refusal] | None]] = {
    "now": (NOW, None),
    "five minutes ahead": (NOW + timedelta(minutes=5), None),
    "a second more": (NOW + timedelta(minutes=5, seconds=1), InTheFuture),
    "the day of manufacture": (datetime(2025, 3, 2, 6, tzinfo=UTC), None),
    "that day in Auckland, still the day before in UTC": (
        datetime(2025, 3, 2, 1, tzinfo=timezone(timedelta(hours=13))),
        None,
    ),
    "the day before everywhere": (datetime(2025, 3, 1, 9, tzinfo=UTC), BeforeManufacture),
    "no time zone": (datetime(2026, 1, 1), NoTimeZone),  # noqa: DTZ001 - that is the case
    "the end of the calendar": (datetime.max.replace(tzinfo=UTC), InTheFuture),
    "the first day of the calendar": (datetime.min.replace(tzinfo=UTC), BeforeManufacture),
    "the first day of the calendar, which UTC does not have": (
        datetime.min.replace(tzinfo=timezone(timedelta(hours=13))),
        BeforeManufacture,
    ),
}


@pytest.mark.parametrize(("moment", "refused"), MOMENTS.values(), ids=MOMENTS)
def test_when_it_happened(moment: datetime, refused: type[Refusal] | None) -> None:
    told = {"happened_at": moment, "recorded_at": NOW, "manufactured_on": MADE}
    if refused is None:
        lifecycle.check_event(kind="HEALTH_READ", state="IN_SERVICE", **told)  # type: ignore[arg-type]
        return
    with pytest.raises(refused) as caught:
        lifecycle.check_event(kind="HEALTH_READ", state="IN_SERVICE", **told)  # type: ignore[arg-type]
    assert caught.value.pointer == "/happened_at"


@pytest.mark.parametrize("before", Status)
def test_nothing_becomes_original_again(before: Status) -> None:
    with pytest.raises(StatusNotPossible):
        lifecycle.check_status(before=before, after=Status.ORIGINAL)
    with pytest.raises(StatusNotPossible):
        lifecycle.check_status(before=before, after=before)


def test_statuses_are_spelled_as_in_the_law() -> None:
    assert list(Status) == ["original", "repurposed", "re-used", "remanufactured", "waste"]
    lifecycle.check_status(before="original", after="re-used")
