"""A supplier's certificate out of the claim that it signed (26 USC 7701(a)(52)(D)(iii)(IV))."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from passport.rules.errors import Malformed
from passport.rules.sourcing_case import Certificate, CertificateItem, Statement

KIND = "FeocSupplierCertificate"
_STATEMENTS: Mapping[str, Statement] = {
    "notProhibited": Statement.NOT_PROHIBITED,
    "materialCosts": Statement.MATERIAL_COSTS,
    "directCosts": Statement.DIRECT_COSTS,
}


class NotACertificate(Malformed):
    """The claim is signed, and is no certificate of a supplier."""

    code = "not-a-supplier-certificate"
    title = "This is no supplier's certificate"


def certificate_of(
    subject: Mapping[str, Any], *, kind: str, id: str, sha256: str, supplier: str
) -> Certificate:
    """The certificate that a signed claim states; its signature is checked by others.

    `subject` has the terms of its kind. What the claim leaves out stays empty, so that the gate can
    name it; amounts that stand for the whole certificate are those of its only item.
    [certificate-1] Refuses NotACertificate.
    """
    if kind != KIND:
        raise NotACertificate(
            f"it is a {kind}", pointer="/type", remedy=f"send a {KIND} of your direct supplier"
        )
    told, signatory = subject["supplier"], subject["signatory"]
    country = told.get("taxIdCountry", "US")
    return Certificate(
        id=id,
        sha256=sha256,
        supplier=supplier,
        supplier_name=told["name"],
        tax_id=told["taxId"],
        tax_id_kind="EIN" if country == "US" else "FOREIGN",
        statement=_STATEMENTS[subject["statement"]],
        items=_items(subject),
        jurat=subject["jurat"],
        signatory=signatory["name"],
        signatory_title=signatory["title"],
        signed_on=_day(subject, "signedOn"),
        due_diligence=subject.get("dueDiligence", ""),
        incurred_from=_maybe(subject, "periodFrom"),
        incurred_to=_maybe(subject, "periodTo"),
        taxpayer=subject.get("taxpayer", {}).get("name", ""),
        taxpayer_tax_id=subject.get("taxpayer", {}).get("taxId", ""),
        producer=subject.get("producer", {}).get("name", ""),
    )


def _items(subject: Mapping[str, Any]) -> tuple[CertificateItem, ...]:
    told: Sequence[Mapping[str, Any]] = subject["items"]
    whole = subject.get("amounts") if len(told) == 1 else None
    return tuple(_item(each, each.get("amounts", whole)) for each in told)


def _item(told: Mapping[str, Any], amounts: Mapping[str, Any] | None) -> CertificateItem:
    serials, digest = told.get("serials", ()), told.get("serialsDigest")
    invoice = told.get("invoice")
    money = amounts or {}
    return CertificateItem(
        row=told.get("tableRow", ""),
        model=told["model"],
        quantity=Decimal(told["quantity"]),
        invoices=(invoice,) if invoice else (),
        serials=told.get("serialCount", len(serials)),
        serials_sha256=_hex(digest) if digest else serials_digest(serials),
        total_price=_amount(money, "total"),
        not_prohibited_cost=_amount(money, "notProhibited"),
        prohibited_cost=_amount(money, "prohibited"),
        currency=money.get("currency", "USD"),
    )


def serials_digest(serials: Sequence[str]) -> str:
    """The digest of serials: of each in order, with a line feed behind it; "" of none.
    [certificate-2]
    """
    if not serials:
        return ""
    lines = "".join(f"{each}\n" for each in sorted(set(serials)))
    return hashlib.sha256(lines.encode()).hexdigest()


def _hex(coded: str) -> str:
    return base64.urlsafe_b64decode(coded + "=").hex()


def _amount(money: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(money[name]) if name in money else None


def _day(subject: Mapping[str, Any], name: str) -> date:
    found = _maybe(subject, name)
    if found is None:
        raise NotACertificate(
            f"the certificate has no {name}",
            pointer=f"/credentialSubject/{name}",
            remedy="let its supplier sign it with the day",
        )
    return found


def _maybe(subject: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(subject[name]) if name in subject else None
