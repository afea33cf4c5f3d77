"""Who stands behind what was bought: companies, holdings, debts, offices, contracts, list entries.

Plain values, each with the days between which it held and the source that says so;
`sourcing_standing` judges them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class EntityKind(StrEnum):
    """What somebody is in law; it decides how holdings are attributed (26 USC 318(a)(2))."""

    CORPORATION = "CORPORATION"
    PARTNERSHIP = "PARTNERSHIP"
    TRUST = "TRUST"
    ESTATE = "ESTATE"
    PERSON = "PERSON"
    GOVERNMENT = "GOVERNMENT"


@dataclass(frozen=True)
class Entity:
    """Somebody who owns, lends, licenses, supplies or makes."""

    id: str
    name: str
    kind: EntityKind
    country: str = ""  # organised in, or the government's own; ISO 3166-1 alpha-2
    principal_place: str = ""  # principal place of business
    nationalities: tuple[str, ...] = ()  # of a person
    us_person: bool | None = None  # citizen, national or lawful permanent resident; None: not known
    registry_id: str = ""
    publicly_traded: bool = False
    tax_year_starts: str = "01-01"  # month and day
    also_called: tuple[str, ...] = ()
    complete_on: date | None = None  # ownership was told completely as of this day


class Measure(StrEnum):
    """What a share is counted of."""

    VOTE = "VOTE"
    VALUE = "VALUE"
    PROFITS = "PROFITS"
    CAPITAL = "CAPITAL"
    BENEFICIAL = "BENEFICIAL"


@dataclass(frozen=True)
class Holding:
    """A share of one entity in another, in percent, from a day until before another."""

    owner: str
    owned: str
    measure: Measure
    percent: Decimal
    since: date
    until: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Debt:
    """Debt of `borrower` held at original issuance by `lender`, in percent of all its debt."""

    lender: str
    borrower: str
    percent: Decimal
    since: date
    until: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Office:
    """`by` may directly appoint a covered officer at `at` (7701(a)(51)(F))."""

    by: str
    at: str
    office: str
    since: date
    until: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Payment:
    """A payment under a contract."""

    paid_on: date
    amount: Decimal
    currency: str = "USD"


@dataclass(frozen=True)
class Contract:
    """What `payer` has agreed with `counterparty`; `rights` are the keys of effective control."""

    id: str
    payer: str
    counterparty: str
    kind: str  # SUPPLY, LICENCE, SERVICE, ENERGY_MANAGEMENT, LEASE, OTHER
    signed_on: date
    modified_on: date | None = None
    ended_on: date | None = None
    rights: tuple[str, ...] = ()
    payments: tuple[Payment, ...] = ()
    counsel: str = ""  # "" not asked, EFFECTIVE_CONTROL or NONE
    source: str = ""


@dataclass(frozen=True)
class Listed:
    """That an entity stands on a list, from the day it was put there; a decision about a match."""

    entity: str
    list_id: str  # a key of the rule set's lists: NDAA_154B, S1260H, UFLPA, FEOC_9901
    listed_name: str
    since: date
    until: date | None = None
    snapshot_sha256: str = ""
    retrieved_on: date | None = None
    decision: str = "OPEN"  # OPEN, CONFIRMED, DISMISSED
    reason: str = ""
    reviewer: str = ""
    score: Decimal = Decimal(1)  # how alike the names are; 1 is the same name


class Standing(StrEnum):
    """What an entity is on the day that counts."""

    SPECIFIED = "SPECIFIED"  # specified foreign entity
    INFLUENCED = "INFLUENCED"  # foreign-influenced entity
    CLEAN = "CLEAN"
    REVIEW = "REVIEW"  # the law needs counsel: counts as not known
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Reviewed:
    """What a reviewer concluded of an entity, for the day on which it is tested, on what paper."""

    entity: str
    tested_on: date
    conclusion: Standing
    reviewer: str
    decided_on: date
    reason: str
    document_sha256: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A list as it was retrieved; all entities of the register were held against it."""

    list_id: str
    sha256: str
    retrieved_on: date
    entries: int = 0


@dataclass(frozen=True)
class Register:
    """All that is known of entities."""

    entities: Mapping[str, Entity] = field(default_factory=dict)
    holdings: tuple[Holding, ...] = ()
    debts: tuple[Debt, ...] = ()
    offices: tuple[Office, ...] = ()
    contracts: tuple[Contract, ...] = ()
    listed: tuple[Listed, ...] = ()
    reviewed: tuple[Reviewed, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()


@dataclass(frozen=True)
class Determination:
    """What an entity was found to be for one of its taxable years, by which clause, on what."""

    entity: str
    standing: Standing
    tested_on: date
    clause: str  # "7701(a)(51)(D)(i)(I)(bb)"
    because: tuple[str, ...]  # sentences, each a fact with its source
    unverified: tuple[str, ...] = ()  # rules from memory that decided
    reviewer: str = ""
    review: tuple[str, ...] = ()  # what counsel has to say
