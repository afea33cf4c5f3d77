"""A certificate says what its signed bytes say, and leaves empty what they leave out."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from decimal import Decimal

import pytest

from passport.rules.sourcing_case import Statement
from passport.rules.sourcing_certificate import (
    KIND,
    NotACertificate,
    certificate_of,
    serials_digest,
)

SUBJECT = {
    "supplier": {"name": "Seller, Inc.", "taxId": "12-3456789"},
    "items": [
        {
            "component": "pack", "model": "PK-300", "quantity": "3", "invoice": "INV-1",
            "tableRow": "battery_pack_module", "serials": ["B", "A", "C"],
        }
    ],
    "statement": "directCosts",
    "amounts": {"currency": "EUR", "total": "10", "notProhibited": "7.5", "prohibited": "2.5"},
    "jurat": "Under penalties of perjury", "dueDiligence": "asked",
    "signatory": {"name": "A. Person", "title": "Director", "authority": "board"},
    "signedOn": "2026-04-01", "periodFrom": "2026-01-01", "periodTo": "2026-12-31",
}  # fmt: skip
DIGEST = hashlib.sha256(b"A\nB\nC\n").digest()


def _read(kind=KIND, **changed):
    told = {name: value for name, value in (SUBJECT | changed).items() if value is not None}
    return certificate_of(told, kind=kind, id="C-1", sha256="00", supplier="seller")


def test_it_says_what_was_signed():
    paper = _read()
    (item,) = paper.items
    assert (paper.supplier_name, paper.tax_id, paper.tax_id_kind) == (
        "Seller, Inc.", "12-3456789", "EIN",
    )  # fmt: skip
    assert paper.statement is Statement.DIRECT_COSTS
    assert (paper.signed_on, paper.incurred_from) == (date(2026, 4, 1), date(2026, 1, 1))
    assert (item.serials, item.serials_sha256) == (3, DIGEST.hex())
    assert (item.total_price, item.not_prohibited_cost, item.prohibited_cost, item.currency) == (
        Decimal(10), Decimal("7.5"), Decimal("2.5"), "EUR",
    )  # fmt: skip


def test_what_it_leaves_out_stays_empty():
    bare = {"component": "pack", "model": "PK", "quantity": "1"}
    paper = _read(items=[bare, bare], dueDiligence=None, periodFrom=None, amounts=None,
                  supplier={"name": "S", "taxId": "1", "taxIdCountry": "KR"})  # fmt: skip
    assert (paper.due_diligence, paper.incurred_from, paper.tax_id_kind) == ("", None, "FOREIGN")
    assert {(each.invoices, each.serials, each.serials_sha256) for each in paper.items} == {
        ((), 0, "")
    }


def test_amounts_of_several_items_are_their_own():
    item = SUBJECT["items"][0]
    own = item | {"amounts": {"currency": "USD", "total": "4"}}
    paper = _read(items=[item, own])
    assert [each.total_price for each in paper.items] == [None, Decimal(4)]


def test_a_million_serials_are_named_by_their_digest():
    coded = base64.urlsafe_b64encode(DIGEST).decode().rstrip("=")
    item = SUBJECT["items"][0] | {"serialsDigest": coded, "serialCount": 1_000_000, "serials": []}
    (found,) = _read(items=[item]).items
    assert (found.serials, found.serials_sha256) == (1_000_000, DIGEST.hex())
    assert serials_digest(["A", "A"]) == serials_digest(["A"])


def test_another_claim_or_one_without_a_day_is_no_certificate():
    with pytest.raises(NotACertificate):
        _read(kind="BatteryOriginAttestation")
    with pytest.raises(NotACertificate) as refused:
        _read(signedOn=None)
    assert refused.value.pointer == "/credentialSubject/signedOn"
