"""What a rule set is made of: dated rows with pin and source, and whether anybody read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from passport.rules.sourcing_case import CostKind, Credit


class KeyedBy(StrEnum):
    """The calendar year of what picks a threshold; never that of the placing in service."""

    CONSTRUCTION_BEGINS = "CONSTRUCTION_BEGINS"
    SOLD = "SOLD"


class RowKind(StrEnum):
    """What a row of a cost table stands for."""

    COMPONENT = "COMPONENT"
    PRODUCTION = "PRODUCTION"  # the making of the product itself


class RightKind(StrEnum):
    """What kind of contract gives a right of effective control."""

    GENERAL = "GENERAL"
    LICENSING = "LICENSING"


@dataclass(frozen=True)
class Clause:
    """A rule, where it stands, and whether anybody has read it there or it is from memory."""

    id: str
    pin: str
    says: str
    source: str
    verified: bool
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class YearRow:
    """The percentage of the years from one to another, or from one on."""

    since: int
    until: int | None
    percent: Decimal


@dataclass(frozen=True)
class Threshold:
    """Below which ratio there is material assistance; an equal one passes."""

    id: str
    pin: str
    source: str
    verified: bool
    credits: tuple[Credit, ...]
    keyed_by: KeyedBy
    years: tuple[YearRow, ...]
    components: tuple[str, ...] = ()  # 45X: Project.component


@dataclass(frozen=True)
class Variant:
    """A column of a table, and the nameplates it is for: above one bound, up to the other."""

    key: str
    says: str
    above_kwh: Decimal | None
    up_to_kwh: Decimal | None
    sum: Decimal


@dataclass(frozen=True)
class Row:
    """What part of the cost a component, or the making, stands for; by variant, absent if none."""

    product: str
    key: str
    label: str
    kind: RowKind
    percent: Mapping[str, Decimal]


@dataclass(frozen=True)
class CostTable:
    """Assigned cost percentages; its products and rows are exclusive and exhaustive."""

    id: str
    title: str
    pin: str
    source: str
    verified: bool
    since: date
    until: date | None
    credits: tuple[Credit, ...]
    products: Mapping[str, str]
    variants: tuple[Variant, ...]
    rows: tuple[Row, ...]
    steel_iron: tuple[str, ...] = ()
    stores: str = ""  # the product without which there is no such property; "" for none

    def variant(self, nameplate_kwh: Decimal) -> Variant | None:
        """The column for a nameplate; None when the table has none."""
        for each in self.variants:
            over = each.above_kwh is None or nameplate_kwh > each.above_kwh
            if over and (each.up_to_kwh is None or nameplate_kwh <= each.up_to_kwh):
                return each
        return None


@dataclass(frozen=True)
class ComponentBase:
    """45X by the table: which product's rows are the base of an eligible component."""

    component: str
    product: str
    kinds: tuple[RowKind, ...]
    clause: str


@dataclass(frozen=True)
class Counted:
    """Which kinds of cost are direct costs for a credit, by which clause."""

    credits: tuple[Credit, ...]
    kind: CostKind
    clause: str


@dataclass(frozen=True)
class EntityList:
    """A list whose members are specified foreign entities; `clause` is the prong."""

    id: str
    title: str
    clause: str
    pin: str
    source: str
    verified: bool
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class EntityTests:
    """The figures of 26 USC 7701(a)(51); percent, a share of so much or more is too much."""

    control_above_percent: Decimal
    one_owner_percent: Decimal
    all_owners_percent: Decimal
    debt_percent: Decimal
    covered_nations: tuple[str, ...]
    years_beginning_after: date  # tax years; the first is tested on its first day
    attribution_percent: Decimal  # of a corporation's stock, 318(a)(2)(C)


@dataclass(frozen=True)
class Right:
    """A right in a contract that may be effective control: for review, never a verdict."""

    key: str
    kind: RightKind
    pin: str
    says: str
    source: str
    verified: bool


@dataclass(frozen=True)
class TariffRow:
    """The layers of duty on goods of an origin between two days, in percent of their value."""

    hts: str
    origin: str
    since: date
    until: date | None
    layers: Mapping[str, Decimal]
    source: str
    verified: bool

    def total(self) -> Decimal:
        """All layers together, in percent."""
        return sum(self.layers.values(), Decimal(0))


@dataclass(frozen=True)
class ContentRow:
    """The domestic content that a construction begun between two days has to reach."""

    since: date
    until: date | None
    percent: Decimal
    pin: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Dates:
    """Days and terms that do not belong to one row."""

    construction_after: date  # 48E, 45Y: material assistance is asked of what begins later
    sold_in_years_beginning_after: date  # 45X
    contract_before: date  # existing-contract election
    recapture_years: int
    recapture_years_beginning_after: date
    retention_years: int
    interim_until: date | None  # construction begun until then may rely on the interim rules
    contract_used_before: date | None = None  # the election is for what is sold before; None: ever
