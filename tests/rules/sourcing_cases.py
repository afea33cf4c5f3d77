"""A storage project in small, as plain values, and the rule set that it is judged by."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from passport.rules.sourcing_case import (
    Case,
    Certificate,
    CertificateItem,
    Cost,
    CostKind,
    Credit,
    Flag,
    Line,
    LineKind,
    Method,
    Project,
    Statement,
)
from passport.rules.sourcing_inquiry import Inquiry
from passport.rules.sourcing_party import Entity, EntityKind, Register
from passport.rules.sourcing_ratio import ratio_of
from passport.rules.sourcing_rules import rule_set

FILE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "feoc_2026_10.json"
DOCUMENT = json.loads(FILE.read_bytes())
RULES = rule_set(DOCUMENT)
PACK, INVERTER, HOUSING = "battery_pack_module", "inverter_converter", "battery_container_housing"
PRODUCTS = (PACK, INVERTER, HOUSING)
PAID = date(2026, 3, 1)


def entity(id, **more):
    """An American: what a natural person is needs no register of owners."""
    return Entity(id, id.title(), EntityKind.PERSON, nationalities=("US",), us_person=True, **more)


def company(id, **more):
    """An American company of which nobody has told who owns it."""
    told = {"country": "US", "principal_place": "US", **more}
    return Entity(id, f"{id} Inc.", EntityKind.CORPORATION, **told)


def project(**more):
    told = {
        "id": "P1", "name": "Mesa", "owner": "owner", "owner_tax_id": "12-3456789",
        "site": "Mesa, AZ", "credit": Credit.STORAGE_48E, "method": Method.COST_PERCENTAGE,
        "begins_on": date(2026, 4, 1), "begins_by": "PHYSICAL_WORK", "placed_on": None,
        "nameplate_kwh": Decimal(400_000), "nameplate_kw": Decimal(100_000),
        "elections": ("IDENTIFICATION", "COST_PERCENTAGE"),
    }  # fmt: skip
    return Project(**{**told, **more})


def cost(amount, kind=CostKind.PRICE, **more):
    return Cost(kind, Decimal(amount), "USD", PAID, **{"invoice": "INV-1", **more})


def line(id, product=PACK, row="", *, by="clean", inside=None, **more):
    """A line made by `by`, in a product made by `inside`: by the same, unless told."""
    told = {
        "kind": LineKind.COMPONENT if row else LineKind.PRODUCT, "description": id, "model": "M1",
        "quantity": Decimal(1), "costs": (), "supplier": "seller",
    }  # fmt: skip
    return Line(
        **{"id": id, "product": product, "row": row, "producer": by,
           "product_producer": by if inside is None else inside, **told, **more}
    )  # fmt: skip


def whole(product, *, by="clean", parts=None, rules=RULES, small=False, **more):
    """A product with a line for it and for each of its components; `parts` names their makers."""
    parts = parts or {}
    column = "distributed" if small else "grid_scale"
    rows = [
        row.key
        for row in rules.tables[0].rows
        if row.product == product and row.kind == "COMPONENT" and column in row.percent
    ]
    return (
        line(product, product, by=by, **more),
        *(line(row, product, row, by=parts.get(row, "clean"), inside=by) for row in rows),
    )


def property_of(makers=None, parts=None, *, products=PRODUCTS, **more):
    """A whole storage property: who made each product, and which components others made."""
    makers = makers or {}
    return tuple(
        each
        for product in products
        for each in whole(product, by=makers.get(product, "clean"), parts=parts, **more)
    )


def case(*lines, entities=(), certificates=(), flags=(), on=date(2026, 11, 29), **more):
    """By makers: clean, other and seller are Americans, listed is Chinese, of unknown none."""
    people = [entity(name) for name in ("owner", "seller", "clean", "other")]
    abroad = replace(company("listed"), country="CN", principal_place="CN")
    named = {each.id: each for each in (*people, abroad, company("unknown"), *entities)}
    return Case(
        project=project(**more), as_of=on, rule_set=RULES.id, lines=tuple(lines),
        register=Register(entities=named), flags=tuple(flags),
        certificates={each.id: each for each in certificates},
    )  # fmt: skip


def certificate(id="C1", statement=Statement.DIRECT_COSTS, **more):
    item = CertificateItem("", "M1", Decimal(1), ("INV-1",))
    told = {
        "sha256": "ab" * 32, "supplier": "seller", "supplier_name": "seller Inc.",
        "tax_id": "98-7654321", "tax_id_kind": "EIN", "items": (item,),
        "jurat": "Under penalties of perjury, I declare it true.", "signatory": "A. Signer",
        "incurred_from": date(2026, 1, 1), "incurred_to": date(2026, 12, 31),
        "signature_verdict": "VALID", "signatory_title": "CFO",
        "signed_on": date(2026, 2, 1), "due_diligence": "Asked.",
    }  # fmt: skip
    return Certificate(**{"id": id, "statement": statement, **told, **more})


def flag(about, id="F1", **more):
    return Flag(id, "REGISTER", about, "A register says otherwise.", date(2026, 5, 1), **more)


def counted(told):
    return ratio_of(inquiry=Inquiry(case=told, rules=RULES))


def doubts(told, *, lenient=False):
    """What speaks against each row or line, by kind and what it is about."""
    found = counted(told).base.pieces
    return {
        each.id.removeprefix("counted:"): {
            str(d) for d in (each.lenient if lenient else each.strict)
        }
        for each in found
        if (each.lenient if lenient else each.strict)
    }


def kwh(number):
    return Decimal(number)


def certified(prohibited=None, clean=None, total=100, **more):
    def amount(value):
        return None if value is None else Decimal(value)

    item = replace(
        certificate().items[0], total_price=amount(total), prohibited_cost=amount(prohibited),
        not_prohibited_cost=amount(clean),
    )  # fmt: skip
    return certificate(items=(item,), **more)
