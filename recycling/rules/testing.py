"""The test of a battery for another use: seven items, each passed or not, and what was measured.

After ANSI/CAN/UL 1974: physical inspection, battery management system, history, open-circuit
voltage, capacity, internal resistance (DC), self-discharge.
"""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from passport.rules.decimals import parse_in_range
from passport.rules.errors import Conflict, Malformed, NotAllowed, Refusal

ITEMS = (*("inspection", "bms", "history", "voltage", "capacity", "resistance", "self_discharge"),)
# What each item measures, and between which bounds it can be.
MEASURES: Mapping[str, Mapping[str, tuple[Decimal, Decimal]]] = {
    "inspection": {"isolation_ohm_per_v": (Decimal(0), Decimal(10**9))},
    "voltage": {
        "minimum_cell_v": (Decimal(0), Decimal(6)),
        "cell_spread_mv": (Decimal(0), Decimal(6000)),
    },
    "capacity": {
        "soh": (Decimal(0), Decimal("1.2")),
        "soh_low": (Decimal(0), Decimal("1.2")),
        "soh_high": (Decimal(0), Decimal("1.2")),
        "capacity_ah": (Decimal(0), Decimal(10**6)),
    },
    "resistance": {"resistance_ratio": (Decimal(0), Decimal(100))},
    "self_discharge": {"self_discharge_percent_per_month": (Decimal(0), Decimal(100))},
}
LONGEST_NOTE = 400
TESTER = "WORKSHOP"


class Verdict(StrEnum):
    """Passed where every item is."""

    PASSED = "PASSED"
    FAILED = "FAILED"


class CampaignBroken(Malformed):
    """An item is missing, or says what it cannot."""

    code = "test-campaign"
    title = "The result of the test cannot be read"


class NotTheTester(NotAllowed):
    """Whom a test was ordered from records it."""

    code = "not-the-tester"
    title = "This test was ordered from another party"


class TestSettled(Conflict):
    """A test is recorded or cancelled once."""

    code = "test-settled"
    title = "The test has ended"


class NotToBeTested(Refusal):
    """What is damaged is not sent to be tested for another use."""

    code = "not-to-be-tested"
    title = "This battery is not tested for another use"


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """The seven items as they were recorded, what was measured, and the verdict."""

    items: Mapping[str, Mapping[str, Any]]
    measured: Mapping[str, Decimal]
    verdict: Verdict


def parse_campaign(document: Mapping[str, Any], *, pointer: str = "/items") -> Campaign:
    """All seven items: `passed` true or false, a note, and what the item measures. [test-1]

    The capacity names at least `soh`. Refuses CampaignBroken, NotADecimal, OutOfRange.
    """
    strange = sorted(set(document) - set(ITEMS))
    if strange:
        raise CampaignBroken(
            f"the test has no item {strange[0][:40]}",
            pointer=f"{pointer}/{strange[0]}",
            remedy="use " + ", ".join(ITEMS),
        )
    measured: dict[str, Decimal] = {}
    items = {}
    for name in ITEMS:
        at = f"{pointer}/{name}"
        said = document.get(name)
        if not isinstance(said, Mapping) or not isinstance(said.get("passed"), bool):
            raise CampaignBroken(
                f"{name} is neither passed nor failed",
                pointer=at,
                remedy='say {"passed": true} or {"passed": false} of each of the seven items',
            )
        measured |= _measured(name, said, pointer=at)
        items[name] = {key: said[key] for key in sorted(said)}
    if "soh" not in measured:
        raise CampaignBroken(
            "the capacity was not measured",
            pointer=f"{pointer}/capacity/soh",
            remedy="write the share of the rated capacity that was measured",
        )
    passed = all(item["passed"] for item in items.values())
    verdict = Verdict.PASSED if passed else Verdict.FAILED
    return Campaign(items=items, measured=measured, verdict=verdict)


def check_order(*, own: bool, tester_roles: Collection[str], route: str) -> None:
    """From a workshop, or done by its holder itself; nothing that is in quarantine. [test-2]

    Refuses NotToBeTested.
    """
    if not own and TESTER not in tester_roles:
        raise NotToBeTested(
            "that party tests no batteries of others",
            pointer="/tester",
            remedy="order it from a workshop, or test it yourself",
        )
    if route == "Q":
        raise NotToBeTested(
            "a gate holds it in quarantine",
            remedy="have its condition judged, and hand it to a recycler that takes damaged ones",
        )


def check_step(*, state: str, tester: object, by: object) -> None:
    """The tester books and records, until it is settled. [test-3]

    Refuses NotTheTester, TestSettled.
    """
    if tester != by:
        raise NotTheTester("another party tests this battery", remedy="ask it to record its result")
    if state not in ("ORDERED", "BOOKED"):
        raise TestSettled(
            f"the test is {state.lower()}", remedy="order another test of the battery"
        )


def check_place(*, facility: str, country: str, certificate: str) -> None:
    """Where it was tested, and the certificate of that place. [test-4, Art. 73(1)(a)]

    Refuses CampaignBroken.
    """
    for name, text, longest in (
        ("facility", facility, 120),
        ("certificate", certificate, 80),
    ):
        if not text.strip() or len(text) > longest:
            raise CampaignBroken(
                f"the {name} of the test is not named",
                pointer=f"/{name}",
                remedy=f"write it, in up to {longest} characters",
            )
    if len(country) != 2 or not country.isalpha() or not country.isupper():
        raise CampaignBroken(
            f"{country[:20] or 'nothing'} is no country",
            pointer="/country",
            remedy="write the two letters of the country in which it was tested, as in DE",
        )


def check_booking(*, on: datetime.date, today: datetime.date) -> None:
    """A day is booked that has not gone. [test-5] Refuses CampaignBroken."""
    if on < today:
        raise CampaignBroken(
            f"{on} is gone", pointer="/booked_on", remedy="book a day from today on"
        )


class Dated(Protocol):
    """Something recorded: when it happened, when it was recorded; ids grow with time."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def happened_at(self) -> datetime.datetime: ...
    @property
    def recorded_at(self) -> datetime.datetime: ...


def undone(test: Dated, *, incidents: Collection[Dated]) -> bool:
    """Whether something happened to a battery that its test has not seen. [test-6]

    What was recorded behind the test counts, whenever it is said to have happened: a date that is
    written back keeps no test alive. What is repaired since is tested again.
    """
    return any(
        each.happened_at > test.happened_at
        or (each.recorded_at, each.id) > (test.recorded_at, test.id)
        for each in incidents
    )


def _measured(name: str, said: Mapping[str, Any], *, pointer: str) -> dict[str, Decimal]:
    known = MEASURES.get(name, {})
    for key in said:
        if key not in ("passed", "note", *known):
            raise CampaignBroken(
                f"{name} measures no {str(key)[:40]}",
                pointer=f"{pointer}/{key}",
                remedy="use " + ", ".join(("passed", "note", *known)),
            )
    note = said.get("note", "")
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise CampaignBroken(
            "the note is no short text",
            pointer=f"{pointer}/note",
            remedy=f"write up to {LONGEST_NOTE} characters",
        )
    return {
        key: parse_in_range(said[key], pointer=f"{pointer}/{key}", low=low, high=high)
        for key, (low, high) in known.items()
        if key in said
    }
