"""A line of packs, and a certificate with which nothing is wrong: tests bend one thing of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from passport.rules.sourcing_case import (
    Case,
    Certificate,
    CertificateItem,
    Cost,
    CostKind,
    Credit,
    Line,
    LineKind,
    Method,
    Project,
    Statement,
)
from passport.rules.sourcing_party import Entity, EntityKind, Register

AS_OF, PAID = date(2026, 11, 1), date(2026, 3, 1)
SERIALS = "5e" * 32
PRICE = Cost(CostKind.PRICE, Decimal(1000), "USD", PAID, invoice="INV-1")
LINE = Line(
    id="L-1", kind=LineKind.PRODUCT, product="battery_pack_module", row="", description="packs",
    model="PK-300", quantity=Decimal(3), costs=(PRICE,), producer="maker",
    product_producer="maker", supplier="seller", facility="Hall 1", made_in="KR",
    certificates=("C-1",), serials_sha256=SERIALS, serials=3,
)  # fmt: skip
ITEM = CertificateItem(
    row="battery_pack_module", model="pk-300 ", quantity=Decimal(3), invoices=("INV-1",),
    serials=3, serials_sha256=SERIALS,
)  # fmt: skip
PAPER = Certificate(
    id="C-1", sha256="c1" * 32, supplier="seller", supplier_name="Seller, Inc.",
    tax_id="12-3456789", tax_id_kind="EIN", statement=Statement.NOT_PROHIBITED, items=(ITEM,),
    jurat="Under penalties of perjury I declare this.", signatory="A. Person",
    signatory_title="Director", signed_on=date(2026, 4, 1), due_diligence="We asked upstream.",
    incurred_from=date(2026, 1, 1), incurred_to=date(2026, 12, 31), signature_verdict="VALID",
)  # fmt: skip
PROJECT = Project(
    id="p", name="Mesa", owner="owner", owner_tax_id="12-3456789", site="",
    credit=Credit.STORAGE_48E, method=Method.DIRECT_COST, begins_on=date(2026, 2, 1),
    begins_by="PHYSICAL_WORK", placed_on=None, nameplate_kwh=Decimal(4000),
    nameplate_kw=Decimal(1000),
)  # fmt: skip
ENTITIES = {
    "maker": Entity("maker", "Maker Co., Ltd", EntityKind.CORPORATION, also_called=("MCL",)),
    "seller": Entity("seller", "SELLER INC", EntityKind.CORPORATION),
    "parent": Entity("parent", "Parent Holding", EntityKind.CORPORATION),
}


def case(*lines: Line, papers: tuple[Certificate, ...] = (PAPER,), **changed: Any) -> Case:
    """The file of that line and that certificate."""
    told: dict[str, Any] = {"register": Register(entities=ENTITIES), "as_of": AS_OF}
    return Case(
        project=PROJECT, rule_set="x", lines=lines or (LINE,),
        certificates={each.id: each for each in papers}, **(told | changed),
    )  # fmt: skip
