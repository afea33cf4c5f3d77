"""What the file of a storage project states, as plain values: the one input of its ratio.

Who made what is asked of the register, what was bought of lines, what suppliers say of
certificates. Everything that decides is in here or in the rule set; nothing is looked up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from passport.rules.sourcing_party import Register


class Credit(StrEnum):
    """The credit that is claimed; the keys of the thresholds."""

    STORAGE_48E = "48E_STORAGE"
    FACILITY_48E = "48E_FACILITY"
    FACILITY_45Y = "45Y_FACILITY"
    COMPONENT_45X = "45X_COMPONENT"


class Method(StrEnum):
    """How costs are counted; one for the whole property (Notice 2026-15, rule R-12)."""

    COST_PERCENTAGE = "COST_PERCENTAGE"
    DIRECT_COST = "DIRECT_COST"


class Reading(StrEnum):
    """Whether a product made by a prohibited entity taints all inside it (R-4), or its making."""

    STRICT = "STRICT"
    LENIENT = "LENIENT"


class Election(StrEnum):
    """What the taxpayer has chosen, as `Project.elections` names it."""

    IDENTIFICATION = "IDENTIFICATION"  # listed products and components, and no others
    COST_PERCENTAGE = "COST_PERCENTAGE"
    CERTIFICATION = "CERTIFICATION"  # certificates stand for the taxpayer's own inquiry
    PRO_RATA = "PRO_RATA"  # of a row partly prohibited only the part by nameplate
    DUTY_APART = "DUTY_APART"  # duty is no part of the cost of what was bought
    EXISTING_CONTRACT = "EXISTING_CONTRACT"  # 7701(a)(52)(D)(iv)


class LineKind(StrEnum):
    """What a line is in the arithmetic."""

    PRODUCT = "PRODUCT"  # a manufactured product as a whole, its making included
    COMPONENT = "COMPONENT"  # a component inside a manufactured product
    MATERIAL = "MATERIAL"  # a constituent material of an eligible component (45X)
    STEEL_IRON = "STEEL_IRON"
    SITE = "SITE"  # labour, permits, margin on site: never in the base


class CostKind(StrEnum):
    """What a cost is for; duty stands apart, so that either reading can be computed again."""

    PRICE = "PRICE"
    FREIGHT = "FREIGHT"
    DUTY = "DUTY"
    OWN_MATERIAL = "OWN_MATERIAL"
    OWN_LABOUR = "OWN_LABOUR"


@dataclass(frozen=True)
class Cost:
    """An amount paid or incurred; `rate` is dollars for one unit of `currency` on `rate_on`."""

    kind: CostKind
    amount: Decimal
    currency: str
    incurred_on: date
    rate: Decimal = Decimal(1)
    rate_on: date | None = None
    invoice: str = ""
    document_sha256: str = ""  # 64 hex digits of the invoice's bytes


@dataclass(frozen=True)
class Line:
    """What was bought or made: its place in the table, its maker, its cost, its certificates.

    `product` is the key of the manufactured product, `row` of the component's row of the table
    ("" for a whole product). `product_producer` made the manufactured product in which the line
    stands, `producer` the line itself: for a whole product they are the same. `quantity` and
    `nameplate` (kWh for cells and packs, kW for inverters) are of the whole line. Costs add up: a
    component that came inside a bought product has none of its own.
    """

    id: str
    kind: LineKind
    product: str
    row: str
    description: str
    model: str
    quantity: Decimal
    costs: tuple[Cost, ...]
    producer: str | None  # Entity.id; None: not known
    product_producer: str | None
    supplier: str | None  # the direct supplier, whose certificate counts
    facility: str = ""
    made_in: str = ""  # ISO 3166-1 alpha-2; origin, not ownership
    nameplate: Decimal | None = None
    certificates: tuple[str, ...] = ()  # Certificate.id
    serials_sha256: str = ""  # of the line's serials, sorted, a line each
    serials: int = 0
    excluded: str = ""  # why it is not part of the property; "" when it is
    contracted_on: date | None = None  # the binding written contract under which it was bought
    assigned: bool = False  # assigned among properties of a tax year, not tracked


class Statement(StrEnum):
    """What a supplier's certificate says (26 USC 7701(a)(52)(D)(iii)(IV))."""

    NOT_PROHIBITED = "AA_NOT_PFE"
    MATERIAL_COSTS = "BB_45X_MATERIAL_COSTS"
    DIRECT_COSTS = "CC_45Y_48E_DIRECT_COSTS"


@dataclass(frozen=True)
class CertificateItem:
    """One item of a certificate: which lines it speaks of, by row, model, invoice and serials."""

    row: str
    model: str
    quantity: Decimal
    invoices: tuple[str, ...] = ()
    serials: int = 0
    serials_sha256: str = ""
    total_price: Decimal | None = None
    not_prohibited_cost: Decimal | None = None
    prohibited_cost: Decimal | None = None
    currency: str = "USD"


@dataclass(frozen=True)
class Certificate:
    """A supplier's paper, as signed; `sha256` is of the signed bytes (the attestation)."""

    id: str
    sha256: str
    supplier: str  # Entity.id
    supplier_name: str
    tax_id: str
    tax_id_kind: str  # EIN or FOREIGN
    statement: Statement
    items: tuple[CertificateItem, ...]
    jurat: str  # the text under penalties of perjury, "" when missing
    signatory: str
    signatory_title: str
    signed_on: date
    due_diligence: str
    incurred_from: date | None = None
    incurred_to: date | None = None
    signature_verdict: str = "NOT_CHECKED"  # the verifier's: VALID, SUSPECT, INVALID, NOT_CHECKED
    revoked_on: date | None = None
    superseded_by: str = ""
    signed_by: str = ""  # the name of the party whose key signed it, where it is known
    signed_by_owner: bool = False  # that key is the project owner's own
    taxpayer: str = ""  # to whom it is given, where it says so
    taxpayer_tax_id: str = ""
    producer: str = ""  # who made the items, where it says so


@dataclass(frozen=True)
class Flag:
    """A reason to know: what speaks against a certificate or a determination, and how it ended."""

    id: str
    kind: str
    about: str  # Line.id, Certificate.id or Entity.id
    says: str
    raised_on: date
    resolved_on: date | None = None
    resolution: str = ""
    reviewer: str = ""


@dataclass(frozen=True)
class Project:
    """The property and the claim."""

    id: str
    name: str
    owner: str  # Entity.id of the taxpayer
    owner_tax_id: str
    site: str
    credit: Credit
    method: Method
    begins_on: date | None  # beginning of construction
    begins_by: str  # PHYSICAL_WORK or FIVE_PERCENT
    placed_on: date | None  # placed in service
    nameplate_kwh: Decimal
    nameplate_kw: Decimal
    tax_year_starts: str = "01-01"  # month and day
    sold_on: date | None = None  # 45X: the day of sale
    component: str = ""  # 45X: which eligible component
    elections: tuple[str, ...] = ()  # Election


@dataclass(frozen=True)
class Case:
    """All of it, as of a day."""

    project: Project
    as_of: date
    rule_set: str
    lines: tuple[Line, ...]
    register: Register
    certificates: Mapping[str, Certificate] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
