"""A storage project of the keeper's and what was bought for it, as tests enter them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from passport.actions import sourcing_project, sourcing_serial
from passport.models import Party, SerialList, SourcingProject
from passport.proof import kinds
from passport.proof.keyfile import KeyFile
from passport.queries.sourcing_case import case_of
from passport.rules.sourcing_case import (
    Case,
    Cost,
    CostKind,
    Credit,
    Line,
    LineKind,
    Method,
    Project,
)
from passport.rules.sourcing_serials import Stage
from tests.cast import THEN
from tests.passport.acting import acting
from tests.simulator import origin_of, sign

BOUGHT = date(2026, 3, 1)
LATER = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def terms(**changed: Any) -> Project:
    """The terms of a grid-scale property, direct costs."""
    told: dict[str, Any] = {
        "id": "", "name": "Mesa", "owner": "owner", "owner_tax_id": "12-3456789",
        "site": "Mesa County", "credit": Credit.STORAGE_48E, "method": Method.DIRECT_COST,
        "begins_on": date(2026, 2, 1), "begins_by": "PHYSICAL_WORK", "placed_on": None,
        "nameplate_kwh": Decimal(400_000), "nameplate_kw": Decimal(100_000),
    }  # fmt: skip
    return Project(**(told | changed))


def cost(amount: str | int = 1000, **changed: Any) -> Cost:
    """The price of an invoice in dollars."""
    told: dict[str, Any] = {
        "kind": CostKind.PRICE, "amount": Decimal(amount), "currency": "USD",
        "incurred_on": BOUGHT, "invoice": "INV-1",
    }  # fmt: skip
    return Cost(**(told | changed))


def line(name: str = "L-1", **changed: Any) -> Line:
    """Packs of one maker."""
    told: dict[str, Any] = {
        "id": name, "kind": LineKind.PRODUCT, "product": "battery_pack_module", "row": "",
        "description": "packs", "model": "PK-300", "quantity": Decimal(3), "costs": (cost(),),
        "producer": "maker", "product_producer": "maker", "supplier": "maker",
        "facility": "Line 1", "made_in": "DE", "nameplate": Decimal(900),
    }  # fmt: skip
    return Line(**(told | changed))


def opened(
    keeper: Party, *lines: Line, rule_set: str = "US-FEOC-2026-10", **changed: Any
) -> SourcingProject:
    """A project with these lines."""
    with acting(keeper):
        made = sourcing_project.open_project(
            terms=terms(**changed), rule_set=rule_set, by=keeper, at=THEN
        )
        if lines:
            put(keeper, made, *lines)
        return made


def put(keeper: Party, project: SourcingProject, *lines: Line, at: datetime = THEN) -> Any:
    """Put lines into its bill of materials."""
    with acting(keeper):
        return sourcing_project.put_lines(project_id=project.pk, lines=lines, by=keeper, at=at)


def case(party: Party, project: SourcingProject, as_of: date = BOUGHT) -> Case:
    """What its file states, as this party reads it."""
    with acting(party):
        return case_of(project=project, as_of=as_of)


def certificate(held: KeyFile, *, items: Any = None, **changed: Any) -> bytes:
    """A certificate of packs, signed with a supplier's key outside the service."""
    document = origin_of(held, "https://maker.example/deliveries/1")
    document["type"] = ["VerifiableCredential", kinds.FEOC]
    said: dict[str, Any] = {
        "supplier": {"name": "maker", "taxId": "12-3456789"},
        "items": items or [
            {
                "component": "pack", "model": "PK-300", "quantity": "3", "invoice": "INV-1",
                "tableRow": "battery_pack_module",
            }
        ],
        "statement": "notProhibited",
        "jurat": "Under penalties of perjury, I declare that this is true.",
        "signatory": {"name": "A. Signer", "title": "Treasurer", "authority": "board"},
        "dueDiligence": "We asked every supplier of cells.",
        "signedOn": "2026-01-05", "periodFrom": "2026-01-01", "periodTo": "2026-12-31",
    }  # fmt: skip
    document["credentialSubject"] |= said | changed  # type: ignore[operator]
    return sign(held, document)


def bring(
    cast: Any, project: SourcingProject, listed: Any, stage: Stage = Stage.DELIVERED, **more: Any
) -> SerialList:
    """Take in serials of the line L-1, by the keeper."""
    with acting(cast["keeper"]):
        return sourcing_serial.bring(
            project_id=project.pk, line="L-1", stage=stage, serials=listed, by=cast["keeper"],
            at=THEN, **more,
        )  # fmt: skip
