"""Ten years in which a payment under effective control costs the whole credit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from passport.rules.sourcing_case import Credit, Method, Project
from passport.rules.sourcing_party import Contract, Payment, Register, Standing
from passport.rules.sourcing_recapture import (
    RecaptureRule,
    Weight,
    Window,
    alerts,
    tax_year_of,
    window,
)

RULE = RecaptureRule(tax_years_after=date(2027, 7, 4), years=10)
PROJECT = Project(
    id="p", name="Mesa", owner="owner", owner_tax_id="", site="", credit=Credit.STORAGE_48E,
    method=Method.DIRECT_COST, begins_on=date(2026, 2, 1), begins_by="PHYSICAL_WORK",
    placed_on=date(2028, 2, 29), nameplate_kwh=Decimal(1), nameplate_kw=Decimal(1),
)  # fmt: skip
SERVICE = Contract(
    id="K-1", payer="owner", counterparty="maker", kind="SERVICE", signed_on=date(2027, 1, 1),
    rights=("operate",), counsel="EFFECTIVE_CONTROL",
    payments=(Payment(date(2028, 2, 28), Decimal(5)), Payment(date(2030, 1, 1), Decimal(7))),
)  # fmt: skip
YEARS = Window(date(2028, 2, 29), date(2038, 3, 1))


def _alerts(*contracts: Contract, standing=Standing.SPECIFIED, project=PROJECT, as_of=None):
    return alerts(
        project=project,
        register=Register(contracts=contracts),
        standings={"maker": standing} if standing else {},
        rule=RULE,
        as_of=as_of or date(2031, 1, 1),
    )


WINDOWS = {
    "ten years from a leap day": (PROJECT, YEARS),
    "not placed in service": (replace(PROJECT, placed_on=None), None),
    "another credit": (replace(PROJECT, credit=Credit.FACILITY_45Y), None),
    "a tax year that began before": (replace(PROJECT, placed_on=date(2027, 12, 31)), None),
    "a tax year of one's own": (
        replace(PROJECT, placed_on=date(2027, 12, 31), tax_year_starts="10-01"),
        Window(date(2027, 12, 31), date(2037, 12, 31)),
    ),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_when_payments_count(name):
    project, expected = WINDOWS[name]
    assert window(project=project, rule=RULE) == expected
    if expected is None:
        assert _alerts(SERVICE, project=project) == ()


def test_the_last_day_is_outside():
    assert YEARS.holds(date(2038, 2, 28))
    assert not YEARS.holds(date(2038, 3, 1))
    assert tax_year_of(date(2028, 1, 1), starts="02-29") == date(2027, 3, 1)


PAYMENTS = {
    "counsel found control, by a specified entity": (SERVICE, Standing.SPECIFIED, Weight.TRIPS),
    "nobody knows who it is": (SERVICE, None, Weight.REVIEW),
    "the entity is for counsel": (SERVICE, Standing.REVIEW, Weight.REVIEW),
    "marks, and counsel was not asked": (
        replace(SERVICE, counsel=""), Standing.SPECIFIED, Weight.REVIEW,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAYMENTS)
def test_a_payment_in_the_window_is_told(name):
    contract, standing, weight = PAYMENTS[name]
    (found,) = _alerts(contract, standing=standing)
    assert (found.weight, found.paid_on, found.amount) == (weight, date(2030, 1, 1), Decimal(7))
    assert "before 2038-03-01" in found.says


SILENT = {
    "a clean party": (SERVICE, Standing.CLEAN),
    "influence does not chain": (SERVICE, Standing.INFLUENCED),
    "counsel found none": (replace(SERVICE, counsel="NONE"), Standing.SPECIFIED),
    "no mark at all": (replace(SERVICE, counsel="", rights=()), Standing.SPECIFIED),
    "somebody else pays": (replace(SERVICE, payer="other"), Standing.SPECIFIED),
}


@pytest.mark.parametrize("name", SILENT)
def test_not_every_payment_counts(name):
    contract, standing = SILENT[name]
    assert _alerts(contract, standing=standing) == ()


def test_a_running_contract_without_a_payment_is_told_ahead_while_it_may_count():
    unpaid = replace(SERVICE, payments=SERVICE.payments[:1])
    (ahead,) = _alerts(unpaid)
    assert (ahead.weight, ahead.paid_on, ahead.amount) == (Weight.AHEAD, None, None)
    assert _alerts(replace(unpaid, ended_on=date(2030, 1, 1))) == ()
    assert len(_alerts(replace(unpaid, ended_on=date(2032, 1, 1)))) == 1
    assert _alerts(unpaid, as_of=date(2039, 1, 1)) == ()
    assert [each.contract for each in _alerts(unpaid, replace(SERVICE, id="K-2"))] == ["K-2", "K-1"]
